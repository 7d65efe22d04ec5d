"""The deadline engine by its vectors, its typed answers and its command."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.property.deadlines_oracle import World, answer

from servicequality.calendars import Calendar, DayKind
from servicequality.deadlines import GIVEN, ClockEvent, ClockState, Remark, Rule, evaluate
from servicequality.deadlines.__main__ import main
from servicequality.deadlines.cases import ANSWER_KEYS, answer_file, differences
from servicequality.errors import DataError, ParameterError

VECTORS = Path(__file__).parents[2] / "vectors"
SOURCE = Path(__file__).parents[3] / "src"
FILES = sorted(VECTORS.glob("deadlines-*.json"))
OFFICE = Calendar.from_dict(
    {
        "tz": "Asia/Shanghai",
        "day_data": "CN",
        "makeup_hours": [["09:00", "17:00"]],
        "weekly": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    }
)
START = datetime(2026, 6, 15, 1, 0, tzinfo=UTC)  # Monday 09:00 in Shanghai
DAY_AND_NIGHT = Rule("elapsed", hours=24)


def after(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def state(rule: Rule, *events: ClockEvent, **options: Any) -> ClockState:
    return evaluate(START, events, rule, OFFICE, **options)


def cases() -> list[Any]:
    found = []
    for path in FILES:
        content = json.loads(path.read_text(encoding="utf-8"))
        found += [pytest.param(content, case, id=case["id"]) for case in content["cases"]]
    return found


@pytest.mark.parametrize(("content", "case"), cases())
def test_the_vectors_are_answered_as_written_down(content: dict[str, Any], case: dict[str, Any]) -> None:
    found = answer_file({**content, "cases": [case]})[0]

    assert tuple(found) == ANSWER_KEYS
    assert {key: found[key] for key in case["expected"]} == case["expected"]


def test_the_vectors_are_many_and_each_is_told_apart() -> None:
    names = [case["id"] for path in FILES for case in json.loads(path.read_text(encoding="utf-8"))["cases"]]

    assert len(names) == len(set(names))
    assert len(names) >= 250


def test_the_oracle_is_not_the_engine_and_agrees_on_a_case_worked_out_on_paper() -> None:
    # Friday 8 May 15:00, 16 working hours: 2 on Friday, 8 on the make-up Saturday, 6 on Monday
    content = json.loads((VECTORS / "deadlines-business.json").read_text(encoding="utf-8"))
    case = {"rule": {"clock": "business", "hours": 16}, "start": "2026-05-08T15:00:00+08:00"}

    found = answer(case, World(content["calendars"]["office"], content["day_data"]["CN"]))

    assert found["due_at"] == "2026-05-11T15:00:00+08:00"


@pytest.mark.parametrize(
    ("requested", "closed", "outcome"),
    [(10, 20, "kept"), (10, 24, "kept"), (10, 30, "kept_with_extension"), (10, 37, "broken"), (25, 30, "broken")],
)
def test_kept_kept_with_extension_and_broken_are_told_apart(requested: int, closed: int, outcome: str) -> None:
    extension = ClockEvent("extend", after(requested), reason="expert away", approver="head", hours=12)

    found = state(DAY_AND_NIGHT, extension, ClockEvent("close", after(closed)))

    assert found.outcome == outcome
    assert [cycle.outcome for cycle in found.cycles] == [outcome]


@pytest.mark.parametrize(
    ("fields", "extension", "why"),
    [
        ({"approver": "head"}, "refused", "no_reason"),
        ({"approver": "head", "reason": "  "}, "refused", "no_reason"),
        ({"reason": "expert away"}, "refused", "no_approver"),
        ({"reason": "expert away", "approver": "head", "decision": "refused"}, "refused", "not_approved"),
        ({"reason": "expert away", "approver": "head", "decision": "pending"}, None, "not_approved"),
    ],
)
def test_an_extension_needs_a_reason_an_approver_and_a_yes(
    fields: dict[str, Any], extension: str | None, why: str
) -> None:
    event = ClockEvent("extend", after(10), hours=12, **fields)

    found = state(DAY_AND_NIGHT, event)

    assert found.due_at == after(24)
    assert found.extension == extension
    assert [(ignored.event, ignored.why) for ignored in found.ignored] == [(event, why)]


def test_only_the_reasons_of_the_rule_pause_and_the_others_are_named() -> None:
    rule = Rule("elapsed", hours=24, pause_reasons=("evidence awaited",))
    silent = ClockEvent("pause", after(1))
    holiday = ClockEvent("pause", after(2), reason="clerk on holiday")
    evidence = ClockEvent("pause", after(3), reason="evidence awaited")
    back = ClockEvent("resume", after(5), reason="evidence awaited")

    found = state(rule, silent, holiday, evidence, back)

    assert found.due_at == after(26)
    assert [(ignored.event, ignored.why) for ignored in found.ignored] == [
        (silent, "reason_may_not_pause"),
        (holiday, "reason_may_not_pause"),
    ]


def test_a_closed_cycle_stays_as_it_was_when_the_case_is_reopened() -> None:
    closed = ClockEvent("close", after(30))

    before = state(DAY_AND_NIGHT, closed)
    later = state(DAY_AND_NIGHT, closed, ClockEvent("reopen", after(50)), ClockEvent("close", after(60)))

    assert later.cycles[0] == before.cycles[0]
    assert [cycle.outcome for cycle in later.cycles] == ["broken", "kept"]
    assert later.cycles[1].started_at == after(50)


def test_the_ledger_explains_a_paused_extended_answer_day_by_day() -> None:
    rule = Rule("working_days", days=3)
    start = datetime(2026, 4, 28, 2, 0, tzinfo=UTC)
    events = [
        ClockEvent("pause", datetime(2026, 4, 29, 2, tzinfo=UTC), reason="evidence awaited"),
        ClockEvent("resume", datetime(2026, 4, 30, 2, tzinfo=UTC), reason="evidence awaited"),
        ClockEvent("extend", datetime(2026, 4, 30, 3, tzinfo=UTC), reason="expert away", approver="head", days=1),
    ]

    found = evaluate(start, events, rule, OFFICE, explain=True)

    assert found.ledger is not None
    told = [(row.date.day, row.kind, row.counted, [(r.code, r.detail) for r in row.remarks]) for row in found.ledger]
    paused = ("paused", "evidence awaited")
    assert told == [
        (28, DayKind.WORKING, 0, [("receipt", "")]),
        (29, DayKind.WORKING, 0, [paused]),
        (30, DayKind.WORKING, 1, [paused, ("extended", "1 d")]),
        (1, DayKind.HOLIDAY, 0, []),
        (2, DayKind.HOLIDAY, 0, []),
        (3, DayKind.HOLIDAY, 0, []),
        (4, DayKind.HOLIDAY, 0, []),
        (5, DayKind.HOLIDAY, 0, []),
        (6, DayKind.WORKING, 1, []),
        (7, DayKind.WORKING, 1, []),
        (8, DayKind.WORKING, 1, [("due", "")]),
    ]
    assert found.ledger[-1].total == 4
    assert [row.paused_seconds for row in found.ledger[:3]] == [0, 14 * 3600, 10 * 3600]


def test_the_ledger_of_a_business_clock_shows_the_hours_of_a_make_up_saturday() -> None:
    start = datetime(2026, 5, 8, 7, 0, tzinfo=UTC)

    found = evaluate(start, [], Rule("business", hours=16), OFFICE, explain=True)

    assert found.ledger is not None
    assert [(row.date.day, row.weekday, row.kind, row.counted / 3600) for row in found.ledger] == [
        (8, 5, DayKind.WORKING, 2),
        (9, 6, DayKind.MAKEUP, 8),
        (10, 7, DayKind.WEEKEND, 0),
        (11, 1, DayKind.WORKING, 6),
    ]


def test_the_ledger_marks_the_roll_and_days_not_announced() -> None:
    rule = Rule("calendar_days", days=2, roll="next_working_day")

    found = evaluate(datetime(2026, 12, 30, 2, tzinfo=UTC), [], rule, OFFICE, explain=True)

    assert found.provisional
    assert found.ledger is not None
    assert [(row.date, row.counted) for row in found.ledger if row.counted] == [
        (date(2026, 12, 31), 1),
        (date(2027, 1, 1), 1),
    ]
    assert found.ledger[-1].remarks == (Remark("unpublished"), Remark("rolled"), Remark("due"))


def test_without_being_asked_there_is_no_ledger_and_with_a_pause_open_it_ends_there() -> None:
    pause = ClockEvent("pause", after(30), reason="evidence awaited")

    plain, explained = (state(Rule("elapsed", hours=48), pause, explain=asked) for asked in (False, True))

    assert plain.ledger is None
    assert explained.ledger is not None
    assert [row.counted / 3600 for row in explained.ledger] == [15, 15]
    assert explained.ledger[-1].remarks == (Remark("paused", "evidence awaited"),)


def test_a_year_that_is_announced_later_moves_an_open_provisional_deadline() -> None:
    announced = OFFICE.to_dict()
    announced["day_data"]["holidays"] += ["2027-01-01", "2027-01-02", "2027-01-03", "2027-01-04"]
    announced["day_data"]["published_through"] = "2027-12-31"
    start = datetime(2026, 12, 30, 2, tzinfo=UTC)

    before = evaluate(start, [], Rule("working_days", days=2), OFFICE)
    later = evaluate(start, [], Rule("working_days", days=2), Calendar.from_dict(announced))

    assert (before.due_at, before.provisional) == (datetime(2027, 1, 4, 9, tzinfo=UTC), True)
    assert (later.due_at, later.provisional) == (datetime(2027, 1, 5, 9, tzinfo=UTC), False)


def test_instants_are_answered_in_the_zone_of_the_calendar_and_seconds_whole() -> None:
    found = state(DAY_AND_NIGHT, as_of=after(1))

    assert found.due_at is not None
    assert found.due_at.isoformat() == "2026-06-16T09:00:00+08:00"
    assert found.to_dict()["remaining_seconds"] == 23 * 3600


@pytest.mark.parametrize(
    ("rule", "start", "error", "code"),
    [
        (DAY_AND_NIGHT, datetime(2026, 6, 15, 9, 0), DataError, "bad_instant"),
        (Rule("elapsed", hours=9_999_999), datetime(9000, 1, 1, tzinfo=UTC), ParameterError, "out_of_range"),
    ],
)
def test_a_question_without_an_answer_is_an_error(
    rule: Rule, start: datetime, error: type[Exception], code: str
) -> None:
    with pytest.raises(error) as caught:
        evaluate(start, [], rule, OFFICE)

    assert getattr(caught.value, "code", None) == code


def test_a_given_reason_or_approver_stands_for_one_not_named() -> None:
    rule = Rule("elapsed", hours=24, pause_reasons=("evidence awaited",))
    events = (ClockEvent("pause", after(1), reason=GIVEN), ClockEvent("resume", after(2)))

    found = state(rule, *events)

    assert found.due_at == after(25)


def test_differences_name_the_keys_and_compare_instants_as_instants() -> None:
    found = {"due_at": "2026-06-16T09:00:00+08:00", "met": None, "remaining_seconds": 0, "status": "running"}

    differing = differences(
        found,
        {"due_at": "2026-06-16T01:00:00Z", "met": False, "remaining_seconds": 0.0, "status": "paused"},
    )

    assert differing == ["met", "status"]


def test_one_bad_calendar_or_case_leaves_the_others_answered() -> None:
    office = OFFICE.to_dict()
    good = {"id": "good", "calendar": "office", "rule": {"clock": "elapsed", "hours": 1}, "start": "2026-06-15T09:00Z"}
    content = {
        "calendars": {"empty": {"tz": "Asia/Shanghai"}, "office": office, "odd": 7},
        "cases": [
            {**good, "id": "bad", "calendar": "empty"},
            7,
            {**good, "calendar": "odd"},
            good,
            {**good, "events": 7},
        ],
    }

    found = answer_file(content)

    assert [row["error"] for row in found] == ["no_working_time", "bad_case", "bad_calendar", None, "bad_event"]
    assert found[3]["due_at"] == "2026-06-15T18:00:00+08:00"


@pytest.fixture
def vector_file(tmp_path: Path) -> Path:
    case = {
        "id": "night",
        "calendar": "office",
        "rule": {"clock": "elapsed", "hours": 1},
        "start": "2026-06-15T09:00:00+08:00",
        "expected": {"due_at": "2026-06-15T10:00:00+08:00"},
    }
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"version": 1, "calendars": {"office": OFFICE.to_dict()}, "cases": [case]}))
    return path


def test_the_command_prints_the_answers_in_order_as_json(vector_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main([str(vector_file)])

    printed = capsys.readouterr()
    assert code == 0
    assert printed.err == ""
    assert [row["id"] for row in json.loads(printed.out)] == ["night"]


def test_the_command_names_what_differs_and_fails(vector_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    vector_file.write_text(vector_file.read_text().replace("T10:00:00", "T11:00:00"))

    code = main([str(vector_file)])

    printed = capsys.readouterr()
    assert code == 1
    assert "case night: due_at is '2026-06-15T10:00:00+08:00'" in printed.err
    assert json.loads(printed.out)[0]["due_at"] == "2026-06-15T10:00:00+08:00"


@pytest.mark.parametrize("text", ["{", "[]", '{"cases": 7}'])
def test_the_command_refuses_what_is_no_exchange_file(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "odd.json"
    path.write_text(text)

    codes = [main([str(path)]), main([]), main([str(tmp_path / "missing.json")])]

    assert codes == [2, 2, 2]
    assert capsys.readouterr().out == ""


def test_the_command_runs_as_a_module(vector_file: Path) -> None:
    command = [sys.executable, "-m", "servicequality.deadlines", str(vector_file)]

    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(SOURCE)})

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)[0]["status"] == "running"

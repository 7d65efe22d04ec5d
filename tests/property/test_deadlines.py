"""The engine against a slow second way, and laws that hold whatever the calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from servicequality.calendars import Calendar
from servicequality.deadlines import ClockEvent, Rule, evaluate
from servicequality.deadlines.cases import answer_file
from tests.property.deadlines_oracle import World, answer

WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
CN = {
    "holidays": [
        "2026-05-01", "2026-05-02", "2026-05-03", "2026-05-04", "2026-05-05",
        "2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04", "2026-10-05", "2026-10-06", "2026-10-07",
    ],
    "makeup_workdays": ["2026-05-09", "2026-09-20", "2026-10-10"],
    "published_through": "2026-12-31",
    "fixed_statutory": ["01-01", "05-01", "05-02", "10-01", "10-02", "10-03"],
}  # fmt: skip
OFFICE = {
    "tz": "Asia/Shanghai",
    "day_data": "CN",
    "makeup_hours": [["09:00", "17:00"]],
    "weekly": {day: [["09:00", "12:00"], ["13:30", "17:30"]] for day in WORKDAYS},
    "overrides": {"2026-05-11": "closed", "2026-05-16": [["10:00", "14:00"]]},
}
NIGHT = {
    "tz": "Europe/London",
    "makeup_hours": [["09:00", "17:00"]],
    "weekly": {"thu": [["22:00", "06:00"]], "fri": [["22:00", "06:00"]], "sat": [["22:00", "06:00"]]},
}
ALWAYS = {
    "tz": "America/New_York",
    "makeup_hours": [["00:00", "24:00"]],
    "weekly": {day: [["00:00", "24:00"]] for day in (*WORKDAYS, "sat", "sun")},
}
ISLAND = {  # the clock moves by 30 minutes here
    "tz": "Australia/Lord_Howe",
    "makeup_hours": [["08:00", "16:00"]],
    "weekly": {day: [["08:00", "16:00"]] for day in WORKDAYS} | {"sat": [["20:00", "04:00"]]},
}
CALENDARS = {"office": OFFICE, "night": NIGHT, "always": ALWAYS, "island": ISLAND}
WORLDS = {name: World(calendar, CN if "day_data" in calendar else None) for name, calendar in CALENDARS.items()}
BUILT = {name: Calendar.from_dict(calendar, day_data={"CN": CN}) for name, calendar in CALENDARS.items()}
# around holidays, the turn of the year, and the days on which these zones change their clocks
BASES = ("2026-03-06", "2026-03-27", "2026-04-03", "2026-04-29", "2026-09-30", "2026-10-23", "2026-12-30")

MINUTES = st.integers(0, 4 * 1440)
RULES = st.one_of(
    st.builds(
        lambda clock, quarters: {"clock": clock, "hours": quarters / 4},
        st.sampled_from(["elapsed", "business"]),
        st.integers(0, 80),
    ),
    st.builds(
        lambda days, end: {"clock": "working_days", "days": days, "day_end": end},
        st.integers(0, 5),
        st.sampled_from(["close", "24:00"]),
    ),
    st.builds(
        lambda days, end, roll: {"clock": "calendar_days", "days": days, "day_end": end, "roll": roll},
        st.integers(0, 5),
        st.sampled_from(["close", "24:00"]),
        st.sampled_from(["none", "next_working_day"]),
    ),
    st.builds(
        lambda text: {"clock": "same_day", "service_day_start": text},
        st.sampled_from(["00:00", "04:00", "05:30"]),
    ),
)


def instant(base: str, minute: int) -> str:
    return (datetime.fromisoformat(base).replace(tzinfo=UTC) + timedelta(minutes=minute)).isoformat()


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    base = draw(st.sampled_from(BASES))
    offset = draw(st.integers(0, 2 * 1440))
    times = draw(st.lists(st.integers(-60, 6 * 1440), max_size=6))
    events: list[dict[str, Any]] = []
    for time in times:
        kind = draw(st.sampled_from(["pause", "resume", "pause", "resume", "extend", "close", "reopen", "reclassify"]))
        event: dict[str, Any] = {"type": kind, "at": instant(base, offset + time)}
        if kind == "extend":
            event |= draw(st.sampled_from([{"hours": 3}, {"days": 1}, {"hours": 1.5, "days": 1}]))
        if kind == "reclassify":
            event["rule"] = draw(RULES)
        events.append(event)
    # two of a kind at one instant: which comes first is told by hand-written cases only
    stamps = {(event["type"], event["at"]): event for event in events}
    instants = {event["at"]: event for event in stamps.values()}
    case: dict[str, Any] = {
        "id": "drawn",
        "calendar": draw(st.sampled_from(sorted(CALENDARS))),
        "rule": draw(RULES),
        "start": instant(base, offset),
        "events": list(instants.values()),
        "reopen_policy": draw(st.sampled_from(["restart", "resume"])),
    }
    if draw(st.booleans()):
        case["as_of"] = instant(base, offset + draw(st.integers(0, 8 * 1440)))
    kinds = {case["rule"]["clock"]} | {e["rule"]["clock"] for e in case["events"] if "rule" in e}
    if len(kinds) > 1:  # what a day of an extension means changes with the kind of clock
        for event in case["events"]:
            if event["type"] == "extend":
                event.pop("days", None)
                event["hours"] = 2
    return case


@settings(max_examples=150, deadline=None)
@given(cases())
def test_the_engine_agrees_with_counting_minute_by_minute(case: dict[str, Any]) -> None:
    content = {"day_data": {"CN": CN}, "calendars": CALENDARS, "cases": [case]}

    found = answer_file(content)[0]

    expected = answer(case, WORLDS[case["calendar"]])
    assert found["error"] is None
    assert {key: found[key] for key in expected} == expected


START = datetime(2026, 4, 28, 2, 0, tzinfo=UTC)
AMOUNTS = st.integers(0, 20_000)


def plain_rule(clock: str, minute: int) -> Rule:
    return Rule(clock, hours=minute / 60) if clock in ("elapsed", "business") else Rule(clock, days=minute // 700)


CLOCKS = st.sampled_from(["elapsed", "business", "working_days", "calendar_days"])


@settings(max_examples=80, deadline=None)
@given(CLOCKS, st.sampled_from(sorted(CALENDARS)), AMOUNTS, AMOUNTS, MINUTES)
def test_more_budget_or_a_later_start_is_never_due_earlier(
    clock: str, name: str, small: int, more: int, later: int
) -> None:
    calendar = BUILT[name]
    less, longer = plain_rule(clock, small), plain_rule(clock, small + more)

    due = evaluate(START, [], less, calendar).due_at
    due_longer = evaluate(START, [], longer, calendar).due_at
    due_later = evaluate(START + timedelta(minutes=later), [], less, calendar).due_at

    assert due is not None
    assert due_longer is not None
    assert due_later is not None
    assert START <= due <= due_longer
    assert due <= due_later


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5000), st.integers(0, 4999), st.integers(0, 5000))
def test_a_pause_on_an_elapsed_clock_moves_it_by_exactly_its_length(budget: int, at: int, length: int) -> None:
    at = at % budget
    pause = ClockEvent("pause", START + timedelta(minutes=at))
    resume = ClockEvent("resume", START + timedelta(minutes=at + length))

    due = evaluate(START, [pause, resume], Rule("elapsed", hours=budget / 60), BUILT["office"]).due_at

    assert due is not None
    assert abs(due - (START + timedelta(minutes=budget + length))) < timedelta(microseconds=5)


@settings(max_examples=80, deadline=None)
@given(cases(), st.randoms(use_true_random=False), st.data())
def test_order_of_arrival_and_repeats_change_nothing(case: dict[str, Any], random: Any, data: Any) -> None:
    calendar = BUILT[case["calendar"]]
    stated = {"reason": "no answer yet", "approver": "head of service"}
    events = [
        ClockEvent.from_dict({**event, **stated, "source_id": str(place)}) for place, event in enumerate(case["events"])
    ]
    rule = Rule.from_dict(case["rule"], reopen_policy=case["reopen_policy"])
    start = datetime.fromisoformat(case["start"])
    arrived = events + ([data.draw(st.sampled_from(events))] if events else [])
    random.shuffle(arrived)

    state = evaluate(start, arrived, rule, calendar, explain=True)

    assert state == evaluate(start, events, rule, calendar, explain=True)


@settings(max_examples=100, deadline=None)
@given(cases())
def test_the_ledger_adds_up_to_the_budget_and_ends_on_the_due_day(case: dict[str, Any]) -> None:
    calendar = BUILT[case["calendar"]]
    rule = Rule.from_dict(case["rule"], reopen_policy=case["reopen_policy"])
    events = [
        ClockEvent.from_dict({**event, "reason": "r"})
        for event in case["events"]
        if event["type"] in ("pause", "resume")
    ]

    state = evaluate(datetime.fromisoformat(case["start"]), events, rule, calendar, explain=True)

    assert state.ledger is not None
    counted = sum(row.counted for row in state.ledger)
    days = [row.date for row in state.ledger]
    assert [row.total for row in state.ledger][-1] == counted
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))
    if state.due_at is None:
        used = {"elapsed": state.used_elapsed_seconds, "business": state.used_business_seconds}
        if rule.clock in used:
            assert counted == min(used[rule.clock], rule.budget / 1e6)
        return
    budgets = {"elapsed": rule.budget / 1e6, "business": rule.budget / 1e6, "same_day": 1.0}
    assert counted == budgets.get(rule.clock, float(rule.days or 0))
    assert days[-1] == max((state.due_at - timedelta(microseconds=1)).date(), days[0])


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(CALENDARS)), st.integers(1, 6000), MINUTES)
def test_a_business_clock_is_due_inside_working_time_or_at_closing(name: str, budget: int, minute: int) -> None:
    start = START + timedelta(minutes=minute)
    world = WORLDS[name]

    due = evaluate(start, [], Rule("business", hours=budget / 60), BUILT[name]).due_at

    assert due is not None
    last_minute = (due - timedelta(seconds=30)).astimezone(UTC).replace(second=0, microsecond=0)
    assert world.is_open(last_minute)


@settings(max_examples=60, deadline=None)
@given(cases())
def test_rules_events_and_calendars_survive_as_plain_data(case: dict[str, Any]) -> None:
    calendar = BUILT[case["calendar"]]
    rule = Rule.from_dict(case["rule"])
    events = [ClockEvent.from_dict(event) for event in case["events"]]

    again = [ClockEvent.from_dict(event.to_dict()) for event in events]

    assert again == events
    assert Rule.from_dict(rule.to_dict()) == rule
    assert Calendar.from_dict(calendar.to_dict()) == calendar

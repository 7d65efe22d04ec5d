"""What was planted in the demo's waves is what the analysis finds: docs/demo.md holds for every start."""

from __future__ import annotations

import io
from datetime import date

import pytest

from bihuan.demo import questionnaire as q
from bihuan.demo.figures import Brought, change, value_of
from bihuan.demo.waves import SIZES, answers, file_of, waves
from bihuan.foundation.reading import read_table
from bihuan.surveys.analysis import analyse
from bihuan.surveys.mapping import Kind, Role, propose

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def brought() -> list[Brought]:
    book = read_table(io.BytesIO(q.codebook()), "codebook.csv")
    found = []
    for wave in waves(TODAY):
        table = read_table(io.BytesIO(file_of(wave)), wave.file_name)
        found.append(Brought(wave, None, analyse(table, propose(table, book))))
    return found


def shares_letter(one: Brought, column: str, dimension: str, group: str) -> set[str]:
    """Groups that cannot be told apart from ``group``."""
    rows = one.group(column, dimension)
    return {name for name, row in rows.items() if name != group and set(row.letters) & set(rows[group].letters)}


def test_waves_are_the_last_quarters_and_last_month() -> None:
    months = [(wave.since.year, wave.since.month) for wave in waves(TODAY)]

    assert months == [(2025, 12), (2026, 3), (2026, 6), (2026, 9), (2026, 10)]


@pytest.mark.parametrize("today", [date(2026, 10, 1), date(2027, 1, 1), date(2028, 2, 29), date(2026, 4, 30)])
def test_five_waves_are_over_whatever_day_it_is(today: date) -> None:
    found = waves(today)

    assert len({wave.since for wave in found}) == 5
    assert [wave.since for wave in found] == sorted(wave.since for wave in found)
    assert found[-1].imported_on < today
    assert (today - found[0].since).days < 460


def test_answers_of_a_wave_do_not_depend_on_the_day_of_loading() -> None:
    now, later = waves(TODAY)[1], waves(date(2027, 11, 3))[1]

    without_dates = [[row[2:] for row in answers(wave)] for wave in (now, later)]

    assert without_dates[0] == without_dates[1]


def test_files_are_understood_without_help(brought: list[Brought]) -> None:
    for one, size in zip(brought, SIZES, strict=True):
        assert one.analysis.file.rows == size
        assert one.analysis.gaps is not None
        assert len(one.analysis.gaps.items) == 22
        assert {row.name for row in one.analysis.gaps.dimensions} == set(q.DIMENSIONS)
        kinds = {item.name: item.kind for item in one.analysis.items}
        assert kinds[q.OVERALL] == Kind.OVERALL.value
        assert kinds[q.RECOMMEND] == Kind.RECOMMEND.value


def test_remarks_are_comments_and_lines_are_groups() -> None:
    wave = waves(TODAY)[0]
    table = read_table(io.BytesIO(file_of(wave)), wave.file_name)

    mapping = propose(table)

    assert mapping.use(q.COMMENT).role is Role.TEXT
    assert mapping.use(q.LINE).role is Role.GROUP
    assert mapping.use(q.STATION).role is Role.GROUP


def test_slow_line_is_alone_below_the_company_in_every_wave(brought: list[Brought]) -> None:
    for one in brought:
        below = value_of(one.line("3路", q.RESPONSIVENESS)) - value_of(one.company(q.RESPONSIVENESS))

        assert -0.70 < below < -0.50
        assert shares_letter(one, q.LINE, q.RESPONSIVENESS, "3路") == set()


def test_cleaning_worked_between_second_and_third_wave(brought: list[Brought]) -> None:
    scores = [one.line("5路", q.TANGIBLES) for one in brought]

    before, after = change(scores[0], scores[1]), change(scores[1], scores[2])

    assert before.low is not None
    assert before.high is not None
    assert before.low < 0 < before.high
    assert after.low is not None
    assert after.low > 0.3
    assert [bool(shares_letter(one, q.LINE, q.TANGIBLES, "5路")) for one in brought] == [False, False, True, True, True]


def test_training_changed_nothing(brought: list[Brought]) -> None:
    moved = change(brought[1].line("7路", q.ASSURANCE), brought[4].line("7路", q.ASSURANCE))

    assert moved.low is not None
    assert moved.high is not None
    assert moved.low < 0 < moved.high
    for one in brought:
        assert shares_letter(one, q.LINE, q.ASSURANCE, "7路") == set()


@pytest.mark.parametrize("dimension", q.DIMENSIONS)
def test_two_equal_stations_are_not_told_apart(brought: list[Brought], dimension: str) -> None:
    for one in brought:
        assert "城南站" in shares_letter(one, q.STATION, dimension, "城北站")


def test_third_station_is_less_reliable_than_both(brought: list[Brought]) -> None:
    for one in brought:
        assert shares_letter(one, q.STATION, q.RELIABILITY, "西河站") == set()


def test_the_cold_is_a_matter_of_winter_only() -> None:
    shares = []
    for wave in waves(TODAY):
        said = [str(row[-1]) for row in answers(wave) if row[-1]]
        cold = [text for text in said if any(word in text for word in ("暖风", "暖气", "太冷", "冷风"))]
        shares.append(len(cold) / len(said))

    assert shares[0] > 0.3
    assert shares[1:] == [0, 0, 0, 0]

"""Working calendars: what is worked, what is known, and clocks that change."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from servicequality.calendars import (
    Calendar,
    DayData,
    DayKind,
    NoWorkingTimeError,
    add_working_days,
    is_working_day,
    load_day_data,
    next_working_day,
    previous_working_day,
)
from servicequality.calendars.table import instant_at, local_instant, microseconds
from servicequality.errors import DataError

WEEK = {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def calendar(**changes: Any) -> Calendar:
    return Calendar.from_dict(
        {
            "tz": "Asia/Shanghai",
            "day_data": "CN",
            "makeup_hours": [["09:00", "17:00"]],
            "weekly": WEEK,
            **changes,
        }
    )


def working_hours(found: Calendar, begin: datetime, end: datetime) -> float:
    table = found.table_over(microseconds(begin), microseconds(end))
    return (table.working_time(microseconds(end)) - table.working_time(microseconds(begin))) / 3.6e9


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2025, 1, 26), DayKind.MAKEUP),
        (date(2025, 1, 28), DayKind.HOLIDAY),
        (date(2025, 2, 4), DayKind.HOLIDAY),
        (date(2025, 2, 5), DayKind.WORKING),
        (date(2025, 2, 8), DayKind.MAKEUP),
        (date(2025, 4, 27), DayKind.MAKEUP),
        (date(2025, 6, 2), DayKind.HOLIDAY),
        (date(2025, 10, 8), DayKind.HOLIDAY),
        (date(2025, 10, 11), DayKind.MAKEUP),
        (date(2026, 1, 4), DayKind.MAKEUP),
        (date(2026, 2, 14), DayKind.MAKEUP),
        (date(2026, 2, 23), DayKind.HOLIDAY),
        (date(2026, 2, 28), DayKind.MAKEUP),
        (date(2026, 5, 9), DayKind.MAKEUP),
        (date(2026, 9, 20), DayKind.MAKEUP),
        (date(2026, 9, 25), DayKind.HOLIDAY),
        (date(2026, 10, 8), DayKind.WORKING),
        (date(2026, 10, 10), DayKind.MAKEUP),
        (date(2026, 10, 11), DayKind.WEEKEND),
    ],
)
def test_china_is_worked_as_the_state_council_announced(day: date, kind: DayKind) -> None:
    found = calendar().kind_of(day)

    assert found == kind


def test_china_has_28_and_33_days_off_with_5_and_6_make_up_days() -> None:
    found = load_day_data("CN")

    counted = {
        year: (sum(d.year == year for d in found.holidays), sum(d.year == year for d in found.makeup_workdays))
        for year in (2025, 2026)
    }

    assert counted == {2025: (28, 5), 2026: (33, 6)}
    assert found.published_through == date(2026, 12, 31)


def test_a_year_not_announced_counts_weekends_and_statutory_days_and_says_so() -> None:
    found = calendar()

    kinds = [found.kind_of(date(2027, 10, day)) for day in range(1, 5)]

    assert kinds == [DayKind.HOLIDAY, DayKind.HOLIDAY, DayKind.HOLIDAY, DayKind.WORKING]
    assert found.is_provisional(date(2027, 1, 1))
    assert not found.is_provisional(date(2026, 12, 31))


def test_overrides_beat_make_up_days_holidays_and_the_week() -> None:
    found = calendar(
        overrides={
            "2026-05-09": "closed",
            "2026-05-01": [["10:00", "12:00"]],
            "2026-05-06": None,
            "2026-05-16": {"hours": [["09:00", "12:00"]]},
            "2026-05-07": {"closed": True},
        }
    )

    kinds = [found.kind_of(date(2026, 5, day)) for day in (9, 1, 6, 16, 7, 8)]

    assert kinds == [
        DayKind.CLOSED,
        DayKind.SPECIAL,
        DayKind.CLOSED,
        DayKind.SPECIAL,
        DayKind.CLOSED,
        DayKind.WORKING,
    ]


def test_overrides_may_come_as_a_list_of_dated_rows() -> None:
    rows = [{"date": "2026-05-06", "closed": True}, {"date": "2026-05-16", "hours": [["09:00", "12:00"]]}]

    found = calendar(overrides=rows)

    assert found == calendar(overrides={"2026-05-06": "closed", "2026-05-16": [["09:00", "12:00"]]})


def test_a_make_up_day_without_its_own_hours_is_worked_like_the_first_working_weekday() -> None:
    found = calendar(makeup_hours=None, weekly={"tue": [["08:00", "11:00"]], "wed": [["09:00", "17:00"]]})

    hours = found.hours_of(date(2026, 5, 9))

    assert hours == ((8 * 3600, 11 * 3600),)


@pytest.mark.parametrize(
    "changes",
    [
        {"weekly": {}, "makeup_hours": None},
        {"weekly": {"mon": []}, "makeup_hours": None, "overrides": {"2026-05-06": "closed"}},
        {"weekly": {}, "day_data": None},
    ],
)
def test_a_calendar_without_working_time_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(NoWorkingTimeError) as caught:
        calendar(**changes)

    assert caught.value.code == "no_working_time"


def test_the_walk_over_a_calendar_that_ends_is_bounded() -> None:
    found = calendar(weekly={}, makeup_hours=None, overrides={"2026-05-06": [["09:00", "17:00"]]})

    with pytest.raises(NoWorkingTimeError):
        add_working_days(date(2026, 5, 1), 2, found)

    assert add_working_days(date(2026, 5, 1), 1, found) == date(2026, 5, 6)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"tz": "Asia/Nowhere"}, "tz"),
        ({"tz": None}, "tz"),
        ({"weekly": {"monday": []}}, "weekly"),
        ({"weekly": {"mon": [["09:00"]]}}, "weekly.mon"),
        ({"weekly": {"mon": [["9:00", "17:00"]]}}, "weekly.mon"),
        ({"weekly": {"mon": [["09:00", "24:30"]]}}, "weekly.mon"),
        ({"weekly": {"mon": [["24:00", "09:00"]]}}, "weekly.mon"),
        ({"day_data": "Atlantis"}, "day_data"),
        ({"day_data": {"holidays": ["2026-02-30"]}}, "holidays"),
        ({"day_data": {"holidays": ["2026-05-01"], "makeup_workdays": ["2026-05-01"]}}, "2026-05-01"),
        ({"overrides": {"May Day": "closed"}}, "overrides"),
        ({"overrides": [{"date": "2026-05-01"}, {"date": "2026-05-01"}]}, "2026-05-01"),
    ],
)
def test_a_calendar_that_cannot_be_read_names_the_place(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(DataError) as caught:
        calendar(**changes)

    assert caught.value.place == place


def test_working_days_are_counted_over_holidays_and_make_up_days() -> None:
    found = calendar()

    counted = [add_working_days(date(2026, 9, 30), days, found) for days in (1, 3, 4)]

    assert counted == [date(2026, 10, 8), date(2026, 10, 10), date(2026, 10, 12)]
    assert add_working_days(date(2026, 10, 8), -1, found) == date(2026, 9, 30)
    assert [add_working_days(date(2026, 10, day), 0, found) for day in (3, 8)] == [date(2026, 10, 8)] * 2
    assert next_working_day(date(2026, 10, 9), found) == date(2026, 10, 10)
    assert previous_working_day(date(2026, 9, 28), found) == date(2026, 9, 24)
    assert (is_working_day(date(2026, 10, 10), found), is_working_day(date(2026, 10, 7), found)) == (True, False)


def test_close_of_business_is_that_of_the_day_even_after_midnight() -> None:
    found = calendar(weekly={"fri": [["22:00", "02:00"]]}, day_data=None)

    closes = [found.close_of(date(2026, 5, day)) for day in (8, 9)]

    assert closes == [datetime(2026, 5, 8, 18, tzinfo=UTC), None]


@pytest.mark.parametrize(
    ("tz", "begin", "end", "hours"),
    [
        # a night shift over the change: 29 March and 25 October 2026 in London, 8 March and 1 November in New York
        ("Europe/London", datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 12, tzinfo=UTC), 7),
        ("Europe/London", datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 12, tzinfo=UTC), 9),
        ("America/New_York", datetime(2026, 3, 7, 17, tzinfo=UTC), datetime(2026, 3, 8, 17, tzinfo=UTC), 7),
        ("America/New_York", datetime(2026, 10, 31, 17, tzinfo=UTC), datetime(2026, 11, 1, 17, tzinfo=UTC), 9),
        # Lord Howe moves by half an hour: 5 April back, 4 October forward
        ("Australia/Lord_Howe", datetime(2026, 4, 4, 2, tzinfo=UTC), datetime(2026, 4, 5, 2, tzinfo=UTC), 8.5),
        ("Australia/Lord_Howe", datetime(2026, 10, 3, 2, tzinfo=UTC), datetime(2026, 10, 4, 2, tzinfo=UTC), 7.5),
    ],
)
def test_a_night_shift_is_as_long_as_the_night_really_was(
    tz: str, begin: datetime, end: datetime, hours: float
) -> None:
    found = calendar(
        tz=tz, day_data=None, weekly={day: [["22:00", "06:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}
    )

    worked = working_hours(found, begin, end)

    assert worked == hours


def test_a_time_the_clock_skips_is_the_instant_of_the_change_and_one_shown_twice_the_first() -> None:
    zone = calendar(tz="America/New_York").zone

    skipped = local_instant(date(2026, 3, 8).toordinal(), 2 * 3600 + 1800, zone)
    twice = local_instant(date(2026, 11, 1).toordinal(), 3600 + 1800, zone)

    assert instant_at(skipped, zone).isoformat() == "2026-03-08T03:00:00-04:00"
    assert instant_at(twice, zone).isoformat() == "2026-11-01T01:30:00-04:00"


def test_overlapping_hours_count_once_and_touching_hours_wholly() -> None:
    found = calendar(
        day_data=None,
        weekly={"mon": [["09:00", "13:00"], ["12:00", "14:00"], ["14:00", "15:00"]], "tue": [["00:00", "00:00"]]},
    )

    worked = working_hours(found, datetime(2026, 5, 10, 16, tzinfo=UTC), datetime(2026, 5, 12, 16, tzinfo=UTC))

    assert worked == 6 + 24


def test_totals_agree_when_the_calendar_is_laid_out_further_back_and_on() -> None:
    found, fresh = calendar(), calendar()
    begin, end = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    first = working_hours(found, begin, end)

    found.table(date(2024, 6, 1).toordinal(), date(2029, 6, 1).toordinal())

    assert working_hours(found, begin, end) == first == working_hours(fresh, begin, end) == 19 * 8


def test_a_calendar_survives_as_plain_data_and_brings_its_day_data_along() -> None:
    found = calendar(overrides={"2026-05-16": [["09:00", "12:00"]], "2026-05-06": "closed"})

    again = Calendar.from_dict(found.to_dict())

    assert again == found
    assert again.day_data == load_day_data("CN")
    assert hash(again) == hash(found)


def test_day_data_without_an_end_is_never_provisional() -> None:
    data = DayData.from_dict({"holidays": ["2026-12-25"]})

    assert data.is_published(date(2099, 1, 1))

"""Duties that come back: shipped rules, rolls off days off, clocks that change."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from servicequality.calendars import Calendar
from servicequality.errors import ParameterError
from servicequality.recurrence import (
    NAMED_RULES,
    Occurrence,
    RecurrenceRule,
    next_occurrence,
    occurrences,
)

CHINA = "Asia/Shanghai"
OFFICE = Calendar.from_dict(
    {
        "tz": CHINA,
        "day_data": "CN",
        "makeup_hours": [["09:00", "17:00"]],
        "weekly": {day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    }
)
BEGIN = datetime(2026, 1, 1, 9, 0)


def china(month: int, day: int, hour: int = 9, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=timezone(timedelta(hours=8)))


def days(found: tuple[Occurrence, ...]) -> list[str]:
    return [f"{occurrence.at:%m-%d %H:%M}" for occurrence in found]


@pytest.mark.parametrize(
    ("name", "until", "expected"),
    [
        ("daily", (1, 4), ["01-01 09:00", "01-02 09:00", "01-03 09:00"]),
        ("4th and 14th", (3, 1), ["01-04 09:00", "01-14 09:00", "02-04 09:00", "02-14 09:00"]),
        ("10th and 25th", (2, 1), ["01-10 09:00", "01-25 09:00"]),
        ("Mondays 17:00", (1, 14), ["01-05 17:00", "01-12 17:00"]),
        ("Fridays 17:00", (1, 14), ["01-02 17:00", "01-09 17:00"]),
        ("month end", (4, 1), ["01-31 09:00", "02-28 09:00", "03-31 09:00"]),
        ("quarter end", (12, 31), ["03-31 09:00", "06-30 09:00", "09-30 09:00"]),
        ("half-year", (12, 31), ["06-30 09:00"]),
    ],
)
def test_shipped_rules_fall_on_their_days(name: str, until: tuple[int, int], expected: list[str]) -> None:
    rule = RecurrenceRule.named(name, BEGIN, CHINA)

    found = occurrences(rule, china(1, 1, 0), china(*until, 0))

    assert days(found) == expected


def test_december_comes_once_a_year() -> None:
    rule = RecurrenceRule.named("December", BEGIN, CHINA)

    found = occurrences(rule, china(1, 1), china(1, 1, year=2029))

    assert [occurrence.at.date().isoformat() for occurrence in found] == ["2026-12-31", "2027-12-31", "2028-12-31"]


@pytest.mark.parametrize(
    ("roll", "expected"),
    [
        # 4 January 2026 is a make-up Sunday, 4 April Qingming, 4 May Labour Day; 14 February a make-up Saturday
        ("none", ["02-14 09:00", "03-04 09:00", "03-14 09:00", "04-04 09:00", "04-14 09:00", "05-04 09:00"]),
        (
            "next_working_day",
            ["02-14 09:00", "03-04 09:00", "03-16 09:00", "04-07 09:00", "04-14 09:00", "05-06 09:00"],
        ),
        (
            "previous_working_day",
            ["02-14 09:00", "03-04 09:00", "03-13 09:00", "04-03 09:00", "04-14 09:00", "04-30 09:00"],
        ),
        ("skip", ["02-14 09:00", "03-04 09:00", "04-14 09:00"]),
    ],
)
def test_a_duty_on_a_day_off_is_moved_as_its_rule_says(roll: str, expected: list[str]) -> None:
    rule = RecurrenceRule.named("4th and 14th", BEGIN, CHINA, roll)

    found = occurrences(rule, china(2, 10, 0), china(5, 10, 0), OFFICE)

    assert days(found) == expected


def test_a_moved_occurrence_is_found_by_where_it_lands_and_tells_where_it_was() -> None:
    rule = RecurrenceRule.named("4th and 14th", BEGIN, CHINA, "next_working_day")

    found = occurrences(rule, china(5, 6, 0), china(5, 7, 0), OFFICE)

    assert found == (Occurrence(at=china(5, 6), planned_at=china(5, 4), provisional=False),)
    assert found[0].is_moved


def test_two_duties_rolled_to_one_instant_are_one() -> None:
    rule = RecurrenceRule("FREQ=DAILY", BEGIN, CHINA, "next_working_day")

    found = occurrences(rule, china(5, 1, 0), china(5, 8, 0), OFFICE)

    assert days(found) == ["05-06 09:00", "05-07 09:00"]
    assert found[0].planned_at == china(5, 1)


def test_a_roll_beyond_the_announced_holidays_is_provisional() -> None:
    rule = RecurrenceRule("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1", BEGIN, CHINA, "next_working_day")

    found = occurrences(rule, china(1, 1, 0, 2027), china(2, 1, 0, 2027), OFFICE)

    assert found == (Occurrence(at=china(1, 4, 9, 2027), planned_at=china(1, 1, 9, 2027), provisional=True),)


def test_local_time_stays_when_the_clocks_change() -> None:
    rule = RecurrenceRule("FREQ=DAILY", datetime(2026, 3, 1, 17, 0), "Europe/London")

    found = occurrences(rule, datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC))

    assert [occurrence.at.isoformat() for occurrence in found] == [
        "2026-03-28T17:00:00+00:00",
        "2026-03-29T17:00:00+01:00",
    ]


def test_a_time_the_clock_skips_falls_on_the_change() -> None:
    rule = RecurrenceRule("FREQ=DAILY", datetime(2026, 3, 1, 1, 30), "Europe/London")

    found = occurrences(rule, datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC))

    assert [occurrence.at.isoformat() for occurrence in found] == ["2026-03-29T02:00:00+01:00"]


def test_until_in_utc_is_read_as_the_same_instant() -> None:
    rule = RecurrenceRule("FREQ=DAILY;UNTIL=20260103T010000Z", BEGIN, CHINA)  # 3 January 09:00 in China

    found = occurrences(rule, china(1, 1, 0), china(2, 1, 0))

    assert days(found) == ["01-01 09:00", "01-02 09:00", "01-03 09:00"]


def test_the_window_is_half_open_and_the_next_one_is_strictly_later() -> None:
    rule = RecurrenceRule.named("daily", BEGIN, CHINA)

    found = occurrences(rule, china(1, 1), china(1, 2))
    following = next_occurrence(rule, china(1, 1))

    assert days(found) == ["01-01 09:00"]
    assert following is not None
    assert following.at == china(1, 2)
    assert next_occurrence(RecurrenceRule("FREQ=DAILY;COUNT=1", BEGIN, CHINA), china(1, 1)) is None


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"text": "FREQ=SOMETIMES"}, "text"),
        ({"text": "FREQ=SECONDLY"}, "text"),
        ({"text": "nonsense"}, "text"),
        ({"roll": "sideways"}, "roll"),
        ({"tz": "Mars/Olympus"}, "tz"),
        ({"dtstart": china(1, 1)}, "dtstart"),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused_with_its_place(fields: dict[str, Any], place: str) -> None:
    with pytest.raises(ParameterError) as caught:
        RecurrenceRule(**{"text": "FREQ=DAILY", "dtstart": BEGIN, "tz": CHINA, **fields})

    assert (caught.value.code, caught.value.place) == ("bad_recurrence", place)


def test_questions_that_make_no_sense_are_refused() -> None:
    rolled = RecurrenceRule("FREQ=DAILY", BEGIN, CHINA, "skip")

    with pytest.raises(ParameterError, match="calendar: 'skip' needs a calendar"):
        occurrences(rolled, china(1, 1), china(1, 2))
    with pytest.raises(ParameterError, match="start: the instant has no offset"):
        occurrences(rolled, BEGIN, china(1, 2), OFFICE)
    with pytest.raises(ParameterError, match="no rule 'now and then'"):
        RecurrenceRule.named("now and then", BEGIN, CHINA)
    with pytest.raises(ParameterError, match="is missing or unknown"):
        RecurrenceRule.from_dict({"dtstart": "2026-01-01T09:00:00", "tz": CHINA, "name": "none such"})


@pytest.mark.parametrize("name", sorted(NAMED_RULES))
def test_a_rule_survives_as_plain_data(name: str) -> None:
    rule = RecurrenceRule.named(name, BEGIN, CHINA, "next_working_day")

    again = RecurrenceRule.from_dict(rule.to_dict())

    assert again == rule
    assert RecurrenceRule.from_dict({"name": name, "dtstart": "2026-01-01T09:00:00", "tz": CHINA}).text == rule.text

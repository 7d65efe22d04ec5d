"""Response rates and forecasts of a survey in the field."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from servicequality.errors import DataError
from servicequality.fieldwork import forecast_total, response_rate
from servicequality.intervals import wilson

TODAY = date(2026, 12, 5)


def days(*counts: int) -> list[tuple[date, int]]:
    return [(TODAY - timedelta(days=len(counts) - place), count) for place, count in enumerate(counts)]


def test_whoever_could_not_be_reached_counts_as_asked() -> None:
    assert response_rate(30, 90, 10) == wilson(30, 100)


def test_nobody_asked_has_no_rate() -> None:
    assert response_rate(0, 0).value is None


def test_more_answers_than_people_asked_are_refused() -> None:
    with pytest.raises(DataError):
        response_rate(3, 2)


def test_the_pace_of_the_last_week_leads_to_the_end() -> None:
    found = forecast_total(days(9, 1, 1, 1, 1, 1, 1, 1), today=TODAY, last=TODAY + timedelta(days=7), target=50)

    assert found.pace == 1
    assert found.expected == 16 + 7
    assert found.short == 27
    assert found.needed == pytest.approx(34 / 7)
    assert found.low is not None
    assert 16 <= found.low < 23 < (found.high or 0)


def test_days_without_answers_count_in_the_pace() -> None:
    found = forecast_total([(TODAY - timedelta(days=4), 8)], today=TODAY, last=TODAY + timedelta(days=2), target=12)

    assert (found.pace, found.expected, found.short) == (2, 12, 0)


def test_on_the_first_day_nothing_is_foretold() -> None:
    found = forecast_total([(TODAY, 5)], today=TODAY, last=TODAY + timedelta(days=9), target=50)

    assert (found.expected, found.needed, found.short) == (None, 5, 45)

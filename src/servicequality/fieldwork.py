"""Surveys in the field: response rates with their uncertainty, and where a count will stand when the field closes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from servicequality.errors import DataError
from servicequality.intervals import normal_quantile, wilson
from servicequality.results import Estimate, Result

RECENT = 7  # days whose pace is taken for the days to come


@dataclass(frozen=True)
class Forecast(Result):
    """``expected`` answers when the field closes, with a prediction interval; None before the first day.

    ``pace`` answers a day lately, ``needed`` a day from now on to reach the target (None on the last day).
    """

    expected: float | None
    low: float | None
    high: float | None
    pace: float | None
    needed: float | None
    short: int


def response_rate(complete: int, invited: int, undeliverable: int = 0, *, level: float = 0.95) -> Estimate:
    """Return completes over everybody asked (AAPOR RR1, without partial interviews), with a Wilson interval.

    Whoever could not be reached counts as asked: nobody knows whether they would have been eligible. Raises
    ``DataError`` for more completes than people asked.
    """
    asked = invited + undeliverable
    if complete > asked:
        raise DataError(f"{complete} answers of {asked} people asked", place="complete")
    return wilson(complete, asked, level=level)


def forecast_total(
    by_day: Sequence[tuple[date, int]], *, today: date, last: date, target: int, level: float = 0.95
) -> Forecast:
    """Project the answers so far to the last day at the pace of the last seven whole days.

    ``by_day`` holds days with answers; days without any count as 0, today is not yet a whole day. Days vary more than
    chance (rain, weekends), so the interval takes the larger of the Poisson and the observed variance between days.
    """
    total = sum(count for _day, count in by_day)
    begun = min((day for day, count in by_day if count), default=None)
    left = max(0, (last - today).days)
    missing = max(0, target - total)
    needed = missing / left if left else None
    if begun is None or begun >= today:
        return Forecast(None, None, None, None, needed, missing)
    counts = dict(by_day)
    first = max(begun, today - timedelta(days=RECENT))
    days = [counts.get(first + timedelta(days=place), 0) for place in range((today - first).days)]
    pace = sum(days) / len(days)
    spread = sum((one - pace) ** 2 for one in days) / (len(days) - 1) if len(days) > 1 else pace
    variance = max(pace, spread) * left * (1 + left / len(days))
    half = normal_quantile(level) * math.sqrt(variance)
    expected = total + pace * left
    return Forecast(
        expected,
        max(float(total), expected - half),
        expected + half,
        pace,
        needed,
        max(0, math.ceil(target - expected)),
    )

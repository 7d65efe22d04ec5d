"""How many due instants a second one core works out, and how long a calendar takes to lay out."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from servicequality.calendars import Calendar
from servicequality.deadlines import ClockEvent, Rule, evaluate

WEEK = {day: [["09:00", "12:00"], ["13:30", "17:30"]] for day in ("mon", "tue", "wed", "thu", "fri")}
SECONDS = 1.0


def office() -> Calendar:
    """Return a fresh calendar, not laid out yet."""
    return Calendar.from_dict(
        {"tz": "Asia/Shanghai", "day_data": "CN", "makeup_hours": [["09:00", "17:30"]], "weekly": WEEK}
    )


def run() -> list[tuple[str, float, str]]:
    """Measure and return (name, figure, unit)."""
    calendar = office()
    begin = time.perf_counter()
    calendar.table_over(0, 0)
    laid_out = time.perf_counter() - begin
    calendar = office()
    starts = [datetime(2026, 1, 5, 1, tzinfo=UTC) + timedelta(hours=7 * step) for step in range(1000)]
    figures = [("lay out a year of a calendar", laid_out * 1000, "ms")]
    for name, rule in (
        ("7 working days, two pauses", Rule("working_days", days=7)),
        ("56 business hours, two pauses", Rule("business", hours=56)),
        ("72 elapsed hours, two pauses", Rule("elapsed", hours=72)),
    ):
        figures.append((name, _rate(starts, rule, calendar, explain=False), "due instants/s"))
    explained = _rate(starts, Rule("working_days", days=7), calendar, explain=True)
    figures.append(("7 working days, two pauses, with ledger", explained, "due instants/s"))
    return figures


def _rate(starts: list[datetime], rule: Rule, calendar: Calendar, *, explain: bool) -> float:
    cases = [(start, _two_pauses(start)) for start in starts]
    for start, events in cases[:: len(cases) // 10]:
        evaluate(start, events, rule, calendar)
    done, begin = 0, time.perf_counter()
    while (passed := time.perf_counter() - begin) < SECONDS:
        for start, events in cases:
            evaluate(start, events, rule, calendar, explain=explain)
        done += len(cases)
    return done / passed


def _two_pauses(start: datetime) -> list[ClockEvent]:
    spans = ((26, 50), (75, 93))
    return [
        ClockEvent(kind, start + timedelta(hours=hour), source_id=f"{kind}-{low}", reason="evidence awaited")
        for low, high in spans
        for kind, hour in (("pause", low), ("resume", high))
    ]

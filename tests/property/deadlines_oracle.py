"""A second, slow way to a due instant: one minute, or one day, after the other, straight from the words.

It reads the exchange format and shares no line with the engine. Everything lies on full minutes. It knows no
reasons, approvers or source ids; tests of those are written out by hand.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FOREVER = datetime(9000, 1, 1, tzinfo=UTC)
ORDER = ("extend", "reclassify", "pause", "resume", "close", "reopen")


class World:
    """What the calendar says about a minute and a day."""

    def __init__(self, calendar: dict[str, Any], day_data: dict[str, Any] | None = None) -> None:
        self.zone = ZoneInfo(calendar["tz"])
        self.calendar = calendar
        self.days = day_data or {}
        self._open: dict[datetime, bool] = {}

    def hours(self, day: date) -> list[tuple[int, int]]:
        text = day.isoformat()
        listed = self.calendar.get("overrides", {})
        if text in listed:
            found = [] if listed[text] == "closed" else listed[text]
        elif text in self.days.get("makeup_workdays", ()):
            found = self.calendar["makeup_hours"]
        elif text in self.days.get("holidays", ()) or (
            self.is_unpublished(day) and text[5:] in self.days.get("fixed_statutory", ())
        ):
            found = []
        else:
            found = self.calendar["weekly"].get(DAYS[day.weekday()], [])
        return [(minutes(opening), minutes(closing)) for opening, closing in found]

    def is_unpublished(self, day: date) -> bool:
        return day.isoformat() > str(self.days.get("published_through", "9999-12-31"))

    def local_day(self, when: datetime) -> date:
        return when.astimezone(self.zone).date()

    def is_open(self, when: datetime) -> bool:
        if when not in self._open:
            wall = when.astimezone(self.zone)
            now = wall.hour * 60 + wall.minute
            today = any(o <= now < (c if c > o else 9999) for o, c in self.hours(wall.date()))
            spill = any(c <= o and now < c for o, c in self.hours(wall.date() - timedelta(days=1)))
            self._open[when] = today or spill
        return self._open[when]

    def wall(self, day: date, minute: int) -> datetime:
        """Return the first instant at which the local clock has reached that minute of that day."""
        target = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
        when = target.replace(tzinfo=UTC) - timedelta(hours=15)
        while when.astimezone(self.zone).replace(tzinfo=None) < target:
            when += MINUTE
        return when

    def end_of(self, day: date, day_end: str) -> datetime:
        hours = self.hours(day)
        if day_end == "24:00" or not hours:
            return self.wall(day + timedelta(days=1), 0)
        return max(self.wall(day, c if c > o else c + 1440) for o, c in hours)


class Cycle:
    def __init__(self, start: datetime, rule: dict[str, Any]) -> None:
        self.start, self.began, self.rule = start, start, rule
        self.minutes = self.extra_days = 0
        self.pauses: list[list[datetime]] = []
        self.closed_at: datetime | None = None

    def is_paused(self, when: datetime) -> bool:
        return any(begin <= when < end for begin, end in self.pauses)

    def has_open_pause(self) -> bool:
        return any(end == FOREVER for _, end in self.pauses)

    def stands_since(self) -> datetime:
        """Return the minute since which the clock stands, FOREVER if it runs."""
        since = min((begin for begin, end in self.pauses if end == FOREVER), default=FOREVER)
        while since != FOREVER and self.is_paused(since - MINUTE):
            since -= MINUTE
        return since

    def due(self, world: World, *, extended: bool = True) -> datetime | None:
        extra_minutes, extra_days = (self.minutes, self.extra_days) if extended else (0, 0)
        last = max([self.start, *(end for _, end in self.pauses if end != FOREVER)])
        if self.rule["clock"] in ("elapsed", "business"):
            budget = round(self.rule["hours"] * 60) + extra_minutes
            return self._by_minutes(world, budget, last + timedelta(days=400))
        found = self._by_days(world, self.rule.get("days", 0) + extra_days)
        while extra_minutes and found:
            extra_minutes -= 0 if self.is_paused(found) else 1
            found += MINUTE
        return found

    def counts(self, world: World, when: datetime) -> bool:
        is_business = self.rule["clock"] == "business"
        return not self.is_paused(when) and (not is_business or world.is_open(when))

    def _by_minutes(self, world: World, budget: int, bound: datetime) -> datetime | None:
        if budget == 0:
            when = self.start
            while self.rule["clock"] == "business" and not self._is_next_opening(world, when):
                when += MINUTE
            return when
        when, used = self.start, 0
        while when < bound:
            used += self.counts(world, when)
            when += MINUTE
            if used == budget:
                return when
        return None

    def _is_next_opening(self, world: World, when: datetime) -> bool:
        return world.is_open(when) and not any(begin < when < end for begin, end in self.pauses)

    def _ran_at(self, end: datetime) -> bool:
        return not (self.is_paused(end) and self.is_paused(end - MINUTE))

    def _by_days(self, world: World, days: int) -> datetime | None:
        if self.has_open_pause():
            return None
        clock, day_end = self.rule["clock"], self.rule.get("day_end", "close")
        if clock == "same_day":
            return self._service_days(world, days)
        day = world.local_day(self.start)
        counted = 0
        while True:
            end = world.end_of(day, day_end)
            is_candidate = day > world.local_day(self.start) if days else end >= self.start
            if clock == "working_days":
                is_candidate = is_candidate and bool(world.hours(day))
            if is_candidate and self._ran_at(end):
                counted += 1
                if counted == max(days, 1):
                    break
            day += timedelta(days=1)
        while self.rule.get("roll") == "next_working_day":
            end = world.end_of(day, day_end)
            if world.hours(day) and self._ran_at(end):
                break
            day += timedelta(days=1)
        return end

    def _service_days(self, world: World, extra_days: int) -> datetime:
        minute = minutes(self.rule.get("service_day_start", "00:00"))
        day, counted = world.local_day(self.start), -1
        while True:
            end = world.wall(day, minute)
            if end > self.start and self._ran_at(end):
                counted += 1
                if counted == extra_days:
                    return end
            day += timedelta(days=1)

    def ran(self, world: World, begin: datetime, end: datetime) -> int:
        total, when = 0, begin
        while when < end:
            total += 60 * self.counts(world, when)
            when += MINUTE
        return total


def minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def answer(case: dict[str, Any], world: World) -> dict[str, Any]:
    """Answer a case of the exchange format as far as the oracle knows it."""
    start = datetime.fromisoformat(case["start"]).astimezone(UTC)
    as_of = datetime.fromisoformat(case["as_of"]).astimezone(UTC) if case.get("as_of") else None
    cycle, extension, cycles = replay(case, world, start, as_of)
    if cycle.closed_at:
        at = cycle.closed_at
    elif as_of:
        at = max(as_of, start)
    elif cycle.has_open_pause():
        at = cycle.stands_since()
    else:
        at = cycle.began
    is_open_pause = cycle.has_open_pause()
    due = resumed_due(cycle, world)
    told = None if is_open_pause else due
    if cycle.closed_at:
        status = "met" if cycle.closed_at <= due else "broken"
    else:
        status = "paused" if is_open_pause else "overdue" if at > due else "running"
    elapsed = Cycle(start, {"clock": "elapsed"})
    business = Cycle(start, {"clock": "business"})
    elapsed.pauses = business.pauses = cycle.pauses
    until = min(at, cycle.stands_since())
    return {
        "due_at": text_of(told, world),
        "original_due_at": None if is_open_pause else text_of(cycle.due(world, extended=False), world),
        "extension": extension,
        "status": status,
        "remaining_seconds": resumed(cycle).ran(world, until, due),
        "overdue_seconds": resumed(cycle).ran(world, due, until),
        "used_elapsed_seconds": elapsed.ran(world, cycle.start, until),
        "used_business_seconds": business.ran(world, cycle.start, until),
        "met": {"met": True, "broken": False}.get(status),
        "cycles": cycles,
    }


def resumed(cycle: Cycle) -> Cycle:
    """Return the cycle without its open pauses: what would run if it ran on at once."""
    copy = Cycle(cycle.start, cycle.rule)
    copy.minutes, copy.extra_days = cycle.minutes, cycle.extra_days
    since = cycle.stands_since()
    copy.pauses = [[begin, min(end, since)] for begin, end in cycle.pauses if begin < since]
    return copy


def resumed_due(cycle: Cycle, world: World) -> datetime:
    due = resumed(cycle).due(world)
    assert due is not None
    return due


def replay(
    case: dict[str, Any], world: World, start: datetime, as_of: datetime | None
) -> tuple[Cycle, str | None, list[dict[str, Any]]]:
    policy = case.get("reopen_policy", "restart")
    events = [(datetime.fromisoformat(e["at"]).astimezone(UTC), e) for e in case.get("events", [])]
    events.sort(key=lambda item: (item[0], ORDER.index(item[1]["type"])))
    events = [(max(at, start), e) for at, e in events if as_of is None or at <= max(as_of, start)]
    cycle, extension, cycles = Cycle(start, case["rule"]), None, []
    latest = case["rule"]
    for at, event in events:
        kind = event["type"]
        latest = event.get("rule", latest)
        if cycle.closed_at is not None:
            extension = "refused" if kind == "extend" else extension
            if kind == "reopen":
                cycle = reopened(cycle, latest, world, at) if policy == "resume" else Cycle(at, latest)
        elif kind == "pause":
            cycle.pauses.append([at, FOREVER])
        elif kind == "resume":
            for pause in [pause for pause in cycle.pauses if pause[1] == FOREVER][:1]:
                pause[1] = at
        elif kind == "extend":
            stood_since = min(at, cycle.stands_since())
            due = resumed_due(cycle, world)
            extension = "accepted" if at <= due or stood_since < due else "refused"
            if extension == "accepted":
                cycle.minutes += round(event.get("hours", 0) * 60)
                cycle.extra_days += event.get("days", 0)
                if case["rule"]["clock"] in ("elapsed", "business"):
                    cycle.minutes += event.get("days", 0) * full_day(case, world)
        elif kind == "reclassify":
            judge_by(latest, cycle, world, at)
        elif kind == "close":
            cycle.pauses = [[b, min(e, at)] for b, e in cycle.pauses]
            cycle.closed_at = at
            due = resumed_due(cycle, world)
            cycles.append(
                {
                    "met": at <= due,
                    "used_seconds": cycle.ran(world, cycle.start, at),
                    "overdue_seconds": cycle.ran(world, due, at),
                }
            )
    return cycle, extension, cycles


def reopened(cycle: Cycle, rule: dict[str, Any], world: World, at: datetime) -> Cycle:
    """Let a closed cycle run on as if it had been paused."""
    cycle.pauses.append([cycle.closed_at or at, at])
    cycle.closed_at, cycle.began = None, at
    judge_by(rule, cycle, world, at)
    return cycle


def judge_by(rule: dict[str, Any], cycle: Cycle, world: World, at: datetime) -> None:
    """Let the rule apply from the intake, unless the clock would have been due before ``at``."""
    trial = Cycle(cycle.start, rule)
    trial.minutes, trial.extra_days = cycle.minutes, cycle.extra_days
    trial.pauses = [[begin, min(end, at)] for begin, end in cycle.pauses]
    due = trial.due(world)
    if due is not None and due >= at:
        cycle.rule = rule


def full_day(case: dict[str, Any], world: World) -> int:
    if case["rule"]["clock"] == "elapsed":
        return 1440
    hours = world.calendar["makeup_hours"]
    return sum(minutes(closing) - minutes(opening) for opening, closing in hours)


def text_of(when: datetime | None, world: World) -> str | None:
    return None if when is None else when.astimezone(world.zone).isoformat()

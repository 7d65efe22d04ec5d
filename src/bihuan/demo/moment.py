"""Time as history saw it: while the demo loads, "now" is the instant being told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

ZONE = ZoneInfo("Asia/Shanghai")


def at(day: date, clock: str = "09:00") -> datetime:
    """An instant of a local day: ``at(day, "16:20")``."""
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=ZONE)


class Moment:
    """The instant that counts as now in this process."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def move(self, to: datetime) -> None:
        """Go on to ``to``; history never runs backwards."""
        self.now = max(self.now, to)

    @contextmanager
    def told(self) -> Iterator[Moment]:
        """Services that ask Django for the time get this moment's, in this process only, until the block ends."""
        real = timezone.now
        timezone.now = lambda: self.now
        try:
            yield self
        finally:
            timezone.now = real

"""How often one mark may act.

Counted in the memory of each server process, so a limit holds up to the number of processes; a row in the database
for every act would cost all visitors more than it stops.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

MOST_KEYS = 50_000


@dataclass
class Limiter:
    """A bucket a key: it holds ``burst`` acts and fills up again at ``per_minute``."""

    per_minute: float
    burst: int
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def wait(self, key: str, now: float | None = None) -> int:
        """0 where the act may go ahead and is counted; else the seconds until it may."""
        now = time.monotonic() if now is None else now
        with self._lock:
            left, since = self._buckets.pop(key, (float(self.burst), now))
            left = min(self.burst, left + (now - since) * self.per_minute / 60)
            if left < 1:
                self._buckets[key] = (left, now)
                return max(1, round((1 - left) * 60 / self.per_minute + 0.5))
            self._buckets[key] = (left - 1, now)
            if len(self._buckets) > MOST_KEYS:
                self._buckets.popitem(last=False)
            return 0

    def clear(self) -> None:
        with self._lock:
            self._buckets.clear()

"""History is told by stories: each says when it goes on, and acts when that instant has come."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count

import numpy as np

from bihuan.demo.moment import Moment, at
from bihuan.demo.organisation import Units
from bihuan.demo.people import Cast
from bihuan.demo.waves import SEED
from bihuan.duties.services import shipped_calendar_body
from bihuan.foundation.actor import Actor
from bihuan.foundation.scope import actor_scope
from servicequality.calendars import Calendar
from servicequality.deadlines import add_working_days

Story = Iterator[datetime]
Chance = np.random.Generator


def chance_of(*key: int) -> Chance:
    """A stream of its own for each part of the history, so that adding one leaves the others as they are."""
    return np.random.default_rng([SEED, *key])


@dataclass
class Stage:
    """Where the history plays, who plays in it, and up to when."""

    units: Units
    cast: Cast
    moment: Moment
    now: datetime
    today: date
    calendar: Calendar = field(default_factory=lambda: Calendar.from_dict(shipped_calendar_body()))

    @contextmanager
    def acting(self, username: str) -> Iterator[Actor]:
        """Act as a user, with no more rights and no wider view than that user has on screen."""
        actor = self.cast.actors[username]
        with actor_scope(actor):
            yield actor

    def workday(self, day: date, later: int = 0) -> date:
        """``day`` or the next working day, and ``later`` working days after that."""
        first = add_working_days(day - timedelta(days=1), 1, self.calendar)
        return add_working_days(first, later, self.calendar) if later else first

    def workday_before(self, days: int) -> date:
        """The working day that lies ``days`` working days back from today."""
        day, left = self.today, days
        while left:
            day -= timedelta(days=1)
            if self.workday(day) == day:
                left -= 1
        return day

    def office_time(self, day: date, chance: Chance, later: int = 0) -> datetime:
        """Some minute of office hours on ``workday(day, later)``."""
        minute = int(chance.integers(0, 170)) + (0 if chance.random() < 0.5 else 330)
        return at(self.workday(day, later), "08:40") + timedelta(minutes=minute)


def tell(stories: Iterable[Story], moment: Moment, until: datetime) -> None:
    """Go through all stories in the order of time and stop at ``until``, wherever each one stands then."""
    order = count()
    queue: list[tuple[datetime, int, Story]] = []
    for story in stories:
        first = next(story, None)
        if first is not None:
            queue.append((first, next(order), story))
    heapq.heapify(queue)
    while queue and queue[0][0] <= until:
        instant, _place, story = heapq.heappop(queue)
        moment.move(instant)
        following = next(story, None)
        if following is not None:
            heapq.heappush(queue, (max(following, instant), next(order), story))

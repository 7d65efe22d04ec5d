"""Background jobs: enqueued in the business transaction, run by the worker, repeated safely.

Tasks take ids, are idempotent and run in a named system scope. django-tasks keeps the rows; what it lacks
(recurrence, retry, reaping after a crash) is here.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from dateutil.rrule import rrulestr
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks import task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from bihuan.foundation.models import Schedule, ScheduleRun

__all__ = [
    "declare_recurring",
    "enqueue",
    "reap",
    "run_due_schedules",
    "sync_schedules",
    "task",
]

MAX_RUNTIME = timedelta(minutes=15)
MAX_TRIES = 3
log = logging.getLogger("bihuan.jobs")


@dataclass(frozen=True)
class Recurring:
    key: str
    task: str
    rrule: str


_declared: dict[str, Recurring] = {}


def declare_recurring(key: str, task_path: str, rrule: str) -> None:
    """Declare "every ..." once, at start-up: ``rrule`` is RFC 5545 text, local time of the organisation."""
    _declared[key] = Recurring(key, task_path, rrule)


def resolve(path: str) -> Task[Any, Any]:
    module, _, name = path.rpartition(".")
    found: Task[Any, Any] = getattr(import_module(module), name)
    return found


def enqueue(path: str, *arguments: Any) -> None:
    """Put a job into the queue by the dotted path of its task, so that services need not import tasks."""
    resolve(path).enqueue(*arguments)


SHORT = {"SECONDLY": 1, "MINUTELY": 60}


def nearer(rrule: str, starts_at: datetime, moment: datetime) -> datetime:
    """A later start with the same instants, for plain rules of seconds and minutes.

    The rule is walked from its start: after a year of half minutes that would be a million steps.
    """
    parts = dict(part.split("=", 1) for part in rrule.split(";"))
    if parts.get("FREQ") not in SHORT or not parts.keys() <= {"FREQ", "INTERVAL"}:
        return starts_at
    period = SHORT[parts["FREQ"]] * int(parts.get("INTERVAL", 1))
    passed = max(0, int((moment - starts_at).total_seconds()) // period - 1)
    return starts_at + timedelta(seconds=passed * period)


def next_after(rrule: str, starts_at: datetime, moment: datetime) -> datetime:
    local = timezone.get_default_timezone()
    begins = nearer(rrule, starts_at, moment).astimezone(local)
    following = rrulestr(rrule, dtstart=begins).after(moment.astimezone(local))
    if following is None:
        raise ValueError(f"{rrule} never comes again")
    return following


def sync_schedules(now: datetime) -> None:
    """Bring the rows in line with what the code declares; a changed rule starts anew."""
    Schedule.objects.exclude(key__in=_declared).delete()
    for wanted in _declared.values():
        row = Schedule.objects.filter(key=wanted.key).first()
        if row is not None and (row.task, row.rrule) == (wanted.task, wanted.rrule):
            continue
        start = now.replace(second=0, microsecond=0)
        Schedule.objects.update_or_create(
            key=wanted.key,
            defaults={
                "task": wanted.task,
                "rrule": wanted.rrule,
                "starts_at": start,
                "next_at": start,
            },
        )


def run_due_schedules(now: datetime) -> int:
    """Enqueue what is due. After downtime each schedule runs once, not once per missed instant."""
    count = 0
    for row in Schedule.objects.filter(next_at__lte=now):
        try:
            with transaction.atomic():
                ScheduleRun.objects.create(schedule=row, due_at=row.next_at, enqueued_at=now)
                resolve(row.task).enqueue()
                Schedule.objects.filter(pk=row.pk).update(next_at=next_after(row.rrule, row.starts_at, now))
                count += 1
        except IntegrityError:
            log.info("schedule %s was taken by another worker", row.key)
    ScheduleRun.objects.filter(enqueued_at__lt=now - timedelta(days=7)).delete()
    return count


def reap(now: datetime) -> int:
    """Return jobs of a worker that died to the queue, and failed ones up to MAX_TRIES with growing pauses."""
    stuck = DBTaskResult.objects.filter(status="RUNNING", started_at__lt=now - MAX_RUNTIME)
    returned = stuck.update(status="READY", started_at=None)
    for row in DBTaskResult.objects.filter(status="FAILED", finished_at__gt=now - timedelta(hours=1)):
        tries = len(row.worker_ids or [])
        if tries < MAX_TRIES:
            later = now + timedelta(seconds=30 * 2**tries)
            returned += DBTaskResult.objects.filter(pk=row.pk, status="FAILED").update(
                status="READY", started_at=None, finished_at=None, run_after=later
            )
    return returned

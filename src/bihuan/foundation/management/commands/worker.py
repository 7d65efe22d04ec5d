"""Run jobs and the schedule: `bihuan worker`."""

from __future__ import annotations

import logging
import threading
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection
from django.utils import timezone

from bihuan.foundation import jobs

log = logging.getLogger("bihuan.worker")


def tick_for_ever(stop: threading.Event, seconds: float) -> None:
    while not stop.is_set():
        try:
            close_old_connections()
            now = timezone.now()
            jobs.run_due_schedules(now)
            jobs.reap(now)
        except Exception:
            log.exception("the schedule will try again in %s s", seconds)
        stop.wait(seconds)
    connection.close()


class Command(BaseCommand):
    help = "Run background jobs and recurring duties until interrupted."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--interval", type=float, default=1.0, help="seconds between looks at the queue")

    def handle(self, *_args: Any, interval: float, **_options: Any) -> None:
        jobs.sync_schedules(timezone.now())
        stop = threading.Event()
        ticker = threading.Thread(target=tick_for_ever, args=(stop, max(interval, 5.0)), daemon=True)
        ticker.start()
        try:
            call_command("db_worker", interval=interval, verbosity=0)
        finally:
            stop.set()
            ticker.join(timeout=10)

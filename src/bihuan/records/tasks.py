"""Work of the records app that nobody waits for."""

from __future__ import annotations

from django.utils import timezone

from bihuan.foundation.jobs import task
from bihuan.records.services import activity_seal


@task()
def seal_activity() -> None:
    activity_seal(now=timezone.now())

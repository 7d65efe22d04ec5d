"""Jobs of the duties app; each runs in the scanner's scope and may run twice without harm."""

from __future__ import annotations

from django.utils import timezone

from bihuan.duties.models import CalendarVersion
from bihuan.duties.services.recompute import recompute_open_clocks
from bihuan.duties.services.scanner import scan
from bihuan.foundation.jobs import task
from bihuan.foundation.scope import system_scope


@task()
def scan_clocks() -> int:
    with system_scope("scanner"):
        return scan(timezone.now())


@task()
def recompute_clocks(version_id: int) -> int:
    with system_scope("scanner"):
        version = CalendarVersion.objects.get(pk=version_id)
        return len(recompute_open_clocks(version, timezone.now()))

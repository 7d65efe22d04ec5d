"""Jobs of rectification."""

from __future__ import annotations

from django.utils import timezone

from bihuan.foundation.actor import system_actor
from bihuan.foundation.jobs import task
from bihuan.foundation.scope import system_scope
from bihuan.rectification.services import notices_follow_clocks, rechecks_ask


@task()
def ask_for_rechecks() -> int:
    """Notices put off as "too early to tell" come back on their day; asking twice changes nothing."""
    now = timezone.now()
    with system_scope("rectification.rechecks"):
        notices_follow_clocks(at=now)
        return rechecks_ask(actor=system_actor("rechecks"), today=timezone.localdate(now), at=now)

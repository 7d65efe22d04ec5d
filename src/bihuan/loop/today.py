"""One line of the loop's health for the Today page."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from bihuan.foundation.actor import Actor
from bihuan.loop.permissions import LOOP_VIEW
from bihuan.rectification.enums import Holder
from bihuan.rectification.models import Finding

WAITING = (Holder.OFFICE, Holder.UNIT, Holder.CHECKER)


def health_line(actor: Actor, _now: datetime) -> str:
    if not actor.can_somewhere(LOOP_VIEW):
        return ""
    rows = Finding.objects.for_permission(actor, LOOP_VIEW).filter(waits_for__in=[holder.value for holder in WAITING])
    count, back = rows.count(), rows.filter(state="reopened").count()
    if not count:
        return _("The loop is closed: no finding is open.")
    if not back:
        return _("%(open)s findings are open.") % {"open": count}
    return _("%(open)s findings are open; %(late)s of them came back as not effective.") % {"open": count, "late": back}

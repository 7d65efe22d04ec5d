"""The same complaint comes back after its cause was said to be gone: then it was not gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from bihuan.cases.models import Case, Incident
from bihuan.foundation.actor import system_actor
from bihuan.rectification.models import Finding
from bihuan.rectification.services import finding_reopen, notice_reopen

SYSTEM = system_actor("cases")
WITHIN = timedelta(days=182)
SOURCES = (Case._meta.label_lower, Incident._meta.label_lower)


def verified_before(case: Case, at: datetime) -> list[Finding]:
    """Closed findings from cases of the same unit and theme (and of the same vehicle, where the finding names one)."""
    if case.unit_id is None or case.theme is None:
        return []
    rows = Finding.objects.filter(
        Q(asset__isnull=True) | Q(asset_id=case.asset_id) | Q(asset_id=case.line_id),
        unit_id=case.unit_id,
        dimension=case.theme.name,
        state="closed",
        closed_at__gte=at - WITHIN,
        closed_at__lt=case.received_at,
        source_type__in=SOURCES,
    )
    return list(rows.order_by("-closed_at")[:3])


def findings_reopen(case: Case, *, at: datetime) -> list[Finding]:
    """Reopen what a found case shows to have failed; the reason names the case."""
    reopened = []
    for finding in verified_before(case, at):
        reason = _("The same complaint came back and was found true: %(number)s") % {"number": case.number}
        notice = finding.notices.filter(state="closed").order_by("-closed_at").first()
        if notice is not None:
            notice_reopen(actor=SYSTEM, notice=notice, reason=reason, at=at)
        else:
            finding_reopen(actor=SYSTEM, finding=finding, reason=reason, at=at)
        reopened.append(finding)
    return reopened

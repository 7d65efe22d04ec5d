"""Acts on findings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.events import emit
from bihuan.foundation.lifecycle import perform
from bihuan.foundation.references import Reference
from bihuan.organisation.models import Asset, OrgUnit
from bihuan.records.services import number_take, tell
from bihuan.rectification import permissions as may
from bihuan.rectification.enums import Severity
from bihuan.rectification.events import FindingRaised
from bihuan.rectification.models import Finding
from bihuan.rectification.selectors import earlier_findings
from bihuan.rectification.services.announcements import index_finding
from servicequality.results import plain

SERIES = "FX"


def move(
    finding: Finding, action: str, *, actor: Actor, at: datetime, data: Mapping[str, Any] | None = None
) -> Finding:
    """Perform and note since when the finding is in its new stage."""
    before = finding.state
    perform(finding, action, actor=actor, data=data, at=at)
    if finding.state != before:
        Finding.objects.filter(pk=finding.pk).update(stage_since=at)
        finding.stage_since = at
    return finding


@transaction.atomic
def finding_raise(
    *,
    actor: Actor,
    unit: OrgUnit,
    title: str,
    fact: str,
    severity: str,
    source: models.Model | Reference | None = None,
    source_label: str = "",
    evidence: Mapping[str, Any] | None = None,
    clause: str = "",
    dimension: str = "",
    asset: Asset | None = None,
    at: datetime | None = None,
) -> Finding:
    """Raise a finding against ``unit``; figures in ``evidence`` stay as they were seen.

    Evidence that a page can show: {"figures": [{"label", "value", "low", "high", "n"}], "note": "..."}.
    """
    actor.require(may.FINDINGS_RAISE, unit.org_path)
    for name, value in (("title", title), ("fact", fact)):
        if not value.strip():
            raise BadInputError(_("This is needed for the step."), place=name)
    if severity not in Severity.values:
        raise BadInputError(_("There is no such severity."), place="severity")
    at = at or timezone.now()
    reference = Reference.of(source) if isinstance(source, models.Model) else source
    earlier = earlier_findings(unit=unit, dimension=dimension, clause=clause, before=at)
    year = timezone.localtime(at).year
    finding = Finding.objects.create(
        org_path=unit.org_path,
        state=Finding.lifecycle.initial,
        number=f"{SERIES}-{year}-{number_take(series=SERIES, year=year):04d}",
        title=title.strip(),
        fact=fact.strip(),
        unit=unit,
        asset=asset,
        severity=severity,
        clause=clause.strip(),
        dimension=dimension.strip(),
        source_type=reference.label if reference else "",
        source_id=reference.id if reference else None,
        source_label=source_label or (str(source) if isinstance(source, models.Model) else ""),
        evidence=plain(dict(evidence or {})),
        raised_at=at,
        raised_by_id=actor.user_id,
        raised_by_name=actor.name,
        stage_since=at,
        recurrence_of=earlier.first(),
        recurrence_count=earlier.count(),
    )
    activity(finding, "raise", actor=actor, after={"title": title, "severity": severity}, at=at)
    index_finding(finding)
    written = severity != Severity.ORDINARY
    tell(
        subject=finding,
        message=gettext_noop("New finding %(number)s: %(title)s"),
        params={"number": finding.number, "title": finding.title},
        holders_of=may.NOTICES_ISSUE if written else may.FINDINGS_CORRECT,
        without=actor,
    )
    emit(FindingRaised(finding.reference, finding.org_path, reference))
    return finding


@transaction.atomic
def finding_correct_on_spot(*, actor: Actor, finding: Finding, correction: str, at: datetime | None = None) -> Finding:
    """Log that an ordinary problem was put right on verbal order; somebody else still has to look."""
    at = at or timezone.now()
    data = {"correction": correction, "corrected_by_id": actor.user_id, "corrected_at": at}
    move(finding, "correct_on_spot", actor=actor, at=at, data=data)
    index_finding(finding)
    tell(
        subject=finding,
        message=gettext_noop("%(number)s was corrected on the spot: please confirm"),
        params={"number": finding.number},
        holders_of=may.FINDINGS_CLOSE,
        without=actor,
    )
    return finding


@transaction.atomic
def finding_confirm(*, actor: Actor, finding: Finding, evidence: str, at: datetime | None = None) -> Finding:
    """Close a finding corrected on the spot after looking at it."""
    at = at or timezone.now()
    data = {"close_note": evidence, "closed_at": at, "closed_by_id": actor.user_id}
    return move(finding, "confirm", actor=actor, at=at, data=data)


@transaction.atomic
def finding_close(*, actor: Actor, finding: Finding, reason: str, at: datetime | None = None) -> Finding:
    """Close a correction nobody else looked at; the reason says why that is enough."""
    at = at or timezone.now()
    data = {"reason": reason, "close_note": reason, "closed_at": at, "closed_by_id": actor.user_id}
    return move(finding, "close", actor=actor, at=at, data=data)


@transaction.atomic
def finding_not_corrected(*, actor: Actor, finding: Finding, reason: str, at: datetime | None = None) -> Finding:
    move(finding, "not_corrected", actor=actor, at=at or timezone.now(), data={"reason": reason})
    tell(
        subject=finding,
        message=gettext_noop("%(number)s is not corrected yet"),
        params={"number": finding.number},
        people=[finding.corrected_by_id, finding.raised_by_id],
        without=actor,
    )
    return finding


@transaction.atomic
def finding_reopen(*, actor: Actor, finding: Finding, reason: str, at: datetime | None = None) -> Finding:
    """Open a finding again that was closed without a notice; with one, reopen the notice."""
    data = {"reason": reason, "closed_at": None, "closed_by_id": None, "close_note": ""}
    return move(finding, "reopen", actor=actor, at=at or timezone.now(), data=data)


@transaction.atomic
def finding_dismiss(*, actor: Actor, finding: Finding, reason: str, at: datetime | None = None) -> Finding:
    return move(finding, "dismiss", actor=actor, at=at or timezone.now(), data={"reason": reason})


@transaction.atomic
def finding_restore(*, actor: Actor, finding: Finding, reason: str, at: datetime | None = None) -> Finding:
    return move(finding, "restore", actor=actor, at=at or timezone.now(), data={"reason": reason})


@transaction.atomic
def finding_regrade(
    *, actor: Actor, finding: Finding, severity: str, reason: str, at: datetime | None = None
) -> Finding:
    if severity not in Severity.values:
        raise BadInputError(_("There is no such severity."), place="severity")
    data = {"severity": severity, "reason": reason}
    return move(finding, "regrade", actor=actor, at=at or timezone.now(), data=data)


@transaction.atomic
def finding_reassign(
    *, actor: Actor, finding: Finding, unit: OrgUnit, reason: str, at: datetime | None = None
) -> Finding:
    """Hand an open finding to the unit that is really responsible."""
    actor.require(may.FINDINGS_DISMISS, unit.org_path)
    data = {"unit_id": unit.pk, "org_path": unit.org_path, "reason": reason}
    move(finding, "reassign", actor=actor, at=at or timezone.now(), data=data)
    index_finding(finding)
    return finding

"""Reads of the spine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from dateutil.relativedelta import relativedelta
from django.core import signing
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.duties.models import DeadlinePolicy
from bihuan.foundation.actor import paths_above
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.references import Reference
from bihuan.organisation.models import OrgUnit
from bihuan.rectification.enums import Holder, Severity
from bihuan.rectification.models import Finding, Notice, PlanRule
from bihuan.rectification.models.notice import REPLY_POLICY
from servicequality.results import plain

R = TypeVar("R", Finding, Notice)

RECURRENCE_MONTHS = 6
FEW_UNITS = 5
TOKEN_SALT = "rectification.evidence"  # noqa: S105  a name, not a secret
TOKEN_MAX_AGE = 24 * 3600
ACTIVE = (Holder.UNIT, Holder.CHECKER)


def earlier_findings(
    *, unit: OrgUnit, dimension: str, clause: str, before: datetime, months: int = RECURRENCE_MONTHS
) -> QuerySet[Finding]:
    """Findings on the same unit and the same dimension or clause within ``months`` before ``before``."""
    same = Q(pk__in=[])
    if dimension:
        same |= Q(dimension=dimension)
    if clause:
        same |= Q(clause=clause)
    return (
        Finding.objects.filter(
            same, unit=unit, raised_at__lt=before, raised_at__gte=before - relativedelta(months=months)
        )
        .exclude(state="dismissed")
        .order_by("-raised_at", "-pk")
    )


def same_before(finding: Finding) -> QuerySet[Finding]:
    return earlier_findings(
        unit=finding.unit, dimension=finding.dimension, clause=finding.clause, before=finding.raised_at
    ).exclude(pk=finding.pk)


def living_notice(finding: Finding) -> Notice | None:
    """The notice that is not withdrawn; there is at most one."""
    return finding.notices.exclude(state="withdrawn").first()


def with_notice_columns(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    """Add the living notice's due instant and number."""
    alive = Notice.objects.filter(finding=OuterRef("pk")).exclude(state="withdrawn")
    return rows.annotate(
        notice_number=Subquery(alive.values("number")[:1]),
        notice_due_at=Subquery(alive.filter(waits_for__in=ACTIVE).values("due_at")[:1]),
    )


def only_overdue(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    late = Notice.objects.filter(finding=OuterRef("pk"), due_at__lt=timezone.now(), waits_for__in=ACTIVE)
    return rows.filter(Exists(late))


def of_few_units(rows: QuerySet[R], paths: Iterable[str]) -> QuerySet[R]:
    """Say the units by name where they are few, so that an index by unit answers.

    Without it a small unit would wait while the database walks the open work of all the others.
    """
    ids = list(OrgUnit.objects.below(paths).order_by().values_list("pk", flat=True)[: FEW_UNITS + 1])
    return rows.filter(unit_id__in=ids) if len(ids) <= FEW_UNITS else rows


def plan_required(severity: str) -> list[str]:
    """The parts of the five-fixed plan that an answer of this tier must fill in."""
    rule = PlanRule.objects.filter(severity=severity).first()
    return list(rule.required) if rule is not None else []


def evidence_token(*, evidence: Mapping[str, Any], source: Reference | None = None, source_label: str = "") -> str:
    """Figures as another page shows them, signed, so that a form in between cannot change them."""
    return signing.dumps(
        {"evidence": plain(dict(evidence)), "source": str(source) if source else "", "label": source_label},
        salt=TOKEN_SALT,
        compress=True,
    )


def evidence_from_token(token: str) -> tuple[dict[str, Any], Reference | None, str]:
    """Return evidence, source and its label; raise BadInputError where the token was changed or is old."""
    try:
        content = signing.loads(token, salt=TOKEN_SALT, max_age=TOKEN_MAX_AGE)
    except signing.BadSignature as error:
        message = _("The figures handed over are too old or were changed. Start again from their page.")
        raise BadInputError(message, place="evidence") from error
    source = Reference.parse(content["source"]) if content["source"] else None
    return dict(content["evidence"]), source, str(content["label"])


def raise_url(
    *,
    title: str,
    fact: str,
    unit: OrgUnit | None = None,
    severity: str = Severity.ORDINARY,
    clause: str = "",
    dimension: str = "",
    evidence: Mapping[str, Any] | None = None,
    source: Reference | None = None,
    source_label: str = "",
) -> str:
    """Address of the form that raises a finding, filled in: other pages link to it."""
    query = {"title": title, "fact": fact, "severity": severity, "clause": clause, "dimension": dimension}
    if unit is not None:
        query["unit"] = str(unit.pk)
    if evidence or source:
        query["evidence"] = evidence_token(evidence=evidence or {}, source=source, source_label=source_label)
    filled = {key: value for key, value in query.items() if value}
    return f"{reverse('rectification:finding-raise')}?{urlencode(filled)}"


def reply_policies(org_path: str) -> list[tuple[str, str]]:
    """Deadlines an issuer may choose for an answer: policies in force whose key begins with "notice_reply"."""
    rows = DeadlinePolicy._base_manager.filter(
        key__startswith=REPLY_POLICY, org_path__in=paths_above(org_path), current__isnull=False
    )
    nearest: dict[str, DeadlinePolicy] = {}
    for row in sorted(rows, key=lambda row: len(row.org_path)):
        nearest[row.key] = row
    return sorted((key, row.name) for key, row in nearest.items())

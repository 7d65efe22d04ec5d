"""One click from a case, or from a cluster of cases, to a finding."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bihuan.cases import permissions as may
from bihuan.cases.models import Case
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.rectification.models import Finding
from bihuan.rectification.services import finding_raise

LISTED = 20


@transaction.atomic
def finding_from_cases(
    *, actor: Actor, cases: Sequence[Case], severity: str, title: str = "", fact: str = "", at: datetime | None = None
) -> Finding:
    """The finding is of the unit and theme the cases share; it names every one of them, and nobody who complained."""
    if not cases:
        raise BadInputError(_("Choose at least one case."), place="cases")
    for case in cases:
        actor.require(may.VIEW, case.org_path)
    first = cases[0]
    if first.unit is None:
        raise ActionNotAllowedError(_("Dispatch the case first: a finding needs a responsible unit."))
    if any(case.unit_id != first.unit_id for case in cases):
        raise BadInputError(_("The cases belong to different units."), place="cases")
    numbers = [case.number for case in cases[:LISTED]]
    shared = {case.asset for case in cases}
    theme = first.theme.name if first.theme and all(case.theme_id == first.theme_id for case in cases) else ""
    evidence: dict[str, Any] = {
        "figures": [{"label": _("cases"), "value": len(cases), "n": len(cases)}],
        "note": "、".join(numbers),
    }
    finding = finding_raise(
        actor=actor,
        unit=first.unit,
        title=title.strip() or first.title,
        fact=fact.strip() or first.facts or first.text,
        severity=severity,
        source=first,
        source_label=first.number if len(cases) == 1 else _("%(count)s cases") % {"count": len(cases)},
        evidence=evidence,
        clause=first.clause,
        dimension=theme,
        asset=shared.pop() if len(shared) == 1 else None,
        at=at,
    )
    for case in cases:
        activity(case, "finding_raise", actor=actor, after={"finding": finding.number}, at=at)
    return finding

"""The administrator's choice of what a plan must fix."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError, NotPermittedError
from bihuan.rectification import permissions as may
from bihuan.rectification.enums import PlanPart, Severity
from bihuan.rectification.models import PlanRule


@transaction.atomic
def plan_rule_set(*, actor: Actor, severity: str, required: Iterable[str]) -> PlanRule:
    """Answers given before keep the list they were judged by."""
    if not actor.can_somewhere(may.PLAN_RULES):
        raise NotPermittedError()
    parts = [part for part in PlanPart.values if part in set(required)]
    if severity not in Severity.values:
        raise BadInputError(_("There is no such severity."), place="severity")
    rule, _created = PlanRule.objects.update_or_create(severity=severity, defaults={"required": parts})
    return rule

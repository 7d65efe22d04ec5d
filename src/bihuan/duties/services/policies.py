"""Policies: the shipped promises of time, and new versions of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.duties.models import DeadlinePolicy, PolicyVersion
from bihuan.duties.permissions import CALENDARS_MANAGE
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError
from bihuan.organisation.models import OrgUnit
from servicequality.deadlines import Rule
from servicequality.errors import ServiceQualityError

QUIET = (time(22, 0), time(7, 0))

# The numbers are the organisation's own promises (requirements C3, C6, D5, A6, E1); every one can be changed.
SHIPPED: dict[str, dict[str, Any]] = {
    "notice_reply": {"clock": "working_days", "days": 7, "day_end": "24:00"},
    "notice_verify": {"clock": "working_days", "days": 5, "day_end": "24:00"},
    "complaint_general_48h": {"clock": "elapsed", "hours": 48},
    "complaint_serious_72h": {"clock": "elapsed", "hours": 72},
    "formal_reply_7wd": {"clock": "working_days", "days": 7, "day_end": "close"},
    "department_answer_24h": {"clock": "elapsed", "hours": 24},
    "comment_book_same_day": {"clock": "same_day", "service_day_start": "04:00", "warn_percent": 50},
    "walkthrough_1h": {"clock": "elapsed", "hours": 1},
}
NAMES: dict[str, Any] = {
    "notice_reply": gettext_lazy("Reply to a rectification notice"),
    "notice_verify": gettext_lazy("Verification of a reply"),
    "complaint_general_48h": gettext_lazy("Close a general complaint"),
    "complaint_serious_72h": gettext_lazy("Close a serious complaint"),
    "formal_reply_7wd": gettext_lazy("Formal reply to a complaint"),
    "department_answer_24h": gettext_lazy("Department's answer to the hotline"),
    "comment_book_same_day": gettext_lazy("Answer in the comment book"),
    "walkthrough_1h": gettext_lazy("Hand over process documents"),
}
PAUSE_REASONS = ["waiting_for_customer", "waiting_for_evidence", "waiting_for_authority"]


def check_rule(rule: Mapping[str, Any]) -> Rule:
    try:
        return Rule.from_dict(rule)
    except ServiceQualityError as error:
        raise BadInputError(str(error), place=error.place or "rule") from error


@transaction.atomic
def policy_create(
    *, actor: Actor, unit: OrgUnit, key: str, name: str, rule: Mapping[str, Any], clause: str = "", note: str
) -> DeadlinePolicy:
    actor.require(CALENDARS_MANAGE, unit.org_path)
    if DeadlinePolicy.objects.filter(unit=unit, key=key).exists():
        raise BadInputError(_("The unit has a policy of this key; publish a new version of it."), place="key")
    policy = DeadlinePolicy.objects.create(unit=unit, key=key, name=name, org_path=unit.org_path)
    policy_publish(policy=policy, actor=actor, rule=rule, clause=clause, note=note)
    return policy


@transaction.atomic
def policy_publish(
    *,
    policy: DeadlinePolicy,
    actor: Actor,
    rule: Mapping[str, Any],
    note: str,
    clause: str = "",
    quiet_from: time | None = QUIET[0],
    quiet_until: time | None = QUIET[1],
    is_urgent: bool = False,
) -> PolicyVersion:
    """Put a new version in force for clocks that start from now on; running clocks keep theirs."""
    actor.require(CALENDARS_MANAGE, policy.org_path)
    checked = check_rule(rule)
    if (quiet_from is None) != (quiet_until is None):
        raise BadInputError(_("Quiet hours need a beginning and an end."), place="quiet_until")
    last = PolicyVersion.objects.filter(policy=policy).order_by("-number").first()
    version = PolicyVersion.objects.create(
        policy=policy,
        number=last.number + 1 if last else 1,
        rule=checked.to_dict(),
        clause=clause,
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        is_urgent=is_urgent,
        note=note,
        published_at=timezone.now(),
        published_by=actor.name,
        org_path=policy.org_path,
    )
    policy.current = version
    policy.save(update_fields=["current"])
    activity(policy, "publish", actor=actor, after={"version": version.number, "rule": version.rule}, reason=note)
    return version


def policies_ship(*, actor: Actor, unit: OrgUnit) -> list[DeadlinePolicy]:
    """Fill the shelf: every shipped policy the unit does not have yet."""
    have = set(DeadlinePolicy.objects.filter(unit=unit).values_list("key", flat=True))
    note = _("shipped default")
    created = []
    for key, rule in SHIPPED.items():
        if key not in have:
            full = {"warn_percent": 80, "pause_reasons": PAUSE_REASONS, **rule}
            name = str(NAMES[key])
            created.append(policy_create(actor=actor, unit=unit, key=key, name=name, rule=full, note=note))
    return created

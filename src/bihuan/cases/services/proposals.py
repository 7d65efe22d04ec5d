"""Money proposed by one person and decided by another: compensation (C10), reward for a suggestion (C9)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.cases import permissions as may
from bihuan.cases.enums import Kind, ProposalKind
from bihuan.cases.models import Case, CaseProposal
from bihuan.cases.services.steps import announce
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.foundation.lifecycle import perform

REWARD_LEAST, REWARD_MOST = Decimal(20), Decimal(100)


def check_amount(kind: str, amount: Decimal) -> None:
    if amount <= 0:
        raise BadInputError(_("The amount has to be above zero."), place="amount")
    if kind == ProposalKind.REWARD and not REWARD_LEAST <= amount <= REWARD_MOST:
        raise BadInputError(
            _("A reward lies between %(least)s and %(most)s CNY.") % {"least": REWARD_LEAST, "most": REWARD_MOST},
            place="amount",
        )


@transaction.atomic
def proposal_make(
    *,
    actor: Actor,
    case: Case,
    kind: str,
    amount: Decimal,
    claim: str,
    clause: str = "",
    check_note: str = "",
    at: datetime | None = None,
) -> CaseProposal:
    """A compensation names the commitment that was broken and how that was checked."""
    actor.require(may.PROPOSE, case.org_path)
    at = at or timezone.now()
    if kind not in ProposalKind.values:
        raise BadInputError(_("There is no such kind."), place="kind")
    check_amount(kind, amount)
    if not claim.strip():
        raise BadInputError(_("This is needed for the step."), place="claim")
    if kind == ProposalKind.REWARD and case.kind != Kind.SUGGESTION:
        raise ActionNotAllowedError(_("Only a suggestion is rewarded."))
    if kind == ProposalKind.COMPENSATION:
        for name, value in (("clause", clause), ("check_note", check_note)):
            if not value.strip():
                raise BadInputError(_("Name the commitment and how it was checked."), place=name)
    proposal = CaseProposal.objects.create(
        org_path=case.org_path,
        state=CaseProposal.lifecycle.initial,
        case=case,
        kind=kind,
        amount=amount,
        clause=clause.strip(),
        claim=claim.strip(),
        check_note=check_note.strip(),
        proposed_at=at,
        proposed_by_id=actor.user_id,
        proposed_by_name=actor.name,
    )
    activity(case, "proposal_make", actor=actor, after={"kind": kind, "amount": amount}, at=at)
    announce(case, gettext_noop("A payment is proposed on %(number)s"), actor=actor, holders_of=may.DECIDE)
    return proposal


@transaction.atomic
def proposal_approve(
    *, actor: Actor, proposal: CaseProposal, amount: Decimal | None = None, note: str = "", at: datetime | None = None
) -> CaseProposal:
    """Approve, if need be another amount; nothing is paid here."""
    at = at or timezone.now()
    granted = proposal.amount if amount is None else amount
    check_amount(proposal.kind, granted)
    data = {"amount": granted, "decided_at": at, "decided_by_id": actor.user_id, "decision": note}
    return perform(proposal, "approve", actor=actor, data=data, at=at)


@transaction.atomic
def proposal_refuse(*, actor: Actor, proposal: CaseProposal, reason: str, at: datetime | None = None) -> CaseProposal:
    at = at or timezone.now()
    data = {"reason": reason, "decided_at": at, "decided_by_id": actor.user_id, "decision": reason}
    return perform(proposal, "refuse", actor=actor, data=data, at=at)


@transaction.atomic
def proposal_take_back(
    *, actor: Actor, proposal: CaseProposal, reason: str, at: datetime | None = None
) -> CaseProposal:
    return perform(proposal, "take_back", actor=actor, data={"reason": reason}, at=at)

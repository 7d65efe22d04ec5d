"""Telling the customer, asking whether they are satisfied, closing; and opening again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.cases import permissions as may
from bihuan.cases.enums import AskChannel, EntryKind, Kind, Satisfaction, Side
from bihuan.cases.models import Case, CaseEntry, CaseExtension, SatisfactionAsk
from bihuan.cases.services import clocks
from bihuan.cases.services.steps import announce
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor, system_actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, OutOfScopeError
from bihuan.foundation.lifecycle import perform
from bihuan.foundation.secrets import new_secret, secret_hash

ASK_LASTS = timedelta(days=7)
SYSTEM = system_actor("cases")
ASKABLE = ("fed_back", "closed")


@transaction.atomic
def contact_note(*, actor: Actor, case: Case, text: str, is_reached: bool, at: datetime | None = None) -> CaseEntry:
    """One attempt to reach the customer, reached or not."""
    actor.require(may.FEEDBACK, case.org_path)
    if case.is_final:
        raise ActionNotAllowedError()
    at = at or timezone.now()
    entry = CaseEntry.objects.create(
        case=case,
        org_path=case.org_path,
        kind=EntryKind.CONTACT,
        side=Side.OFFICE,
        text=text.strip(),
        is_reached=is_reached,
        at=at,
        by_id=actor.user_id,
        by_name=actor.name,
    )
    activity(case, "contact", actor=actor, after={"is_reached": is_reached}, at=at)
    return entry


@transaction.atomic
def case_feed_back(*, actor: Actor, case: Case, result_told: str, at: datetime | None = None) -> Case:
    """The customer was told the result: the formal reply is given, and can be read when following the case."""
    at = at or timezone.now()
    data = {"result_told": result_told.strip(), "told_at": at, "told_by_id": actor.user_id}
    perform(case, "feed_back", actor=actor, data=data, at=at)
    CaseEntry.objects.create(
        case=case,
        org_path=case.org_path,
        kind=EntryKind.REPLY,
        side=Side.OFFICE,
        text=result_told.strip(),
        at=at,
        by_id=actor.user_id,
        by_name=actor.name,
    )
    clocks.reply_rests(case, at=at, actor=actor)
    return case


@dataclass(frozen=True)
class Asked:
    """``token`` is shown once: of it only the hash is kept."""

    ask: SatisfactionAsk
    token: str


@transaction.atomic
def satisfaction_ask(*, actor: Actor, case: Case, channel: str = AskChannel.LINK, at: datetime | None = None) -> Asked:
    """Ask once a cycle; duplicates and invalid cases are never asked."""
    actor.require(may.FEEDBACK, case.org_path)
    at = at or timezone.now()
    if case.state not in ASKABLE or case.kind == Kind.COMMENDATION:
        raise ActionNotAllowedError(_("Satisfaction is asked after the customer was told the result."))
    token = new_secret()
    try:
        with transaction.atomic():
            ask = SatisfactionAsk.objects.create(
                case=case,
                org_path=case.org_path,
                cycle=case.cycle,
                channel=channel,
                token_hash=secret_hash(token),
                asked_at=at,
                asked_by_name=actor.name,
                expires_at=at + ASK_LASTS,
            )
    except IntegrityError as error:
        raise ActionNotAllowedError(_("This customer was asked already.")) from error
    activity(case, "satisfaction_ask", actor=actor, after={"channel": channel}, at=at)
    return Asked(ask, token)


@transaction.atomic
def satisfaction_take(
    *, ask: SatisfactionAsk, level: str, comment: str = "", actor: Actor = SYSTEM, at: datetime | None = None
) -> SatisfactionAsk:
    """The answer, once. Whoever handled the case sees it only when the case is closed."""
    at = at or timezone.now()
    if level not in Satisfaction.values:
        raise BadInputError(_("Choose how satisfied you are."), place="level")
    swapped = SatisfactionAsk.objects.filter(pk=ask.pk, answered_at__isnull=True, expires_at__gt=at).update(
        answered_at=at, level=level, comment=comment.strip()[:2000]
    )
    if not swapped:
        raise OutOfScopeError()
    ask.answered_at, ask.level, ask.comment = at, level, comment.strip()[:2000]
    case = ask.case
    Case.objects.filter(pk=case.pk, cycle=ask.cycle).update(satisfaction=level, satisfaction_at=at)
    case.satisfaction, case.satisfaction_at = level, at
    activity(case, "satisfaction_answer", actor=actor, at=at)
    if level in {Satisfaction.DISSATISFIED, Satisfaction.VERY_DISSATISFIED}:
        announce(
            case,
            gettext_noop("The customer of %(number)s is not satisfied with the handling"),
            actor=SYSTEM,
            holders_of=may.REOPEN,
        )
    return ask


@transaction.atomic
def satisfaction_by_call(
    *, actor: Actor, case: Case, level: str, comment: str = "", at: datetime | None = None
) -> SatisfactionAsk:
    """Asked on the telephone and answered at once; who handled the case does not make this call."""
    if actor.is_user(case.answered_by_id) or (actor.person_id is not None and actor.person_id == case.handler_id):
        raise ActionNotAllowedError(_("Somebody else than the handler has to ask."))
    asked = satisfaction_ask(actor=actor, case=case, channel=AskChannel.CALL_BACK, at=at)
    return satisfaction_take(ask=asked.ask, level=level, comment=comment, actor=actor, at=at)


def ask_by_token(token: str, *, at: datetime) -> SatisfactionAsk | None:
    rows = SatisfactionAsk.objects.filter(token_hash=secret_hash(token), expires_at__gt=at).select_related("case")
    return rows.first()


@transaction.atomic
def case_close(*, actor: Actor, case: Case, note: str = "", at: datetime | None = None) -> Case:
    """Close a case that was fed back; its clocks stop at the same instant, requests for more time lapse."""
    at = at or timezone.now()
    data = {"closed_at": at, "closed_by_id": actor.user_id, "close_note": note.strip()}
    perform(case, "close", actor=actor, data=data, at=at)
    ended(case, at=at, actor=actor, why=str(_("the case was closed")))
    return case


def ended(case: Case, *, at: datetime, actor: Actor, why: str) -> None:
    clocks.all_rest(case, at=at, actor=actor)
    for request in CaseExtension.objects.filter(case=case, state="asked"):
        perform(request, "lapse", actor=SYSTEM, data={"reason": why}, at=at)


def _ending(case: Case, action: str, *, actor: Actor, reason: str, at: datetime, **more: object) -> Case:
    data = {"reason": reason, "closed_at": at, "closed_by_id": actor.user_id, "close_note": reason, **more}
    perform(case, action, actor=actor, data=data, at=at)
    ended(case, at=at, actor=actor, why=reason)
    return case


@transaction.atomic
def case_merge(*, actor: Actor, case: Case, into: Case, reason: str, at: datetime | None = None) -> Case:
    """Same person, same fact: one case goes on. Different people with one cause belong to an incident instead."""
    original = into
    seen = {case.pk}
    while original.duplicate_of is not None and original.pk not in seen:
        seen.add(original.pk)
        original = original.duplicate_of
    at = at or timezone.now()
    return _ending(case, "merge", actor=actor, reason=reason, at=at, duplicate_of_id=original.pk)


@transaction.atomic
def case_withdraw(*, actor: Actor, case: Case, reason: str, at: datetime | None = None) -> Case:
    return _ending(case, "withdraw", actor=actor, reason=reason, at=at or timezone.now())


@transaction.atomic
def case_invalidate(*, actor: Actor, case: Case, reason: str, at: datetime | None = None) -> Case:
    """Unfounded on its face or malicious; the reason names the evidence."""
    return _ending(case, "invalidate", actor=actor, reason=reason, at=at or timezone.now())


@transaction.atomic
def case_reopen(*, actor: Actor, case: Case, reason: str, at: datetime | None = None) -> Case:
    """A new cycle: clocks run again, answer and satisfaction are owed anew; what was said before stays on record."""
    at = at or timezone.now()
    again = {"reason": reason, "cycle": case.cycle + 1, "closed_at": None, "closed_by_id": None, "close_note": ""}
    if case.state == "closed":
        data = {**again, "told_at": None, "answered_at": None, "satisfaction": "", "satisfaction_at": None}
        perform(case, "reopen", actor=actor, data=data, at=at)
    else:
        perform(case, "restore", actor=actor, data={**again, "duplicate_of_id": None, "transferred_to": ""}, at=at)
    clocks.all_run_again(case, at=at, actor=actor)
    announce(case, gettext_noop("%(number)s was reopened: %(title)s"), actor=actor, holders_of=may.DISPATCH)
    return case

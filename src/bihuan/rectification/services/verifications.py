"""The follow-up check by a second person, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.foundation.events import emit
from bihuan.foundation.lifecycle import perform
from bihuan.records.services import tell
from bihuan.rectification import permissions as may
from bihuan.rectification.enums import Verdict
from bihuan.rectification.events import NoticeVerified
from bihuan.rectification.models import Notice, Verification
from bihuan.rectification.services.deadlines import (
    all_clocks_stop,
    reply_clock_again,
    verify_clock_again,
    verify_clock_rest,
)
from bihuan.rectification.services.findings import move
from servicequality.results import plain

EFFECTIVE = gettext_noop("%(number)s: the rectification was found effective and closed")
NOT_EFFECTIVE = gettext_noop("%(number)s: the rectification was not effective, please answer again")
TOO_EARLY = gettext_noop("%(number)s: too early to tell, it will be looked at again on %(day)s")


def _effective(notice: Notice, *, actor: Actor, data: dict[str, Any], at: datetime) -> None:
    data |= {"closed_at": at, "recheck_on": None}
    perform(notice, "verify_effective", actor=actor, data=data, at=at)
    closing = {"close_note": data["evidence"], "closed_at": at, "closed_by_id": actor.user_id}
    move(notice.finding, "accept", actor=actor, at=at, data=closing)
    all_clocks_stop(notice, at=at, actor=actor)


def _not_effective(notice: Notice, *, actor: Actor, data: dict[str, Any], at: datetime) -> None:
    data |= {"cycle": notice.cycle + 1, "recheck_on": None}
    perform(notice, "verify_not_effective", actor=actor, data=data, at=at)
    move(notice.finding, "fail", actor=actor, at=at, data={"notice": notice.number})
    reply_clock_again(notice, at=at, actor=actor)


def _too_early(notice: Notice, *, actor: Actor, data: dict[str, Any], at: datetime) -> None:
    recheck_on = data.get("recheck_on")
    if not isinstance(recheck_on, date) or recheck_on <= timezone.localdate(at):
        raise BadInputError(_("Name a later day to look again."), place="recheck_on")
    perform(notice, "verify_too_early", actor=actor, data=data | {"recheck_asked_at": None}, at=at)
    verify_clock_rest(notice, at=at, actor=actor)


VERDICTS = {
    Verdict.EFFECTIVE: (_effective, EFFECTIVE),
    Verdict.NOT_EFFECTIVE: (_not_effective, NOT_EFFECTIVE),
    Verdict.TOO_EARLY: (_too_early, TOO_EARLY),
}


@transaction.atomic
def notice_verify(
    *,
    actor: Actor,
    notice: Notice,
    verdict: str,
    evidence: str,
    recheck_on: date | None = None,
    figures: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Verification:
    """Judge the answer by what was seen. Not effective opens a new cycle; too early names the next look."""
    at = at or timezone.now()
    if verdict not in Verdict.values:
        raise BadInputError(_("There is no such verdict."), place="verdict")
    if not evidence.strip():
        raise BadInputError(_("Say what was looked at and what was found."), place="evidence")
    reply, cycle = notice.latest_reply, notice.cycle
    if reply is None:
        raise ActionNotAllowedError()
    act, message = VERDICTS[Verdict(verdict)]
    data: dict[str, Any] = {"evidence": evidence.strip(), "verdict": verdict, "recheck_on": recheck_on}
    act(notice, actor=actor, data=data, at=at)
    verification = Verification.objects.create(
        org_path=notice.org_path,
        notice=notice,
        reply=reply,
        cycle=cycle,
        verdict=verdict,
        evidence=evidence.strip(),
        figures=plain(dict(figures or {})),
        recheck_on=recheck_on if verdict == Verdict.TOO_EARLY else None,
        verified_at=at,
        verified_by_id=actor.user_id,
        verified_by_name=actor.name,
    )
    tell(
        subject=notice,
        message=message,
        params={"number": notice.number, "day": recheck_on.isoformat() if recheck_on else ""},
        holders_of=may.NOTICES_REPLY,
        people=[notice.replied_by_id, notice.issued_by_id],
        without=actor,
    )
    emit(NoticeVerified(notice.reference, notice.finding.reference, notice.org_path, verdict))
    return verification


@transaction.atomic
def notice_reopen(*, actor: Actor, notice: Notice, reason: str, at: datetime | None = None) -> Notice:
    """A later look found the problem back: a closed notice goes into a new cycle."""
    at = at or timezone.now()
    data = {"reason": reason, "cycle": notice.cycle + 1, "closed_at": None}
    perform(notice, "reopen", actor=actor, data=data, at=at)
    again = {"notice": notice.number, "closed_at": None, "closed_by_id": None, "close_note": ""}
    move(notice.finding, "fail", actor=actor, at=at, data=again)
    reply_clock_again(notice, at=at, actor=actor)
    tell(
        subject=notice,
        message=gettext_noop("%(number)s was reopened: %(reason)s"),
        params={"number": notice.number, "reason": reason},
        holders_of=may.NOTICES_REPLY,
        without=actor,
    )
    return notice


@transaction.atomic
def rechecks_ask(*, actor: Actor, today: date, at: datetime) -> int:
    """Start the check clock of every notice whose day to look again has come, once, and tell the verifiers."""
    due = Notice.objects.filter(state="replied", recheck_on__lte=today, recheck_asked_at__isnull=True)
    count = 0
    for notice in due:
        if not Notice.objects.filter(pk=notice.pk, recheck_asked_at__isnull=True).update(recheck_asked_at=at):
            continue
        verify_clock_again(notice, at=at, actor=actor)
        tell(
            subject=notice,
            message=gettext_noop("%(number)s: the day to look again has come"),
            params={"number": notice.number},
            holders_of=may.NOTICES_VERIFY,
        )
        count += 1
    return count

"""The notice as the official paper says it: the same content for screen, print and Word."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.rectification.enums import Severity
from bihuan.rectification.models import Notice, Reply, Verification

NOT_YET = ""


def paper_day(at: datetime | None) -> str:
    """A date as official papers write it, with no weekday and no zero before month or day."""
    if at is None:
        return NOT_YET
    day = timezone.localtime(at)
    return _("%(year)s-%(month)s-%(day)s") % {"year": day.year, "month": day.month, "day": day.day}


def paper_time(at: datetime | None) -> str:
    return f"{paper_day(at)} {timezone.localtime(at):%H:%M}" if at is not None else NOT_YET


@dataclass(frozen=True)
class Part:
    """A headed part; an empty one prints with room to write by hand."""

    heading: str
    lines: tuple[str, ...] = ()
    to_fill: bool = False


@dataclass(frozen=True)
class Paper:
    organisation: str
    title: str
    number: str
    addressee: str
    opening: str
    parts: tuple[Part, ...]
    signed_by: str
    signed_on: str
    seals: tuple[str, ...]
    is_draft: bool
    replies: tuple[Part, ...] = field(default=())


def _reply_lines(reply: Reply) -> tuple[str, ...]:
    lines = [
        _("Cause (%(category)s): %(text)s") % {"category": reply.get_category_display(), "text": reply.cause},
        *(_("Why %(number)s: %(text)s") % {"number": n, "text": line} for n, line in enumerate(reply.whys, 1)),
        _("Correction: %(text)s") % {"text": reply.correction},
        _("Prevention: %(text)s") % {"text": reply.prevention},
        *(f"{part}: {text}" for part, text in reply.plan_lines),
        _("Answered by %(who)s, %(when)s") % {"who": reply.replied_by_name, "when": paper_time(reply.replied_at)},
    ]
    return tuple(lines)


def _check_lines(check: Verification) -> tuple[str, ...]:
    lines = [
        _("Verdict: %(verdict)s") % {"verdict": check.get_verdict_display()},
        check.evidence,
        _("Verified by %(who)s, %(when)s") % {"who": check.verified_by_name, "when": paper_time(check.verified_at)},
    ]
    return tuple(lines)


def paper_of(notice: Notice) -> Paper:
    """Everything the paper says, as of now."""
    reply = notice.replies.filter(retracted_at__isnull=True, returned_at__isnull=True).order_by("-replied_at").first()
    check = notice.verifications.order_by("-verified_at", "-pk").first()
    if check is not None and reply is not None and check.verified_at < reply.replied_at:
        check = None
    deadline = (
        _("Answer in writing by %(when)s.") % {"when": paper_time(notice.reply_due_at)}
        if notice.reply_due_at
        else _("runs from the day of issue")
    )
    opening = {
        Severity.ORDINARY.value: _("The following problem was found in your unit. Please put it right:"),
        Severity.MAJOR.value: _("The following major problem was found in your unit. You are required to rectify it:"),
        Severity.HIDDEN_RISK.value: _(
            "The following hidden risk was found in your unit. You are required to remove it:"
        ),
    }[notice.severity]
    parts = [
        Part(_("Fact"), (notice.fact or notice.finding.fact,)),
        Part(_("Clause"), (notice.clause or notice.finding.clause or _("none named"),)),
        Part(_("Requirement"), (notice.requirement,)),
        Part(_("Deadline"), (deadline,)),
        Part(_("Answer of the unit"), _reply_lines(reply) if reply else (), to_fill=reply is None),
        Part(_("Re-check"), _check_lines(check) if check else (), to_fill=check is None),
    ]
    return Paper(
        organisation=notice.issuing_unit.name,
        title=_("Rectification notice"),
        number=notice.number or _("(draft, no number yet)"),
        addressee=notice.unit.name,
        opening=opening,
        parts=tuple(parts),
        signed_by=notice.issuing_unit.name,
        signed_on=paper_day(notice.issued_at),
        seals=(_("Issuing unit (seal)"), _("Responsible unit (seal)"), _("Verifier (signature)")),
        is_draft=not notice.number,
    )

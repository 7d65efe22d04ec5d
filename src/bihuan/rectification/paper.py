"""The notice as the official paper says it: one description for screen, print, Word and the archive."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from bihuan.documents.services import Block, Document, Fields, Heading, Paragraph, Signature, Signatures
from bihuan.rectification.enums import Severity
from bihuan.rectification.models import Notice, Reply, Verification

OPENINGS = {
    Severity.ORDINARY.value: lambda: _("The following problem was found in your unit. Please put it right."),
    Severity.MAJOR.value: lambda: _("The following major problem was found in your unit. You are to rectify it."),
    Severity.HIDDEN_RISK.value: lambda: _("The following hidden risk was found in your unit. You are to remove it."),
}


def paper_day(at: datetime | None) -> str:
    """A date as official papers write it, with no weekday and no zero before month or day."""
    return day_on_paper(timezone.localtime(at).date()) if at is not None else ""


def day_on_paper(day: date) -> str:
    return pgettext("date on paper", "%(day)s/%(month)s/%(year)s") % {
        "year": day.year,
        "month": day.month,
        "day": day.day,
    }


def paper_time(at: datetime) -> str:
    return f"{paper_day(at)} {timezone.localtime(at):%H:%M}"


def _reply_blocks(reply: Reply | None) -> list[Block]:
    if reply is None:
        return [Paragraph(_("(to be filled in by the responsible unit)")), Paragraph(" "), Paragraph(" ")]
    whys = "\n".join(f"{number}. {line}" for number, line in enumerate(reply.whys, 1))
    rows = [
        (_("Cause"), _("%(what)s: %(detail)s") % {"what": reply.get_category_display(), "detail": reply.cause}),
        *([(_("Five whys"), whys)] if whys else []),
        (_("Correction"), reply.correction),
        (_("Prevention"), reply.prevention),
        *((_("Plan: %(part)s") % {"part": part}, text) for part, text in reply.plan_lines),
        (
            _("Answered by"),
            _("%(name)s, %(time)s") % {"name": reply.replied_by_name, "time": paper_time(reply.replied_at)},
        ),
    ]
    return [Fields(tuple(rows))]


def _check_blocks(check: Verification | None) -> list[Block]:
    if check is None:
        return [Paragraph(_("(to be filled in by the verifier)")), Paragraph(" ")]
    rows = (
        (_("Verdict"), str(check.get_verdict_display())),
        (_("What was looked at and found"), check.evidence),
        (
            _("Verified by"),
            _("%(name)s, %(time)s") % {"name": check.verified_by_name, "time": paper_time(check.verified_at)},
        ),
    )
    return [Fields(rows)]


def paper_of(notice: Notice) -> Document:
    """Everything the paper says, as of now."""
    standing = notice.replies.filter(retracted_at__isnull=True, returned_at__isnull=True)
    reply = standing.filter(cycle=notice.cycle).order_by("-replied_at", "-pk").first()
    check = reply.verifications.order_by("-verified_at", "-pk").first() if reply is not None else None
    deadline = (
        _("Answer in writing by %(when)s.") % {"when": f"{day_on_paper(notice.reply_due_day)} {notice.reply_due_time}"}
        if notice.reply_due_day
        else _("The time to answer runs from the day of issue.")
    )
    clause = notice.clause or notice.finding.clause
    body: list[Block] = [
        Paragraph(OPENINGS[notice.severity]()),
        Heading(_("1. Fact")),
        Paragraph(notice.fact or notice.finding.fact),
        Heading(_("2. Clause")),
        Paragraph(clause or _("No clause is named.")),
        Heading(_("3. Requirement")),
        Paragraph(notice.requirement),
        Heading(_("4. Deadline")),
        Paragraph(deadline),
        Heading(_("5. Answer of the responsible unit")),
        *_reply_blocks(reply),
        Heading(_("6. Re-check")),
        *_check_blocks(check),
        Signatures(
            (
                Signature(_("Issuing unit"), seal=True),
                Signature(_("Responsible unit"), seal=True),
                Signature(_("Verifier"), name=check.verified_by_name if check else ""),
            )
        ),
    ]
    return Document(
        title=_("Rectification notice"),
        blocks=tuple(body),
        issuer=notice.issuing_unit.name,
        number=notice.number or _("(draft, no number yet)"),
        addressee=_("%(unit)s:") % {"unit": notice.unit.name},
        signed_by=notice.issuing_unit.name,
        signed_on=paper_day(notice.issued_at),
        language=get_language() or "zh-hans",
    )

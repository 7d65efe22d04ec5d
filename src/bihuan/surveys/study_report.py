"""The report of a study as paper: one description for screen, print, Word and PDF."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bihuan.documents.services import Block, Bullets, Document, Fields, Heading, Paragraph, Signature, Signatures
from bihuan.surveys.models import StudyNote, StudyTalk, StudyVisit
from bihuan.surveys.selectors.studies import Became


def _talk_line(talk: StudyTalk) -> str:
    words = _("%(talk)s, %(who)s, %(day)s") % {"talk": talk, "who": talk.who, "day": talk.held_on}
    if talk.kind == StudyTalk.Kind.FORUM:
        words += _("; %(count)s participants") % {"count": talk.participants}
    return words + (_("; ") + talk.topics if talk.topics else "")


def _note_line(note: StudyNote, what: Became) -> str:
    numbers = _(", ").join([*(one.number for one in what.findings), *(one.number for one in what.needs)])
    theme = f" [{note.theme}]" if note.theme else ""
    return f"{note.text}{theme}" + (f" → {numbers}" if numbers else "")


def report_of(visit: StudyVisit, notes: list[StudyNote], what: Mapping[int, Became]) -> Document:
    talks = list(visit.talks.all())
    forums = [talk for talk in talks if talk.kind == StudyTalk.Kind.FORUM]
    interviews = [talk for talk in talks if talk.kind == StudyTalk.Kind.INTERVIEW]
    heard = len(interviews) + sum(talk.participants for talk in forums)
    blocks: list[Block] = [
        Fields(
            (
                (_("Unit studied"), visit.unit.name),
                (_("How it was chosen"), str(visit.get_choice_display())),
                (_("In charge"), visit.lead.name if visit.lead else "—"),
                (_("Team"), visit.team or "—"),
                (
                    _("Customers heard"),
                    _("%(all)s: %(interviews)s in interviews, %(forums)s in forums")
                    % {"all": heard, "interviews": len(interviews), "forums": heard - len(interviews)},
                ),
            )
        ),
        Heading(_("1. What we wanted to learn")),
        Paragraph(visit.purpose or _("Nothing was written down.")),
        Heading(_("2. Interviews and forums")),
        Bullets(tuple(_talk_line(talk) for talk in talks)) if talks else Paragraph(_("None.")),
        Heading(_("3. What customers said")),
    ]
    for kind in StudyNote.Kind:
        lines = tuple(_note_line(note, what[note.pk]) for note in notes if note.kind == kind)
        if lines:
            blocks += [Heading(str(kind.label), level=2), Bullets(lines)]
    blocks += [
        Paragraph(_("Notes of single customers show what there is, not how often. Nobody is named.")),
        Heading(_("4. Conclusion")),
        Paragraph(visit.conclusion or _("Not written yet.")),
        Heading(_("5. Proposals")),
        Paragraph(visit.proposals or _("None.")),
    ]
    if visit.close_note:
        blocks += [Heading(_("6. What follows from it")), Paragraph(visit.close_note)]
    blocks.append(Signatures((Signature(_("Reported by"), name=visit.reported_by_name), Signature(_("Closed by")))))
    return Document(
        title=_("Report on the on-site study of customers' perception"),
        blocks=tuple(blocks),
        number=visit.number,
        signed_by=visit.plan.unit.name,
        signed_on=timezone.localtime(visit.reported_at).strftime("%Y-%m-%d") if visit.reported_at else "",
        language=get_language() or "zh-hans",
    )

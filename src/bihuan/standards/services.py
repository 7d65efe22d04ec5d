"""Writing, publishing and abolishing answering standards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.lifecycle import perform
from bihuan.organisation.models import OrgUnit, Person
from bihuan.records.services import number_take, search_index
from bihuan.standards import permissions as may
from bihuan.standards.enums import AnswerKind
from bihuan.standards.models import AnsweringEdition, AnsweringStandard
from bihuan.standards.reading import AnswerRow

SERIES = "JD"
ANSWER_LIMIT = 4000
FROZEN = ("kind", "topic", "question", "answer", "keywords", "basis")


def index(standard: AnsweringStandard) -> None:
    search_index(
        record=standard,
        number=standard.number,
        title=standard.question,
        text=" ".join((standard.topic, standard.answer, *standard.keywords, standard.basis)),
        permission=may.VIEW,
    )


def written(
    *,
    question: str,
    answer: str,
    kind: str = AnswerKind.STANDARD,
    topic: str = "",
    keywords: Sequence[str] = (),
    basis: str = "",
    owner: Person | None = None,
    review_on: date | None = None,
) -> dict[str, Any]:
    if kind not in AnswerKind.values:
        raise BadInputError(_("There is no such kind."), place="kind")
    for name, text in (("question", question), ("answer", answer)):
        if not text.strip():
            raise BadInputError(_("This is needed for the step."), place=name)
    if len(answer) > ANSWER_LIMIT:
        raise BadInputError(_("At most %(limit)s characters.") % {"limit": ANSWER_LIMIT}, place="answer")
    return {
        "kind": kind,
        "topic": topic.strip(),
        "question": question.strip(),
        "answer": answer.strip(),
        "keywords": [word.strip() for word in keywords if word.strip()],
        "basis": basis.strip(),
        "owner_id": owner.pk if owner else None,
        "review_on": review_on,
    }


@transaction.atomic
def answer_write(*, actor: Actor, unit: OrgUnit, at: datetime | None = None, **texts: Any) -> AnsweringStandard:
    """A new draft of ``unit``; nobody is offered it before it is published."""
    actor.require(may.EDIT, unit.org_path)
    at = at or timezone.now()
    standard = AnsweringStandard(
        org_path=unit.org_path,
        state=AnsweringStandard.lifecycle.initial,
        number=f"{SERIES}-{number_take(series=SERIES, year=0):04d}",
        unit=unit,
        written_at=at,
        written_by_name=actor.name,
        **written(**texts),
    )
    standard.save(force_insert=True)
    activity(standard, "create", actor=actor, after={"question": standard.question}, at=at)
    index(standard)
    return standard


@transaction.atomic
def answer_edit(
    *, actor: Actor, standard: AnsweringStandard, at: datetime | None = None, **texts: Any
) -> AnsweringStandard:
    """Change the text being worked on. What is in force stays so until the change is published."""
    values = written(**texts)
    differs = any(values[name] != getattr(standard, name) for name in FROZEN)
    perform(standard, "edit", actor=actor, data={**values, "is_changed": standard.is_changed or differs}, at=at)
    index(standard)
    return standard


@transaction.atomic
def answer_publish(
    *,
    actor: Actor,
    standard: AnsweringStandard,
    effective_from: date,
    reason: str = "",
    at: datetime | None = None,
) -> AnsweringEdition:
    """Freeze the text as the next edition; the edition before it ends the day this one begins."""
    at = at or timezone.now()
    before = AnsweringEdition.objects.filter(standard=standard, effective_to=None).first()
    if before is not None and effective_from < before.effective_from:
        raise BadInputError(
            _("It cannot begin before the edition in force, which began on %(day)s.")
            % {"day": before.effective_from.isoformat()},
            place="effective_from",
        )
    data = {
        "effective_from": effective_from,
        "edition": standard.edition + 1,
        "is_changed": False,
        "reason": reason.strip(),
    }
    perform(standard, "publish", actor=actor, data=data, at=at)
    if before is not None:
        AnsweringEdition.objects.filter(pk=before.pk).update(effective_to=effective_from)
    edition = AnsweringEdition(
        org_path=standard.org_path,
        standard=standard,
        edition=standard.edition,
        effective_from=effective_from,
        reason=reason.strip(),
        published_at=at,
        published_by_name=actor.name,
        **{name: getattr(standard, name) for name in FROZEN},
    )
    edition.save(force_insert=True)
    return edition


@transaction.atomic
def answer_confirm(
    *, actor: Actor, standard: AnsweringStandard, review_on: date, reason: str, at: datetime | None = None
) -> AnsweringStandard:
    """Reviewed and kept as it is, until the next review."""
    at = at or timezone.now()
    if review_on <= timezone.localtime(at).date():
        raise BadInputError(_("The next review lies in the future."), place="review_on")
    return perform(standard, "confirm", actor=actor, data={"review_on": review_on, "reason": reason.strip()}, at=at)


@transaction.atomic
def answer_abolish(
    *, actor: Actor, standard: AnsweringStandard, reason: str, at: datetime | None = None
) -> AnsweringStandard:
    """From today nobody is offered it; cases answered from it keep what was said."""
    at = at or timezone.now()
    perform(standard, "abolish", actor=actor, data={"reason": reason.strip()}, at=at)
    today = timezone.localtime(at).date()
    for edition in AnsweringEdition.objects.filter(standard=standard, effective_to=None):
        # One that was to begin later never begins.
        end = max(today, edition.effective_from)
        AnsweringEdition.objects.filter(pk=edition.pk).update(effective_to=end)
    return standard


@transaction.atomic
def answer_restore(
    *, actor: Actor, standard: AnsweringStandard, reason: str, at: datetime | None = None
) -> AnsweringStandard:
    """Back to a draft: it is offered again once published anew."""
    return perform(standard, "restore", actor=actor, data={"reason": reason.strip(), "is_changed": True}, at=at)


@transaction.atomic
def answers_import(
    *, actor: Actor, unit: OrgUnit, rows: Iterable[AnswerRow], publish_from: date | None = None
) -> tuple[int, int]:
    """Keep answers from a file, all or none; a question the unit has already stays as it is.

    With ``publish_from`` the new ones are published at once. Returns how many are new and how many were there.
    """
    actor.require(may.EDIT, unit.org_path)
    if publish_from is not None:
        actor.require(may.PUBLISH, unit.org_path)
    kept = AnsweringStandard.objects.filter(org_path=unit.org_path).exclude(state="abolished")
    there = set(kept.values_list("question", flat=True))
    made = known = 0
    for row in rows:
        if row.question in there:
            known += 1
            continue
        there.add(row.question)
        standard = answer_write(actor=actor, unit=unit, **row.texts())
        if publish_from is not None:
            answer_publish(actor=actor, standard=standard, effective_from=publish_from)
        made += 1
    return made, known

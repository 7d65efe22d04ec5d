"""Acts on on-site studies."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.activity import activity, save_fields
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.foundation.lifecycle import perform
from bihuan.instruments.models import InstrumentVersion
from bihuan.organisation.models import OrgUnit, Person
from bihuan.records.services import number_take, search_index
from bihuan.surveys.models import StudyNote, StudyPlan, StudyTalk, StudyVisit
from bihuan.surveys.permissions import STUDIES_CARRY_OUT, STUDIES_PLAN, STUDIES_VIEW
from bihuan.surveys.selectors.studies import frame_of
from servicequality.errors import ServiceQualityError
from servicequality.sampling_plans import draw_random

SERIES = "DY"
FIRST_YEAR, LAST_YEAR = 2000, 2100


def needed(**texts: str) -> None:
    for name, value in texts.items():
        if not value.strip():
            raise BadInputError(_("This is needed for the step."), place=name)


@transaction.atomic
def study_plan_create(
    *, actor: Actor, unit: OrgUnit, year: int, wanted: int = 3, purpose: str = "", at: datetime | None = None
) -> StudyPlan:
    """Plan a year's studies of the units below ``unit``; at least three units a year is the shipped number."""
    actor.require(STUDIES_PLAN, unit.org_path)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise BadInputError(_("There is no such year."), place="year")
    if wanted < 1:
        raise BadInputError(_("At least one unit."), place="wanted")
    if StudyPlan.objects.filter(unit=unit, year=year).exists():
        raise BadInputError(_("The unit has a plan for this year already."), place="year")
    plan = StudyPlan.objects.create(
        org_path=unit.org_path, unit=unit, year=year, wanted=wanted, purpose=purpose.strip()
    )
    activity(plan, "create", actor=actor, after={"year": year, "wanted": wanted}, at=at)
    return plan


@transaction.atomic
def study_plan_edit(*, actor: Actor, plan: StudyPlan, wanted: int, purpose: str = "") -> StudyPlan:
    actor.require(STUDIES_PLAN, plan.org_path)
    if wanted < 1:
        raise BadInputError(_("At least one unit."), place="wanted")
    save_fields(plan, {"wanted": wanted, "purpose": purpose.strip()}, actor=actor)
    return plan


@transaction.atomic
def study_plan_draw(
    *,
    actor: Actor,
    plan: StudyPlan,
    kinds: Sequence[str],
    count: int | None = None,
    leave_out_last_year: bool = True,
    seed: str = "",
    at: datetime | None = None,
) -> list[StudyVisit]:
    """Draw the units by chance, once a plan; seed and frame are kept, so that anybody can draw them again."""
    actor.require(STUDIES_PLAN, plan.org_path)
    if plan.seed:
        raise ActionNotAllowedError(_("The units of this plan are drawn already; add others with a reason."))
    at = at or timezone.now()
    units = {str(unit.pk): unit for unit in frame_of(plan, kinds, leave_out_last_year=leave_out_last_year)}
    taken = plan.visits.count()
    wanted = count if count is not None else max(0, plan.wanted - taken)
    used = seed.strip() or secrets.token_hex(8)
    try:
        draw = draw_random(list(units), wanted, seed=used)
    except ServiceQualityError as error:
        raise BadInputError(
            _("There are %(have)s units to draw from, %(wanted)s are wanted.") % {"have": len(units), "wanted": wanted},
            place="kinds",
        ) from error
    values = {
        "frame": {key: unit.name for key, unit in units.items()},
        "frame_hash": draw.frame_hash,
        "seed": used,
        "drawn": list(draw.selected),
        "drawn_at": at,
        "drawn_by_name": actor.name[:150],
    }
    if not StudyPlan.objects.filter(pk=plan.pk, seed="").update(**values):
        raise ActionNotAllowedError(_("The units of this plan are drawn already; add others with a reason."))
    for name, value in values.items():
        setattr(plan, name, value)
    chosen = [units[key] for key in draw.selected]
    activity(plan, "study_draw", actor=actor, after={"seed": used, "units": [unit.name for unit in chosen]}, at=at)
    return [_visit(actor, plan, unit, StudyVisit.Choice.DRAWN, "", at) for unit in chosen]


def _visit(  # noqa: PLR0917
    actor: Actor, plan: StudyPlan, unit: OrgUnit, choice: str, why: str, at: datetime
) -> StudyVisit:
    number = number_take(series=SERIES, year=plan.year)
    visit = StudyVisit.objects.create(
        org_path=unit.org_path,
        state=StudyVisit.lifecycle.initial,
        number=f"{SERIES}-{plan.year}-{number:03d}",
        plan=plan,
        unit=unit,
        choice=choice,
        why_chosen=why,
        purpose=plan.purpose,
    )
    activity(visit, "create", actor=actor, after={"unit": unit.name, "choice": choice}, reason=why, at=at)
    _index(visit)
    return visit


def _index(visit: StudyVisit) -> None:
    text = " ".join((visit.unit.name, visit.purpose, visit.conclusion, visit.proposals))
    search_index(record=visit, number=visit.number, title=str(visit.unit.name), text=text, permission=STUDIES_VIEW)


@transaction.atomic
def study_plan_add_unit(
    *, actor: Actor, plan: StudyPlan, unit: OrgUnit, reason: str, at: datetime | None = None
) -> StudyVisit:
    """Add a unit by choice and not by chance; the reason is shown beside it."""
    actor.require(STUDIES_PLAN, plan.org_path)
    needed(reason=reason)
    if not unit.org_path.startswith(plan.unit.org_path):
        raise BadInputError(_("The unit does not belong to this plan."), place="unit")
    if plan.visits.filter(unit=unit).exists():
        raise BadInputError(_("The unit is in this plan already."), place="unit")
    return _visit(actor, plan, unit, StudyVisit.Choice.CHOSEN, reason.strip(), at or timezone.now())


@transaction.atomic
def study_arrange(
    *,
    actor: Actor,
    visit: StudyVisit,
    planned_on: date | None,
    lead: Person | None = None,
    team: str = "",
    purpose: str = "",
    guide: InstrumentVersion | None = None,
    at: datetime | None = None,
) -> StudyVisit:
    data = {
        "planned_on": planned_on,
        "lead_id": lead.pk if lead else None,
        "team": team.strip(),
        "purpose": purpose.strip(),
        "guide_id": guide.pk if guide else None,
    }
    return perform(visit, "arrange", actor=actor, data=data, at=at)


@transaction.atomic
def study_begin(*, actor: Actor, visit: StudyVisit, at: datetime | None = None) -> StudyVisit:
    at = at or timezone.now()
    return perform(visit, "begin", actor=actor, data={"begun_at": at}, at=at)


def _open(visit: StudyVisit, actor: Actor) -> None:
    actor.require(STUDIES_CARRY_OUT, visit.org_path)
    if not visit.takes_notes:
        raise ActionNotAllowedError(_("Interviews and notes are taken while the study is under way."))


@transaction.atomic
def study_talk_add(
    *,
    actor: Actor,
    visit: StudyVisit,
    kind: str,
    who: str,
    held_on: date,
    participants: int = 1,
    topics: str = "",
    place: str = "",
    held_by: str = "",
    at: datetime | None = None,
) -> StudyTalk:
    """Enter an interview (one customer) or a forum (two or more). ``who`` is a role or segment, never a name."""
    _open(visit, actor)
    needed(who=who)
    at = at or timezone.now()
    if kind not in StudyTalk.Kind.values:
        raise BadInputError(_("There is no such choice."), place="kind")
    if kind == StudyTalk.Kind.INTERVIEW:
        participants = 1
    elif participants < 2:
        raise BadInputError(_("A forum has at least two participants."), place="participants")
    if held_on > timezone.localdate(at):
        raise BadInputError(_("This is in the future."), place="held_on")
    last = visit.talks.filter(kind=kind).aggregate(Max("position"))["position__max"] or 0
    talk = StudyTalk.objects.create(
        org_path=visit.org_path,
        visit=visit,
        kind=kind,
        position=last + 1,
        who=who.strip(),
        participants=participants,
        topics=topics.strip(),
        held_on=held_on,
        place=place.strip(),
        held_by_name=(held_by.strip() or actor.name)[:150],
        at=at,
    )
    activity(visit, "study_talk", actor=actor, after={"kind": kind, "who": talk.who}, at=at)
    return talk


@transaction.atomic
def study_note_add(
    *,
    actor: Actor,
    visit: StudyVisit,
    kind: str,
    text: str,
    theme: str = "",
    talk: StudyTalk | None = None,
    at: datetime | None = None,
) -> StudyNote:
    _open(visit, actor)
    needed(text=text)
    if kind not in StudyNote.Kind.values:
        raise BadInputError(_("There is no such choice."), place="kind")
    if talk is not None and talk.visit_id != visit.pk:
        raise BadInputError(_("There is no such choice."), place="talk")
    return StudyNote.objects.create(
        org_path=visit.org_path,
        visit=visit,
        talk=talk,
        kind=kind,
        text=text.strip(),
        theme=theme.strip(),
        at=at or timezone.now(),
        by_name=actor.name[:150],
    )


@transaction.atomic
def study_note_withdraw(*, actor: Actor, note: StudyNote, reason: str, at: datetime | None = None) -> StudyVisit:
    """Take a note back; it stays stored and is not shown."""
    _open(note.visit, actor)
    needed(reason=reason)
    at = at or timezone.now()
    values = {"withdrawn_at": at, "withdraw_reason": reason.strip()[:300]}
    if not StudyNote.objects.filter(pk=note.pk, withdrawn_at__isnull=True).update(**values):
        raise ActionNotAllowedError()
    activity(note.visit, "study_note_withdraw", actor=actor, before={"note": note.text[:60]}, reason=reason, at=at)
    return note.visit


@transaction.atomic
def study_report(
    *, actor: Actor, visit: StudyVisit, conclusion: str, proposals: str = "", at: datetime | None = None
) -> StudyVisit:
    at = at or timezone.now()
    data = {
        "conclusion": conclusion.strip(),
        "proposals": proposals.strip(),
        "reported_at": at,
        "reported_by_id": actor.user_id,
        "reported_by_name": actor.name[:150],
    }
    perform(visit, "report", actor=actor, data=data, at=at)
    _index(visit)
    return visit


@transaction.atomic
def study_send_back(*, actor: Actor, visit: StudyVisit, reason: str, at: datetime | None = None) -> StudyVisit:
    return perform(visit, "send_back", actor=actor, data={"reason": reason.strip()}, at=at)


@transaction.atomic
def study_close(*, actor: Actor, visit: StudyVisit, close_note: str, at: datetime | None = None) -> StudyVisit:
    at = at or timezone.now()
    return perform(visit, "close", actor=actor, data={"close_note": close_note.strip(), "closed_at": at}, at=at)


@transaction.atomic
def study_cancel(*, actor: Actor, visit: StudyVisit, reason: str, at: datetime | None = None) -> StudyVisit:
    return perform(visit, "cancel", actor=actor, data={"reason": reason.strip()}, at=at)


@transaction.atomic
def study_restore(*, actor: Actor, visit: StudyVisit, reason: str, at: datetime | None = None) -> StudyVisit:
    return perform(visit, "restore", actor=actor, data={"reason": reason.strip()}, at=at)


@transaction.atomic
def study_reopen(*, actor: Actor, visit: StudyVisit, reason: str, at: datetime | None = None) -> StudyVisit:
    return perform(visit, "reopen", actor=actor, data={"reason": reason.strip(), "closed_at": None}, at=at)

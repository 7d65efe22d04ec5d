"""Acts on customer needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.accounts.models import User
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError, NotPermittedError
from bihuan.foundation.lifecycle import perform
from bihuan.foundation.references import Reference
from bihuan.organisation.models import OrgUnit, Person
from bihuan.records.services import number_take, tell
from bihuan.rectification import permissions as may
from bihuan.rectification.enums import Factor, KanoBasis, KanoClass, NeedSource, ResearchMethod
from bihuan.rectification.models import Finding, Need, NeedFinding, NeedTerm
from bihuan.rectification.selectors.needs import LEVELS, measures
from bihuan.rectification.services.announcements import index_need
from bihuan.rectification.yardsticks import SHELVES
from servicequality.errors import ServiceQualityError
from servicequality.kano import TABLE, kano_from_counts
from servicequality.results import plain

SERIES = "XQ"
ANSWERS = 5
KanoAnswers = Mapping[str, float] | Sequence[Sequence[float]]


def needed(**texts: str) -> None:
    for name, value in texts.items():
        if not value.strip():
            raise BadInputError(_("This is needed for the step."), place=name)


def one_of(choices: type[models.TextChoices], value: str, place: str, *, blank: bool = False) -> str:
    if value in choices.values or (blank and not value):
        return value
    raise BadInputError(_("There is no such choice."), place=place)


def counts_of(answers: KanoAnswers) -> dict[str, float]:
    """Class counts from class counts, or from a 5 × 5 table (row: with it, column: without it, 1 like … 5 dislike)."""
    if isinstance(answers, Mapping):
        return {str(letter): float(count) for letter, count in answers.items()}
    rows = [list(row) for row in answers]
    if len(rows) != ANSWERS or any(len(row) != ANSWERS for row in rows):
        raise BadInputError(_("The table of answer pairs has five rows and five columns."), place="kano_counts")
    counts = dict.fromkeys(KanoClass.values, 0.0)
    for letters, row in zip(TABLE, rows, strict=True):
        for letter, count in zip(letters, row, strict=True):
            if not float(count) >= 0:
                raise BadInputError(_("A number of answers cannot be negative."), place="kano_counts")
            counts[letter] += float(count)
    return counts


def kano_values(answers: KanoAnswers, at: datetime) -> dict[str, Any]:
    """The computed class, frozen with the answers and figures it rests on."""
    try:
        item = kano_from_counts(counts_of(answers))
    except (ServiceQualityError, TypeError, ValueError) as error:
        raise BadInputError(str(error), place="kano_counts") from error
    if item.category is None:
        raise BadInputError(_("Without a single answer there is no class."), place="kano_counts")
    table = {} if isinstance(answers, Mapping) else {"pairs": [[float(cell) for cell in row] for row in answers]}
    return {
        "kano_class": item.category.value,
        "kano_basis": KanoBasis.COMPUTED.value,
        "kano_counts": {**plain(dict(item.counts)), **table},
        "kano_result": item.to_dict(),
        "kano_reason": "",
        "kano_at": at,
    }


def _freeze(need: Need, values: Mapping[str, Any]) -> Need:
    """What a step was judged by stands on the record; in the log it would be a wall of numbers."""
    Need.objects.filter(pk=need.pk).update(**values)
    for name, value in values.items():
        setattr(need, name, value)
    return need


@transaction.atomic
def need_register(
    *,
    actor: Actor,
    unit: OrgUnit,
    title: str,
    description: str,
    source: models.Model | Reference | None = None,
    source_kind: str = NeedSource.SURVEY.value,
    source_label: str = "",
    method: str = "",
    customers: str = "",
    dimension: str = "",
    clause: str = "",
    evidence: Mapping[str, Any] | None = None,
    kano_counts: KanoAnswers | None = None,
    at: datetime | None = None,
) -> Need:
    """Enter a need into the register of ``unit``; figures in ``evidence`` stay as they were seen.

    ``source`` is the record it was heard in (a campaign, an entry of a comment book, a note of a study). Evidence has
    the shape of a finding's: {"figures": [{"label", "value", "low", "high", "n"}], "note": "..."}. With
    ``kano_counts`` ({"M": 12, "O": 7, …} or a 5 × 5 table of answer pairs) the Kano class is computed at once.
    """
    actor.require(may.NEEDS_REGISTER, unit.org_path)
    needed(title=title, description=description)
    at = at or timezone.now()
    reference = Reference.of(source) if isinstance(source, models.Model) else source
    year = timezone.localtime(at).year
    need = Need(
        org_path=unit.org_path,
        state=Need.lifecycle.initial,
        title=title.strip(),
        description=description.strip(),
        unit=unit,
        customers=customers.strip(),
        dimension=dimension.strip(),
        clause=clause.strip(),
        source_kind=one_of(NeedSource, source_kind, "source_kind"),
        source_type=reference.label if reference else "",
        source_id=reference.id if reference else None,
        source_label=source_label or (str(source)[:200] if isinstance(source, models.Model) else ""),
        method=one_of(ResearchMethod, method, "method", blank=True),
        evidence=plain(dict(evidence or {})),
        registered_at=at,
        registered_by_id=actor.user_id,
        registered_by_name=actor.name,
        **(kano_values(kano_counts, at) if kano_counts else {}),
    )
    need.number = f"{SERIES}-{year}-{number_take(series=SERIES, year=year):04d}"
    need.save(force_insert=True)
    activity(need, "register", actor=actor, after={"title": need.title, "source_kind": need.source_kind}, at=at)
    index_need(need)
    tell(
        subject=need,
        message=gettext_noop("New customer need %(number)s: %(title)s"),
        params={"number": need.number, "title": need.title},
        holders_of=may.NEEDS_MANAGE,
        without=actor,
    )
    return need


@transaction.atomic
def need_edit(
    *,
    actor: Actor,
    need: Need,
    title: str,
    description: str,
    unit: OrgUnit,
    source_kind: str,
    source_label: str = "",
    method: str = "",
    customers: str = "",
    dimension: str = "",
    clause: str = "",
    at: datetime | None = None,
) -> Need:
    needed(title=title, description=description)
    data: dict[str, Any] = {
        "title": title.strip(),
        "description": description.strip(),
        "customers": customers.strip(),
        "dimension": dimension.strip(),
        "clause": clause.strip(),
        "source_kind": one_of(NeedSource, source_kind, "source_kind"),
        "source_label": source_label.strip(),
        "method": one_of(ResearchMethod, method, "method", blank=True),
    }
    if unit.pk != need.unit_id:
        actor.require(may.NEEDS_MANAGE, unit.org_path)
        data |= {"unit_id": unit.pk, "org_path": unit.org_path}
    perform(need, "edit", actor=actor, data=data, at=at)
    index_need(need)
    return need


@transaction.atomic
def need_classify(*, actor: Actor, need: Need, answers: KanoAnswers, at: datetime | None = None) -> Need:
    """Compute the Kano class from answers and freeze what it was computed from."""
    at = at or timezone.now()
    values = kano_values(answers, at)
    frozen = {name: values.pop(name) for name in ("kano_counts", "kano_result")}
    perform(need, "classify", actor=actor, data=values, at=at)
    return _freeze(need, frozen)


@transaction.atomic
def need_classify_by_hand(
    *, actor: Actor, need: Need, kano_class: str, reason: str, at: datetime | None = None
) -> Need:
    """Set the class against the answers or without any; figures computed before stay beside it."""
    needed(reason=reason)
    at = at or timezone.now()
    data = {
        "kano_class": one_of(KanoClass, kano_class, "kano_class"),
        "kano_basis": KanoBasis.BY_HAND.value,
        "kano_reason": reason.strip(),
        "kano_at": at,
        "reason": reason.strip(),
    }
    return perform(need, "classify", actor=actor, data=data, at=at)


@transaction.atomic
def need_rate(
    *,
    actor: Actor,
    need: Need,
    urgency: int,
    effect: int,
    capability: int,
    notes: Mapping[str, str] | None = None,
    at: datetime | None = None,
) -> Need:
    """Mark the three factors from 1 to 5; the anchors that were read stay with the marks."""
    at = at or timezone.now()
    marks = {Factor.URGENCY.value: urgency, Factor.EFFECT.value: effect, Factor.CAPABILITY.value: capability}
    for name, value in marks.items():
        if value not in LEVELS:
            raise BadInputError(_("A mark is a whole number from 1 to 5."), place=name)
    factors = measures("factor")
    said = notes or {}
    rating = {
        "by": actor.name,
        "at": at.isoformat(),
        "factors": {
            name: {"mark": value, "anchor": factors[name].anchor(value), "note": said.get(name, "").strip()}
            for name, value in marks.items()
        },
    }
    perform(need, "rate", actor=actor, data=marks, at=at)
    return _freeze(need, {"rating": rating})


@transaction.atomic
def need_assign(
    *,
    actor: Actor,
    need: Need,
    owner: Person | None,
    due_on: date | None = None,
    review_on: date | None = None,
    at: datetime | None = None,
) -> Need:
    before = need.owner_id
    data = {"owner_id": owner.pk if owner else None, "due_on": due_on, "review_on": review_on}
    perform(need, "assign", actor=actor, data=data, at=at)
    if owner is not None and owner.pk != before:
        tell(
            subject=need,
            message=gettext_noop("You own the customer need %(number)s: %(title)s"),
            params={"number": need.number, "title": need.title},
            people=list(User.objects.filter(person=owner, is_active=True).values_list("pk", flat=True)),
            without=actor,
        )
    return need


@transaction.atomic
def need_study(*, actor: Actor, need: Need, study: str, at: datetime | None = None) -> Need:
    at = at or timezone.now()
    perform(need, "study", actor=actor, data={"study": study.strip(), "studied_at": at}, at=at)
    index_need(need)
    tell(
        subject=need,
        message=gettext_noop("Customer need %(number)s is studied: please decide"),
        params={"number": need.number},
        holders_of=may.NEEDS_DECIDE,
        without=actor,
    )
    return need


def _decision(actor: Actor, text: str, at: datetime) -> dict[str, Any]:
    return {"decision": text.strip(), "decided_at": at, "decided_by_name": actor.name}


@transaction.atomic
def need_accept(
    *,
    actor: Actor,
    need: Need,
    decision: str,
    owner: Person | None = None,
    due_on: date | None = None,
    at: datetime | None = None,
) -> Need:
    at = at or timezone.now()
    data = _decision(actor, decision, at)
    if owner is not None:
        data["owner_id"] = owner.pk
    if due_on is not None:
        data["due_on"] = due_on
    return perform(need, "accept", actor=actor, data=data, at=at)


@transaction.atomic
def need_decline(*, actor: Actor, need: Need, reason: str, at: datetime | None = None) -> Need:
    at = at or timezone.now()
    data = {**_decision(actor, reason, at), "reason": reason.strip()}
    return perform(need, "decline", actor=actor, data=data, at=at)


@transaction.atomic
def need_start(*, actor: Actor, need: Need, at: datetime | None = None) -> Need:
    return perform(need, "start", actor=actor, at=at)


@transaction.atomic
def need_meet(
    *, actor: Actor, need: Need, met_note: str, review_on: date | None = None, at: datetime | None = None
) -> Need:
    """Report a need met; somebody else reviews it, on ``review_on`` at the latest."""
    at = at or timezone.now()
    data: dict[str, Any] = {"met_note": met_note.strip(), "met_at": at, "met_by_id": actor.user_id}
    if review_on is not None:
        data["review_on"] = review_on
    perform(need, "meet", actor=actor, data=data, at=at)
    tell(
        subject=need,
        message=gettext_noop("Customer need %(number)s is reported met: please review"),
        params={"number": need.number},
        holders_of=may.NEEDS_DECIDE,
        without=actor,
    )
    return need


@transaction.atomic
def need_review(*, actor: Actor, need: Need, review_note: str, at: datetime | None = None) -> Need:
    at = at or timezone.now()
    return perform(need, "review", actor=actor, data={"review_note": review_note.strip(), "reviewed_at": at}, at=at)


@transaction.atomic
def need_reopen(*, actor: Actor, need: Need, reason: str, at: datetime | None = None) -> Need:
    """A declined need goes back to the decision, a met or reviewed one into work."""
    data: dict[str, Any] = {"reason": reason.strip()}
    if need.state != "declined":
        data |= {"met_at": None, "met_by_id": None, "reviewed_at": None}
    return perform(need, "reopen", actor=actor, data=data, at=at)


@transaction.atomic
def need_link(*, actor: Actor, need: Need, finding: Finding, at: datetime | None = None) -> NeedFinding:
    """Tie a finding to a need; a second time changes nothing."""
    actor.require(may.NEEDS_MANAGE, need.org_path)
    at = at or timezone.now()
    link, is_new = NeedFinding.objects.get_or_create(
        need=need,
        finding=finding,
        defaults={"org_path": need.org_path, "linked_at": at, "linked_by_name": actor.name},
    )
    if is_new:
        activity(need, "need_link", actor=actor, after={"finding": finding.number}, at=at)
    return link


@transaction.atomic
def need_unlink(*, actor: Actor, link: NeedFinding, reason: str, at: datetime | None = None) -> Need:
    actor.require(may.NEEDS_MANAGE, link.need.org_path)
    needed(reason=reason)
    need, number = link.need, link.finding.number
    link.delete()
    activity(need, "need_unlink", actor=actor, before={"finding": number}, reason=reason, at=at)
    return need


@transaction.atomic
def need_term_set(*, actor: Actor, kind: str, key: str, text: str, anchors: Sequence[str] = ()) -> NeedTerm | None:
    """Write the office's own words for a yardstick; empty text takes the shipped words back."""
    if not actor.can_somewhere(may.PLAN_RULES):
        raise NotPermittedError()
    if key not in SHELVES.get(kind, {}):
        raise BadInputError(_("There is no such choice."), place="key")
    if not text.strip():
        NeedTerm.objects.filter(kind=kind, key=key).delete()
        return None
    words = [anchor.strip() for anchor in anchors]
    if len(words) != len(SHELVES[kind][key].anchors) or not all(words):
        raise BadInputError(_("Each of the five marks needs its anchor."), place="anchors")
    row, _created = NeedTerm.objects.update_or_create(
        kind=kind, key=key, defaults={"text": text.strip(), "anchors": words}
    )
    return row

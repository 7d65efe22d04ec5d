"""What a member of a panel reads: the facts, the evidence, both views, their own vote; nothing else of the case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from bihuan.cases.enums import EntryKind
from bihuan.cases.models import PanelMember
from bihuan.cases.selectors import hiding
from bihuan.cases.selectors.own import day_of
from bihuan.cases.selectors.panels import SCOPE
from bihuan.foundation.actor import Actor
from bihuan.foundation.scope import system_scope
from bihuan.records.models import Attachment
from bihuan.records.selectors import attachments_of

EVIDENCE = (EntryKind.STATEMENT, EntryKind.INTERVIEW, EntryKind.MEDIATION)


@dataclass(frozen=True)
class Evidence:
    kind: str
    side: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Seat:
    """One member's sight of a review. Who complained is in none of it."""

    pk: int
    number: str
    day: date
    kind: str
    criterion: str
    clause: str
    facts: str
    person: str
    evidence: tuple[Evidence, ...]
    items: tuple[str, ...]
    files: tuple[Attachment, ...]
    staff_view: str
    office_view: str
    why: str
    was_attributable: bool | None
    state: str
    state_label: str
    vote: bool | None
    reason: str
    counts: bool | None
    decision: str
    votes: tuple[int, int]


def seats_of(actor: Actor) -> QuerySet[PanelMember]:
    with system_scope(SCOPE):
        rows = PanelMember.objects.filter(person_id=actor.person_id or 0)
    return rows.select_related("review__case__criterion", "review__party__person")


def votes_needed(actor: Actor) -> QuerySet[PanelMember]:
    rows = seats_of(actor).filter(review__state="sitting", counts__isnull=True)
    return rows.order_by("review__convened_at", "pk")


def own_seat(actor: Actor, pk: int) -> PanelMember | None:
    return seats_of(actor).filter(pk=pk).first()


def seat_in(actor: Actor, review_pk: int) -> PanelMember | None:
    return seats_of(actor).filter(review=review_pk).first()


def sight_of(seat: PanelMember) -> Seat:
    review = seat.review
    case, party = review.case, review.party
    with system_scope(SCOPE):
        words = hiding.for_panel([case])
        entries = list(case.entries.filter(kind__in=EVIDENCE))
        items = list(dict.fromkeys(case.custody.values_list("item", flat=True)))
        votes = review.votes
    return Seat(
        pk=seat.pk,
        number=case.number,
        day=day_of(case),
        kind=str(case.get_kind_display()),
        criterion=str(case.criterion) if case.criterion else "",
        clause=words.of(case, case.clause),
        facts=words.of(case, case.facts),
        person=party.person.name,
        evidence=tuple(
            Evidence(str(row.get_kind_display()), str(row.get_side_display()), words.of(case, row.text), row.at)
            for row in entries
        ),
        items=tuple(words.of(case, item) for item in items),
        files=tuple(attachments_of(review)),
        staff_view=words.of(case, review.staff_view),
        # What was established is shown once; other words only where the facts were put anew meanwhile.
        office_view=words.of(case, review.office_view) if review.office_view != case.facts else "",
        why=words.of(case, party.attribution_note),
        was_attributable=review.was_attributable,
        state=review.state,
        state_label=review.state_label,
        vote=seat.counts,
        reason=seat.reason,
        counts=review.counts,
        decision=words.of(case, review.decision),
        votes=votes,
    )


def seat_file(seat: PanelMember, pk: int) -> Attachment | None:
    return attachments_of(seat.review).filter(pk=pk).first()

"""What a member of staff reads of complaints about them: their own rows alone, without whoever it could give away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from bihuan.cases.models import Case, DisputeReview, StaffParty
from bihuan.cases.selectors import hiding
from bihuan.cases.selectors.disputes import DISPUTABLE, refusal_to_ask
from bihuan.foundation.actor import Actor
from bihuan.foundation.scope import system_scope
from bihuan.records.models import Attachment
from bihuan.records.selectors import attachments_of

SCOPE = "cases.own"


@dataclass(frozen=True)
class OwnReview:
    """One dispute of a judgement: what was said, what was judged before and after."""

    state: str
    state_label: str
    asked_at: datetime
    staff_view: str
    before: bool | None
    counts: bool | None
    decision: str
    decided_at: datetime | None
    files: tuple[Attachment, ...]


@dataclass(frozen=True)
class Judgement:
    """One complaint about the reader as far as it is theirs to know."""

    pk: int
    number: str
    day: date
    kind: str
    criterion: str
    clause: str
    outcome: str
    branch: str
    facts: str
    counts: bool
    why: str
    judged_at: datetime | None
    is_again_open: bool
    refusal: str
    reviews: tuple[OwnReview, ...]

    def get_absolute_url(self) -> str:
        return reverse("cases:about-me-record", kwargs={"pk": self.pk})

    @property
    def may_dispute(self) -> bool:
        return not self.refusal

    @property
    def rests_on(self) -> str:
        return " · ".join(word for word in (self.criterion, self.clause) if word)

    @property
    def review(self) -> OwnReview | None:
        return self.reviews[0] if self.reviews else None


def own_parties(actor: Actor) -> QuerySet[StaffParty]:
    """Rows about this person that were judged and whose facts were decided."""
    decided = Q(case__state__in=DISPUTABLE) | ~Q(case__facts="")
    with system_scope(SCOPE):
        rows = StaffParty.objects.filter(person_id=actor.person_id or 0, attributable__isnull=False)
    return rows.filter(decided).select_related("case__criterion", "case__unit", "person")


def is_complained_about(actor: Actor) -> bool:
    return actor.person_id is not None and own_parties(actor).exists()


def own_party(actor: Actor, pk: int) -> StaffParty | None:
    return own_parties(actor).filter(pk=pk).first()


def judgements_of(actor: Actor, pk: int | None = None) -> list[Judgement]:
    """Newest first; with ``pk`` that one alone."""
    rows = own_parties(actor).order_by("-case__received_at", "-pk")
    with system_scope(SCOPE):
        parties = list((rows if pk is None else rows.filter(pk=pk)).prefetch_related("reviews"))
        words = hiding.for_staff([party.case for party in parties], actor.person_id or 0)
        return [_judgement(actor, party, words) for party in parties]


def _judgement(actor: Actor, party: StaffParty, words: hiding.Words) -> Judgement:
    case = party.case
    return Judgement(
        pk=party.pk,
        number=case.number,
        day=day_of(case),
        kind=str(case.get_kind_display()),
        criterion=str(case.criterion) if case.criterion else "",
        clause=words.of(case, case.clause),
        outcome=str(case.get_outcome_display()),
        branch=str(case.get_branch_display()),
        facts=words.of(case, case.facts),
        counts=bool(party.attributable),
        why=words.of(case, party.attribution_note),
        judged_at=party.judged_at,
        is_again_open=case.state not in DISPUTABLE,
        refusal=refusal_to_ask(actor, party),
        reviews=tuple(_review(actor, case, review, words) for review in party.reviews.all()),
    )


def day_of(case: Case) -> date:
    return case.happened_on or timezone.localdate(case.happened_at or case.received_at)


def _review(actor: Actor, case: Case, review: DisputeReview, words: hiding.Words) -> OwnReview:
    own_words = actor.is_user(review.asked_by_id)
    return OwnReview(
        state=review.state,
        state_label=review.state_label,
        asked_at=review.asked_at,
        staff_view=review.staff_view if own_words else words.of(case, review.staff_view),
        before=review.was_attributable,
        counts=review.counts,
        decision=words.of(case, review.decision),
        decided_at=review.decided_at,
        files=tuple(own_files(actor, [review])),
    )


def own_files(actor: Actor, reviews: Iterable[DisputeReview]) -> list[Attachment]:
    """What the reader handed in with a dispute; files of others stay with the panel."""
    return [file for review in reviews for file in attachments_of(review) if actor.is_user(file.author_id)]


def own_file(actor: Actor, party: StaffParty, pk: int) -> Attachment | None:
    with system_scope(SCOPE):
        return next((file for file in own_files(actor, party.reviews.all()) if file.pk == pk), None)

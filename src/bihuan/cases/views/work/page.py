"""The page of one case: what happened, who holds the ball, what to do next."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.cases.enums import Measure
from bihuan.cases.models import Case
from bihuan.cases.selectors import reading_of, roster_proposals, similar_cases
from bihuan.cases.selectors.desk import case_clocks, findings_of, journey
from bihuan.cases.tables.work import STATE_LOOK
from bihuan.cases.views.work.offers import case_steps
from bihuan.foundation.views import RecordPage
from bihuan.rectification.permissions import FINDINGS_RAISE

RELATED = (
    "unit",
    "desk",
    "line",
    "asset",
    "criterion",
    "theme",
    "handler",
    "incident",
    "duplicate_of",
    "repeat_of",
    "answered_from__standard",
)


class CasePage(RecordPage[Case]):
    required_permission = may.VIEW
    model = Case
    template_name = "cases/work/case.html"

    def queryset(self) -> QuerySet[Case]:
        return super().queryset().select_related("complainant", *RELATED)

    def context(self) -> dict[str, Any]:
        case, actor = self.record, self.actor
        return {
            "title": str(case),
            "person": getattr(case, "complainant", None),
            "state_look": STATE_LOOK[case.state],
            "steps": case_steps(case, actor),
            "more_links": self.more_links(),
            "clocks": case_clocks(case, actor),
            "journey": journey(case),
            "reading": reading_of(case.text, case.desk.org_path) if case.state == "received" else None,
            "similar": self.similar(),
            "entries": case.entries.order_by("at", "pk"),
            "parties": self.parties(),
            "proposed": self.proposed(),
            "custody": case.custody.all(),
            "measures": [Measure(one).label for one in case.measures if one in Measure.values],
            "extensions": [(row, STATE_LOOK[row.state]) for row in case.extensions.order_by("-asked_at")],
            "proposals": [(row, STATE_LOOK[row.state]) for row in case.proposals.all()],
            "reviews": [(row, STATE_LOOK[row.state]) for row in case.reviews.select_related("party__person")],
            "asks": case.asks.all(),
            "findings": findings_of(case, actor),
            "works": self.may_work(),
            "may_extend": actor.can(may.EXTEND, case.org_path),
            "may_decide": actor.can(may.DECIDE, case.org_path),
            "may_reveal": actor.can(may.IDENTITY, case.org_path),
            "may_review": actor.can(may.REVIEW, case.org_path),
            "may_feed_back": actor.can(may.FEEDBACK, case.org_path) and case.state in {"answered", "fed_back"},
            "sees_satisfaction": case.is_final or not self.handled_by_reader(),
        }

    def may_work(self) -> bool:
        return not self.record.is_final and self.actor.can(may.INVESTIGATE, self.record.org_path)

    def handled_by_reader(self) -> bool:
        case, actor = self.record, self.actor
        return actor.is_user(case.answered_by_id) or (
            case.handler_id is not None and case.handler_id == actor.person_id
        )

    def similar(self) -> list[Any]:
        case = self.record
        person = getattr(case, "complainant", None)
        if case.state not in {"received", "classified", "reopened"}:
            return []
        return similar_cases(
            self.actor,
            text=case.text,
            phone=person.phone if person else "",
            asset=case.asset,
            line=case.line,
            happened_at=case.happened_at,
            now=timezone.now(),
            without=case.pk,
        )

    def parties(self) -> list[Any]:
        rows = self.record.parties.select_related("person__unit").prefetch_related("reviews")
        return [(party, [review for review in party.reviews.all() if not review.is_final]) for party in rows]

    def proposed(self) -> list[Any]:
        """Who was on duty by the roster and is not named yet."""
        case = self.record
        if not self.may_work():
            return []
        named = set(case.parties.values_list("person_id", flat=True))
        found = roster_proposals(happened_at=case.happened_at, asset=case.asset, line=case.line)
        return [proposal for proposal in found if proposal.shift.person_id not in named]

    def more_links(self) -> list[dict[str, Any]]:
        case, actor = self.record, self.actor
        here = {"pk": case.pk}
        is_open = not case.is_final
        investigates = actor.can(may.INVESTIGATE, case.org_path)
        classifies = actor.can(may.CLASSIFY, case.org_path)
        raises = case.unit_id is not None and actor.can_somewhere(FINDINGS_RAISE)
        erases = case.is_final and actor.can(may.CRITERIA, case.org_path)
        wanted = (
            (is_open and investigates, _("Add an entry"), "cases:entry-add", "pencil"),
            (is_open and investigates, _("Ask for more time"), "cases:extension-ask", "clock"),
            (raises, _("Raise a finding"), "cases:raise", "alert-triangle"),
            (actor.can(may.PROPOSE, case.org_path), _("Propose a payment"), "cases:proposal-make", "coin"),
            (is_open and classifies and not case.is_major, _("Mark as major event"), "cases:mark-major", "urgent"),
            (classifies, _("Link to an incident"), "cases:incident-link", "link"),
            (classifies, _("Publish by Open311"), "cases:publish", "world"),
            (erases, _("Erase who complained"), "cases:erase", "trash"),
        )
        return [
            {"label": label, "url": reverse(name, kwargs=here), "icon": icon} for ok, label, name, icon in wanted if ok
        ]

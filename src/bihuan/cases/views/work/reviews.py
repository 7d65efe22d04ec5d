"""Disputes as the office sees them: ask, convene, decide, and the page of a review."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.cases import permissions as may
from bihuan.cases import services
from bihuan.cases.forms import disputes as forms
from bihuan.cases.forms.work import WhyForm
from bihuan.cases.models import DisputeReview, StaffParty
from bihuan.cases.selectors.panels import MOST_FOUND, eligible_for
from bihuan.foundation.views import ActionView, RecordPage, RecordView


class ReviewAsk(ActionView[StaffParty]):
    model = StaffParty
    required_permission = may.REVIEW
    form_class = forms.ReviewForm
    title, submit_label = _("Dispute the judgement"), _("Ask for a review")

    def context(self) -> dict[str, Any]:
        return {"record": self.record.case, "intro": self.record.person.name}

    def act(self, record: StaffParty, form: Any) -> models.Model:
        return services.review_ask(actor=self.actor, party=record, **form.cleaned_data)


class ReviewPage(RecordPage[DisputeReview]):
    required_permission = may.VIEW
    model = DisputeReview
    template_name = "cases/work/review.html"

    def queryset(self) -> QuerySet[DisputeReview]:
        return super().queryset().select_related("case__unit", "party__person")

    def context(self) -> dict[str, Any]:
        review, actor = self.record, self.actor
        panel = list(review.panel.select_related("person__unit"))
        for_it, against = review.votes
        own = [member for member in panel if member.person_id == actor.person_id]
        return {
            "title": str(review),
            "panel": panel,
            "for_it": for_it,
            "against": against,
            "may_lead": actor.can(may.REVIEW, review.org_path),
            "seat": own[0] if own and review.state == "sitting" else None,
            "all_voted": all(member.counts is not None for member in panel),
        }


class ReviewAct(ActionView[DisputeReview]):
    model = DisputeReview
    required_permission = may.REVIEW


class ReviewConvene(ReviewAct):
    form_class = forms.PanelForm
    template_name = "cases/work/convene.html"
    title, submit_label = _("Convene the panel"), _("Convene")

    def form_arguments(self) -> dict[str, Any]:
        return {"case": self.record.case}

    def act(self, record: DisputeReview, form: Any) -> None:
        services.review_convene(actor=self.actor, review=record, panel=form.cleaned_data["panel"])


class PanelFind(RecordView[DisputeReview]):
    """Choices for a seat by what was typed so far."""

    model = DisputeReview
    required_permission = may.REVIEW

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        field = next((name for name in request.GET if name.startswith("member_")), "")
        typed = str(request.GET.get(field, "")).strip().partition(" ")[0]
        people = eligible_for(self.record.case, typed)[:MOST_FOUND]
        return render(request, "cases/work/people.html", {"people": people})


class ReviewDecide(ReviewAct):
    form_class = forms.ReviewDecisionForm
    template_name = "cases/work/review_decide.html"
    title, submit_label = _("Decide the dispute"), _("Save decision")

    def act(self, record: DisputeReview, form: Any) -> None:
        services.review_decide(actor=self.actor, review=record, **form.cleaned_data)


class ReviewTakeBack(ReviewAct):
    form_class = WhyForm
    title, submit_label = pgettext_lazy("case", "Take the request back"), pgettext_lazy("case", "Take back")

    def act(self, record: DisputeReview, form: Any) -> None:
        services.review_take_back(actor=self.actor, review=record, **form.cleaned_data)

"""A member of a panel at work: what they need to vote and nothing else. Being signed in and named is enough."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from bihuan.cases import services
from bihuan.cases.forms.disputes import VoteForm
from bihuan.cases.models import PanelMember
from bihuan.cases.selectors import panels, seats
from bihuan.cases.views.work.mine import handed_out
from bihuan.foundation.permissions import SIGNED_IN
from bihuan.foundation.scope import system_scope
from bihuan.foundation.views import FormView, GatedView


class OwnSeat(GatedView):
    required_permission = SIGNED_IN

    @cached_property
    def seat(self) -> PanelMember:
        found = seats.own_seat(self.actor, self.kwargs["pk"])
        if found is None:
            raise Http404
        return found


class SeatPage(OwnSeat):
    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        sight = seats.sight_of(self.seat)
        return render(request, "cases/mine/seat.html", {"seat": sight, "title": sight.number, "view": self})


class SeatVote(OwnSeat, FormView):
    form_class = VoteForm
    template_name = "cases/mine/vote.html"
    title, submit_label = _("Vote"), _("Save vote")
    success_message = _("Your vote is kept. You may change it until the decision.")

    def initial(self) -> dict[str, Any]:
        seat = self.seat
        known = {None: "", True: "yes", False: "no"}
        return {"counts": known[seat.counts], "reason": seat.reason}

    def context(self) -> dict[str, Any]:
        return {"seat": seats.sight_of(self.seat), "cancel_url": self.seat.get_absolute_url()}

    def submit(self, form: Any) -> str:
        seat, given = self.seat, form.cleaned_data
        with system_scope(panels.SCOPE):
            services.review_vote(
                actor=self.actor, review=seat.review, counts=given["counts"] == "yes", reason=given["reason"]
            )
        return seat.get_absolute_url()


class SeatFile(OwnSeat):
    def get(self, request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
        return handed_out(seats.seat_file(self.seat, file))

"""Complaints about the reader: their own rows, the dispute, what came of it. Being signed in is enough."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from bihuan.cases import services
from bihuan.cases.forms.disputes import OwnReviewForm
from bihuan.cases.models import StaffParty
from bihuan.cases.selectors import own
from bihuan.cases.tables.mine import OwnTable
from bihuan.foundation.permissions import SIGNED_IN
from bihuan.foundation.scope import system_scope
from bihuan.foundation.views import FormView, GatedView, Listed
from bihuan.records.models import Attachment
from bihuan.records.services import file_open


def handed_out(file: Attachment | None) -> HttpResponseBase:
    """A file as a download and nothing else."""
    if file is None:
        raise Http404
    content = file_open(digest=file.digest)
    response = FileResponse(content, as_attachment=True, filename=file.name, content_type=file.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


class AboutMe(Listed[StaffParty]):
    required_permission = SIGNED_IN
    template_name = "cases/mine/list.html"
    table_class = OwnTable
    title = _("Complaints about me")
    empty_hint = _("Complaints in which a judgement about you was made are listed here.")

    def rows(self) -> Any:
        return own.judgements_of(self.actor)


class OwnRecord(GatedView):
    """Somebody else's row does not exist, whatever rights the reader holds."""

    required_permission = SIGNED_IN

    @cached_property
    def party(self) -> StaffParty:
        found = own.own_party(self.actor, self.kwargs["pk"])
        if found is None:
            raise Http404
        return found

    @property
    def judgement(self) -> own.Judgement:
        return own.judgements_of(self.actor, self.party.pk)[0]


class AboutMeRecord(OwnRecord):
    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        judgement = self.judgement
        crumbs = [{"label": AboutMe.title, "url": reverse("cases:about-me")}, {"label": judgement.number, "url": ""}]
        context = {"judgement": judgement, "title": judgement.number, "breadcrumbs": crumbs, "view": self}
        return render(request, "cases/mine/record.html", context)


class Dispute(OwnRecord, FormView):
    form_class = OwnReviewForm
    template_name = "cases/mine/dispute.html"
    title, submit_label = _("Dispute the judgement about me"), _("Ask for a review")
    success_message = _("Your objection has been handed in. You are told when the panel has decided.")

    def context(self) -> dict[str, Any]:
        judgement = self.judgement
        return {"judgement": judgement, "cancel_url": judgement.get_absolute_url()}

    def submit(self, form: Any) -> str:
        party, given = self.party, form.cleaned_data
        with system_scope(own.SCOPE):
            services.review_ask(actor=self.actor, party=party, staff_view=given["staff_view"], files=given["uploads"])
        return reverse("cases:about-me-record", kwargs={"pk": party.pk})


class OwnFile(OwnRecord):
    def get(self, request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
        return handed_out(own.own_file(self.actor, self.party, file))

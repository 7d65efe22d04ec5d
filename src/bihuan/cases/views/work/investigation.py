"""Entries, members of staff concerned, evidence, who complained."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.cases import permissions as may
from bihuan.cases import services
from bihuan.cases.forms import work as forms
from bihuan.cases.models import Case, StaffParty
from bihuan.cases.views.work.steps import CaseAct
from bihuan.foundation.errors import DomainError
from bihuan.foundation.views import ActionView
from bihuan.records.selectors import attachments_of


class EntryAdd(CaseAct):
    required_permission = may.INVESTIGATE
    form_class = forms.EntryForm
    title, submit_label = _("Add an entry"), _("Add entry")

    def act(self, record: Case, form: Any) -> None:
        services.entry_add(actor=self.actor, case=record, **form.cleaned_data)


class PartyName(CaseAct):
    required_permission = may.INVESTIGATE
    form_class = forms.PartyForm
    template_name = "cases/work/party.html"
    title, submit_label = _("Name a member of staff"), pgettext_lazy("case", "Name")

    def context(self) -> dict[str, Any]:
        return {**super().context(), "posted": services.posted_on(self.record)}

    def act(self, record: Case, form: Any) -> None:
        services.party_name(actor=self.actor, case=record, **form.cleaned_data)


class PartyAct(ActionView[StaffParty]):
    model = StaffParty
    required_permission = may.INVESTIGATE

    def submit(self, form: Any) -> str:
        self.act(self.record, form)
        return self.record.case.get_absolute_url()

    def context(self) -> dict[str, Any]:
        return {"record": self.record.case, "intro": self.record.person.name}


class PartyConfirm(PartyAct):
    form_class = forms.PressForm
    title, submit_label = _("Confirm the member of staff"), _("Confirm")

    def act(self, record: StaffParty, _form: Any) -> None:
        services.party_confirm(actor=self.actor, party=record)


class PartyJudge(PartyAct):
    form_class = forms.JudgeForm
    title, submit_label = _("Attributable or not"), _("Save judgement")

    def act(self, record: StaffParty, form: Any) -> None:
        given = form.cleaned_data
        services.party_judge(
            actor=self.actor, party=record, attributable=given["attributable"] == "yes", note=given["note"]
        )


class PartyDrop(PartyAct):
    form_class = forms.WhyForm
    title, submit_label = _("Take the name off"), _("Take off")

    def act(self, record: StaffParty, form: Any) -> None:
        services.party_drop(actor=self.actor, party=record, **form.cleaned_data)


class CustodyNote(CaseAct):
    required_permission = may.INVESTIGATE
    form_class = forms.CustodyForm
    title, submit_label = _("Who holds the evidence"), _("Save")

    def form_arguments(self) -> dict[str, Any]:
        return {"files": [(file.pk, file.name) for file in attachments_of(self.record)]}

    def act(self, record: Case, form: Any) -> None:
        given = dict(form.cleaned_data)
        given["attachment"] = attachments_of(record).filter(pk=given["attachment"] or 0).first()
        services.custody_note(actor=self.actor, case=record, **given)


class Reveal(CaseAct):
    """The answer to the POST itself shows it: nothing to come back to without another reason."""

    required_permission = may.IDENTITY
    form_class = forms.RevealForm
    title, submit_label = _("See who complained"), _("Show")

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        case = self.record
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self.show(form, 422)
        try:
            identity = services.identity_reveal(actor=self.actor, case=case, reason=form.cleaned_data["reason"])
        except DomainError as refused:
            form.add_error(None, str(refused.message))
            return self.show(form, refused.status)
        context = {"title": _("Who complained"), "record": case, "identity": identity, "view": self}
        response = render(request, "cases/work/identity.html", context)
        response["Cache-Control"] = "no-store"
        return response


class Erase(CaseAct):
    required_permission = may.CRITERIA
    title, submit_label = _("Erase who complained"), _("Erase")

    def act(self, record: Case, form: Any) -> None:
        services.identity_erase(actor=self.actor, case=record, **form.cleaned_data)

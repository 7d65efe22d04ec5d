"""More time, money: asked by one, decided by another."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.cases import permissions as may
from bihuan.cases import services
from bihuan.cases.forms import work as forms
from bihuan.cases.models import Case, CaseExtension, CaseProposal
from bihuan.cases.views.work.steps import CaseAct
from bihuan.duties.selectors import clocks_of
from bihuan.foundation.views import ActionView


class ExtensionAsk(CaseAct):
    required_permission = may.INVESTIGATE
    form_class = forms.ExtensionForm
    title, submit_label = _("Ask for more time"), _("Ask")

    def form_arguments(self) -> dict[str, Any]:
        open_clocks = [clock for clock in clocks_of(self.record) if clock.is_open]
        return {
            "clocks": [(clock.policy_key, f"{clock.policy.policy.name} ({clock.kind_label})") for clock in open_clocks]
        }

    def act(self, record: Case, form: Any) -> None:
        services.extension_ask(actor=self.actor, case=record, **form.cleaned_data)


class DecideView(ActionView[Any]):
    """Approve or refuse; what is decided hangs on a case, and that is where one goes afterwards."""

    form_class: type[Form] = forms.DecisionForm
    submit_label = _("Save decision")

    def context(self) -> dict[str, Any]:
        return {"record": self.record.case, "asked": self.record}


class ExtensionDecide(DecideView):
    model = CaseExtension
    required_permission = may.EXTEND
    template_name = "cases/work/extension_decide.html"
    title = _("Decide on more time")

    def act(self, record: CaseExtension, form: Any) -> None:
        given = form.cleaned_data
        if given["decision"] == "approve":
            services.extension_approve(actor=self.actor, request=record, note=given["reason"])
        else:
            services.extension_refuse(actor=self.actor, request=record, reason=given["reason"])


class ExtensionTakeBack(DecideView):
    model = CaseExtension
    required_permission = may.INVESTIGATE
    form_class = forms.WhyForm
    title, submit_label = pgettext_lazy("case", "Take the request back"), pgettext_lazy("case", "Take back")

    def act(self, record: CaseExtension, form: Any) -> None:
        services.extension_take_back(actor=self.actor, request=record, **form.cleaned_data)


class ProposalMake(CaseAct):
    required_permission = may.PROPOSE
    form_class = forms.ProposalForm
    title, submit_label = _("Propose a payment"), _("Propose")

    def initial(self) -> dict[str, Any]:
        is_suggestion = self.record.kind == "suggestion"
        return {"kind": "reward" if is_suggestion else "compensation", "clause": self.record.clause}

    def act(self, record: Case, form: Any) -> None:
        services.proposal_make(actor=self.actor, case=record, **form.cleaned_data)


class ProposalDecide(DecideView):
    model = CaseProposal
    required_permission = may.DECIDE
    form_class = forms.ProposalDecisionForm
    template_name = "cases/work/proposal_decide.html"
    title = _("Decide on the payment")

    def initial(self) -> dict[str, Any]:
        return {"amount": self.record.amount}

    def act(self, record: CaseProposal, form: Any) -> None:
        given = form.cleaned_data
        if given["decision"] == "approve":
            services.proposal_approve(actor=self.actor, proposal=record, amount=given["amount"], note=given["reason"])
        else:
            services.proposal_refuse(actor=self.actor, proposal=record, reason=given["reason"])

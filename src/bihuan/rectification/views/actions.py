"""Steps of one action, and the five-fixed check."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.views import ActionView, FormView
from bihuan.rectification import forms, services
from bihuan.rectification import permissions as may
from bihuan.rectification.enums import Severity
from bihuan.rectification.models import Action
from bihuan.rectification.selectors import plan_required


class ActionStep(ActionView[Action]):
    model = Action
    form_class: type[Form] = forms.WhyForm


class ActionDone(ActionStep):
    required_permission = may.ACTIONS_MANAGE
    form_class = forms.ResultForm
    title, submit_label = _("Report done"), _("Report done")

    def act(self, record: Action, form: Any) -> None:
        services.action_report_done(actor=self.actor, action=record, **form.cleaned_data)


class ActionVerify(ActionStep):
    required_permission = may.NOTICES_VERIFY
    form_class = forms.PressForm
    title, submit_label = _("Verify action"), pgettext_lazy("step", "Verify")

    def act(self, record: Action, form: Any) -> None:
        services.action_verify(actor=self.actor, action=record)


class ActionSendBack(ActionStep):
    required_permission = may.NOTICES_VERIFY
    title, submit_label = pgettext_lazy("step", "Send back"), pgettext_lazy("step", "Send back")

    def act(self, record: Action, form: Any) -> None:
        services.action_send_back(actor=self.actor, action=record, **form.cleaned_data)


class ActionCancel(ActionStep):
    required_permission = may.ACTIONS_MANAGE
    title, submit_label = _("Cancel action"), _("Cancel action")

    def act(self, record: Action, form: Any) -> None:
        services.action_cancel(actor=self.actor, action=record, **form.cleaned_data)


class ActionRevive(ActionStep):
    required_permission = may.ACTIONS_MANAGE
    title, submit_label = _("Take up again"), _("Take up again")

    def act(self, record: Action, form: Any) -> None:
        services.action_revive(actor=self.actor, action=record, **form.cleaned_data)


class ActionReschedule(ActionStep):
    required_permission = may.ACTIONS_MANAGE
    form_class = forms.RescheduleForm
    title, submit_label = _("Change owner or date"), _("Save")

    def initial(self) -> dict[str, Any]:
        return {"owner": self.record.owner_id, "due_on": self.record.due_on}

    def act(self, record: Action, form: Any) -> None:
        services.action_reschedule(actor=self.actor, action=record, **form.cleaned_data)


class PlanRules(FormView):
    """What an answer's plan must fix, by tier."""

    required_permission = may.PLAN_RULES
    form_class = forms.PlanRulesForm
    title, submit_label = _("Five-fixed check"), _("Save")
    success_message = _("Saved. Answers given before keep the list they were judged by.")

    def context(self) -> dict[str, Any]:
        return {"intro": _("Which parts of the rectification plan an answer must fill in before it can be sent.")}

    def initial(self) -> dict[str, Any]:
        return {tier: plan_required(tier) for tier in Severity.values}

    def submit(self, form: Any) -> str:
        for tier in Severity.values:
            services.plan_rule_set(actor=self.actor, severity=tier, required=form.cleaned_data[tier])
        return reverse("rectification:plan-rules")

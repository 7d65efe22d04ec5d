"""Pages of findings."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.references import Reference
from bihuan.foundation.steps import NextStep
from bihuan.foundation.views import ActionView, FormView, ListPage, RecordPage
from bihuan.rectification import forms, selectors, services, tables
from bihuan.rectification import permissions as may
from bihuan.rectification.enums import NeedSource
from bihuan.rectification.models import Action, Finding
from bihuan.rectification.views import steps
from bihuan.rectification.views.saved import saved_views


class FindingList(ListPage[Finding]):
    template_name = "rectification/list.html"
    required_permission = may.FINDINGS_VIEW
    model = Finding
    table_class = tables.FindingTable
    filterset_class = tables.FindingFilter
    title = _("Findings")
    empty_hint = _("Raise the first finding here, or from a row of a survey's results.")
    create_url_name, create_label, create_permission = (
        "rectification:finding-raise",
        _("Raise a finding"),
        may.FINDINGS_RAISE,
    )

    def rows(self) -> QuerySet[Finding]:
        return selectors.with_notice_columns(super().rows().select_related("unit"))

    def context(self) -> dict[str, Any]:
        return {"saved_views": saved_views(self.request, Finding)}


def visible_source(finding: Finding) -> Any | None:
    """The record a finding came from, where the reader may see it."""
    reference = finding.source
    return reference.load() if reference is not None else None


class FindingPage(RecordPage[Finding]):
    required_permission = may.FINDINGS_VIEW
    model = Finding
    template_name = "rectification/finding.html"

    def queryset(self) -> QuerySet[Finding]:
        return super().queryset().select_related("unit", "asset", "recurrence_of", "corrected_by__person")

    def context(self) -> dict[str, Any]:
        finding, actor = self.record, self.actor
        notice = selectors.living_notice(finding)
        what_next = steps.next_steps(finding, actor, steps.FINDING)
        if finding.state == "open" and notice is None and actor.can(may.NOTICES_ISSUE, finding.org_path):
            draft = NextStep(
                str(_("Draft a notice")),
                reverse("rectification:notice-draft", kwargs={"pk": finding.pk}),
                "file-text",
            )
            what_next.insert(0 if not finding.is_ordinary else min(1, len(what_next)), draft)
        if notice is not None and not notice.is_final:
            what_next.insert(0, NextStep(str(_("Go to the notice")), notice.get_absolute_url(), "file-text"))
        return {
            "title": str(finding),
            "state_look": tables.STATE_LOOK[finding.state],
            "notice": notice,
            "withdrawn": finding.notices.filter(state="withdrawn"),
            "actions": [
                {
                    "row": action,
                    "look": tables.STATE_LOOK[action.state],
                    "late": action.is_late(timezone.localdate()),
                    "steps": steps.next_steps(action, actor, steps.ACTION),
                }
                for action in finding.actions.select_related("owner")
            ],
            "steps": what_next,
            "may_plan": not finding.is_final and actor.can(may.ACTIONS_MANAGE, finding.org_path),
            "earlier": selectors.same_before(finding)[:5] if finding.is_recurrence else [],
            "source": visible_source(finding),
            "trail": selectors.trail_of(finding, self.actor, current="finding"),
            "needs": selectors.needs_of(finding) if actor.can_somewhere(may.NEEDS_VIEW) else [],
            "more_links": self.more_links(),
        }

    def more_links(self) -> list[dict[str, Any]]:
        """A finding may show a need that outlives its correction."""
        finding = self.record
        if not self.actor.can_somewhere(may.NEEDS_REGISTER):
            return []
        url = selectors.need_url(
            title=finding.title,
            description=finding.fact,
            unit=finding.unit,
            source_kind=NeedSource.DATA.value,
            dimension=finding.dimension,
            evidence=finding.evidence,
            source=finding.reference,
            source_label=str(finding)[:200],
        )
        return [{"label": _("Register a need from it"), "url": url, "icon": "heart"}]


class FindingRaise(FormView):
    """Other pages hand over title, fact, unit and signed figures in the address."""

    required_permission = may.FINDINGS_RAISE
    form_class = forms.RaiseForm
    template_name = "rectification/raise.html"
    title, submit_label = _("Raise a finding"), _("Raise finding")

    def context(self) -> dict[str, Any]:
        token = self.request.POST.get("evidence") or self.request.GET.get("evidence", "")
        if not token:
            return {}
        evidence, _source, label = selectors.evidence_from_token(token)
        return {"evidence": evidence, "source_label": label}

    def submit(self, form: Any) -> str:
        given = dict(form.cleaned_data)
        token = given.pop("evidence")
        evidence: dict[str, Any] = {}
        source: Reference | None = None
        label = ""
        if token:
            evidence, source, label = selectors.evidence_from_token(token)
        finding = services.finding_raise(
            actor=self.actor, evidence=evidence, source=source, source_label=label, **given
        )
        return finding.get_absolute_url()


class FindingAct(ActionView[Finding]):
    model = Finding
    form_class: type[Form] = forms.WhyForm


class FindingCorrect(FindingAct):
    required_permission = may.FINDINGS_CORRECT
    form_class = forms.CorrectForm
    title, submit_label = _("Log correction on the spot"), _("Log correction")

    def act(self, record: Finding, form: Any) -> None:
        services.finding_correct_on_spot(actor=self.actor, finding=record, **form.cleaned_data)


class FindingConfirm(FindingAct):
    required_permission = may.FINDINGS_CLOSE
    form_class = forms.EvidenceForm
    title, submit_label = _("Confirm correction"), _("Confirm and close")

    def act(self, record: Finding, form: Any) -> None:
        services.finding_confirm(actor=self.actor, finding=record, **form.cleaned_data)


class FindingClose(FindingAct):
    required_permission = may.FINDINGS_CLOSE
    title, submit_label = _("Close with a reason"), pgettext_lazy("step", "Close")

    def act(self, record: Finding, form: Any) -> None:
        services.finding_close(actor=self.actor, finding=record, **form.cleaned_data)


class FindingNotCorrected(FindingAct):
    required_permission = may.FINDINGS_CLOSE
    title, submit_label = _("Not corrected"), pgettext_lazy("step", "Open again")

    def act(self, record: Finding, form: Any) -> None:
        services.finding_not_corrected(actor=self.actor, finding=record, **form.cleaned_data)


class FindingReopen(FindingAct):
    required_permission = may.FINDINGS_CLOSE
    title, submit_label = pgettext_lazy("step", "Reopen"), pgettext_lazy("step", "Reopen")

    def act(self, record: Finding, form: Any) -> None:
        services.finding_reopen(actor=self.actor, finding=record, **form.cleaned_data)


class FindingDismiss(FindingAct):
    required_permission = may.FINDINGS_DISMISS
    title, submit_label = pgettext_lazy("step", "Dismiss"), _("Dismiss finding")

    def act(self, record: Finding, form: Any) -> None:
        services.finding_dismiss(actor=self.actor, finding=record, **form.cleaned_data)


class FindingRestore(FindingAct):
    required_permission = may.FINDINGS_DISMISS
    title, submit_label = pgettext_lazy("step", "Restore"), _("Restore finding")

    def act(self, record: Finding, form: Any) -> None:
        services.finding_restore(actor=self.actor, finding=record, **form.cleaned_data)


class FindingRegrade(FindingAct):
    required_permission = may.FINDINGS_DISMISS
    form_class = forms.RegradeForm
    title, submit_label = _("Change severity"), _("Save")

    def initial(self) -> dict[str, Any]:
        return {"severity": self.record.severity}

    def act(self, record: Finding, form: Any) -> None:
        services.finding_regrade(actor=self.actor, finding=record, **form.cleaned_data)


class FindingReassign(FindingAct):
    required_permission = may.FINDINGS_DISMISS
    form_class = forms.ReassignForm
    title, submit_label = _("Change responsible unit"), _("Save")

    def initial(self) -> dict[str, Any]:
        return {"unit": self.record.unit_id}

    def act(self, record: Finding, form: Any) -> None:
        services.finding_reassign(actor=self.actor, finding=record, **form.cleaned_data)


class ActionPlan(FindingAct):
    required_permission = may.ACTIONS_MANAGE
    form_class = forms.ActionForm
    title, submit_label = _("Plan an action"), _("Plan action")

    def act(self, record: Finding, form: Any) -> Action:
        return services.action_plan(actor=self.actor, finding=record, **form.cleaned_data)

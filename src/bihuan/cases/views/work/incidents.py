"""Incidents: the list, the page, the steps, and tying cases to one."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Count, QuerySet
from django.forms import Form
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.cases import permissions as may
from bihuan.cases import services
from bihuan.cases.forms import work as forms
from bihuan.cases.models import Case, Incident
from bihuan.cases.selectors.desk import incidents_for
from bihuan.cases.tables.work import STATE_LOOK, IncidentFilter, IncidentTable
from bihuan.cases.views.work.steps import CaseAct
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.steps import Way, next_steps
from bihuan.foundation.views import ActionView, FormView, ListPage, RecordPage

WAYS = {
    "investigate": Way(
        pgettext_lazy("incident step", "Begin the investigation"), "cases:incident-investigate", "search"
    ),
    "handle": Way(pgettext_lazy("incident step", "Record the handling"), "cases:incident-handle", "writing"),
    "close": Way(pgettext_lazy("incident step", "Close with the lessons"), "cases:incident-close", "circle-check"),
    "regrade": Way(pgettext_lazy("incident step", "Change the grade"), "cases:incident-regrade", "alert-triangle"),
    "dismiss": Way(pgettext_lazy("incident step", "No incident"), "cases:incident-dismiss", "ban"),
    "reopen": Way(pgettext_lazy("incident step", "Reopen"), "cases:incident-reopen", "refresh", turns=True),
}


class IncidentList(ListPage[Incident]):
    required_permission = may.VIEW
    model = Incident
    table_class = IncidentTable
    filterset_class = IncidentFilter
    title = _("Service-quality incidents")
    empty_hint = _("An incident is reported when one cause reaches many customers.")
    create_url_name, create_label, create_permission = "cases:incident-report", _("Report an incident"), may.CLASSIFY

    def rows(self) -> QuerySet[Incident]:
        return incidents_for(self.actor).annotate(case_count=Count("cases"))


class IncidentReport(FormView):
    required_permission = may.CLASSIFY
    form_class = forms.IncidentForm
    title, submit_label = _("Report an incident"), _("Report to the leader")

    def initial(self) -> dict[str, Any]:
        return {"happened_at": timezone.localtime(), **super().initial()}

    def submit(self, form: Any) -> str:
        return services.incident_report(actor=self.actor, **form.cleaned_data).get_absolute_url()


class IncidentPage(RecordPage[Incident]):
    required_permission = may.VIEW
    model = Incident
    template_name = "cases/work/incident.html"

    def queryset(self) -> QuerySet[Incident]:
        return super().queryset().select_related("unit", "leader")

    def context(self) -> dict[str, Any]:
        incident = self.record
        cases = (
            Case.objects.for_permission(self.actor, may.VIEW).filter(incident=incident).select_related("unit", "desk")
        )
        return {
            "title": str(incident),
            "state_look": STATE_LOOK[incident.state],
            "steps": next_steps(incident, self.actor, WAYS),
            "cases": [(case, STATE_LOOK[case.state]) for case in cases.order_by("received_at")[:100]],
            "case_count": cases.count(),
            "open_count": cases.exclude(waits_for="").count(),
        }


class IncidentAct(ActionView[Incident]):
    model = Incident
    required_permission = may.DISPATCH
    form_class: type[Form] = forms.WhyForm
    action = ""

    def act(self, record: Incident, form: Any) -> None:
        services.incident_step(actor=self.actor, incident=record, action=self.action, data=form.cleaned_data)


class IncidentInvestigate(IncidentAct):
    form_class = forms.IncidentLeaderForm
    action, title, submit_label = "investigate", _("Begin the investigation"), _("Begin")


class IncidentHandle(IncidentAct):
    form_class = forms.IncidentHandleForm
    action, title, submit_label = "handle", _("Record the handling"), _("Save")


class IncidentClose(IncidentAct):
    required_permission = may.LEAD
    form_class = forms.IncidentCloseForm
    action, title, submit_label = "close", _("Close with the lessons"), _("Close incident")


class IncidentRegrade(IncidentAct):
    required_permission = may.LEAD
    form_class = forms.IncidentRegradeForm
    action, title, submit_label = "regrade", _("Change the grade"), _("Save")

    def initial(self) -> dict[str, Any]:
        return {"grade": self.record.grade}


class IncidentDismiss(IncidentAct):
    required_permission = may.LEAD
    action, title, submit_label = "dismiss", _("No incident"), _("Save")


class IncidentReopen(IncidentAct):
    required_permission = may.LEAD
    action, title, submit_label = "reopen", _("Reopen incident"), pgettext_lazy("incident step", "Reopen")


class IncidentLink(CaseAct):
    """Say of a case that it has this cause."""

    required_permission = may.CLASSIFY
    form_class = forms.IncidentLinkForm
    title, submit_label = _("Link to an incident"), _("Link")

    def act(self, record: Case, form: Any) -> models.Model:
        number = form.cleaned_data["incident"].strip()
        incident = incidents_for(self.actor).filter(number__iexact=number).first()
        if incident is None:
            raise BadInputError(_("There is no incident of this number."), place="incident")
        services.incident_link(actor=self.actor, incident=incident, case=record)
        return incident


class IncidentUnlink(CaseAct):
    required_permission = may.CLASSIFY
    title, submit_label = _("Take off the incident"), _("Take off")

    def act(self, record: Case, form: Any) -> None:
        services.incident_unlink(actor=self.actor, case=record, **form.cleaned_data)

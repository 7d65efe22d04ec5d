"""Services other systems may ask for, and which cases they may read."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.cases import services
from bihuan.cases.forms.hotline import PublishForm, ServiceForm
from bihuan.cases.models import Case, CaseService
from bihuan.cases.particulars import particulars
from bihuan.cases.selectors.published import public_rows
from bihuan.cases.tables.hotline import ServiceFilter, ServiceTable
from bihuan.foundation.views import ActionView, FormView, ListPage


class ServiceList(ListPage[CaseService]):
    required_permission = may.CRITERIA
    template_name = "cases/work/list.html"
    model = CaseService
    table_class, filterset_class = ServiceTable, ServiceFilter
    title = _("Services for other systems")
    empty_hint = _("Write down what the city's centre and other systems may send you, and what they have to say.")
    create_url_name, create_label, create_permission = "cases:service-add", _("Add a service"), may.CRITERIA

    def rows(self) -> QuerySet[CaseService]:
        return super().rows().select_related("desk")


class ServiceAdd(FormView):
    required_permission = may.CRITERIA
    form_class = ServiceForm
    template_name = "cases/hotline/service_form.html"
    title, submit_label = _("Add a service"), _("Save")

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor, "attributes": [], "is_new": True}

    def submit(self, form: Any) -> str:
        desk = form.cleaned_data["desk"]
        services.service_write(actor=self.actor, desk=desk, values=form.values(), asked=form.asked())
        return "../"


class ServiceEdit(ActionView[CaseService]):
    required_permission = may.CRITERIA
    model = CaseService
    form_class = ServiceForm
    template_name = "cases/hotline/service_form.html"
    title, submit_label = _("Change the service"), _("Save")
    success_message = _("Saved. Other systems see it at once.")

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor, "attributes": particulars(self.record.attributes), "is_new": False}

    def initial(self) -> dict[str, Any]:
        names = ("name", "description", "group", "keywords", "kind", "is_active", "publishes", "is_batch")
        chosen = {"desk": self.record.desk_id, "theme": self.record.theme_id}
        return {**chosen, **{name: getattr(self.record, name) for name in names}}

    def act(self, record: CaseService, form: Any) -> None:
        desk = form.cleaned_data["desk"]
        services.service_write(actor=self.actor, desk=desk, values=form.values(), asked=form.asked(), service=record)


class Publish(ActionView[Case]):
    """What everybody would read is shown first: a name that nothing gives away is found by eyes only."""

    required_permission = may.CLASSIFY
    model = Case
    form_class = PublishForm
    template_name = "cases/hotline/publish.html"
    title, submit_label = _("Publish by Open311"), _("Save")

    def initial(self) -> dict[str, Any]:
        return {"is_public": self.record.is_public}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "shown": public_rows([self.record])[0]}

    def act(self, record: Case, form: Any) -> None:
        services.case_publish(actor=self.actor, case=record, **form.cleaned_data)

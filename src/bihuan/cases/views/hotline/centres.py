"""City centres: keeping them, results on their way back, both sides' tickets laid together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.cases import permissions as may
from bihuan.cases import services
from bihuan.cases.forms import hotline as forms
from bihuan.cases.models import CentreCheck, CityCentre, CityPush
from bihuan.cases.selectors.reconciling import KINDS, Difference, Sides, sides_of
from bihuan.cases.tables import hotline as tables
from bihuan.foundation.views import ActionView, FormView, ListPage, RecordListPage, RecordPage

WAITING = Q(pushes__sent_at=None, pushes__next_at__isnull=False)
GIVEN_UP = Q(pushes__sent_at=None, pushes__next_at=None, pushes__isnull=False)


class CentreList(ListPage[CityCentre]):
    required_permission = may.DISPATCH
    template_name = "cases/work/list.html"
    model = CityCentre
    table_class, filterset_class = tables.CentreTable, tables.CentreFilter
    title = _("City centres")
    empty_hint = _("Enter the city's hotline centre that sends tickets and wants the results back.")
    create_url_name, create_label, create_permission = "cases:centre-add", _("Add a centre"), may.CRITERIA

    def rows(self) -> QuerySet[CityCentre]:
        counted = super().rows().select_related("desk")
        return counted.annotate(waiting=Count("pushes", WAITING), given_up=Count("pushes", GIVEN_UP))


class CentreForm(FormView):
    required_permission = may.CRITERIA
    form_class = forms.CentreForm
    title, submit_label = _("Add a centre"), _("Save")

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor, "is_new": True}

    def submit(self, form: Any) -> str:
        given = form.cleaned_data
        centre = services.centre_write(
            actor=self.actor, desk=given["desk"], values=form.values(), api_key=given["api_key"]
        )
        return centre.get_absolute_url()


class CentreEdit(ActionView[CityCentre]):
    required_permission = may.CRITERIA
    model = CityCentre
    form_class = forms.CentreForm
    title, submit_label = _("Change the centre"), _("Save")

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor, "is_new": False}

    def initial(self) -> dict[str, Any]:
        names = ("name", "base_url", "jurisdiction", "pulls", "is_active")
        chosen = {"account": self.record.account_id, "desk": self.record.desk_id}
        return {**chosen, **{name: getattr(self.record, name) for name in names}}

    def act(self, record: CityCentre, form: Any) -> None:
        given = form.cleaned_data
        services.centre_write(
            actor=self.actor, desk=given["desk"], values=form.values(), api_key=given["api_key"], centre=record
        )


class CentrePage(RecordListPage[CityCentre]):
    """The centre and what is on its way to it."""

    required_permission = may.DISPATCH
    model = CityCentre
    template_name = "cases/hotline/centre.html"
    table_class, filterset_class = tables.PushTable, tables.PushFilter
    empty_hint = _("A result is noted here when a case of this centre is answered, fed back or closed.")

    @property
    def title(self) -> str:  # type: ignore[override]
        return str(self.record)

    def rows(self) -> QuerySet[CityPush]:
        return CityPush.objects.filter(centre=self.record).select_related("case")

    def context(self) -> dict[str, Any]:
        return {
            "record": self.record,
            "may_edit": self.actor.can(may.CRITERIA, self.record.org_path),
            "may_check": self.actor.can(may.REPORT, self.record.org_path),
        }


class PushPage(RecordPage[CityPush]):
    required_permission = may.DISPATCH
    model = CityPush
    template_name = "cases/hotline/push.html"

    def queryset(self) -> QuerySet[CityPush]:
        return super().queryset().select_related("case", "centre")

    def context(self) -> dict[str, Any]:
        look, label = tables.FATES[self.record.fate]
        return {"title": str(self.record.case), "look": look, "label": label}


class PushRetry(ActionView[CityPush]):
    required_permission = may.DISPATCH
    model = CityPush
    form_class = forms.PressForm
    title = submit_label = _("Send now")

    def act(self, record: CityPush, form: Any) -> None:
        services.push_retry(actor=self.actor, push=record)


class CheckList(RecordListPage[CityCentre]):
    required_permission = may.REPORT
    model = CityCentre
    template_name = "cases/hotline/checks.html"
    table_class = tables.CheckTable
    title = _("Reconciliation")
    empty_hint = _("Choose a period: the centre is asked for its tickets, and both sides are laid together.")

    def rows(self) -> QuerySet[CentreCheck]:
        return CentreCheck.objects.filter(centre=self.record)

    def context(self) -> dict[str, Any]:
        return {"record": self.record, "create_url": reverse("cases:check-ask", args=[self.record.pk])}


class CheckAsk(ActionView[CityCentre]):
    required_permission = may.REPORT
    model = CityCentre
    form_class = forms.PeriodForm
    title, submit_label = _("Compare both sides"), pgettext_lazy("centre", "Compare")

    def initial(self) -> dict[str, Any]:
        today = timezone.localdate()
        return {"since": today - timedelta(days=30), "until": today}

    def act(self, record: CityCentre, form: Any) -> CentreCheck:
        return services.check_ask(actor=self.actor, centre=record, **form.cleaned_data)


class CheckPage(RecordListPage[CentreCheck]):
    """Numbers of both sides, and every ticket on which they differ."""

    required_permission = may.REPORT
    model = CentreCheck
    template_name = "cases/hotline/check.html"
    table_class = tables.DifferenceTable
    empty_hint = _("Both sides have the same tickets in the same state, and every result was taken.")
    sides: Sides

    @property
    def title(self) -> str:  # type: ignore[override]
        return str(self.record)

    def queryset(self) -> QuerySet[CentreCheck]:
        return super().queryset().select_related("centre")

    def rows(self) -> list[Difference]:  # type: ignore[override]
        self.sides = sides_of(self.record)
        kind = self.request.GET.get("kind", "")
        return [row for row in self.sides.rows if kind in {"", row.kind}] if self.record.checked_at else []

    def context(self) -> dict[str, Any]:
        chosen = self.request.GET.get("kind", "")
        counts = {kind: sum(row.kind == kind for row in self.sides.rows) for kind in KINDS}
        views = [{"label": _("All"), "url": self.request.path, "active": not chosen, "count": sum(counts.values())}]
        views += [
            {"label": label, "url": f"{self.request.path}?kind={kind}", "active": chosen == kind, "count": counts[kind]}
            for kind, label in KINDS.items()
        ]
        look, label = tables.check_state(self.record)
        shown = {"record": self.record, "sides": self.sides, "look": look, "label": label}
        return {**shown, "saved_views": views if self.record.checked_at else []}

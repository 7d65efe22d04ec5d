"""Units that missed the 24 hours, and requests to be excused."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.cases import services
from bihuan.cases.forms import hotline as forms
from bihuan.cases.models import Case, Exemption
from bihuan.cases.selectors.accountability import Miss, misses, tally
from bihuan.cases.tables.hotline import MissTable, how_late
from bihuan.foundation.tables import BaseTable
from bihuan.foundation.views import ActionView, Listed

SHOWN = {"": _("to answer for"), "excused": _("excused"), "asked": _("to be decided"), "all": _("all")}


def shows(row: Miss, shown: str) -> bool:
    if shown == "excused":
        return row.is_excused
    if shown == "asked":
        return row.exemption is not None and row.exemption.state == "asked"
    return shown == "all" or not row.is_excused


def midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class Accountability(Listed[Any]):
    """Excused ones leave the list and stay to be seen as excused."""

    required_permission = may.VIEW
    template_name = "cases/hotline/accountability.html"
    table_class = MissTable
    title = _("Accountability: units that missed the 24 hours")
    empty_hint = _("Nothing to answer for in this period.")

    @cached_property
    def period(self) -> forms.PeriodForm:
        today = timezone.localdate()
        usual = {"since": f"{today - timedelta(days=30)}", "until": f"{today}"}
        given = {name: self.request.GET.get(name) or value for name, value in usual.items()}
        return forms.PeriodForm(given)

    @cached_property
    def found(self) -> list[Miss]:
        if not self.period.is_valid():
            return []
        span = self.period.cleaned_data
        until = midnight(span["until"] + timedelta(days=1))
        unit = self.request.GET.get("unit", "")
        rows = misses(self.actor, midnight(span["since"]), until, timezone.now())
        return [row for row in rows if not unit or (row.unit is not None and str(row.unit.pk) == unit)]

    def rows(self) -> list[Miss]:  # type: ignore[override]
        shown = self.request.GET.get("shown", "")
        return [row for row in self.found if shows(row, shown)]

    def prepare(self, table: BaseTable) -> None:
        assert isinstance(table, MissTable)
        table.actor = self.actor

    def address(self, request: HttpRequest, **changes: str) -> str:
        query = request.GET.copy()
        for name in ("page", "sort", "export"):
            query.pop(name, None)
        for name, value in changes.items():
            query[name] = value
        return f"{request.path}?{query.urlencode()}"

    def context(self) -> dict[str, Any]:
        shown, request = self.request.GET.get("shown", ""), self.request
        lines = tally(self.found)
        for line in lines:
            line["worst"] = how_late(line["worst"]) if line["count"] else ""
            line["url"] = self.address(request, unit=str(line["unit"].pk))
        return {
            "form": self.period,
            "lines": lines,
            "unit": request.GET.get("unit", ""),
            "shown": shown,
            "saved_views": [
                {
                    "label": label,
                    "url": self.address(request, shown=key),
                    "active": shown == key,
                    "count": sum(shows(row, key) for row in self.found),
                }
                for key, label in SHOWN.items()
            ],
        }


class ExemptionAsk(ActionView[Case]):
    required_permission = may.INVESTIGATE
    model = Case
    form_class = forms.WhyForm
    title, submit_label = _("Ask to be excused"), _("Ask")

    def context(self) -> dict[str, Any]:
        words = _("Say what kept the unit from answering within the 24 hours. The leading group decides.")
        return {**super().context(), "intro": words}

    def submit(self, form: Any) -> str:
        services.exemption_ask(actor=self.actor, case=self.record, **form.cleaned_data)
        return reverse("cases:accountability")


class ExemptionAct(ActionView[Exemption]):
    model = Exemption
    template_name = "cases/hotline/exemption.html"

    def queryset(self) -> QuerySet[Exemption]:
        return super().queryset().select_related("case", "unit")

    def context(self) -> dict[str, Any]:
        record = self.record
        may_take_back = record.state == "asked" and self.actor.can(may.INVESTIGATE, record.org_path)
        return {**super().context(), "may_take_back": may_take_back}


class ExemptionDecide(ExemptionAct):
    required_permission = may.LEAD
    form_class = forms.ExemptionDecisionForm
    title, submit_label = _("Decide on the exemption"), _("Decide")

    def act(self, record: Exemption, form: Any) -> None:
        given = form.cleaned_data
        services.exemption_decide(
            actor=self.actor, request=record, grant=given["decision"] == "grant", reason=given["reason"]
        )


class ExemptionTakeBack(ExemptionAct):
    required_permission = may.INVESTIGATE
    form_class = forms.WhyForm
    title = submit_label = _("Take the request back")

    def act(self, record: Exemption, form: Any) -> None:
        services.exemption_take_back(actor=self.actor, request=record, **form.cleaned_data)

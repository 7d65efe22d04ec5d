"""Columns and filters of the needs register."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.tables import BaseTable
from bihuan.organisation.filters import UnitBelowFilter
from bihuan.organisation.models import Person
from bihuan.rectification.enums import KanoClass, NeedSource, ResearchMethod
from bihuan.rectification.lifecycle import NEED_OPEN
from bihuan.rectification.models import Need
from bihuan.rectification.models.need import RANKING
from bihuan.rectification.tables import NUMBER, SHORT, WIDE, OverdueFilter

NEED_LOOK = {
    "registered": "info",
    "studied": "soon",
    "accepted": "info",
    "declined": "none",
    "in_work": "info",
    "met": "soon",
    "reviewed": "met",
}
NONE = "none"


def owners(_request: Any) -> QuerySet[Person]:
    return Person.objects.filter(owned_needs__isnull=False).distinct()


class NeedFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("number or words"), method="by_words")
    state = django_filters.MultipleChoiceFilter(
        label=_("state"), choices=list(Need.state_labels.items()), widget=forms.CheckboxSelectMultiple
    )
    unit = UnitBelowFilter()
    kano = django_filters.MultipleChoiceFilter(
        label=_("Kano class"),
        choices=[*KanoClass.choices, (NONE, _("not classified"))],
        widget=forms.CheckboxSelectMultiple,
        method="by_kano",
    )
    source_kind = django_filters.MultipleChoiceFilter(
        label=_("heard in"), choices=NeedSource.choices, widget=forms.CheckboxSelectMultiple
    )
    method = django_filters.ChoiceFilter(label=_("research method"), choices=ResearchMethod.choices)
    priority = django_filters.ChoiceFilter(
        label=_("rating"), choices=[("rated", _("rated")), (NONE, _("not rated"))], method="by_rating"
    )
    priority_min = django_filters.NumberFilter(label=_("points from"), field_name="priority", lookup_expr="gte")
    priority_max = django_filters.NumberFilter(label=_("points to"), field_name="priority", lookup_expr="lte")
    owner = django_filters.ModelChoiceFilter(label=_("owner"), queryset=owners)
    customers = django_filters.CharFilter(label=_("customers who need it"), lookup_expr="icontains")
    overdue = OverdueFilter(method="by_overdue")

    def by_words(self, rows: QuerySet[Need], _name: str, value: str) -> QuerySet[Need]:
        return rows.filter(Q(number__icontains=value) | Q(title__icontains=value) | Q(description__icontains=value))

    def by_kano(self, rows: QuerySet[Need], _name: str, value: list[str]) -> QuerySet[Need]:
        return rows.filter(kano_class__in=["" if one == NONE else one for one in value]) if value else rows

    def by_rating(self, rows: QuerySet[Need], _name: str, value: str) -> QuerySet[Need]:
        return rows.filter(priority__isnull=value == NONE)

    def by_overdue(self, rows: QuerySet[Need], _name: str, value: bool) -> QuerySet[Need]:
        if not value:
            return rows
        return rows.filter(due_on__lt=timezone.localdate(), state__in=("accepted", "in_work"))


class NeedTable(BaseTable):
    number = tables.Column(verbose_name=_("number"), linkify=True, attrs=SHORT)
    title = tables.Column(verbose_name=_("title"), attrs=WIDE)
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path", attrs=SHORT)
    kano = tables.Column(verbose_name=_("Kano class"), accessor="get_kano_class_display", order_by="kano_class")
    priority = tables.Column(verbose_name=_("points"), attrs=NUMBER)
    urgency = tables.Column(attrs=NUMBER)
    effect = tables.Column(attrs=NUMBER)
    capability = tables.Column(attrs=NUMBER)
    state = tables.Column(verbose_name=_("state"))
    source = tables.Column(verbose_name=_("heard in"), accessor="get_source_kind_display", order_by="source_kind")
    customers = tables.Column(verbose_name=_("customers who need it"))
    owner = tables.Column(verbose_name=_("owner"), accessor="owner__name", order_by="owner__name")
    due_on = tables.DateColumn(verbose_name=_("to be met by"), format="Y-m-d")
    registered = tables.DateTimeColumn(verbose_name=_("registered at"), accessor="registered_at", format="Y-m-d")

    class Meta(BaseTable.Meta):
        order_by = "-priority"

    def choose_columns(self, wanted: list[str]) -> None:
        """The three marks and whom it concerns wait until somebody asks for them; an export always has them."""
        super().choose_columns(wanted)
        if not wanted:
            for name in ("urgency", "effect", "capability", "customers", "registered"):
                self.columns.hide(name)

    def order_priority(self, rows: QuerySet[Need], is_descending: bool) -> tuple[QuerySet[Need], bool]:
        """Descending is the ranking itself, ties and all; ascending the same from the other end."""
        ordered = rows.order_by(*RANKING)
        return (ordered if is_descending else ordered.reverse()), True

    def render_state(self, record: Need) -> str:
        return render_to_string(
            "partials/state_badge.html", {"state": NEED_LOOK[record.state], "label": record.state_label}
        )

    def value_state(self, record: Need) -> str:
        return record.state_label


OPEN_QUERY = [("state", state) for state in NEED_OPEN]

"""The list of ways into one survey."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.tables import BaseTable
from bihuan.organisation.models import Asset, OrgUnit
from bihuan.surveys.models import Door
from bihuan.surveys.tables.imports import NUMBER, units_in_scope


class DoorFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("name, vehicle or code"), method="by_words")
    kind = django_filters.MultipleChoiceFilter(
        label=_("channel"), choices=Door.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    asset_kind = django_filters.ChoiceFilter(label=_("asset"), choices=Asset.Kind.choices, field_name="asset__kind")
    unit = django_filters.ModelChoiceFilter(label=_("unit"), queryset=units_in_scope, method="by_unit")
    shut = django_filters.BooleanFilter(
        label=pgettext_lazy("filter", "shut only"), method="by_shut", widget=forms.CheckboxInput
    )

    def by_words(self, rows: QuerySet[Door], _name: str, value: str) -> QuerySet[Door]:
        return rows.filter(
            Q(label__icontains=value)
            | Q(code=value.strip().lower())
            | Q(asset__code__icontains=value)
            | Q(asset__name__icontains=value)
        )

    def by_unit(self, rows: QuerySet[Door], _name: str, value: OrgUnit | None) -> QuerySet[Door]:
        return rows.filter(org_path__within=value.org_path) if value else rows

    def by_shut(self, rows: QuerySet[Door], _name: str, value: bool | None) -> QuerySet[Door]:
        return rows.filter(is_active=False) if value else rows


class DoorTable(BaseTable):
    selection = tables.CheckBoxColumn(accessor="pk", attrs={"td": {"class": "select-cell"}})
    name = tables.Column(verbose_name=_("name"), accessor="pk", order_by=("label", "asset__code"), empty_values=())
    kind = tables.Column(verbose_name=_("channel"))
    unit = tables.Column(verbose_name=_("unit"), accessor="pk", order_by="org_path", empty_values=())
    answers = tables.Column(verbose_name=_("answers"), accessor="pk", orderable=False, empty_values=(), attrs=NUMBER)
    state = tables.Column(verbose_name=_("state"), accessor="is_active")
    address = tables.Column(verbose_name=_("address"), accessor="code", orderable=False)

    class Meta(BaseTable.Meta):
        sequence = ("selection", "name", "kind", "unit", "answers", "state", "address")
        row_attrs = {"data-href": lambda record: ""}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.counts: dict[int, int] = {}
        self.base = ""

    def render_name(self, record: Door) -> str:
        return format_html('<a href="{}">{}</a>', record.office_url, record.title)

    def value_name(self, record: Door) -> str:
        return record.title

    def render_unit(self, record: Door) -> str:
        unit = record.unit or (record.asset.unit if record.asset else None)
        return unit.name if unit else "—"

    def render_answers(self, record: Door) -> int:
        return self.counts.get(record.pk, 0)

    def render_state(self, record: Door) -> str:
        look, label = ("met", _("open")) if record.is_active else ("none", _("shut"))
        return render_to_string("partials/state_badge.html", {"state": look, "label": label})

    def value_state(self, record: Door) -> str:
        return str(_("open") if record.is_active else _("shut"))

    def render_address(self, record: Door) -> str:
        url = self.base + record.get_absolute_url()
        return format_html('<a href="{}">{}</a>', url, record.get_absolute_url())

    def value_address(self, record: Door) -> str:
        return self.base + record.get_absolute_url()

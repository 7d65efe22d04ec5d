"""Columns and filters of the organisation's lists."""

from __future__ import annotations

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.tables import BaseTable
from bihuan.organisation.models import Asset, OrgUnit, Person, WorkingGroup


def units_in_scope(_request: HttpRequest | None) -> QuerySet[OrgUnit]:
    return OrgUnit.objects.all()


ACTIVE = [("true", _("active")), ("false", _("no longer active"))]


class ActiveFilter(django_filters.TypedChoiceFilter):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__(
            field_name="is_active",
            label=_("state"),
            choices=ACTIVE,
            coerce=lambda value: value == "true",
            widget=forms.Select,
        )


class UnitFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("name or code"), method="by_words")
    kind = django_filters.ChoiceFilter(label=_("kind"), choices=OrgUnit.Kind.choices)
    is_active = ActiveFilter()

    def by_words(self, rows: QuerySet[OrgUnit], _name: str, value: str) -> QuerySet[OrgUnit]:
        return rows.filter(Q(name__icontains=value) | Q(code__icontains=value))


class UnitTable(BaseTable):
    name = tables.Column(verbose_name=_("name"), linkify=True, order_by="org_path")
    code = tables.Column(verbose_name=_("code"))
    kind = tables.Column(verbose_name=_("kind"), accessor="get_kind_display", order_by="kind")
    people_count = tables.Column(verbose_name=_("people"), attrs={"td": {"class": "number"}, "th": {"class": "number"}})
    is_active = tables.BooleanColumn(verbose_name=_("active"))

    class Meta(BaseTable.Meta):
        pass

    def render_name(self, value: str, record: OrgUnit) -> str:
        return format_html("{}{}", "\u3000" * max(record.depth, 0), value)

    def value_name(self, value: str) -> str:
        return value


class PersonFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("name or number"), method="by_words")
    unit = django_filters.ModelChoiceFilter(label=_("unit"), queryset=units_in_scope, method="by_unit")
    kind = django_filters.ChoiceFilter(label=_("kind"), choices=Person.Kind.choices)
    is_active = ActiveFilter()

    def by_words(self, rows: QuerySet[Person], _name: str, value: str) -> QuerySet[Person]:
        return rows.filter(Q(name__icontains=value) | Q(staff_number__icontains=value))

    def by_unit(self, rows: QuerySet[Person], _name: str, value: OrgUnit) -> QuerySet[Person]:
        return rows.filter(org_path__within=value.org_path)


class PersonTable(BaseTable):
    staff_number = tables.Column(verbose_name=_("staff number"))
    name = tables.Column(verbose_name=_("name"), linkify=True)
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path")
    kind = tables.Column(verbose_name=_("kind"), accessor="get_kind_display", order_by="kind")
    is_active = tables.BooleanColumn(verbose_name=_("active"))

    class Meta(BaseTable.Meta):
        pass


class AssetFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("name or code"), method="by_words")
    kind = django_filters.ChoiceFilter(label=_("kind"), choices=Asset.Kind.choices)
    unit = django_filters.ModelChoiceFilter(label=_("unit"), queryset=units_in_scope, method="by_unit")
    is_active = ActiveFilter()

    def by_words(self, rows: QuerySet[Asset], _name: str, value: str) -> QuerySet[Asset]:
        return rows.filter(Q(name__icontains=value) | Q(code__icontains=value))

    def by_unit(self, rows: QuerySet[Asset], _name: str, value: OrgUnit) -> QuerySet[Asset]:
        return rows.filter(org_path__within=value.org_path)


class AssetTable(BaseTable):
    kind = tables.Column(verbose_name=_("kind"), accessor="get_kind_display", order_by="kind")
    code = tables.Column(verbose_name=_("code"))
    name = tables.Column(verbose_name=_("name"), linkify=True)
    line = tables.Column(verbose_name=_("line"), accessor="line__name", order_by="line__code")
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path")
    is_active = tables.BooleanColumn(verbose_name=_("active"))

    class Meta(BaseTable.Meta):
        pass


class GroupTable(BaseTable):
    name = tables.Column(verbose_name=_("name"), linkify=True)
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path")
    member_count = tables.Column(
        verbose_name=_("members"), attrs={"td": {"class": "number"}, "th": {"class": "number"}}
    )

    class Meta(BaseTable.Meta):
        model = WorkingGroup
        fields = ("name", "unit", "member_count")

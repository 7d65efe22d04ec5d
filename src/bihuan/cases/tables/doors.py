"""The list of public forms."""

from __future__ import annotations

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.cases.models import IntakeDoor
from bihuan.cases.tables.work import SHORT
from bihuan.foundation.tables import BaseTable

OPEN = {True: pgettext_lazy("form", "open"), False: pgettext_lazy("form", "shut")}


class DoorFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("number or words"), method="by_words")
    is_active = django_filters.BooleanFilter(
        label=_("state"), widget=forms.Select(choices=[("", _("all")), ("true", OPEN[True]), ("false", OPEN[False])])
    )

    def by_words(self, rows: QuerySet[IntakeDoor], _name: str, value: str) -> QuerySet[IntakeDoor]:
        return rows.filter(Q(title__icontains=value) | Q(code__iexact=value) | Q(asset__code__istartswith=value))


class DoorTable(BaseTable):
    title = tables.Column(verbose_name=_("title"))
    asset = tables.Column(verbose_name=_("line, vehicle or place"), accessor="asset__name")
    desk = tables.Column(verbose_name=_("taken in by"), accessor="desk__name")
    address = tables.Column(verbose_name=_("form's address"), accessor="code", orderable=False, attrs=SHORT)
    state = tables.Column(verbose_name=_("state"), accessor="is_active")
    change = tables.TemplateColumn(
        verbose_name="",
        orderable=False,
        exclude_from_export=True,
        template_code='{% load i18n %}<a class="btn btn-link" href="{% url "cases:door-switch" record.pk %}">'
        '{% translate "Open or shut" %}</a>',
    )

    class Meta(BaseTable.Meta):
        order_by = "title"
        row_attrs = {}

    def render_address(self, record: IntakeDoor) -> str:
        return f"/c/{record.code}"

    def render_state(self, record: IntakeDoor) -> str:
        look = {"state": "met" if record.is_active else "none", "label": OPEN[record.is_active]}
        return render_to_string("partials/state_badge.html", look)

    def value_state(self, record: IntakeDoor) -> str:
        return str(OPEN[record.is_active])

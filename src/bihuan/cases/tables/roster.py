"""The roster as a list."""

from __future__ import annotations

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.cases.models import RosterShift
from bihuan.cases.tables.work import SHORT, day
from bihuan.foundation.tables import BaseTable
from bihuan.organisation.filters import UnitBelowFilter


class RosterFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("name, staff number, vehicle or line"), method="by_words")
    since = day(_("from day"), "date__gte", "starts_at")
    until = day(_("to day"), "date__lte", "starts_at")
    unit = UnitBelowFilter()

    def by_words(self, rows: QuerySet[RosterShift], _name: str, value: str) -> QuerySet[RosterShift]:
        return rows.filter(
            Q(person__name__icontains=value)
            | Q(person__staff_number__istartswith=value)
            | Q(asset__code__istartswith=value)
            | Q(line__code__iexact=value)
        )


class RosterTable(BaseTable):
    person = tables.Column(verbose_name=_("person"), accessor="person__name", order_by="person__staff_number")
    number = tables.Column(verbose_name=_("staff number"), accessor="person__staff_number", attrs=SHORT)
    asset = tables.Column(verbose_name=_("vehicle or counter"), accessor="asset__code", attrs=SHORT)
    line = tables.Column(verbose_name=_("line"), accessor="line__code", attrs=SHORT)
    role = tables.Column(verbose_name=_("role"))
    shift = tables.Column(verbose_name=_("shift"))
    starts = tables.DateTimeColumn(verbose_name=_("from"), accessor="starts_at", format="Y-m-d H:i", attrs=SHORT)
    ends = tables.DateTimeColumn(verbose_name=_("until"), accessor="ends_at", format="Y-m-d H:i", attrs=SHORT)
    remove = tables.TemplateColumn(
        verbose_name="",
        orderable=False,
        exclude_from_export=True,
        template_code='{% load i18n %}<a class="btn btn-link" href="{% url "cases:roster-remove" record.pk %}">'
        '{% translate "Remove" %}</a>',
    )

    class Meta(BaseTable.Meta):
        order_by = "-starts"
        row_attrs = {}

"""Lists of imports."""

from __future__ import annotations

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.cases.models import CaseImport
from bihuan.cases.tables.work import NAME, NUMBER, SHORT, WIDE, badge, many
from bihuan.foundation.tables import BaseTable
from bihuan.organisation.filters import UnitBelowFilter


class ImportFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("file or origin"), method="by_words")
    state = many(_("state"), list(CaseImport.state_labels.items()))
    unit = UnitBelowFilter()

    def by_words(self, rows: QuerySet[CaseImport], _name: str, value: str) -> QuerySet[CaseImport]:
        return rows.filter(file_name__icontains=value) | rows.filter(origin__icontains=value)


class ImportTable(BaseTable):
    file = tables.Column(verbose_name=_("file name"), accessor="file_name", linkify=True, attrs=WIDE)
    origin = tables.Column(verbose_name=_("origin"))
    unit = tables.Column(verbose_name=_("desk"), accessor="unit__name", order_by="org_path", attrs=NAME)
    rows_ = tables.Column(verbose_name=_("rows"), accessor="rows", attrs=NUMBER)
    made = tables.Column(verbose_name=pgettext_lazy("case import", "new cases"), attrs=NUMBER)
    there = tables.Column(verbose_name=_("rows that were there already"), attrs=NUMBER)
    state = tables.Column(verbose_name=_("state"))
    by = tables.Column(verbose_name=_("uploaded by"), accessor="uploaded_by_name", attrs=SHORT)
    uploaded = tables.DateTimeColumn(
        verbose_name=_("uploaded at"), accessor="uploaded_at", format="Y-m-d H:i", attrs=SHORT
    )

    class Meta(BaseTable.Meta):
        order_by = "-uploaded"

    def render_state(self, record: CaseImport) -> str:
        return badge(record)

    def value_state(self, record: CaseImport) -> str:
        return record.state_label

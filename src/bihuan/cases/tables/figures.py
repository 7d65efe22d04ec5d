"""Lists of exposures and reports."""

from __future__ import annotations

import django_filters
import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.cases.models import CaseReport, Exposure
from bihuan.cases.tables.work import NUMBER, SHORT, badge, many
from bihuan.foundation.tables import BaseTable
from bihuan.organisation.filters import UnitBelowFilter


class ExposureFilter(django_filters.FilterSet):  # type: ignore[misc]
    measure = many(pgettext_lazy("case", "measure"), Exposure.Measure.choices)
    unit = UnitBelowFilter()


class ExposureTable(BaseTable):
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path")
    measure = tables.Column(
        verbose_name=pgettext_lazy("case", "measure"), accessor="get_measure_display", order_by="measure"
    )
    since = tables.DateColumn(verbose_name=_("from day"), format="Y-m-d", attrs=SHORT)
    until = tables.DateColumn(verbose_name=_("to day"), format="Y-m-d", attrs=SHORT)
    number = tables.Column(verbose_name=pgettext_lazy("amount", "number"), attrs=NUMBER)
    source = tables.Column(verbose_name=_("source"))
    remove = tables.TemplateColumn(
        verbose_name="",
        orderable=False,
        exclude_from_export=True,
        template_code='{% load i18n %}<a class="btn btn-link" href="{% url "cases:exposure-remove" record.pk %}">'
        '{% translate "Remove" %}</a>',
    )

    def render_number(self, value: int) -> str:
        return f"{value:,}"

    class Meta(BaseTable.Meta):
        order_by = "-since"
        row_attrs = {}


class ReportFilter(django_filters.FilterSet):  # type: ignore[misc]
    rhythm = many(_("kind"), CaseReport.Rhythm.choices)
    state = many(_("state"), list(CaseReport.state_labels.items()))
    unit = UnitBelowFilter()


class ReportTable(BaseTable):
    number = tables.Column(verbose_name=_("number"), linkify=True, empty_values=(), attrs=SHORT)
    rhythm = tables.Column(verbose_name=_("kind"), accessor="get_rhythm_display", order_by="rhythm")
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path")
    since = tables.DateColumn(verbose_name=_("from day"), format="Y-m-d", attrs=SHORT)
    until = tables.DateColumn(verbose_name=_("to day"), format="Y-m-d", attrs=SHORT)
    state = tables.Column(verbose_name=_("state"))

    class Meta(BaseTable.Meta):
        order_by = "-since"

    def render_number(self, record: CaseReport) -> str:
        return record.number or record.state_label

    def render_state(self, record: CaseReport) -> str:
        return badge(record)

    def value_state(self, record: CaseReport) -> str:
        return record.state_label

"""Who has which answers."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.tables import BaseTable
from bihuan.surveys.exporting.wanted import Wanted
from bihuan.surveys.models import SurveyExport
from bihuan.surveys.tables.imports import NUMBER

EXPORT_LOOK = {"waiting": "info", "ready": "met", "sent": "met", "broken": "soon", "failed": "late", "expired": "none"}


class ExportFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("survey or person"), method="by_words")
    state = django_filters.MultipleChoiceFilter(
        label=_("state"), choices=list(SurveyExport.state_labels.items()), widget=forms.CheckboxSelectMultiple
    )
    kind = django_filters.MultipleChoiceFilter(
        label=_("file"), choices=SurveyExport.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    since = django_filters.DateFilter(
        label=_("asked for from"),
        field_name="asked_at",
        lookup_expr="date__gte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def by_words(self, rows: QuerySet[SurveyExport], _name: str, value: str) -> QuerySet[SurveyExport]:
        return rows.filter(
            Q(campaign__title__icontains=value) | Q(survey__title__icontains=value) | Q(asked_by_name__icontains=value)
        )


class ExportTable(BaseTable):
    asked_at = tables.DateTimeColumn(verbose_name=_("asked for"), format="Y-m-d H:i")
    survey = tables.Column(verbose_name=_("survey"), accessor="of__title", orderable=False)
    kind = tables.Column(verbose_name=_("file"), accessor="kind")
    by = tables.Column(verbose_name=pgettext_lazy("export", "by"), accessor="asked_by_name")
    which = tables.Column(verbose_name=_("filter"), accessor="wanted", orderable=False, empty_values=())
    rows = tables.Column(verbose_name=_("answers in it"), accessor="rows", attrs=NUMBER)
    size = tables.Column(verbose_name=_("size"), accessor="size", attrs=NUMBER)
    state = tables.Column(verbose_name=_("state"))
    expires = tables.DateTimeColumn(verbose_name=_("kept until"), accessor="expires_at", format="Y-m-d H:i")
    digest = tables.Column(verbose_name="SHA-256", accessor="digest", orderable=False)

    class Meta(BaseTable.Meta):
        order_by = "-asked_at"

    def render_kind(self, record: SurveyExport) -> str:
        return kind_words(record)

    def value_kind(self, record: SurveyExport) -> str:
        return kind_words(record)

    def render_which(self, record: SurveyExport) -> str:
        return which_words(record)

    def value_which(self, record: SurveyExport) -> str:
        return which_words(record)

    def render_size(self, value: int) -> str:
        return filesizeformat(value)

    def value_size(self, value: int) -> int:
        return value

    def render_digest(self, value: str) -> str:
        return f"{value[:12]}…"

    def value_digest(self, value: str) -> str:
        return value

    def render_state(self, record: SurveyExport) -> str:
        label = record.state_label
        if record.state == "waiting" and record.progress:
            label = f"{label} {record.progress} %"
        context: dict[str, Any] = {"state": EXPORT_LOOK[record.state], "label": label}
        return render_to_string("partials/state_badge.html", context)

    def value_state(self, record: SurveyExport) -> str:
        return record.state_label


def kind_words(record: SurveyExport) -> str:
    """The kind of file; of a single sheet also whether it holds words or codes."""
    name = record.get_kind_display()
    if record.kind in {SurveyExport.Kind.CSV, SurveyExport.Kind.XLSX}:
        return f"{name}, {record.get_values_display()}"
    return str(name).split(":")[0].split("：")[0]


def which_words(record: SurveyExport) -> str:
    """The filter in words; the names are kept with it, so that no row costs a query."""
    return str(Wanted.from_dict(record.wanted))

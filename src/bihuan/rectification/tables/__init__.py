"""Columns and filters of the two lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from bihuan.foundation.tables import BaseTable
from bihuan.organisation.filters import UnitBelowFilter
from bihuan.rectification.enums import Holder, Severity
from bihuan.rectification.models import Finding, Notice
from bihuan.rectification.selectors import ACTIVE, only_overdue

STATE_LOOK = {
    "open": "info",
    "corrected": "soon",
    "in_rectification": "info",
    "answered": "soon",
    "reopened": "late",
    "closed": "met",
    "dismissed": "none",
    "draft": "none",
    "issued": "info",
    "acknowledged": "info",
    "replied": "soon",
    "returned": "late",
    "withdrawn": "none",
    "asked": "soon",
    "approved": "met",
    "refused": "late",
    "taken_back": "none",
    "lapsed": "none",
    "planned": "info",
    "done": "soon",
    "verified": "met",
    "cancelled": "none",
}
WIDE = {"td": {"class": "title-cell"}}
SHORT = {"td": {"class": "no-break"}}
NUMBER = {"td": {"class": "number"}, "th": {"class": "number"}}


def badge(record: Finding | Notice) -> str:
    return render_to_string(
        "partials/state_badge.html", {"state": STATE_LOOK[record.state], "label": record.state_label}
    )


def due_chip(due_at: Any) -> str:
    return render_to_string("partials/clock_chip.html", {"due_at": due_at, "label": ""}) if due_at else ""


class OverdueFilter(django_filters.BooleanFilter):  # type: ignore[misc]
    def __init__(self, **options: Any) -> None:
        widget = forms.Select(choices=[("", _("all")), ("true", _("only overdue"))])
        super().__init__(label=_("overdue"), widget=widget, **options)


class FindingFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("number or words"), method="by_words")
    state = django_filters.MultipleChoiceFilter(
        label=_("state"), choices=list(Finding.state_labels.items()), widget=forms.CheckboxSelectMultiple
    )
    waits_for = django_filters.ChoiceFilter(
        label=_("who holds the ball"), choices=[c for c in Holder.choices if c[0]], field_name="waits_for"
    )
    unit = UnitBelowFilter()
    severity = django_filters.MultipleChoiceFilter(
        label=_("severity"), choices=Severity.choices, widget=forms.CheckboxSelectMultiple
    )
    source = django_filters.CharFilter(label=_("source"), field_name="source_label", lookup_expr="icontains")
    dimension = django_filters.CharFilter(label=_("dimension or theme"), lookup_expr="icontains")
    older_than = django_filters.NumberFilter(label=_("open for more days than"), method="by_age")
    raised_from = django_filters.DateFilter(
        label=_("raised from"),
        field_name="raised_at",
        lookup_expr="date__gte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    raised_to = django_filters.DateFilter(
        label=_("raised to"),
        field_name="raised_at",
        lookup_expr="date__lte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    overdue = OverdueFilter(method="by_overdue")
    recurring = django_filters.BooleanFilter(
        label=_("happened before"),
        method="by_recurrence",
        widget=forms.Select(choices=[("", _("all")), ("true", _("only repeated ones"))]),
    )

    def by_words(self, rows: QuerySet[Finding], _name: str, value: str) -> QuerySet[Finding]:
        return rows.filter(Q(number__icontains=value) | Q(title__icontains=value) | Q(fact__icontains=value))

    def by_age(self, rows: QuerySet[Finding], _name: str, value: Any) -> QuerySet[Finding]:
        before = timezone.now() - timedelta(days=float(value))
        return rows.filter(raised_at__lt=before).exclude(waits_for="")

    def by_overdue(self, rows: QuerySet[Finding], _name: str, value: bool) -> QuerySet[Finding]:
        return only_overdue(rows) if value else rows

    def by_recurrence(self, rows: QuerySet[Finding], _name: str, value: bool) -> QuerySet[Finding]:
        return rows.filter(recurrence_count__gt=0) if value else rows


class FindingTable(BaseTable):
    number = tables.Column(verbose_name=_("number"), linkify=True, attrs=SHORT)
    title = tables.Column(verbose_name=_("title"), attrs=WIDE)
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path", attrs=SHORT)
    severity = tables.Column(
        verbose_name=_("severity"), accessor="get_severity_display", order_by="severity", attrs=SHORT
    )
    state = tables.Column(verbose_name=_("state"))
    holder = tables.Column(verbose_name=_("who holds the ball"), accessor="holder__label", order_by="waits_for")
    source = tables.Column(verbose_name=_("source"), accessor="source_label", order_by="source_label")
    raised = tables.DateTimeColumn(verbose_name=_("raised at"), accessor="raised_at", format="Y-m-d H:i")
    age = tables.Column(verbose_name=_("age in days"), accessor="raised_at", attrs=NUMBER)
    due = tables.Column(verbose_name=_("due"), accessor="notice_due_at", orderable=False, attrs=SHORT)
    before = tables.Column(verbose_name=_("times before"), accessor="recurrence_count", attrs=NUMBER)

    class Meta(BaseTable.Meta):
        order_by = "-raised"

    def choose_columns(self, wanted: list[str]) -> None:
        """Two columns wait until somebody asks for them; an export always has them."""
        super().choose_columns(wanted)
        if not wanted:
            for name in ("source", "before"):
                self.columns.hide(name)

    def render_state(self, record: Finding) -> str:
        return badge(record)

    def value_state(self, record: Finding) -> str:
        return record.state_label

    def render_age(self, record: Finding) -> int:
        end = record.closed_at if record.is_final and record.closed_at else timezone.now()
        return (end - record.raised_at).days

    def render_due(self, value: Any) -> str:
        return due_chip(value)

    def value_due(self, value: Any) -> str:
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""


class NoticeFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("number or words"), method="by_words")
    state = django_filters.MultipleChoiceFilter(
        label=_("state"), choices=list(Notice.state_labels.items()), widget=forms.CheckboxSelectMultiple
    )
    waits_for = django_filters.ChoiceFilter(
        label=_("who holds the ball"), choices=[c for c in Holder.choices if c[0]], field_name="waits_for"
    )
    unit = UnitBelowFilter()
    severity = django_filters.MultipleChoiceFilter(
        label=_("severity"), choices=Severity.choices, widget=forms.CheckboxSelectMultiple
    )
    overdue = OverdueFilter(method="by_overdue")

    def by_words(self, rows: QuerySet[Notice], _name: str, value: str) -> QuerySet[Notice]:
        return rows.filter(Q(number__icontains=value) | Q(title__icontains=value))

    def by_overdue(self, rows: QuerySet[Notice], _name: str, value: bool) -> QuerySet[Notice]:
        return rows.filter(due_at__lt=timezone.now(), waits_for__in=ACTIVE) if value else rows


class NoticeTable(BaseTable):
    number = tables.Column(verbose_name=_("number"), linkify=True, empty_values=(), attrs=SHORT)
    title = tables.Column(verbose_name=_("title"), attrs=WIDE)
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path", attrs=SHORT)
    severity = tables.Column(
        verbose_name=_("severity"), accessor="get_severity_display", order_by="severity", attrs=SHORT
    )
    state = tables.Column(verbose_name=_("state"))
    holder = tables.Column(verbose_name=_("who holds the ball"), accessor="holder__label", order_by="waits_for")
    issued = tables.DateTimeColumn(verbose_name=_("issued at"), accessor="issued_at", format="Y-m-d H:i")
    due = tables.Column(verbose_name=_("due"), accessor="due_at", attrs=SHORT)
    cycle = tables.Column(verbose_name=_("cycle"), attrs=NUMBER)

    class Meta(BaseTable.Meta):
        order_by = "-issued"

    def render_number(self, record: Notice) -> str:
        return record.number or pgettext("notice", "draft")

    def render_state(self, record: Notice) -> str:
        return badge(record)

    def value_state(self, record: Notice) -> str:
        return record.state_label

    def render_due(self, value: Any) -> str:
        return due_chip(value)

    def value_due(self, value: Any) -> str:
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""

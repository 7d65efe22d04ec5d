"""Columns and filters of the lists of cases, incidents and reviews."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.cases.enums import OPEN_HOLDERS, Channel, Grade, Holder, IncidentGrade, Kind, Outcome
from bihuan.cases.models import Case, CaseTheme, Incident
from bihuan.cases.selectors import themes_seen
from bihuan.foundation.middleware import actor_of
from bihuan.foundation.tables import BaseTable
from bihuan.organisation.filters import UnitBelowFilter
from bihuan.organisation.models import Asset
from bihuan.records.selectors import subjects_matching

STATE_LOOK = {
    "received": "info",
    "classified": "info",
    "dispatched": "info",
    "investigating": "info",
    "suspended": "none",
    "returned": "soon",
    "reopened": "late",
    "answered": "soon",
    "fed_back": "soon",
    "under_review": "soon",
    "closed": "met",
    "transferred": "none",
    "duplicate": "none",
    "withdrawn": "none",
    "invalid": "none",
    "asked": "soon",
    "approved": "met",
    "refused": "late",
    "taken_back": "none",
    "lapsed": "none",
    "sitting": "info",
    "decided": "met",
    "proposed": "soon",
    "reported": "late",
    "handled": "soon",
    "dismissed": "none",
    "draft": "none",
    "uploaded": "soon",
    "running": "info",
    "done": "met",
    "discarded": "none",
    "published": "met",
}
WIDE = {"td": {"class": "title-cell"}}
SHORT = {"td": {"class": "no-break"}}
NAME = {"td": {"class": "name-cell"}}
NUMBER = {"td": {"class": "number"}, "th": {"class": "number"}}


def badge(record: Any) -> str:
    return render_to_string(
        "partials/state_badge.html", {"state": STATE_LOOK[record.state], "label": record.state_label}
    )


def due_chip(due_at: Any) -> str:
    return render_to_string("partials/clock_chip.html", {"due_at": due_at, "label": ""}) if due_at else ""


def when(value: Any) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""


def themes_in_scope(request: HttpRequest | None) -> QuerySet[CaseTheme]:
    return themes_seen(actor_of(request)) if request is not None else CaseTheme._base_manager.none()


def lines_in_scope(_request: HttpRequest | None) -> QuerySet[Asset]:
    return Asset.objects.filter(kind=Asset.Kind.LINE)


def day(label: Any, lookup: str, field: str = "received_at") -> django_filters.DateFilter:
    widget = forms.DateInput(attrs={"type": "date"})
    return django_filters.DateFilter(label=label, field_name=field, lookup_expr=lookup, widget=widget)


def many(label: Any, choices: Any) -> django_filters.MultipleChoiceFilter:
    return django_filters.MultipleChoiceFilter(label=label, choices=choices, widget=forms.CheckboxSelectMultiple)


class YesFilter(django_filters.BooleanFilter):  # type: ignore[misc]
    def __init__(self, label: Any, only: Any, **options: Any) -> None:
        super().__init__(label=label, widget=forms.Select(choices=[("", _("all")), ("true", only)]), **options)


class CaseFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("number or words"), method="by_words")
    state = many(_("state"), list(Case.state_labels.items()))
    waits_for = django_filters.ChoiceFilter(
        label=_("who holds the ball"), choices=[choice for choice in Holder.choices if choice[0]]
    )
    kind = many(_("kind"), Kind.choices)
    grade = django_filters.ChoiceFilter(label=_("class"), choices=Grade.choices)
    channel = django_filters.MultipleChoiceFilter(label=_("channel"), choices=Channel.choices)
    theme = django_filters.ModelChoiceFilter(label=_("theme"), queryset=themes_in_scope)
    unit = UnitBelowFilter()
    line = django_filters.ModelChoiceFilter(label=_("line"), queryset=lines_in_scope)
    outcome = django_filters.ChoiceFilter(label=pgettext_lazy("case", "outcome"), choices=Outcome.choices)
    received_from = day(_("received from"), "date__gte")
    received_to = day(_("received to"), "date__lte")
    overdue = YesFilter(_("overdue"), _("only overdue"), method="by_overdue")
    is_major = YesFilter(_("major event"), _("only major events"))
    incident = django_filters.NumberFilter(field_name="incident_id", widget=forms.HiddenInput)

    def by_words(self, rows: QuerySet[Case], _name: str, value: str) -> QuerySet[Case]:
        return rows.filter(pk__in=subjects_matching(Case._meta.label_lower, value))

    def by_overdue(self, rows: QuerySet[Case], _name: str, value: bool) -> QuerySet[Case]:
        return rows.filter(due_at__lt=timezone.now(), waits_for__in=OPEN_HOLDERS) if value else rows


class CaseTable(BaseTable):
    number = tables.Column(verbose_name=_("number"), linkify=True, attrs=SHORT)
    title = tables.Column(verbose_name=_("title"), attrs=WIDE)
    kind = tables.Column(verbose_name=_("kind"), accessor="get_kind_display", order_by="kind", attrs=SHORT)
    grade = tables.Column(verbose_name=_("class"), accessor="get_grade_display", order_by="grade", attrs=SHORT)
    unit = tables.Column(verbose_name=_("unit"), accessor="responsible_name", order_by="org_path", attrs=NAME)
    line = tables.Column(verbose_name=_("line"), accessor="line__code", order_by="line", attrs=SHORT)
    theme = tables.Column(verbose_name=_("theme"), accessor="theme__name", order_by="theme")
    state = tables.Column(verbose_name=_("state"))
    holder = tables.Column(verbose_name=_("who holds the ball"), accessor="holder__label", order_by="waits_for")
    due = tables.Column(verbose_name=_("due"), accessor="due_at", attrs=SHORT)
    received = tables.DateTimeColumn(
        verbose_name=_("received at"), accessor="received_at", format="Y-m-d H:i", attrs=SHORT
    )
    channel = tables.Column(verbose_name=_("channel"), accessor="get_channel_display", order_by="channel")
    outcome = tables.Column(
        verbose_name=pgettext_lazy("case", "outcome"), accessor="get_outcome_display", order_by="outcome"
    )
    returns = tables.Column(verbose_name=_("times returned"), attrs=NUMBER)

    class Meta(BaseTable.Meta):
        order_by = "-received"

    def choose_columns(self, wanted: list[str]) -> None:
        """Some columns wait until somebody asks for them; an export always has them."""
        super().choose_columns(wanted)
        if not wanted:
            for name in ("holder", "channel", "outcome", "returns", "theme"):
                self.columns.hide(name)

    def render_state(self, record: Case) -> str:
        return badge(record)

    def value_state(self, record: Case) -> str:
        return record.state_label

    def render_due(self, value: Any) -> str:
        return due_chip(value)

    def value_due(self, value: Any) -> str:
        return when(value)


class IncidentFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("number or words"), method="by_words")
    state = many(_("state"), list(Incident.state_labels.items()))
    grade = django_filters.ChoiceFilter(label=_("grade"), choices=IncidentGrade.choices)
    unit = UnitBelowFilter()

    def by_words(self, rows: QuerySet[Incident], _name: str, value: str) -> QuerySet[Incident]:
        return rows.filter(pk__in=subjects_matching(Incident._meta.label_lower, value))


class IncidentTable(BaseTable):
    number = tables.Column(verbose_name=_("number"), linkify=True, attrs=SHORT)
    title = tables.Column(verbose_name=_("title"), attrs=WIDE)
    grade = tables.Column(verbose_name=_("grade"), accessor="get_grade_display", order_by="grade")
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path", attrs=SHORT)
    state = tables.Column(verbose_name=_("state"))
    cases = tables.Column(verbose_name=_("cases"), accessor="case_count", order_by="case_count", attrs=NUMBER)
    reported = tables.DateTimeColumn(
        verbose_name=_("reported at"), accessor="reported_at", format="Y-m-d H:i", attrs=SHORT
    )

    class Meta(BaseTable.Meta):
        order_by = "-reported"

    def render_state(self, record: Incident) -> str:
        return badge(record)

    def value_state(self, record: Incident) -> str:
        return record.state_label

"""Columns and filters of studies and of the voice of staff."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.tables import BaseTable
from bihuan.organisation.filters import UnitBelowFilter
from bihuan.surveys.models import StaffVoice, StudyPlan, StudyVisit
from bihuan.surveys.selectors.studies import coverage
from bihuan.surveys.tables.books import NUMBER, SHORT, WIDE, badge

STUDY_LOOK = {"planned": "info", "under_way": "soon", "reported": "soon", "closed": "met", "cancelled": "none"}
STAFF_LOOK = {"handed_in": "soon", "answered": "met", "taken_back": "none"}


class PlanTable(BaseTable):
    year = tables.Column(verbose_name=_("year"), linkify=True)
    unit = tables.Column(verbose_name=_("units below"), accessor="unit__name", order_by="org_path")
    wanted = tables.Column(verbose_name=_("units to be visited"), attrs=NUMBER)
    planned = tables.Column(verbose_name=_("planned"), accessor="pk", orderable=False, attrs=NUMBER)
    done = tables.Column(verbose_name=_("studied"), accessor="pk", orderable=False, attrs=NUMBER)

    class Meta(BaseTable.Meta):
        order_by = "-year"

    def render_planned(self, record: StudyPlan) -> int:
        return coverage(record).planned

    def render_done(self, record: StudyPlan) -> int:
        return coverage(record).done


class VisitFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("number or words"), method="by_words")
    state = django_filters.MultipleChoiceFilter(
        label=_("state"), choices=list(StudyVisit.state_labels.items()), widget=forms.CheckboxSelectMultiple
    )
    unit = UnitBelowFilter()
    year = django_filters.NumberFilter(label=_("year"), field_name="plan__year")

    def by_words(self, rows: QuerySet[StudyVisit], _name: str, value: str) -> QuerySet[StudyVisit]:
        return rows.filter(Q(number__icontains=value) | Q(unit__name__icontains=value) | Q(conclusion__icontains=value))


class VisitTable(BaseTable):
    number = tables.Column(verbose_name=_("number"), linkify=True, attrs=SHORT)
    unit = tables.Column(verbose_name=_("unit studied"), accessor="unit__name", order_by="org_path", attrs=SHORT)
    year = tables.Column(verbose_name=_("year"), accessor="plan__year")
    choice = tables.Column(verbose_name=_("how it was chosen"), accessor="get_choice_display", order_by="choice")
    planned_on = tables.DateColumn(verbose_name=_("planned for"), format="Y-m-d")
    lead = tables.Column(verbose_name=_("in charge"), accessor="lead__name", order_by="lead__name")
    state = tables.Column(verbose_name=_("state"))
    interviews = tables.Column(verbose_name=_("interviews"), accessor="interview_count", attrs=NUMBER)
    forums = tables.Column(verbose_name=_("forums"), accessor="forum_count", attrs=NUMBER)
    notes = tables.Column(verbose_name=_("notes"), accessor="note_count", attrs=NUMBER)

    class Meta(BaseTable.Meta):
        order_by = ("-year", "planned_on")

    def render_state(self, record: StudyVisit) -> str:
        return badge(STUDY_LOOK[record.state], record.state_label)

    def value_state(self, record: StudyVisit) -> str:
        return record.state_label


class StaffFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("number or words"), method="by_words")
    state = django_filters.MultipleChoiceFilter(
        label=_("state"), choices=list(StaffVoice.state_labels.items()), widget=forms.CheckboxSelectMultiple
    )
    kind = django_filters.MultipleChoiceFilter(
        label=_("kind"), choices=StaffVoice.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    verdict = django_filters.ChoiceFilter(label=_("outcome"), choices=StaffVoice.Verdict.choices)
    unit = UnitBelowFilter()

    def by_words(self, rows: QuerySet[StaffVoice], _name: str, value: str) -> QuerySet[StaffVoice]:
        return rows.filter(Q(number__icontains=value) | Q(title__icontains=value) | Q(text__icontains=value))


class StaffTable(BaseTable):
    number = tables.Column(verbose_name=_("number"), linkify=True, attrs=SHORT)
    title = tables.Column(verbose_name=_("title"), attrs=WIDE)
    kind = tables.Column(verbose_name=_("kind"), accessor="get_kind_display", order_by="kind")
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path", attrs=SHORT)
    by = tables.Column(verbose_name=_("handed in by"), accessor="speaker_name", empty_values=())
    handed_in = tables.DateTimeColumn(verbose_name=_("handed in at"), accessor="handed_in_at", format="Y-m-d H:i")
    state = tables.Column(verbose_name=_("state"))
    verdict = tables.Column(verbose_name=_("outcome"), accessor="get_verdict_display", order_by="verdict")
    answered = tables.DateTimeColumn(verbose_name=_("answered at"), accessor="answered_at", format="Y-m-d H:i")

    class Meta(BaseTable.Meta):
        order_by = "-handed_in"

    def render_by(self, value: Any) -> str:
        return value or str(_("without a name"))

    def render_state(self, record: StaffVoice) -> str:
        return badge(STAFF_LOOK[record.state], record.state_label)

    def value_state(self, record: StaffVoice) -> str:
        return record.state_label

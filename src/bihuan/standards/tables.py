"""Columns and filters of the answering standards."""

from __future__ import annotations

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.tables import BaseTable
from bihuan.organisation.filters import UnitBelowFilter
from bihuan.standards.enums import AnswerKind
from bihuan.standards.models import AnsweringStandard

LOOK = {"draft": "soon", "in_force": "met", "abolished": "none"}
SHORT = {"td": {"class": "no-break"}}
WIDE = {"td": {"class": "title-cell"}}


class AnswerFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("number or words"), method="by_words")
    state = django_filters.MultipleChoiceFilter(
        label=_("state"), choices=list(AnsweringStandard.state_labels.items()), widget=forms.CheckboxSelectMultiple
    )
    kind = django_filters.ChoiceFilter(label=_("kind"), choices=AnswerKind.choices)
    topic = django_filters.CharFilter(label=_("topic"), lookup_expr="icontains")
    unit = UnitBelowFilter()
    changed = django_filters.BooleanFilter(
        label=_("changed since it was published"), method="by_changed", widget=forms.CheckboxInput
    )
    review = django_filters.BooleanFilter(label=_("due for review"), method="by_review", widget=forms.CheckboxInput)

    def by_words(self, rows: QuerySet[AnsweringStandard], _name: str, value: str) -> QuerySet[AnsweringStandard]:
        for word in value.split():
            rows = rows.filter(Q(number__icontains=word) | Q(question__icontains=word) | Q(answer__icontains=word))
        return rows

    def by_changed(self, rows: QuerySet[AnsweringStandard], _name: str, value: bool) -> QuerySet[AnsweringStandard]:
        return rows.filter(state="in_force", is_changed=True) if value else rows

    def by_review(self, rows: QuerySet[AnsweringStandard], _name: str, value: bool) -> QuerySet[AnsweringStandard]:
        return rows.filter(state="in_force", review_on__lte=timezone.localdate()) if value else rows


class AnswerTable(BaseTable):
    number = tables.Column(verbose_name=_("number"), linkify=True, attrs=SHORT)
    question = tables.Column(verbose_name=_("question"), attrs=WIDE)
    topic = tables.Column(verbose_name=_("topic"))
    kind = tables.Column(verbose_name=_("kind"), accessor="get_kind_display", order_by="kind", attrs=SHORT)
    state = tables.Column(verbose_name=_("state"))
    edition = tables.Column(verbose_name=_("edition"), attrs={"td": {"class": "number"}, "th": {"class": "number"}})
    effective_from = tables.DateColumn(verbose_name=_("effective from"), format="Y-m-d", attrs=SHORT)
    review_on = tables.DateColumn(verbose_name=pgettext_lazy("standard", "next review"), format="Y-m-d", attrs=SHORT)
    owner = tables.Column(verbose_name=_("owner"), accessor="owner__name", order_by="owner__name", attrs=SHORT)
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path")

    class Meta(BaseTable.Meta):
        order_by = "topic"

    def render_state(self, record: AnsweringStandard) -> str:
        label = record.state_label
        if record.state == "in_force" and record.is_changed:
            label = f"{label} · {_('changed')}"
        return render_to_string("partials/state_badge.html", {"state": LOOK[record.state], "label": label})

    def value_state(self, record: AnsweringStandard) -> str:
        return record.state_label

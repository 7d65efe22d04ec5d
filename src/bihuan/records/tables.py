"""Columns and filters of the activity log."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.references import Reference
from bihuan.foundation.tables import BaseTable
from bihuan.organisation.models import OrgUnit
from bihuan.records.models import Activity
from bihuan.records.presentation import changes_of, changes_text, who
from bihuan.records.selectors import load_all, url_of
from bihuan.records.subjects import action_label, logged_actions, logged_subjects, subject_label

RECORD = pgettext_lazy("activity log", "record")


def units_in_scope(_request: HttpRequest | None) -> QuerySet[OrgUnit]:
    return OrgUnit.objects.all()


class ActivityFilter(django_filters.FilterSet):  # type: ignore[misc]
    actor = django_filters.CharFilter(label=_("who"), field_name="actor_name", lookup_expr="icontains")
    since = django_filters.DateFilter(
        label=_("from day"), field_name="at", lookup_expr="date__gte", widget=forms.DateInput(attrs={"type": "date"})
    )
    until = django_filters.DateFilter(
        label=_("to day"), field_name="at", lookup_expr="date__lte", widget=forms.DateInput(attrs={"type": "date"})
    )
    unit = django_filters.ModelChoiceFilter(label=_("unit"), queryset=units_in_scope, method="by_unit")
    subject_type = django_filters.ChoiceFilter(label=_("kind of record"), choices=logged_subjects)
    action = django_filters.ChoiceFilter(label=pgettext_lazy("activity log", "action"), choices=logged_actions)
    subject = django_filters.CharFilter(label=RECORD, method="by_subject", widget=forms.HiddenInput)

    def by_unit(self, rows: QuerySet[Activity], _name: str, value: OrgUnit) -> QuerySet[Activity]:
        return rows.filter(org_path__within=value.org_path)

    def by_subject(self, rows: QuerySet[Activity], _name: str, value: str) -> QuerySet[Activity]:
        label, _colon, number = value.partition(":")
        if not number.isdecimal():
            return rows.none()
        return rows.filter(subject_type=label, subject_id=int(number))


class ActivityTable(BaseTable):
    at = tables.Column(verbose_name=_("when"), order_by="id", attrs={"td": {"class": "when"}})
    actor_name = tables.Column(verbose_name=_("who"))
    subject = tables.Column(verbose_name=RECORD, order_by=("subject_type", "subject_id", "position"))
    action = tables.Column(verbose_name=_("what"))
    changes = tables.Column(verbose_name=_("before and after"), empty_values=(), orderable=False)
    reason = tables.Column(verbose_name=_("reason"), orderable=False)
    request_id = tables.Column(verbose_name=_("request"), orderable=False, visible=False)

    class Meta(BaseTable.Meta):
        order_by = "-at"

    @cached_property
    def records(self) -> dict[Reference, Any]:
        """The records of the shown page, one query a kind."""
        return load_all({row.record.subject for row in self.paginated_rows})

    def render_at(self, value: datetime) -> str:
        return format_html(
            '<time datetime="{}">{}</time>',
            value.isoformat(),
            date_format(timezone.localtime(value), "DATETIME_FORMAT"),
        )

    def value_at(self, value: datetime) -> str:
        return timezone.localtime(value).isoformat(sep=" ", timespec="seconds")

    def render_actor_name(self, record: Activity) -> str:
        return who(record)

    def value_actor_name(self, record: Activity) -> str:
        return who(record)

    def render_subject(self, value: Reference) -> str:
        record = self.records.get(value)
        kind = subject_label(value.label)
        if record is None:
            return format_html("{} #{}", kind, value.id) if value.id else kind
        address = url_of(record)
        if not address:
            return format_html("{} {}", kind, record)
        return format_html('<span>{} <a href="{}">{}</a></span>', kind, address, record)

    def value_subject(self, value: Reference) -> str:
        return str(value)

    def render_action(self, value: str, record: Activity) -> str:
        return action_label(record.subject_type, value)

    def value_action(self, value: str, record: Activity) -> str:
        return action_label(record.subject_type, value)

    def render_changes(self, record: Activity) -> str:
        changes = changes_of(record)
        rows = [(one.label, one.before, " → " if one.before else "", one.after) for one in changes]
        if not rows:
            return "—"
        return format_html('<ul class="changes">{}</ul>', format_html_join("", "<li>{}: {}{}<ins>{}</ins></li>", rows))

    def value_changes(self, record: Activity) -> str:
        return changes_text(record)

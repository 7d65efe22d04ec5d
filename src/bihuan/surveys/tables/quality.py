"""Flagged answers of one survey."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.tables import BaseTable
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.models import ResponseFlag
from bihuan.surveys.quality.words import RULE_LABELS
from bihuan.surveys.selectors.quality import flags_in_words
from bihuan.surveys.tables.imports import NUMBER, units_in_scope

DAY = {"td": {"class": "day-cell"}}


class FlaggedFilter(django_filters.FilterSet):  # type: ignore[misc]
    rule = django_filters.ChoiceFilter(label=_("sign"), choices=list(RULE_LABELS.items()), method="by_rule")
    signs = django_filters.NumberFilter(label=_("signs, at least"), field_name="count", lookup_expr="gte")
    unit = django_filters.ModelChoiceFilter(label=_("unit"), queryset=units_in_scope, method="by_unit")
    excluded = django_filters.BooleanFilter(label=_("taken out of the figures"), field_name="is_excluded")

    def __init__(self, *args: Any, is_anonymous: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_anonymous:
            del self.filters["unit"]

    def by_rule(self, rows: QuerySet[ResponseFlag], _name: str, value: str) -> QuerySet[ResponseFlag]:
        return rows.filter(flags__has_key=value)

    def by_unit(self, rows: QuerySet[ResponseFlag], _name: str, value: OrgUnit | None) -> QuerySet[ResponseFlag]:
        return rows.filter(org_path__within=value.org_path) if value else rows


class FlaggedTable(BaseTable):
    """Of an anonymous survey neither unit nor day is shown: few people share both."""

    selection = tables.CheckBoxColumn(accessor="response_id", orderable=False, exclude_from_export=True)
    why = tables.Column(verbose_name=_("why it was flagged"), accessor="flags", orderable=False)
    count = tables.Column(verbose_name=_("signs"), accessor="count", attrs=NUMBER)
    unit = tables.Column(verbose_name=_("unit"), accessor="org_path")
    day = tables.DateColumn(verbose_name=_("day"), accessor="response__business_date", format="Y-m-d", attrs=DAY)
    channel = tables.Column(verbose_name=_("channel"), accessor="response__channel")
    state = tables.Column(
        verbose_name=pgettext_lazy("flagged answer", "in the figures"), accessor="is_excluded", order_by="is_excluded"
    )

    class Meta(BaseTable.Meta):
        order_by = ("-count", "response_id")
        row_attrs = {"data-href": lambda record: ""}

    def __init__(
        self,
        *args: Any,
        units: Mapping[str, str],
        names: Mapping[str, str],
        channels: Mapping[str, Any],
        is_anonymous: bool,
        may_open: bool,
        may_exclude: bool,
        **kwargs: Any,
    ) -> None:
        self.units, self.names, self.channels = units, names, channels
        self.is_anonymous, self.may_open = is_anonymous, may_open
        hidden = [*(("unit", "day") if is_anonymous else ()), *(() if may_exclude else ("selection",))]
        super().__init__(*args, exclude=tuple(hidden), **kwargs)

    def reasons(self, record: ResponseFlag) -> list[dict[str, str]]:
        return flags_in_words(record.flags, is_anonymous=self.is_anonymous, names=self.names)

    def render_why(self, record: ResponseFlag) -> str:
        reasons = format_html_join(
            "", "<li><b>{}</b>: {}</li>", ((one["label"], one["text"]) for one in self.reasons(record))
        )
        link = ""
        if self.may_open:
            address = reverse("surveys:answer", kwargs={"pk": record.response_id})
            link = format_html('<a href="{}">{}</a>', address, _("See the answer"))
        return format_html('<ul class="flag-reasons">{}</ul>{}', reasons, link)

    def value_why(self, record: ResponseFlag) -> str:
        return "; ".join(f"{one['label']}: {one['text']}" for one in self.reasons(record))

    def render_unit(self, value: str) -> str:
        return self.units.get(value, "")

    def value_unit(self, value: str) -> str:
        return self.units.get(value, "")

    def render_channel(self, value: str) -> str:
        return str(self.channels.get(value, value))

    def value_channel(self, value: str) -> str:
        return str(self.channels.get(value, value))

    def render_state(self, value: bool) -> str:
        return str(_("taken out")) if value else str(pgettext_lazy("flagged answer", "counts"))

    def value_state(self, value: bool) -> str:
        return self.render_state(value)


def filter_of(request: HttpRequest, rows: QuerySet[ResponseFlag], *, is_anonymous: bool) -> FlaggedFilter:
    return FlaggedFilter(request.GET, queryset=rows, request=request, is_anonymous=is_anonymous)

"""Columns of calendars and policies."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from bihuan.duties.models import DeadlinePolicy
from bihuan.duties.wording import rule_words
from bihuan.foundation.tables import BaseTable


class CalendarTable(BaseTable):
    name = tables.Column(verbose_name=_("name"), linkify=True)
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path")
    version = tables.Column(verbose_name=_("version in force"), accessor="current__number")
    through = tables.DateColumn(
        verbose_name=_("holidays announced through"), accessor="current__published_through", format="Y-m-d"
    )

    class Meta(BaseTable.Meta):
        pass


class PolicyTable(BaseTable):
    name = tables.Column(verbose_name=_("name"), linkify=True)
    key = tables.Column(verbose_name=_("key"))
    rule = tables.Column(verbose_name=_("time limit"), empty_values=(), orderable=False)
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path")
    version = tables.Column(verbose_name=_("version in force"), accessor="current__number")

    class Meta(BaseTable.Meta):
        pass

    def render_rule(self, record: DeadlinePolicy) -> str:
        return rule_words(record.current.engine_rule) if record.current else "—"

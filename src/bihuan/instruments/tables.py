"""Columns of the forms list."""

from __future__ import annotations

import django_filters
import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.tables import BaseTable
from bihuan.instruments.models import Instrument


class InstrumentFilter(django_filters.FilterSet):  # type: ignore[misc]
    title = django_filters.CharFilter(label=_("title"), lookup_expr="icontains")
    kind = django_filters.ChoiceFilter(label=_("kind"), choices=Instrument.Kind.choices)


class InstrumentTable(BaseTable):
    title = tables.Column(verbose_name=_("title"), linkify=True)
    kind = tables.Column(verbose_name=_("kind"), accessor="get_kind_display", order_by="kind")
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path")
    version_number = tables.Column(
        verbose_name=_("version"), attrs={"td": {"class": "number"}, "th": {"class": "number"}}
    )
    response_count = tables.Column(
        verbose_name=_("responses"), attrs={"td": {"class": "number"}, "th": {"class": "number"}}
    )

    class Meta(BaseTable.Meta):
        pass

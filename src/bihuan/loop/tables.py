"""The unit table as a file."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.tables import BaseTable
from bihuan.loop.selectors import LoopFigures


class UnitExport(BaseTable):
    unit = tables.Column(verbose_name=_("unit"))
    raised = tables.Column(verbose_name=_("raised"))
    open = tables.Column(verbose_name=_("still open"))
    closure = tables.Column(verbose_name=_("closure rate"))
    closure_low = tables.Column(verbose_name=_("closure rate, low"))
    closure_high = tables.Column(verbose_name=_("closure rate, high"))
    cycle_days = tables.Column(verbose_name=_("median cycle, days"))
    cycle_low = tables.Column(verbose_name=_("median cycle, low"))
    cycle_high = tables.Column(verbose_name=_("median cycle, high"))
    effect = tables.Column(verbose_name=_("effect rate"))
    effect_low = tables.Column(verbose_name=_("effect rate, low"))
    effect_high = tables.Column(verbose_name=_("effect rate, high"))
    verdicts = tables.Column(verbose_name=_("verdicts"))
    group = tables.Column(verbose_name=_("group"))

    class Meta(BaseTable.Meta):
        orderable = False


def export_of(figures: LoopFigures) -> UnitExport:
    return UnitExport(
        [
            {
                "unit": row.unit.name,
                "raised": row.raised,
                "open": row.open,
                "closure": row.closure.value,
                "closure_low": row.closure.low,
                "closure_high": row.closure.high,
                "cycle_days": row.cycle_days.value,
                "cycle_low": row.cycle_days.low,
                "cycle_high": row.cycle_days.high,
                "effect": row.effect.value,
                "effect_low": row.effect.low,
                "effect_high": row.effect.high,
                "verdicts": row.effect.n,
                "group": " ".join(row.letters),
            }
            for row in figures.units
        ]
    )

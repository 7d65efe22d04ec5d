"""Tables of counts that no model stands behind: built from figures, exported like any list."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.tables import BaseTable
from bihuan.surveys.models import BookEntry
from bihuan.surveys.selectors.books import BookFigures, Tally

NUMBER = {"td": {"class": "number"}, "th": {"class": "number"}}


def tally_row(name: str, tally: Tally) -> dict[str, Any]:
    share = tally.share
    return {
        "name": name,
        "received": tally.received,
        "in_time": tally.in_time,
        "late": tally.late,
        "open": tally.open,
        "set_aside": tally.set_aside,
        "share": share.value,
        "low": share.low,
        "high": share.high,
        "n": share.n,
    }


class UnitFiguresTable(BaseTable):
    name = tables.Column(verbose_name=_("unit"))
    received = tables.Column(verbose_name=_("received"), attrs=NUMBER)
    in_time = tables.Column(verbose_name=_("answered in time"), attrs=NUMBER)
    late = tables.Column(verbose_name=_("late"), attrs=NUMBER)
    open = tables.Column(verbose_name=_("still within time"), attrs=NUMBER)
    set_aside = tables.Column(verbose_name=_("needs no answer"), attrs=NUMBER)
    share = tables.Column(verbose_name=_("share in time"), attrs=NUMBER)
    low = tables.Column(verbose_name=_("from (95 %)"), attrs=NUMBER)
    high = tables.Column(verbose_name=_("to (95 %)"), attrs=NUMBER)

    class Meta(BaseTable.Meta):
        orderable = False

    @classmethod
    def of(cls, found: BookFigures) -> UnitFiguresTable:
        return cls([tally_row(unit.name, tally) for unit, tally in found.units])


class KindTable(BaseTable):
    name = tables.Column(verbose_name=_("kind"))
    received = tables.Column(verbose_name=_("received"), attrs=NUMBER)

    class Meta(BaseTable.Meta):
        orderable = False

    @classmethod
    def of(cls, found: BookFigures) -> KindTable:
        return cls([{"name": kind.label, "received": found.total.kinds.get(kind.value, 0)} for kind in BookEntry.Kind])

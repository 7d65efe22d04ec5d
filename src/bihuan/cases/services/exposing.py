"""Passengers, calls and customers from a file: all rows or none; a period that is there is replaced, as logged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.cases.arrivals import folded
from bihuan.cases.models import Exposure
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.reading import Table
from bihuan.organisation.models import OrgUnit

HEADINGS: dict[str, tuple[str, ...]] = {
    "unit": ("单位", "unit"),
    "measure": ("指标", "类型", "measure"),
    "since": ("日期", "开始日期", "day", "from", "since"),
    "until": ("结束日期", "to", "until"),
    "number": ("数量", "number", "count"),
}
NEEDED = ("unit", "measure", "since", "number")
WORDS = {
    "客运量": Exposure.Measure.PASSENGERS,
    "客流量": Exposure.Measure.PASSENGERS,
    "话务量": Exposure.Measure.CALLS,
    "客户数": Exposure.Measure.CUSTOMERS,
}
FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S")


@dataclass(frozen=True)
class ExposureRow:
    unit: OrgUnit
    measure: str
    since: date
    until: date
    number: int


def exposure_rows(table: Table) -> tuple[list[ExposureRow], list[str]]:
    """The rows of a file and what is wrong, each naming its row and column."""
    known = {folded(name): name for name in reversed(table.names)}
    columns = {
        key: next((known[folded(w)] for w in words if folded(w) in known), "") for key, words in HEADINGS.items()
    }
    for key in NEEDED:
        if not columns[key]:
            raise BadInputError(_t("There is no column “%(heading)s”.") % {"heading": HEADINGS[key][0]}, place="file")
    texts = {key: table.column(name).texts for key, name in columns.items() if name}
    units = {folded(word): unit for unit in OrgUnit.objects.filter(is_active=True) for word in (unit.name, unit.code)}
    found: list[ExposureRow] = []
    problems: list[str] = []
    for index in range(table.n_rows):
        given = {key: str(column[index] or "").strip() for key, column in texts.items()}
        try:
            row = row_of(given, units)
            clash = next((one for one in found if overlaps(one, row)), None)
            if clash is not None:
                raise CellError("since", _t("this period stands in the file already"))
            found.append(row)
        except CellError as wrong:
            problems.append(f"{table.place(index, columns[wrong.key] or columns['since'])}: {wrong.words}")
    return found, problems


class CellError(Exception):
    def __init__(self, key: str, words: str) -> None:
        super().__init__(words)
        self.key, self.words = key, words


def overlaps(one: ExposureRow, other: ExposureRow) -> bool:
    same = (one.unit.pk, one.measure) == (other.unit.pk, other.measure)
    return same and one.since <= other.until and other.since <= one.until


def row_of(given: Mapping[str, str], units: Mapping[str, OrgUnit]) -> ExposureRow:
    unit = units.get(folded(given["unit"]))
    if unit is None:
        raise CellError("unit", _t("there is no “%(text)s”") % {"text": given["unit"]})
    measure = measure_of(given["measure"])
    since = day_of("since", given["since"])
    until = day_of("until", given["until"]) if given.get("until") else since
    if until < since:
        raise CellError("until", _t("the end lies before the beginning"))
    if until > timezone.localdate():
        raise CellError("since", _t("it lies in the future"))
    text = given["number"].replace(",", "").replace("，", "")
    if not text.isdecimal() or len(text) > 12:
        raise CellError("number", _t("“%(text)s” is no whole number") % {"text": given["number"]})
    return ExposureRow(unit, measure, since, until, int(text))


def measure_of(text: str) -> str:
    words: dict[str, Any] = {folded(word): value for word, value in WORDS.items()}
    words |= {folded(str(label)): value for value, label in Exposure.Measure.choices}
    words |= {folded(value): value for value in Exposure.Measure.values}
    if folded(text) not in words:
        raise CellError("measure", _t("“%(text)s” is none of passengers, calls, customers") % {"text": text})
    return str(words[folded(text)])


def day_of(key: str, text: str) -> date:
    for form in FORMATS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    raise CellError(key, _t("“%(text)s” is no day such as 2026-11-26") % {"text": text})


@transaction.atomic
def exposures_import(*, actor: Actor, rows: Iterable[ExposureRow], source: str) -> tuple[int, int]:
    """Keep the rows; returns how many are new and how many replaced what was there for the very same period.

    Raises BadInputError where a period lies across another one: whose day it is cannot be told.
    """
    if not source.strip():
        raise BadInputError(_("Name the source."), place="source")
    new = replaced = 0
    for row in rows:
        actor.require(may.REPORT, row.unit.org_path)
        there = Exposure.objects.filter(
            unit=row.unit, measure=row.measure, since__lte=row.until, until__gte=row.since
        ).first()
        after = {"measure": row.measure, "since": row.since, "number": row.number}
        if there is None:
            made = Exposure.objects.create(
                org_path=row.unit.org_path,
                unit=row.unit,
                measure=row.measure,
                since=row.since,
                until=row.until,
                number=row.number,
                source=source.strip()[:200],
            )
            activity(made, "create", actor=actor, after=after)
            new += 1
        elif (there.since, there.until) != (row.since, row.until):
            words = _("%(unit)s, %(day)s: a number for part of this period is there already.")
            raise BadInputError(words % {"unit": row.unit.name, "day": row.since}, place="file")
        elif there.number != row.number:
            before = {"number": there.number, "source": there.source}
            Exposure.objects.filter(pk=there.pk).update(number=row.number, source=source.strip()[:200])
            activity(there, "edit", actor=actor, before=before, after={**after, "source": source.strip()[:200]})
            replaced += 1
    return new, replaced

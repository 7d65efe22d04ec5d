"""What a service asks besides the description: typed particulars, and which of them fill a field of the case."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
MOST = 40
LONGEST = {"string": 255, "text": 2000}


class DataType(models.TextChoices):
    STRING = "string", pgettext_lazy("particular", "short text")
    NUMBER = "number", pgettext_lazy("particular", "number")
    DATETIME = "datetime", pgettext_lazy("particular", "date and time")
    TEXT = "text", pgettext_lazy("particular", "long text")
    SINGLE = "singlevaluelist", pgettext_lazy("particular", "choice of one")
    MULTI = "multivaluelist", pgettext_lazy("particular", "choice of several")


LISTS = (DataType.SINGLE, DataType.MULTI)


class Use(models.TextChoices):
    """The field of the case a particular fills; the rest is kept as further particulars."""

    NONE = "", pgettext_lazy("particular", "kept with the case")
    NUMBER = "number", pgettext_lazy("particular", "the caller's own number")
    LINE = "line", pgettext_lazy("particular", "line")
    VEHICLE = "vehicle", pgettext_lazy("particular", "vehicle")
    STOP = "stop", pgettext_lazy("particular", "stop or place")
    STAFF = "staff", pgettext_lazy("particular", "staff number or description")
    HAPPENED = "happened_at", pgettext_lazy("particular", "when it happened")
    WISH = "wish", pgettext_lazy("particular", "what the customer asks for")


@dataclass(frozen=True)
class Particular:
    code: str
    description: str
    datatype: str = DataType.STRING
    required: bool = False
    variable: bool = True
    datatype_description: str = ""
    use: str = Use.NONE
    values: tuple[tuple[str, str], ...] = field(default=())

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Particular:
        return cls(
            code=str(row["code"]),
            description=str(row.get("description", "")),
            datatype=str(row.get("datatype", DataType.STRING)),
            required=bool(row.get("required", False)),
            variable=bool(row.get("variable", True)),
            datatype_description=str(row.get("datatype_description", "")),
            use=str(row.get("use", "")),
            values=tuple((str(one["key"]), str(one["name"])) for one in row.get("values", [])),
        )

    def row(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "description": self.description,
            "datatype": str(self.datatype),
            "required": self.required,
            "variable": self.variable,
            "datatype_description": self.datatype_description,
            "use": str(self.use),
            "values": [{"key": key, "name": name} for key, name in self.values],
        }


def particulars(rows: Any) -> list[Particular]:
    return [Particular.of(row) for row in rows if isinstance(row, Mapping) and row.get("code")]


def faults(wanted: Sequence[Particular]) -> list[str]:
    """What is wrong with a list somebody wrote; empty where it can be offered."""
    found = []
    seen: set[str] = set()
    if len(wanted) > MOST:
        found.append(_("At most %(most)s particulars.") % {"most": MOST})
    for one in wanted:
        if not CODE.fullmatch(one.code):
            found.append(_("%(code)s: letters, digits, dot, dash and line only, a letter first.") % {"code": one.code})
        if one.code in seen:
            found.append(_("%(code)s is there twice.") % {"code": one.code})
        seen.add(one.code)
        if not one.description:
            found.append(_("%(code)s needs a question.") % {"code": one.code})
        if one.datatype in LISTS and not one.values:
            found.append(_("%(code)s needs its choices.") % {"code": one.code})
        if len({key for key, _name in one.values}) < len(one.values):
            found.append(_("%(code)s has the same key twice.") % {"code": one.code})
    return found


def checked_value(wanted: Particular, given: Sequence[str]) -> tuple[Any, str]:
    """The value as kept, and why it cannot be taken ("" where it can)."""
    values = [value.strip() for value in given if value.strip()]
    place = {"code": wanted.code}
    if not values:
        return None, _("attribute[%(code)s] is required.") % place if wanted.required else ""
    if wanted.datatype == DataType.MULTI:
        keys = {key for key, _name in wanted.values}
        if set(values) <= keys:
            return values, ""
        return None, _("attribute[%(code)s] takes only the keys it lists.") % place
    if len(values) > 1:
        return None, _("attribute[%(code)s] takes one value.") % place
    return one_value(wanted, values[0])


def one_value(wanted: Particular, value: str) -> tuple[Any, str]:
    place = {"code": wanted.code}
    match wanted.datatype:
        case DataType.SINGLE:
            fits = value in {key for key, _name in wanted.values}
            return value, "" if fits else _("attribute[%(code)s] takes only the keys it lists.") % place
        case DataType.NUMBER:
            try:
                fits = Decimal(value).is_finite()
            except InvalidOperation:
                fits = False
            return value, "" if fits else _("attribute[%(code)s] is not a number.") % place
        case DataType.DATETIME:
            return value, "" if is_moment(value) else _("attribute[%(code)s] is no date and time.") % place
    limit = LONGEST.get(wanted.datatype, LONGEST["string"])
    if len(value) > limit:
        return None, _("attribute[%(code)s] takes at most %(limit)s characters.") % {**place, "limit": limit}
    return value, ""


def is_moment(value: str) -> bool:
    try:
        return parse_datetime(value) is not None or parse_date(value) is not None
    except ValueError:
        return False

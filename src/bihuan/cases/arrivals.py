"""Cases of another system from a table: which column says what, and what is wrong with which cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.cases.enums import Channel, Kind
from bihuan.foundation.reading import Table

# Headings as offices and city portals write them, folded; the first that fits wins.
HEADINGS: dict[str, tuple[str, ...]] = {
    "number": (
        "servicerequestnum",
        "servicerequestid",
        "srrecordid",
        "rowincfpbextract",
        "caseid",
        "ticketid",
        "id",
        "number",
        "no",
        "工单编号",
        "工单号",
        "编号",
        "流水号",
        "受理编号",
    ),
    "text": (
        "text",
        "description",
        "narrative",
        "content",
        "complaint",
        "details",
        "srtype",
        "诉求内容",
        "投诉内容",
        "内容",
        "诉求描述",
        "事由",
    ),
    "title": ("title", "subject", "product", "type", "标题", "主题"),
    "received": (
        "createddate",
        "received",
        "receivedat",
        "datereceived",
        "opened",
        "受理时间",
        "来电时间",
        "登记时间",
        "投诉时间",
    ),
    "closed": ("closedate", "closeddate", "closed", "closedat", "办结时间", "结案时间"),
    "kind": ("kind", "casetype", "诉求类型", "诉求性质"),
    "channel": ("channel", "methodreceived", "source", "来源", "渠道", "诉求来源"),
    "place": ("address", "place", "location", "地点", "地址", "事发地点"),
    "latitude": ("latitude", "lat", "纬度"),
    "longitude": ("longitude", "long", "lon", "lng", "经度"),
    "name": ("name", "customer", "complainant", "姓名", "投诉人", "诉求人"),
    "phone": ("phone", "telephone", "mobile", "电话", "联系电话", "手机"),
    "email": ("email", "邮箱"),
    "unit": ("responsibleunit", "责任单位", "承办单位", "主办单位"),
    "answer": ("answer", "reply", "result", "resolution", "答复内容", "处理结果", "办理结果"),
}
FIELDS: dict[str, str | Promise] = {
    "number": _("number at the origin"),
    "text": _("what happened"),
    "title": _("title"),
    "received": _("received at"),
    "closed": _("closed at"),
    "kind": _("kind"),
    "channel": _("channel"),
    "place": _("where"),
    "latitude": _("latitude"),
    "longitude": _("longitude"),
    "name": _("customer's name"),
    "phone": _("phone"),
    "email": _("e-mail"),
    "unit": _("responsible unit"),
    "answer": _("answer"),
}
REQUIRED = ("number", "text")
FORMATS: tuple[str, ...] = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y",
    "%Y年%m月%d日 %H:%M",
    "%Y年%m月%d日",
)
CHANNEL_WORDS = {"phone": Channel.PHONE, "email": Channel.EMAIL, "mail": Channel.LETTER, "web": Channel.WEB}
CHANNEL_WORDS |= {"电话": Channel.PHONE, "12345": Channel.HOTLINE, "微信": Channel.SOCIAL, "网站": Channel.WEB}
MOST_WRONG, MOST_ROWS = 200, 100_000


def folded(text: str) -> str:
    return re.sub(r"[\W_]", "", text).lower()


def proposed(names: Sequence[str]) -> dict[str, str]:
    """A column for each field that a heading names; the office may choose otherwise."""
    known = {folded(name): name for name in reversed(names)}
    found: dict[str, str] = {}
    for field, words in HEADINGS.items():
        column = next((known[word] for word in words if word in known), None)
        if column is not None and column not in found.values():
            found[field] = column
    return found


@dataclass(frozen=True)
class Wrong:
    place: str
    message: str | Promise


@dataclass(frozen=True)
class Arrival:
    """One row, checked."""

    row: int
    number: str
    text: str
    received_at: datetime
    closed_at: datetime | None
    values: Mapping[str, Any]


def moment(text: str) -> datetime:
    for form in FORMATS:
        try:
            return timezone.make_aware(datetime.strptime(text, form))  # noqa: DTZ007  the organisation's own time
        except ValueError:
            continue
    raise ValueError(text)


def degrees(text: str, limit: int) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not value.is_finite() or abs(value) > limit:
        raise ValueError(text)
    return round(value, 6)


def word_of(choices: Any, text: str, default: str) -> str:
    """A choice by its key or its name in either language; another system's own words give the default."""
    names = {folded(str(label)): key for key, label in choices.choices} | {folded(key): key for key in choices.values}
    return str(names.get(folded(text), default))


READ: dict[str, tuple[Callable[[str], Any], Any]] = {
    "received": (
        moment,
        _("This is no date and time."),
    ),
    "closed": (moment, _("This is no date and time.")),
    "latitude": (lambda text: degrees(text, 90), _("This is no latitude.")),
    "longitude": (lambda text: degrees(text, 180), _("This is no longitude.")),
    "kind": (lambda text: word_of(Kind, text, Kind.COMPLAINT), ""),
    "channel": (lambda text: CHANNEL_WORDS.get(text.lower()) or word_of(Channel, text, Channel.API), ""),
}
LENGTHS = {"number": 120, "text": 8000, "title": 200, "place": 200, "name": 80, "phone": 30, "email": 120}


def cells(table: Table, mapping: Mapping[str, str]) -> list[dict[str, str]]:
    columns = {field: table.column(name).texts for field, name in mapping.items() if name}
    return [{field: (texts[row] or "").strip() for field, texts in columns.items()} for row in range(table.n_rows)]


def read_row(given: Mapping[str, str], now: datetime) -> tuple[dict[str, Any], dict[str, str | Promise]]:
    values: dict[str, Any] = dict(given)
    wrong: dict[str, str | Promise] = {name: _("This is needed.") for name in REQUIRED if not given.get(name)}
    for name, (read, words) in READ.items():
        try:
            values[name] = read(given[name]) if given.get(name) else None
        except ValueError:
            wrong[name] = words
    for name, length in LENGTHS.items():
        if len(given.get(name, "")) > length and name not in {"text"}:
            wrong[name] = _("At most %(limit)s characters.") % {"limit": length}
    if not wrong:
        received, closed = values["received"] or now, values["closed"]
        if received > now:
            wrong["received"] = _("It lies in the future.")
        elif closed is not None and (closed < received or closed > now):
            wrong["closed"] = _("It was closed before it was received, or in the future.")
    return values, wrong


def checked(
    table: Table, mapping: Mapping[str, str], now: datetime, units: Mapping[str, Any] | None = None
) -> tuple[list[Arrival], list[Wrong]]:
    """Every row, or what is wrong with which cell; the same number twice in one file is wrong too.

    ``units`` are those the desk serves, by folded name and code; a unit that is named must be one of them.
    """
    missing = [name for name in REQUIRED if not mapping.get(name)]
    if missing:
        return [], [Wrong(name, _("No column says this.")) for name in missing]
    if table.n_rows > MOST_ROWS:
        return [], [Wrong(table.name, _("At most %(limit)s rows at once.") % {"limit": MOST_ROWS})]
    found: list[Arrival] = []
    wrongs: list[Wrong] = []
    seen: set[str] = set()
    for row, given in enumerate(cells(table, mapping)):
        values, wrong = read_row(given, now)
        number = given["number"]
        if given.get("unit"):
            values["unit"] = (units or {}).get(folded(given["unit"]))
            if values["unit"] is None:
                wrong["unit"] = _("The desk serves no unit of this name.")
        if number in seen and not wrong:
            wrong["number"] = _("This number stands twice in the file.")
        seen.add(number)
        wrongs += [Wrong(str(table.place(row, mapping[name])), words) for name, words in wrong.items()]
        if len(wrongs) >= MOST_WRONG:
            break
        if not wrong:
            text = given["text"][: LENGTHS["text"]]
            found.append(Arrival(row, number, text, values["received"] or now, values["closed"], values))
    return found, wrongs

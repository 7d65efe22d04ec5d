"""Rules, days and remarks in the words of the screen."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.duties.enums import ClockKind
from servicequality.calendars import DayKind
from servicequality.deadlines import LedgerRow, Remark, Rule


def number(value: Any) -> str:
    return f"{float(value):g}"


def rule_words(rule: Rule) -> str:
    """ "7 working days, until 24:00" """
    if rule.clock == "same_day":
        start = f"{rule.service_day_start // 3600:02d}:{rule.service_day_start % 3600 // 60:02d}"
        return _("the same service day (it starts at %(start)s)") % {"start": start}
    if rule.clock in {"elapsed", "business"}:
        return _("%(count)s hours (%(kind)s)") % {"count": number(rule.hours), "kind": ClockKind(rule.clock).label}
    assert rule.days is not None
    if rule.clock == "working_days":
        amount = ngettext("%(count)s working day", "%(count)s working days", rule.days) % {"count": rule.days}
    else:
        amount = ngettext("%(count)s calendar day", "%(count)s calendar days", rule.days) % {"count": rule.days}
    end = _("until the close of business") if rule.day_end == "close" else _("until 24:00")
    return _("%(amount)s, %(end)s") % {"amount": amount, "end": end}


def day_kind_words(kind: DayKind) -> str:
    return {
        DayKind.WORKING: _("working day"),
        DayKind.WEEKEND: _("day off"),
        DayKind.HOLIDAY: _("public holiday"),
        DayKind.MAKEUP: _("make-up workday"),
        DayKind.CLOSED: _("closed by the unit"),
        DayKind.SPECIAL: _("special hours"),
        DayKind.OUTSIDE: _("not worked"),
    }[kind]


def remark_words(remark: Remark) -> str:
    words = {
        "receipt": _("received; this day is not counted by day clocks"),
        "reopened": _("reopened here"),
        "paused": _("clock paused"),
        "closed": _("closed here"),
        "extended": _("time extended"),
        "reclassified": _("judged by another policy from here"),
        "rolled": _("moved on to the next working day"),
        "unpublished": _("holidays not announced yet: provisional"),
        "due": _("due on this day"),
    }
    text = words.get(remark.code, remark.code)
    return _("%(what)s: %(detail)s") % {"what": text, "detail": reason_words(remark.detail)} if remark.detail else text


AMOUNT = re.compile(r"^([\d.]+) ([dh])$")


def reason_words(detail: str) -> str:
    amount = AMOUNT.match(detail)
    if amount:
        text = _("%(count)s d") if amount[2] == "d" else _("%(count)s hours")
        return text % {"count": amount[1]}
    return {
        "waiting_for_customer": _("waiting for the customer"),
        "waiting_for_evidence": _("waiting for evidence"),
        "waiting_for_authority": _("waiting for the authority"),
    }.get(detail, detail)


def counted_words(row: LedgerRow, value: float) -> str:
    if row.unit == "days":
        return _("%(count)s d") % {"count": number(value)} if value else "—"
    hours, rest = divmod(round(value), 3600)
    return f"{hours}:{rest // 60:02d}" if value else "—"


def ledger_rows(rows: tuple[LedgerRow, ...] | None) -> list[dict[str, Any]]:
    return [
        {
            "date": row.date,
            "kind": day_kind_words(row.kind),
            "kind_key": row.kind.value,
            "counted": counted_words(row, row.counted),
            "total": counted_words(row, row.total),
            "remarks": [remark_words(remark) for remark in row.remarks],
        }
        for row in rows or ()
    ]

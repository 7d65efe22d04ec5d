"""Columns and filters of the hotline's lists."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from bihuan.cases import permissions as may
from bihuan.cases.enums import Kind
from bihuan.cases.models import CaseService, CentreCheck, CityCentre, CityPush, DeskShift
from bihuan.cases.selectors.accountability import Miss
from bihuan.cases.selectors.reconciling import Difference
from bihuan.cases.tables.work import NUMBER, SHORT, WIDE, YesFilter, day, when
from bihuan.foundation.actor import NOBODY, Actor
from bihuan.foundation.tables import BaseTable
from bihuan.organisation.filters import UnitBelowFilter

FATES: dict[str, tuple[str, Any]] = {
    "taken": ("met", pgettext_lazy("push", "taken")),
    "waiting": ("soon", pgettext_lazy("push", "waiting")),
    "given_up": ("late", pgettext_lazy("push", "given up")),
}
THEIR_STATES = {"open": pgettext_lazy("ticket", "open"), "closed": pgettext_lazy("ticket", "closed")}
DIFFERENCE_LOOK = {
    "lacking_here": "late",
    "lacking_there": "late",
    "no_number": "none",
    "state": "soon",
    "not_taken": "late",
}
EXEMPTION_LOOK = {"asked": "soon", "granted": "met", "refused": "late", "taken_back": "none"}


NOT_ANSWERED = pgettext_lazy("answer", "not yet")


def mark(state: str, label: Any) -> str:
    return render_to_string("partials/state_badge.html", {"state": state, "label": str(label)})


def address(record: Difference | Miss) -> str | None:
    return record.get_absolute_url() or None


def yes(value: bool) -> str:
    return mark("met" if value else "none", _("yes") if value else _("no"))


class ServiceFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("code or words"), method="by_words")
    kind = django_filters.ChoiceFilter(label=_("kind"), choices=Kind.choices)
    group = django_filters.CharFilter(label=_("group"), lookup_expr="icontains")
    is_active = YesFilter(_("offered"), _("only those offered"))

    def by_words(self, rows: QuerySet[CaseService], _name: str, value: str) -> QuerySet[CaseService]:
        return rows.filter(Q(code__icontains=value) | Q(name__icontains=value) | Q(keywords__icontains=value))


class ServiceTable(BaseTable):
    code = tables.Column(verbose_name=_("code"), linkify=True, attrs=SHORT)
    name = tables.Column(verbose_name=_("name"), attrs=WIDE)
    group = tables.Column(verbose_name=_("group"))
    kind = tables.Column(verbose_name=_("kind"), accessor="get_kind_display", order_by="kind")
    desk = tables.Column(verbose_name=_("taken in by"), accessor="desk__name", order_by="desk__name")
    asked = tables.Column(verbose_name=_("particulars"), accessor="attributes", orderable=False, attrs=NUMBER)
    publishes = tables.Column(verbose_name=pgettext_lazy("case", "published"))
    is_active = tables.Column(verbose_name=_("offered"))

    class Meta(BaseTable.Meta):
        order_by = "group"

    def render_asked(self, value: Any) -> int:
        return len(value)

    def render_publishes(self, value: bool) -> str:
        return yes(value)

    def render_is_active(self, value: bool) -> str:
        return yes(value)

    def value_publishes(self, value: bool) -> str:
        return str(_("yes") if value else _("no"))

    def value_is_active(self, value: bool) -> str:
        return str(_("yes") if value else _("no"))


class CentreFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("name"), field_name="name", lookup_expr="icontains")
    is_active = YesFilter(_("in use"), _("only those in use"))


class CentreTable(BaseTable):
    name = tables.Column(verbose_name=_("name"), linkify=True, attrs=WIDE)
    origin = tables.Column(verbose_name=_("short name"), attrs=SHORT)
    desk = tables.Column(verbose_name=_("desk"), accessor="desk__name", order_by="desk__name")
    key = tables.Column(verbose_name=pgettext_lazy("api", "key"), accessor="masked_key", orderable=False, attrs=SHORT)
    waiting = tables.Column(verbose_name=_("results waiting"), attrs=NUMBER)
    given_up = tables.Column(verbose_name=_("results given up"), attrs=NUMBER)
    pulled_at = tables.Column(verbose_name=_("last fetch"), attrs=SHORT)
    is_active = tables.Column(verbose_name=_("in use"))

    class Meta(BaseTable.Meta):
        order_by = "name"

    def render_pulled_at(self, record: CityCentre, value: Any) -> str:
        return mark("late", _("failed")) if record.pull_error else when(value)

    def value_pulled_at(self, value: Any) -> str:
        return when(value)

    def render_is_active(self, value: bool) -> str:
        return yes(value)

    def value_is_active(self, value: bool) -> str:
        return str(_("yes") if value else _("no"))


class PushFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("number"), method="by_number")
    fate = django_filters.ChoiceFilter(
        label=_("state"), choices=[(key, label) for key, (_look, label) in FATES.items()], method="by_fate"
    )
    created_from = day(_("noted from"), "date__gte", "created_at")
    created_to = day(_("noted to"), "date__lte", "created_at")

    def by_number(self, rows: QuerySet[CityPush], _name: str, value: str) -> QuerySet[CityPush]:
        return rows.filter(Q(case__number__icontains=value) | Q(case__origin_id__icontains=value))

    def by_fate(self, rows: QuerySet[CityPush], _name: str, value: str) -> QuerySet[CityPush]:
        return rows.filter(sent_at__isnull=value != "taken", next_at__isnull=value != "waiting")


class PushTable(BaseTable):
    case = tables.Column(
        verbose_name=_("case"), accessor="case__number", linkify=("cases:push", {"pk": tables.A("pk")}), attrs=SHORT
    )
    theirs = tables.Column(verbose_name=_("number at the centre"), accessor="case__origin_id")
    words = tables.Column(verbose_name=_("what is told"), accessor="body", orderable=False, attrs=WIDE)
    fate = tables.Column(verbose_name=_("state"), order_by=("sent_at", "next_at"))
    attempts = tables.Column(verbose_name=_("attempts"), attrs=NUMBER)
    next_at = tables.Column(verbose_name=_("next attempt"), attrs=SHORT)
    sent_at = tables.Column(verbose_name=_("taken at"), attrs=SHORT)
    error = tables.Column(verbose_name=_("last error"))
    created_at = tables.Column(verbose_name=_("noted at"), attrs=SHORT)

    class Meta(BaseTable.Meta):
        order_by = "-created_at"

    def choose_columns(self, wanted: list[str]) -> None:
        """Two columns wait until somebody asks for them; an export always has them."""
        super().choose_columns(wanted)
        if not wanted:
            for name in ("attempts", "created_at"):
                self.columns.hide(name)

    def render_words(self, value: dict[str, Any]) -> str:
        return str(value.get("description", ""))[:80]

    def render_fate(self, value: str) -> str:
        return mark(*FATES[value])

    def value_fate(self, value: str) -> str:
        return str(FATES[value][1])

    def render_next_at(self, value: Any) -> str:
        return when(value)

    def render_sent_at(self, value: Any) -> str:
        return when(value)

    def render_created_at(self, value: Any) -> str:
        return when(value)


class CheckTable(BaseTable):
    since = tables.DateColumn(verbose_name=_("from"), format="Y-m-d", linkify=True)
    until = tables.DateColumn(verbose_name=_("until"), format="Y-m-d")
    asked_by_name = tables.Column(verbose_name=_("asked by"))
    asked_at = tables.Column(verbose_name=_("asked at"), attrs=SHORT)
    result = tables.Column(verbose_name=_("state"), accessor="checked_at", empty_values=())

    class Meta(BaseTable.Meta):
        order_by = "-asked_at"

    def render_asked_at(self, value: Any) -> str:
        return when(value)

    def render_result(self, record: CentreCheck) -> str:
        return mark(*check_state(record))

    def value_result(self, record: CentreCheck) -> str:
        return str(check_state(record)[1])


def check_state(record: CentreCheck) -> tuple[str, Any]:
    if record.checked_at:
        return "met", _("compared")
    return ("late", _("failed")) if record.error else ("soon", _("being fetched"))


class DifferenceTable(BaseTable):
    kind = tables.Column(verbose_name=_("difference"))
    number = tables.Column(verbose_name=_("number at the centre"), attrs=SHORT)
    case = tables.Column(
        verbose_name=_("case"),
        accessor="case__number",
        linkify=address,
        orderable=False,
        attrs=SHORT,
    )
    ours = tables.Column(verbose_name=_("state here"))
    theirs = tables.Column(verbose_name=_("state there"))
    note = tables.Column(verbose_name=_("note"))

    class Meta(BaseTable.Meta):
        order_by = "kind"

    def render_kind(self, record: Difference) -> str:
        return mark(DIFFERENCE_LOOK[record.kind], record.label)

    def value_kind(self, record: Difference) -> str:
        return record.label

    def render_theirs(self, value: str) -> str:
        return str(THEIR_STATES.get(value, value))


class ShiftFilter(django_filters.FilterSet):  # type: ignore[misc]
    unit = UnitBelowFilter()
    person = django_filters.CharFilter(label=_("on duty"), field_name="person__name", lookup_expr="icontains")
    since = day(_("from day"), "date__gte", "starts_at")
    until = day(_("to day"), "date__lte", "starts_at")
    not_handed = YesFilter(_("handover"), _("only those not handed over"), method="by_handover")

    def by_handover(self, rows: QuerySet[DeskShift], _name: str, value: bool) -> QuerySet[DeskShift]:
        return rows.filter(handed_over_at=None, ends_at__lt=timezone.now()) if value else rows


class ShiftTable(BaseTable):
    starts_at = tables.Column(verbose_name=_("from"), linkify=True, attrs=SHORT)
    ends_at = tables.Column(verbose_name=_("until"), attrs=SHORT)
    unit = tables.Column(verbose_name=_("desk"), accessor="unit__name", order_by="unit__name", attrs=SHORT)
    person = tables.Column(verbose_name=_("on duty"), accessor="person__name", order_by="person__name", attrs=SHORT)
    phone = tables.Column(verbose_name=_("reachable at"), attrs=SHORT)
    handed_over_at = tables.Column(verbose_name=pgettext_lazy("desk", "handed over at"), attrs=SHORT)
    handed_to = tables.Column(verbose_name=_("handed over to"), accessor="handed_to__name", order_by="handed_to__name")
    open_cases = tables.Column(verbose_name=_("open cases handed over"), attrs=NUMBER)
    taken_over_at = tables.Column(verbose_name=_("taken over at"), attrs=SHORT)
    handover = tables.Column(verbose_name=_("handover note"), attrs=WIDE)

    class Meta(BaseTable.Meta):
        order_by = "-starts_at"

    def choose_columns(self, wanted: list[str]) -> None:
        """Three columns wait until somebody asks for them; an export always has them."""
        super().choose_columns(wanted)
        if not wanted:
            for name in ("phone", "taken_over_at", "handover"):
                self.columns.hide(name)

    def render_starts_at(self, value: Any) -> str:
        return when(value)

    def render_ends_at(self, value: Any) -> str:
        return when(value)

    def render_handed_over_at(self, value: Any) -> str:
        return when(value)

    def render_taken_over_at(self, value: Any) -> str:
        return when(value)


def how_late(minutes: int) -> str:
    """Hours and minutes, as the office says it."""
    hours, left = divmod(minutes, 60)
    said = ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours} if hours else ""
    rest = ngettext("%(count)s minute", "%(count)s minutes", left) % {"count": left}
    return f"{said} {rest}".strip()


class MissTable(BaseTable):
    """``actor`` is the reader: who may ask or decide is offered to do so."""

    actor: Actor = NOBODY
    case = tables.Column(verbose_name=_("case"), accessor="case__number", linkify=address, attrs=SHORT)
    title = tables.Column(verbose_name=_("title"), accessor="case__title", attrs=WIDE)
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", attrs=SHORT)
    due_at = tables.Column(verbose_name=_("due"), attrs=SHORT)
    answered_at = tables.Column(verbose_name=_("answered at"), empty_values=(), attrs=SHORT)
    minutes = tables.Column(verbose_name=_("late by"), attrs=NUMBER)
    exemption = tables.Column(verbose_name=_("exemption"), empty_values=(), orderable=False)

    class Meta(BaseTable.Meta):
        order_by = "-minutes"

    def render_due_at(self, value: Any) -> str:
        return when(value)

    def render_answered_at(self, value: Any) -> str:
        return when(value) if value else mark("late", NOT_ANSWERED)

    def value_answered_at(self, value: Any) -> str:
        return when(value) if value else str(NOT_ANSWERED)

    def render_minutes(self, value: int) -> str:
        return how_late(value)

    def value_minutes(self, value: int) -> int:
        return value

    def render_exemption(self, record: Miss) -> Any:
        request, actor = record.exemption, self.actor
        context = {
            "request": request,
            "case": record.case,
            "state": EXEMPTION_LOOK[request.state] if request is not None else "",
            "may_ask": request is None and actor.can(may.INVESTIGATE, record.case.org_path),
            "may_decide": request is not None
            and request.state == "asked"
            and actor.can(may.LEAD, request.org_path)
            and not actor.is_user(request.asked_by_id),
        }
        return render_to_string("cases/hotline/exemption_cell.html", context)

    def value_exemption(self, record: Miss) -> str:
        return record.exemption.state_label if record.exemption else ""

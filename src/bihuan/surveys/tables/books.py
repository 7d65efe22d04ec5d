"""Columns and filters of the comment book's lists."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.middleware import actor_of
from bihuan.foundation.models import within
from bihuan.foundation.tables import BaseTable
from bihuan.organisation.filters import UnitBelowFilter
from bihuan.organisation.models import Asset
from bihuan.records.selectors import subjects_matching
from bihuan.surveys.models import BookDay, BookEntry, BookPhoto, CommentBook
from bihuan.surveys.permissions import CONTACTS
from bihuan.surveys.selectors.books import text_for, writer_of

ENTRY_LOOK = {"registered": "soon", "answered": "info", "delivered": "met", "set_aside": "none"}
PHOTO_LOOK = {"waiting": "soon", "transcribed": "met", "set_aside": "none"}
DAY_LOOK = {"entries": "met", "none": "met", "away": "none", "": "soon"}
OPEN = "open"
SHORT = {"td": {"class": "no-break"}}
WIDE = {"td": {"class": "title-cell"}}
NUMBER = {"td": {"class": "number"}, "th": {"class": "number"}}
SHOWN_TEXT = 60
PROMISES = [
    ("late", _("overdue now")),
    ("broken", _("answered late or overdue")),
    ("kept", _("answered in time")),
]


def badge(state: str, label: str) -> str:
    return render_to_string("partials/state_badge.html", {"state": state, "label": label})


def look_of(entry: BookEntry) -> str:
    return "late" if entry.is_late() else ENTRY_LOOK[entry.state]


def books_in_scope(_request: HttpRequest | None) -> QuerySet[CommentBook]:
    return CommentBook.objects.all()


def day_filter(label: Any, lookup: str) -> django_filters.DateFilter:
    widget = forms.DateInput(attrs={"type": "date"})
    return django_filters.DateFilter(label=label, field_name="day", lookup_expr=lookup, widget=widget)


class EntryFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("number or words"), method="by_words")
    state = django_filters.MultipleChoiceFilter(
        label=_("state"), choices=list(BookEntry.state_labels.items()), widget=forms.CheckboxSelectMultiple
    )
    kind = django_filters.MultipleChoiceFilter(
        label=_("kind"), choices=BookEntry.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    way = django_filters.MultipleChoiceFilter(
        label=_("came by"), choices=BookEntry.Way.choices, widget=forms.CheckboxSelectMultiple
    )
    unit = UnitBelowFilter()
    book = django_filters.ModelChoiceFilter(label=_("comment book"), queryset=books_in_scope)
    day_from = day_filter(_("service day from"), "gte")
    day_to = day_filter(_("service day to"), "lte")
    late = django_filters.ChoiceFilter(
        label=_("promise"),
        choices=[
            ("late", _("overdue now")),
            ("broken", _("answered late or overdue")),
            ("kept", _("answered in time")),
        ],
        method="by_promise",
    )
    reply_by = django_filters.ChoiceFilter(label=_("reply goes"), choices=BookEntry.ReplyBy.choices)

    def by_words(self, rows: QuerySet[BookEntry], _name: str, value: str) -> QuerySet[BookEntry]:
        """Raw texts only where the reader may see who wrote: else a number could be guessed digit by digit."""
        raw = Q(text__icontains=value) & within("org_path", actor_of(self.request).paths(CONTACTS))
        words = Q(pk__in=subjects_matching(BookEntry._meta.label_lower, value))
        return rows.filter(Q(number__icontains=value) | Q(about__icontains=value) | words | raw)

    def by_promise(self, rows: QuerySet[BookEntry], _name: str, value: str) -> QuerySet[BookEntry]:
        late = Q(state="registered", due_at__lt=timezone.now())
        if value == "late":
            return rows.filter(late)
        return rows.filter(was_in_time=True) if value == "kept" else rows.filter(late | Q(was_in_time=False))


class EntryTable(BaseTable):
    """``reader`` decides whether numbers in the text and the writer are shown or masked, in an export too."""

    selection = tables.CheckBoxColumn(accessor="pk", exclude_from_export=True)
    number = tables.Column(verbose_name=_("number"), linkify=True, attrs=SHORT)
    kind = tables.Column(verbose_name=_("kind"), accessor="get_kind_display", order_by="kind", attrs=SHORT)
    text = tables.Column(verbose_name=_("what was written"), attrs=WIDE, orderable=False)
    book = tables.Column(verbose_name=_("comment book"), accessor="book__name", order_by="book__name", attrs=SHORT)
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path", attrs=SHORT)
    way = tables.Column(verbose_name=_("came by"), accessor="get_way_display", order_by="way")
    writer = tables.Column(verbose_name=_("writer"), accessor="pk", orderable=False)
    about = tables.Column(verbose_name=_("line, vehicle or staff number named"))
    day = tables.DateColumn(verbose_name=_("service day"), format="Y-m-d")
    received = tables.DateTimeColumn(verbose_name=_("received at"), accessor="received_at", format="Y-m-d H:i")
    state = tables.Column(verbose_name=_("state"))
    due = tables.Column(verbose_name=_("to be answered by"), accessor="due_at", attrs=SHORT)
    answered = tables.DateTimeColumn(verbose_name=_("answered at"), accessor="answered_at", format="Y-m-d H:i")
    in_time = tables.Column(verbose_name=_("answered in time"), accessor="was_in_time", empty_values=())
    reply = tables.Column(verbose_name=_("reply"), orderable=False)
    remarks = tables.Column(verbose_name=_("handler's remarks"), orderable=False)

    class Meta(BaseTable.Meta):
        order_by = "-received"

    def __init__(self, *args: Any, reader: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader

    def choose_columns(self, wanted: list[str]) -> None:
        """The long texts wait until somebody asks for them; an export always has them."""
        super().choose_columns([*wanted, "selection"] if wanted else [])
        if not wanted:
            for name in ("way", "writer", "about", "day", "answered", "in_time", "reply", "remarks"):
                self.columns.hide(name)

    def render_text(self, record: BookEntry) -> str:
        return Truncator(text_for(record, self.reader)).chars(SHOWN_TEXT)

    def value_text(self, record: BookEntry) -> str:
        return text_for(record, self.reader)

    def render_writer(self, record: BookEntry) -> str:
        writer = writer_of(record, self.reader)
        return " ".join(filter(None, (writer.name, writer.contact))) or "—"

    def render_state(self, record: BookEntry) -> str:
        return badge(look_of(record), record.state_label)

    def value_state(self, record: BookEntry) -> str:
        return record.state_label

    def render_due(self, record: BookEntry) -> str:
        if record.due_at is None:
            return "—"
        return render_to_string("partials/clock_chip.html", {"due_at": record.due_at, "label": "", "soon_hours": 6})

    def value_due(self, value: Any) -> str:
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if value else ""

    def render_in_time(self, record: BookEntry) -> str:
        if record.was_in_time is None:
            return "—"
        return badge("met", str(_("in time"))) if record.was_in_time else badge("late", str(_("late")))

    def value_in_time(self, record: BookEntry) -> str:
        return "" if record.was_in_time is None else str(_("in time") if record.was_in_time else _("late"))


class PhotoFilter(django_filters.FilterSet):  # type: ignore[misc]
    state = django_filters.MultipleChoiceFilter(
        label=_("state"), choices=list(BookPhoto.state_labels.items()), widget=forms.CheckboxSelectMultiple
    )
    unit = UnitBelowFilter()
    book = django_filters.ModelChoiceFilter(label=_("comment book"), queryset=books_in_scope)
    day_from = day_filter(_("service day from"), "gte")
    day_to = day_filter(_("service day to"), "lte")


class PhotoTable(BaseTable):
    book = tables.Column(verbose_name=_("comment book"), accessor="book__name", linkify=True, attrs=SHORT)
    unit = tables.Column(verbose_name=_("unit"), accessor="book__unit__name", order_by="org_path", attrs=SHORT)
    day = tables.DateColumn(verbose_name=_("service day"), format="Y-m-d")
    collected = tables.DateTimeColumn(verbose_name=_("collected at"), accessor="collected_at", format="Y-m-d H:i")
    uploaded = tables.DateTimeColumn(verbose_name=_("uploaded at"), accessor="uploaded_at", format="Y-m-d H:i")
    by = tables.Column(verbose_name=_("uploaded by"), accessor="uploaded_by_name")
    state = tables.Column(verbose_name=_("state"))
    entries = tables.Column(verbose_name=_("entries"), accessor="entry_count", attrs=NUMBER)

    class Meta(BaseTable.Meta):
        order_by = "collected"

    def render_book(self, record: BookPhoto) -> str:
        return record.book.name

    def render_state(self, record: BookPhoto) -> str:
        label = record.get_why_aside_display() if record.state == "set_aside" else record.state_label
        return badge(PHOTO_LOOK[record.state], label)

    def value_state(self, record: BookPhoto) -> str:
        return record.state_label


class BookFilter(django_filters.FilterSet):  # type: ignore[misc]
    q = django_filters.CharFilter(label=_("name or place"), method="by_words")
    unit = UnitBelowFilter()
    kind = django_filters.ChoiceFilter(label=_("kind"), field_name="asset__kind", choices=Asset.Kind.choices)
    is_active = django_filters.BooleanFilter(
        label=_("active"),
        widget=forms.Select(choices=[("", _("all")), ("true", _("in use")), ("false", _("out of use"))]),
    )

    def by_words(self, rows: QuerySet[CommentBook], _name: str, value: str) -> QuerySet[CommentBook]:
        return rows.filter(Q(name__icontains=value) | Q(place__icontains=value) | Q(asset__code__icontains=value))


class BookTable(BaseTable):
    name = tables.Column(verbose_name=_("comment book"), linkify=True, attrs=SHORT)
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path", attrs=SHORT)
    asset = tables.Column(verbose_name=_("line, vehicle or place"), accessor="asset__name", order_by="asset__code")
    place = tables.Column(verbose_name=_("where it hangs"))
    paper = tables.BooleanColumn(verbose_name=_("paper"), accessor="is_paper", yesno="✓,—")
    door = tables.BooleanColumn(verbose_name=_("QR code"), accessor="has_door", yesno="✓,—")
    active = tables.BooleanColumn(verbose_name=_("active"), accessor="is_active", yesno="✓,—")
    since = tables.DateColumn(verbose_name=_("in use since"), format="Y-m-d")

    class Meta(BaseTable.Meta):
        order_by = "unit"


class DayFilter(django_filters.FilterSet):  # type: ignore[misc]
    outcome = django_filters.ChoiceFilter(
        label=_("outcome"), choices=[(OPEN, _("not looked at yet")), *BookDay.Outcome.choices], method="by_outcome"
    )
    unit = UnitBelowFilter()
    q = django_filters.CharFilter(label=_("comment book"), field_name="name", lookup_expr="icontains")

    def by_outcome(self, rows: QuerySet[CommentBook], _name: str, value: str) -> QuerySet[CommentBook]:
        wanted = {"outcome__isnull": True} if value == OPEN else {"outcome": value}  # annotated by the page
        return rows.filter(**wanted)


class DayTable(BaseTable):
    selection = tables.CheckBoxColumn(accessor="pk", exclude_from_export=True)
    name = tables.Column(verbose_name=_("comment book"), linkify=True, attrs=SHORT)
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path", attrs=SHORT)
    place = tables.Column(verbose_name=_("where it hangs"))
    outcome = tables.Column(verbose_name=_("outcome"), empty_values=())
    entries = tables.Column(verbose_name=_("entries"), accessor="day_entries", attrs=NUMBER)
    at = tables.DateTimeColumn(verbose_name=_("checked at"), accessor="checked_at", format="H:i")
    by = tables.Column(verbose_name=_("checked by"), accessor="checked_by")
    note = tables.Column(verbose_name=_("note"), accessor="outcome_note")

    class Meta(BaseTable.Meta):
        order_by = "unit"

    def choose_columns(self, wanted: list[str]) -> None:
        super().choose_columns([*wanted, "selection"] if wanted else [])

    def render_outcome(self, record: Any) -> str:
        return badge(DAY_LOOK[record.outcome or ""], self.value_outcome(record))

    def value_outcome(self, record: Any) -> str:
        return str(BookDay.Outcome(record.outcome).label if record.outcome else _("not looked at yet"))

"""Columns of the forms list and of the scale library."""

from __future__ import annotations

import json
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.tables import BaseTable
from bihuan.instruments.models import Instrument, ScaleEntry
from bihuan.instruments.vocabulary import language_label

NUMBER = {"td": {"class": "number"}, "th": {"class": "number"}}
STATES = [
    ("draft", _("with an open draft")),
    ("published", pgettext_lazy("form", "published")),
    ("retired", pgettext_lazy("form", "retired")),
]


class InstrumentFilter(django_filters.FilterSet):  # type: ignore[misc]
    title = django_filters.CharFilter(label=_("title"), lookup_expr="icontains")
    kind = django_filters.ChoiceFilter(label=_("kind"), choices=Instrument.Kind.choices)
    state = django_filters.ChoiceFilter(label=_("state"), choices=STATES, method="in_state")

    @property
    def qs(self) -> QuerySet[Instrument]:
        """Retired forms are shown to whoever asks for them."""
        rows: QuerySet[Instrument] = super().qs
        is_asked = (self.form.cleaned_data if self.form.is_valid() else {}).get("state") == "retired"
        return rows if is_asked else rows.filter(is_retired=False)

    def in_state(self, rows: QuerySet[Instrument], _name: str, value: str) -> QuerySet[Instrument]:
        if value == "draft":
            return rows.filter(draft__isnull=False)
        if value == "published":
            return rows.filter(versions__isnull=False).distinct()
        return rows.filter(is_retired=True)


def state_words(record: Instrument) -> str:
    """Published, with or without a draft beside it; or still a draft; or retired."""
    if record.is_retired:
        return pgettext("form", "retired")
    if record.version_number is None:  # type: ignore[attr-defined]
        return pgettext("form", "draft")
    return pgettext("form", "published, draft open") if hasattr(record, "draft") else pgettext("form", "published")


class InstrumentTable(BaseTable):
    title = tables.Column(verbose_name=_("title"), linkify=True)
    kind = tables.Column(verbose_name=_("kind"), accessor="get_kind_display", order_by="kind")
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path")
    state = tables.Column(verbose_name=_("state"), empty_values=(), orderable=False)
    version_number = tables.Column(verbose_name=_("version"), attrs=NUMBER)
    form_languages = tables.Column(verbose_name=_("languages"), orderable=False, empty_values=())
    used = tables.Column(verbose_name=_("used by surveys"), attrs=NUMBER)
    edited = tables.DateTimeColumn(verbose_name=_("last change"), format="Y-m-d H:i")

    def render_state(self, record: Instrument) -> str:
        return state_words(record)

    def value_state(self, record: Instrument) -> str:
        return state_words(record)

    def render_form_languages(self, record: Instrument) -> str:
        found = record.published_languages or record.draft_languages or "[]"  # type: ignore[attr-defined]
        return str(_(", ")).join(language_label(code) for code in json.loads(found))

    class Meta(BaseTable.Meta):
        pass


class ScaleFilter(django_filters.FilterSet):  # type: ignore[misc]
    title = django_filters.CharFilter(label=_("title or code"), method="named")
    is_retired = django_filters.ChoiceFilter(
        label=_("state"), choices=[("no", _("in use")), ("yes", pgettext_lazy("form", "retired"))], method="in_use"
    )

    def named(self, rows: QuerySet[ScaleEntry], _name: str, value: str) -> QuerySet[ScaleEntry]:
        return rows.filter(Q(title__icontains=value) | Q(code__icontains=value))

    def in_use(self, rows: QuerySet[ScaleEntry], _name: str, value: str) -> QuerySet[ScaleEntry]:
        return rows.filter(is_retired=value == "yes")


def words_of(record: ScaleEntry) -> dict[str, Any]:
    """The words in the reader's language, or in the scale's first."""
    words: dict[str, Any] = record.words
    return dict(words.get(get_language() or "") or next(iter(words.values()), {}))


class ScaleTable(BaseTable):
    title = tables.Column(verbose_name=_("title"), empty_values=())
    code = tables.Column(verbose_name=_("code"))
    low = tables.Column(verbose_name=_("from"), attrs=NUMBER)
    high = tables.Column(verbose_name=_("to"), attrs=NUMBER)
    words = tables.Column(verbose_name=_("words"), orderable=False)
    languages = tables.Column(verbose_name=_("languages"), orderable=False)
    unit = tables.Column(verbose_name=_("unit"), accessor="unit__name", order_by="org_path")
    is_retired = tables.Column(verbose_name=_("state"))
    act = tables.TemplateColumn(
        template_name="instruments/scale_acts.html", verbose_name="", orderable=False, exclude_from_export=True
    )

    def render_title(self, record: ScaleEntry) -> str:
        return str(words_of(record).get("title") or record.title)

    def render_words(self, record: ScaleEntry) -> str:
        labels = words_of(record).get("labels") or {}
        return " · ".join(f"{level} {text}" for level, text in sorted(labels.items(), key=lambda one: int(one[0])))

    def render_languages(self, value: Any) -> str:
        return str(_(", ")).join(language_label(code) for code in value or ())

    def render_is_retired(self, value: bool) -> str:
        return str(pgettext("form", "retired") if value else _("in use"))

    class Meta(BaseTable.Meta):
        row_attrs = {"data-href": lambda record: ""}

"""Columns of the complaints about oneself."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.cases.selectors.own import Judgement
from bihuan.cases.tables.work import SHORT, STATE_LOOK, WIDE
from bihuan.foundation.tables import BaseTable

FACTS_SHOWN = 80


def look(state: str, label: Any) -> str:
    return render_to_string("partials/state_badge.html", {"state": state, "label": label})


def counts_words(counts: bool) -> str:
    return _("counts against me") if counts else _("does not count against me")


class OwnTable(BaseTable):
    number = tables.Column(verbose_name=gettext_lazy("number"), linkify=True, attrs=SHORT)
    day = tables.Column(verbose_name=gettext_lazy("day it happened"), attrs=SHORT)
    kind = tables.Column(verbose_name=gettext_lazy("kind"), attrs=SHORT)
    rests_on = tables.Column(verbose_name=gettext_lazy("criterion and clause"), attrs=WIDE)
    facts = tables.Column(verbose_name=gettext_lazy("facts established"), attrs=WIDE)
    counts = tables.Column(verbose_name=gettext_lazy("judgement"))
    review = tables.Column(verbose_name=gettext_lazy("state of the dispute"), orderable=False, empty_values=())

    class Meta(BaseTable.Meta):
        pass

    def render_day(self, value: Any) -> str:
        return f"{value:%Y-%m-%d}"

    def render_facts(self, value: str) -> str:
        return Truncator(value).chars(FACTS_SHOWN)

    def value_facts(self, value: str) -> str:
        return value

    def render_counts(self, value: bool) -> str:
        return look("late" if value else "met", counts_words(value))

    def value_counts(self, value: bool) -> str:
        return counts_words(value)

    def render_review(self, record: Judgement) -> str:
        review = record.review
        if review is not None:
            return look(STATE_LOOK[review.state], review.state_label)
        return _("can be disputed") if record.may_dispute else ""

    def value_review(self, record: Judgement) -> str:
        return record.review.state_label if record.review is not None else ""

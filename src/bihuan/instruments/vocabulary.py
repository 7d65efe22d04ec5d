"""What kinds of items, sides, dimensions and operators are called on screen."""

from __future__ import annotations

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.instruments.definition import ItemType

Label = str | Promise

KINDS: dict[ItemType, Label] = {
    ItemType.RATING: _("Rating on a scale"),
    ItemType.CSAT: _("Satisfaction (CSAT)"),
    ItemType.NPS: _("Recommendation 0–10 (NPS)"),
    ItemType.CES: _("Effort (CES)"),
    ItemType.CHOICE: _("One choice"),
    ItemType.DROPDOWN: _("One choice from a list that opens"),
    ItemType.MULTIPLE: _("Several choices"),
    ItemType.RANKING: _("Ranking"),
    ItemType.SPLIT: _("Points divided (100 points)"),
    ItemType.NUMBER: _("Number"),
    ItemType.DATE: _("Date"),
    ItemType.TEXT: _("Text"),
    ItemType.FILE: _("Photo or file"),
    ItemType.CONSENT: _("Consent"),
    ItemType.NOTE: _("Text to read"),
    ItemType.HIDDEN: _("Hidden value"),
}
# The five dimensions of service quality (assurance is trust, not safety).
DIMENSIONS: dict[str, Label] = {
    "tangibles": _("Tangibles"),
    "reliability": _("Reliability"),
    "responsiveness": _("Responsiveness"),
    "assurance": _("Assurance (trust)"),
    "empathy": _("Empathy"),
}
QUALITIES: dict[str, Label] = {
    "technical": _("technical quality: what is received"),
    "functional": _("functional quality: how it is received"),
    "image": _("image of the organisation"),
}
SIDES: dict[str, Label] = {
    "expectation": _("expectation"),
    "perception": _("perception"),
    "minimum": _("least acceptable"),
    "importance": _("importance"),
    "performance": _("performance"),
    "functional": pgettext_lazy("Kano", "if it is there"),
    "dysfunctional": pgettext_lazy("Kano", "if it is not there"),
}
OPERATOR_WORDS: dict[str, Label] = {
    "=": _("is"),
    "!=": _("is not"),
    "<=": _("is at most"),
    "<": _("is below"),
    ">=": _("is at least"),
    ">": _("is above"),
    "in": _("is one of"),
    "has": _("includes"),
    "has_any": _("includes any of"),
    "has_all": _("includes all of"),
    "count>=": _("has at least so many choices"),
    "count<=": _("has at most so many choices"),
    "answered": _("is answered"),
}
DATE_WORDS: dict[str, Label] = {
    "<=": _("is on or before"),
    "<": _("is before"),
    ">=": _("is on or after"),
    ">": _("is after"),
}


def operator_label(operator: str, kind: ItemType) -> Label:
    if kind is ItemType.DATE and operator in DATE_WORDS:
        return DATE_WORDS[operator]
    return OPERATOR_WORDS[operator]


def dimension_label(name: str) -> str:
    return str(DIMENSIONS.get(name, name))


def language_label(code: str) -> str:
    """A language under the name the house has for it."""
    return str(dict(settings.LANGUAGES).get(code, code))

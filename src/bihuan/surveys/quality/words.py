"""Rules, thresholds and flags in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

RULE_LABELS: dict[str, Promise] = {
    "speed": _("very fast"),
    "seconds_per_item": _("less time than reading takes"),
    "longstring": _("the same box many times in a row"),
    "variability": _("hardly any difference between answers"),
    "even_odd": _("contradicts itself"),
    "synonyms": _("answers alike questions differently"),
    "mahalanobis": _("an unusual pattern"),
    "duplicate": _("same answers as another sheet"),
    "attention": _("missed a check question"),
    "blank": _("much left out"),
    "cluster": _("alike within one place or interviewer"),
    "machine": _("sent by a machine"),
}
RULE_HELP: dict[str, Promise] = {
    "speed": _("Time taken as a share of the usual time (median of the same form version and channel), below"),
    "seconds_per_item": _("Seconds for one question, below"),
    "longstring": _("Longest run of the same answer as a share of the rated questions, at least"),
    "variability": _("Standard deviation of a person's answers, at most"),
    "even_odd": _("Agreement between the odd and the even questions of the dimensions (correlation), below"),
    "synonyms": _("Agreement over pairs of questions that mean the same (correlation), below"),
    "mahalanobis": _("Chance of so unusual a pattern, below"),
    "duplicate": _("Flag a sheet whose rated answers equal those of an earlier one"),
    "attention": _("Check questions answered wrongly, at least"),
    "blank": _("Share of the questions shown that were left out, above"),
    "cluster": _("How far answers of one place or interviewer are more alike than chance (standard deviations), above"),
}
# Where the threshold of a rule stands in `QualityRules`.
THRESHOLDS = {
    "speed": "speed",
    "seconds_per_item": "seconds_per_item",
    "longstring": "longstring_share",
    "variability": "variability",
    "even_odd": "even_odd",
    "synonyms": "synonyms",
    "mahalanobis": "mahalanobis_p",
    "duplicate": "duplicates",
    "attention": "attention_misses",
    "blank": "blank_share",
    "cluster": "cluster",
}
SENTENCES: dict[str, Promise] = {
    "speed": _("took %(seconds)s s, usual are %(usual)s s"),
    "seconds_per_item": _("%(value)s s for each question"),
    "longstring": _("ticked the same box %(run)s times in a row, of %(items)s"),
    "longstring_turned": _(
        "ticked the same box %(run)s times in a row, of %(items)s, %(turned)s of them worded the other way round"
    ),
    "variability": _("answers differ by %(value)s on average"),
    "even_odd": _("odd and even questions of the same dimensions agree by %(value)s"),
    "synonyms": _("questions that mean the same agree by %(value)s"),
    "mahalanobis": _("distance %(value)s from the usual pattern"),
    "duplicate": _("the same rated answers as answer no. %(twin)s"),
    "duplicate_anonymous": _("the same rated answers as an earlier sheet"),
    "attention": _("check questions missed: %(value)s"),
    "blank": _("%(percent)s %% of the questions shown were left out"),
    "machine": _("a field that people do not see was filled in"),
    "cluster": _("answers of %(cluster)s agree in %(percent)s %% of cases, by chance in %(expected)s %%"),
}
NOT_APPLIED: dict[str, Promise] = {
    "few_items": pgettext_lazy("rule not applied", "too few rated questions on one scale"),
    "few_dimensions": pgettext_lazy("rule not applied", "needs three dimensions with two questions each"),
    "no_time": pgettext_lazy("rule not applied", "no times were taken"),
    "no_checks": pgettext_lazy("rule not applied", "the form has no check question"),
    "no_clusters": pgettext_lazy("rule not applied", "no place or interviewer has enough answers"),
    "no_pairs": pgettext_lazy("rule not applied", "fewer than three pairs of questions mean the same"),
    "singular": pgettext_lazy("rule not applied", "a question is constant or a combination of others"),
}


def number(value: Any) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def flag_sentence(rule: str, values: Mapping[str, Any], *, is_anonymous: bool = False) -> str:
    """Why one answer was flagged, in the reader's language."""
    key = rule
    if rule == "longstring" and values.get("turned"):
        key = "longstring_turned"
    if rule == "duplicate" and is_anonymous:
        key = "duplicate_anonymous"
    shown = {name: number(value) for name, value in values.items()}
    return str(SENTENCES[key]) % shown

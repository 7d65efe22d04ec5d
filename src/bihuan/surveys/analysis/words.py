"""The sentences of an analysis, said in the language of whoever reads."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

SENTENCES = {
    # the first line
    "no_figures": _("There are no figures."),
    "only_one": _("{label}: mean {value} on a scale from {low_end} to {high_end} ({interval}, n = {n})."),
    "weakest": _("{label} is weakest: mean {value} on a scale from {low_end} to {high_end} ({interval}, n = {n})."),
    "weakest_with": _(
        "{label} has the lowest mean: {value} on a scale from {low_end} to {high_end} ({interval}, n = {n}); "
        "{other} is not clearly better."
    ),
    "widest_gap": _(
        "{label} falls furthest short: customers expect {expected} and perceive {perceived}, "
        "a gap of {gap} ({interval}, n = {n})."
    ),
    "widest_gap_with": _(
        "{label} falls furthest short: customers expect {expected} and perceive {perceived}, "
        "a gap of {gap} ({interval}, n = {n}); {other} is not clearly better."
    ),
    "no_gap": _(
        "No dimension falls clearly short of what customers expect; the lowest gap is {gap} for {label} ({interval})."
    ),
    # guards
    "assumed_order": _(
        "The file does not name the dimensions of its 22 items; the classic SERVQUAL order was assumed. "
        "State the dimensions in the mapping if it is another one."
    ),
    "zero_on_scale": _(
        "0 was counted as an answer on a scale from 0 to 5 ({count} items: {names}). If it means “not applicable”, "
        "state na = [0] in the mapping."
    ),
    "few_rows": _("Only {n} respondents: read the intervals, not the means."),
    "weighted": _(
        "Weighted means (by “{name}”) stand beside the unweighted ones; shares, gaps, reliability and group "
        "comparisons are not weighted."
    ),
    "half_pairs": _("{count} items are one side of a pair whose other side is missing: {names}."),
    "item_empty": _("“{name}” has no answers."),
    "item_gaps": _("“{name}”: {share} gave no answer or found it not applicable; the mean is that of the others."),
    "nps_small": _("NPS of “{name}” rests on {n} answers; below 30 it says next to nothing."),
    "alpha_negative": _(
        "{name}: Cronbach's α is {value}; the items contradict each other. Is one of them worded the other way round "
        "(reverse = true in the mapping)?"
    ),
    "alpha_weak": _(
        "Cronbach's α is below 0.7 for {listed}. Such items do not measure one thing well; look at them one by one."
    ),
    "alpha_two_items": _("With two items α says little: {listed}."),
    "dimension_gaps": _("{name}: only {n} of {rows} respondents answered all its items; its mean is theirs."),
    "gap_unreliable": _(
        "The reliability of the gap is below 0.7 for {listed}. To compare persons or units, use perceptions rather "
        "than gaps."
    ),
    "kano_questionable": _("“{name}”: {share} of the Kano answers contradict themselves; the question may be unclear."),
    "too_many_groups": _("“{name}” has {count} groups, too many to compare pair by pair; it was left out."),
    "small_groups": _("“{name}”: fewer than {few} answers in {listed}."),
    "groups_hidden": _("“{name}”: groups with fewer than {few} answers are neither shown nor compared: {listed}."),
    "groups_too_small": _("“{name}”: fewer than two groups have {few} answers or more, so none are compared."),
    "no_group": _("“{name}”: {n} respondents name no group; they count in the whole only."),
}
SIDES = {
    "expectation": _("expectation"),
    "perception": _("perception"),
    "importance": _("importance"),
    "performance": _("performance"),
}


def number(value: float | None, decimals: int = 2) -> str:
    """A figure for a sentence, with a true minus sign; a dash where there is none."""
    if value is None:
        return "–"
    return f"{value:.{decimals}f}".replace("-", "−")


def percent(value: float | None, decimals: int = 0) -> str:
    return "–" if value is None else f"{100 * value:.{decimals}f}%"


def interval_words(low: float | None, high: float | None, level: float) -> str:
    if low is None or high is None:
        return gettext("no interval")
    return gettext("%(level)s interval %(low)s to %(high)s") % {
        "level": percent(level, 0 if round(100 * level, 6).is_integer() else 1),
        "low": number(low),
        "high": number(high),
    }


def with_side(words: str, side: str | None) -> str:
    return gettext("%(words)s (%(side)s)") % {"words": words, "side": SIDES[side]} if side in SIDES else words


# The five dimensions of service quality under the names our reports give them (assurance is trust, not safety).
DIMENSIONS = {
    "reliability": _("Reliability"),
    "assurance": _("Assurance (trust)"),
    "responsiveness": _("Responsiveness"),
    "tangibles": _("Tangibles"),
    "empathy": _("Empathy"),
}


def dimension_title(name: str, side: str | None = None) -> str:
    """A dimension as a reader sees it; "" is all items together."""
    title = str(DIMENSIONS.get(name.casefold(), name)) or gettext("All items")
    return with_side(title, side)


def listed(parts: list[str], side: str | None = None) -> str:
    words = gettext(", ").join(parts)
    return with_side(words, side)


def sentence(code: str, params: MappingOf[str, Any]) -> str:
    """Say a note in the active language."""
    told: dict[str, Any] = dict(params)
    if "level" in told:
        told["interval"] = interval_words(told.get("low"), told.get("high"), told["level"])
        told["gap"] = number(told.get("value"))
    for key in ("value", "expected", "perceived"):
        if key in told:
            told[key] = number(told[key])
    if "share" in told:
        told["share"] = percent(told["share"])
    if "values" in told:
        told["listed"] = listed(
            [f"{dimension_title(name)} {number(value)}" for name, value in told["values"].items()], told.get("side")
        )
    if "names" in told and not isinstance(told["names"], str):
        told["listed"] = listed([dimension_title(name) for name in told["names"]], told.get("side"))
    if "side" in told and "name" in told:
        told["name"] = dimension_title(str(told["name"]), told["side"])
    for key in ("label", "other"):
        if key in told:
            told[key] = dimension_title(str(told[key]))
    said = str(SENTENCES[code]).format(**told)
    return said[:1].upper() + said[1:]

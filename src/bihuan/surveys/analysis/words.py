"""The sentences of an analysis, said in the language of whoever reads."""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from typing import Any

from django.utils.translation import get_language, gettext
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
    "satisfied": _("{label}: {share_value} satisfied ({share_interval}, n = {n})."),
    "nps_is": _("{label}: NPS {points} ({points_interval}, n = {n})."),
    "whole_mean": _("All items together: mean {value} on a scale from {low_end} to {high_end} ({interval}, n = {n})."),
    # surveys in the field
    "units_short": _("{count} units have fewer answers than wanted: {names}."),
    "taken_out": _("{n} answers were taken out of the figures by a person, with the reason on record."),
    "unreadable": _("{n} stored values lie off their scale; they count as left out."),
    "versions_joined": _("Answers to {count} versions of the form ({names}) are joined item by item."),
    "items_apart": _(
        "{count} items were measured otherwise in an earlier version (scale, kind or direction) and are kept apart: "
        "{names}."
    ),
    "dimensions_apart": _("Dimensions made of other items in an earlier version are kept apart: {listed}."),
    "weighted_by_segment": _(
        "All figures are weighted by customer segment: {names}. Means without weights stand beside them; the "
        "reliability of gaps and the counts of Kano classes are not weighted."
    ),
    "no_segment": _("{n} answers name no weighted segment; they count in unweighted figures only."),
    "segment_empty": _("No answers yet from {names}: the other segments carry their weight."),
    "equal_weights": _("The segments have equal weights and no sample shares: figures are not weighted."),
    "clustered": _(
        "Answers come in {n} clusters (vehicles, spots, interviewers). Intervals and comparisons respect that; the "
        "design effect of the items is {deff} in the middle and {most} at most. Reliability, Kano classes and "
        "bootstrap do not know of clusters."
    ),
    "clustered_period": _(
        "Answers come in {n} clusters. The intervals of this period are widened by the design effect of the whole "
        "time, {deff} in the middle."
    ),
    "design_effect": _("Weighting costs precision: design effect {deff} in the middle of the items."),
    "units_hidden": _(
        "{count} units are not shown: they have fewer than {few} answers, or would let those of others be computed."
    ),
    "segments_hidden": _(
        "{count} segments are not shown: they have fewer than {few} answers, or would let others be computed."
    ),
    "channels_hidden": _(
        "{count} channels are not shown: they have fewer than {few} answers, or would let others be computed."
    ),
    "not_by_group": _(
        "Reliability, drivers and derived importance are kept for the whole survey, a unit, a segment or a channel, "
        "not for periods or for several together."
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


VERSIONED = re.compile(r"(.*) \(v(\d+)\)")  # what an earlier version of a form measured otherwise


def dimension_title(name: str, side: str | None = None) -> str:
    """A dimension as a reader sees it; "" is all items together."""
    plain, number_of = name, ""
    found = VERSIONED.fullmatch(name)
    if found:
        plain, number_of = found[1].removeprefix("*").strip(), found[2]
    title = str(DIMENSIONS.get(plain.casefold(), plain)) or gettext("All items")
    if number_of:
        title = gettext("%(name)s (version %(number)s)") % {"name": title, "number": number_of}
    return with_side(title, side)


def listed(parts: list[str], side: str | None = None) -> str:
    words = gettext(", ").join(parts)
    return with_side(words, side)


def judgement(code: str, params: MappingOf[str, Any]) -> dict[str, str]:
    """The figures of a judgement of the whole: a share in per cent, NPS in points."""
    value, low, high = (params[key] for key in ("value", "low", "high"))
    if code == "nps_is":
        limits = (
            "" if low is None else gettext("%(low)s to %(high)s") % {"low": number(low, 1), "high": number(high, 1)}
        )
        return {"points": number(value, 1), "points_interval": limits or gettext("no interval")}
    limits = "" if low is None else gettext("%(low)s to %(high)s") % {"low": percent(low), "high": percent(high)}
    return {"share_value": percent(value), "share_interval": limits or gettext("no interval")}


def sentence(code: str, params: MappingOf[str, Any]) -> str:
    """Say a note in the active language."""
    if code == "guard":
        return str(params["zh" if (get_language() or "").startswith("zh") else "en"])
    told: dict[str, Any] = dict(params)
    if code in {"satisfied", "nps_is"}:
        told |= judgement(code, params)
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
            # A question named inside a sentence asks nothing.
            told[key] = dimension_title(str(told[key])).rstrip("?？.。:： ")
    said = str(SENTENCES[code]).format(**told)
    return said[:1].upper() + said[1:]

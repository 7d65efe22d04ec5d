"""What a check of answer quality found, in rows of words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from bihuan.instruments.models import Response
from bihuan.surveys.analysis.words import dimension_title
from bihuan.surveys.exporting.variables import Names, asked_items, in_language, item_columns
from bihuan.surveys.models import QualityCheck
from bihuan.surveys.quality.words import NOT_APPLIED, RULE_HELP, RULE_LABELS, THRESHOLDS
from bihuan.surveys.selectors.quality import cluster_names
from servicequality.response_quality import QualityRules


def rule_rows(check: QualityCheck, rules: QualityRules) -> list[dict[str, Any]]:
    """Each rule: from which value on it fires, how often it did, or why it was not applied."""
    found = check.found
    rows = []
    for rule, name in THRESHOLDS.items():
        threshold = getattr(rules, name)
        is_on = threshold is not None and threshold is not False
        reason = found.get("not_applied", {}).get(rule)
        count = found.get("counts", {}).get(rule)
        rows.append(
            {
                "rule": rule,
                "label": RULE_LABELS[rule],
                "help": RULE_HELP[rule],
                "threshold": f"{threshold:g}" if is_on and rule != "duplicate" else "",
                "is_on": is_on,
                "count": count if is_on and not reason else None,
                "share": count / check.checked if count and check.checked else None,
                "reason": NOT_APPLIED[reason] if reason and is_on else "",
            }
        )
    machine = found.get("counts", {}).get("machine")
    if machine:
        share = machine / check.checked
        rows.append(
            {"rule": "machine", "label": RULE_LABELS["machine"], "is_on": True, "count": machine, "share": share}
        )
    return sorted(rows, key=lambda row: (not row["is_on"], row["count"] is None, -(row["count"] or 0)))


def figure_name(measure: str, name: str, side: str, words: dict[str, str]) -> str:
    sides = {
        "expectation": pgettext("side", "expected"),
        "perception": pgettext("side", "experienced"),
        "importance": pgettext("side", "importance"),
        "performance": pgettext("side", "performance"),
    }
    plain = dimension_title(name) if name else _("all rated questions")
    said = in_language(words, get_language() or "zh-hans") or plain
    if measure == "nps":
        return f"NPS · {said}"
    if measure == "gap":
        return _("gap · %(name)s") % {"name": said}
    return f"{said} ({sides[side]})" if side in sides else said


def figure_rows(check: QualityCheck) -> list[dict[str, Any]]:
    """The headline figures as they count now and without the flagged answers; whether that makes a difference."""
    rows = []
    for one in check.found.get("figures", ()):
        now, without = one["now"], one["without"] or [0, None, None, None]
        decimals = 1 if one["measure"] == "nps" else 2
        change = without[1] - now[1] if None not in (now[1], without[1]) else None
        outside = change is not None and now[2] is not None and not now[2] <= without[1] <= now[3]
        rows.append(
            {
                "name": figure_name(one["measure"], one["name"], one["side"], one["words"]),
                "decimals": decimals,
                "now": estimate(now),
                "without": estimate(without),
                "change": change,
                "matters": outside,
            }
        )
    return rows


def estimate(numbers: list[Any]) -> dict[str, Any]:
    n, value, low, high = numbers
    return {"n": n, "value": value, "low": low, "high": high}


def cluster_rows(check: QualityCheck) -> list[dict[str, Any]]:
    """Places and interviewers whose answers are unusually alike."""
    found = check.found.get("clusters", ())
    names = cluster_names(one["cluster"] for one in found)
    kinds = {
        "asset": pgettext("cluster", "vehicle or counter"),
        "interviewer": pgettext("cluster", "interviewer"),
        "door": pgettext("cluster", "way in"),
    }
    return [
        {
            "name": names.get(one["cluster"], one["cluster"]),
            "kind": kinds.get(one["cluster"].partition(":")[0], ""),
            "n": one["n"],
            "agreement": one["agreement"],
            "expected": one["expected"],
            "distance": one["distance"],
        }
        for one in found
    ]


def answer_rows(response: Response) -> list[dict[str, str]]:
    """One answer item by item: the question and what was answered, in the reader's language."""
    language = get_language() or "zh-hans"
    version = response.version
    names = Names()
    rows = []
    for asked in asked_items([(version.number, version.definition)]):
        for column in item_columns(asked, names):
            variable = column.variable
            value = column.read(response.answers, response.states, version.number)
            if variable.kind == "state" or value is None or value == "":
                continue
            text = variable.value_labels(language).get(value) if isinstance(value, int) else None
            is_scale = text is not None and variable.scale is not None and value > 0
            shown = f"{value} · {text}" if is_scale else (text if text is not None else str(value))
            rows.append({"question": variable.label(language), "answer": shown})
    return rows

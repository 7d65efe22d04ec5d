"""Flags for everybody of a campaign, form version by form version, with the values that raised them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from bihuan.surveys.exporting.source import Source
from bihuan.surveys.exporting.variables import Variable
from bihuan.surveys.quality.reading import NOTHING, Sheets
from servicequality.errors import DataError
from servicequality.response_quality import (
    ClusterAgreement,
    QualityRules,
    cluster_agreement,
    even_odd,
    flag_responses,
    longest_run,
)

BATCH = 20_000
FEWEST_TIMED = 30  # of a channel, for a usual time of its own
FEWEST_IN_CLUSTER = 10
EXCESS = 0.1  # a large place differs from chance by very little and still surely; so little is no sign
Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]


@dataclass
class Found:
    """What a check says: flags by answer, how often each rule fired, what could not be applied, alike places."""

    flags: dict[int, dict[str, dict[str, Any]]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    not_applied: dict[str, str] = field(default_factory=dict)
    clusters: list[ClusterAgreement] = field(default_factory=list)
    usual: dict[str, float] = field(default_factory=dict)


def asked_columns(source: Source, sheets: Sheets, number: int) -> tuple[list[int], list[int]]:
    """Places of a version's rated questions on its commonest scale in the order asked, and of its check questions."""
    form = next(form for known, form in source.versions.values() if known == number)
    place = {one.item: at for at, one in enumerate(sheets.columns) if number in one.versions}
    checks = [place[item.code] for item in form.items if item.expected is not None and item.code in place]
    rated = [place[item.code] for item in form.items if item.code in place and item.expected is None]
    scales = [sheets.columns[at].scale for at in rated]
    usual = Counter(scales).most_common(1)[0][0] if scales else None
    return [at for at in rated if sheets.columns[at].scale == usual], checks


def right_answers(source: Source, number: int) -> dict[str, int]:
    form = next(form for known, form in source.versions.values() if known == number)
    return {item.code: item.expected for item in form.items if item.expected is not None}


def usual_times(sheets: Sheets, rows: Rows) -> Floats:
    """For each row the median time of its channel, or of everybody where the channel has few."""
    seconds, channel = sheets.seconds[rows], sheets.channel[rows]
    usual = np.full(len(rows), np.nan)
    if not (~np.isnan(seconds)).any():
        return usual
    usual[:] = np.nanmedian(seconds)
    for one in set(channel.tolist()):
        mine = (channel == one) & ~np.isnan(seconds)
        if mine.sum() >= FEWEST_TIMED:
            usual[channel == one] = np.median(seconds[mine])
    return usual


def turned_round(values: Floats, columns: Sequence[Variable]) -> Floats:
    found = values.copy()
    for at, one in enumerate(columns):
        if one.is_reversed and one.scale:
            found[:, at] = one.scale[0] + one.scale[1] - found[:, at]
    return found


def dimensions_of(columns: Sequence[Variable]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in columns:
        if one.dimension:
            found.setdefault(one.dimension, []).append(one.name)
    return found


def check(source: Source, sheets: Sheets, rules: QualityRules) -> Found:
    """Check all answers; a rule that needs everybody (usual time, twins, places) sees everybody of a version."""
    found = Found()
    for number in sorted(set(sheets.version.tolist())):
        Version(source, sheets, number, rules=rules, found=found).check()
    for at in np.flatnonzero(sheets.machine != ""):
        found.flags.setdefault(int(sheets.ids[at]), {})["machine"] = {"sign": str(sheets.machine[at])}
        found.counts["machine"] += 1
    return found


class Version:
    """The check of one form version."""

    def __init__(self, source: Source, sheets: Sheets, number: int, *, rules: QualityRules, found: Found) -> None:
        self.sheets, self.rules, self.found = sheets, rules, found
        self.rows = np.flatnonzero(sheets.version == number)
        self.rated, self.checks = asked_columns(source, sheets, number)
        self.columns = [sheets.columns[at] for at in self.rated]
        self.right = right_answers(source, number)

    def check(self) -> None:
        if not self.rated:
            self.found.not_applied.setdefault("longstring", "few_items")
            return
        self.usual = usual_times(self.sheets, self.rows)
        self.twins = self.twins_of()
        self.alike = self.alike_places()
        for start in range(0, len(self.rows), BATCH):
            self.batch(slice(start, start + BATCH))

    def twins_of(self) -> npt.NDArray[np.int64] | None:
        """Place among the version's rows of the first equal sheet."""
        if not self.rules.duplicates or len(self.rated) < self.rules.duplicate_items:
            if self.rules.duplicates:
                self.found.not_applied.setdefault("duplicate", "few_items")
            return None
        twins = np.full(len(self.rows), -1, dtype=np.int64)
        first: dict[bytes, int] = {}
        codes = self.sheets.codes[np.ix_(self.rows, np.array(self.rated, dtype=np.intp))]
        answered = (codes != NOTHING).any(axis=1)
        for at in np.flatnonzero(answered):
            mine = first.setdefault(codes[at].tobytes(), int(at))
            if mine != at:
                twins[at] = mine
        return twins

    def alike_places(self) -> dict[str, ClusterAgreement]:
        if self.rules.cluster is None:
            return {}
        agreements = cluster_agreement(
            self.sheets.answers(self.rows, self.rated),
            self.sheets.cluster[self.rows],
            fewest=FEWEST_IN_CLUSTER,
        )
        if not agreements:
            self.found.not_applied.setdefault("cluster", "no_clusters")
        alike = [
            one for one in agreements if one.distance > self.rules.cluster and one.agreement - one.expected > EXCESS
        ]
        self.found.clusters += alike
        return {one.cluster: one for one in alike}

    def measured(self, rows: Rows, part: slice, values: Floats) -> dict[str, Floats]:
        """What one batch cannot know by itself."""
        seconds, usual = self.sheets.seconds[rows], self.usual[part]
        clusters = self.sheets.cluster[rows]
        found: dict[str, Floats] = {
            "blank": self.sheets.blank[rows],
            "speed": seconds / usual,
            "seconds_per_item": seconds / max(1, len(self.rated)),
            "cluster": np.array([self.alike[one].distance if one in self.alike else np.nan for one in clusters]),
        }
        if self.twins is not None:
            found["duplicate"] = self.twins[part].astype(np.float64)
        dimensions = dimensions_of(self.columns)
        names = [one.name for one in self.columns]
        try:
            found["even_odd"] = even_odd(turned_round(values, self.columns), dimensions, items=names)
        except DataError:
            found["even_odd"] = np.full(len(rows), np.nan)
            if self.rules.even_odd is not None:
                self.found.not_applied.setdefault("even_odd", "few_dimensions")
        return found

    def batch(self, part: slice) -> None:
        rows = self.rows[part]
        values = self.sheets.answers(rows, self.rated)
        attention = {
            self.sheets.columns[at].item: (
                self.sheets.answers(rows, [at])[:, 0],
                [self.right[self.sheets.columns[at].item]],
            )
            for at in self.checks
        }
        report = flag_responses(
            values,
            rules=self.rules,
            items=[one.name for one in self.columns],
            attention=attention,
            measured=self.measured(rows, part, values),
        )
        self.say_what_was_not_applied(report.not_applied)
        runs = longest_run(values)
        for rule, flags in report.flags.items():
            for at in np.flatnonzero(flags):
                pk = int(self.sheets.ids[rows[at]])
                reasons = self.found.flags.setdefault(pk, {})
                reasons[rule] = self.values_of(rule, part.start + int(at), report.measures[rule][at], runs)
                self.found.counts[rule] += 1

    def say_what_was_not_applied(self, reasons: Mapping[str, str]) -> None:
        known = {"longstring": "few_items", "duplicate": "few_items", "synonyms": "no_pairs", "mahalanobis": "singular"}
        for rule in reasons:
            self.found.not_applied.setdefault(rule, known.get(rule, "few_items"))
        if self.rules.attention_misses is not None and not self.checks:
            self.found.not_applied.setdefault("attention", "no_checks")
        if self.rules.speed is not None and np.isnan(self.usual).all():
            self.found.not_applied.setdefault("speed", "no_time")

    def values_of(self, rule: str, at: int, measure: float, runs: tuple[Any, Any]) -> dict[str, Any]:
        """The facts a sentence about one flag needs; ``at`` is the place among the version's rows."""
        value, row = round(float(measure), 4), self.rows[at]
        if rule == "speed":
            return {"value": value, "seconds": round(float(self.sheets.seconds[row])), "usual": round(self.usual[at])}
        if rule == "longstring":
            length, last = int(runs[0][at % BATCH]), int(runs[1][at % BATCH])
            turned = sum(one.is_reversed for one in self.columns[last - length + 1 : last + 1])
            return {"run": length, "items": len(self.rated), "turned": turned if turned < length else 0}
        if rule == "duplicate":
            return {"twin": int(self.sheets.ids[self.rows[int(measure)]])}
        if rule == "blank":
            return {"percent": round(100 * value)}
        if rule == "cluster":
            one = self.alike[str(self.sheets.cluster[row])]
            return {
                "cluster": one.cluster,
                "percent": round(100 * one.agreement),
                "expected": round(100 * one.expected),
            }
        return {"value": int(value) if rule == "attention" else value}


def in_batches(found: Found, ids: npt.NDArray[np.int64], size: int = 2000) -> Iterator[tuple[int, int, list[int]]]:
    """Stretches of answers by their numbers, with the flagged ones in each."""
    for start in range(0, len(ids), size):
        part = ids[start : start + size]
        yield int(part[0]), int(part[-1]), [pk for pk in part.tolist() if pk in found.flags]

"""What matters: drivers, importance stated and derived, and where the two do not agree."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bihuan.instruments.definition import ItemType
from bihuan.surveys.analysis.results import ImportancePoint, ImportanceResult
from bihuan.surveys.mapping import Side
from bihuan.surveys.results.design import Design
from bihuan.surveys.tallying import Question
from bihuan.surveys.tallying.layout import predictors
from servicequality.drivers import key_drivers_of_covariance
from servicequality.errors import DataError
from servicequality.guards import drivers as drivers_guard
from servicequality.importance import importance_grid
from servicequality.intervals import normal_quantile
from servicequality.results import Estimate, Result

Floats = npt.NDArray[np.float64]
DRAWS, DRAWS_OF_MANY, MANY = 500, 100, 10
FEWEST_ROWS = 30


@dataclass(frozen=True)
class DriverRow(Result):
    """One driver's part of what the judgement of the whole varies; ``name`` a dimension, or an item with its label."""

    name: str
    label: str
    r: float
    part: Estimate
    share: float | None
    rank: int
    rank_low: int | None
    rank_high: int | None
    vif: float


@dataclass(frozen=True)
class DriverTable(Result):
    """What explains one judgement of the whole. ``warnings`` hold code and words in both languages."""

    target: str
    target_label: str
    kind: str
    n: int
    r2: Estimate
    rows: tuple[DriverRow, ...]
    warnings: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True)
class Disagreement(Result):
    """Importance as people say it beside importance as their judgements show it.

    ``verdict``: "said" (called important, moves satisfaction less than most), "felt" (the other way round), "agree",
    or "cannot say" where an interval crosses a line.
    """

    name: str
    label: str
    stated: Estimate
    derived: Estimate
    verdict: str


@dataclass(frozen=True)
class SplitRow(Result):
    """Mean of the 100 points people gave one part."""

    name: str
    label: str
    points: Estimate


def driver_tables(design: Design) -> list[DriverTable]:
    """One table a judgement of the whole; none where it was not asked or too few answered everything."""
    questions = design.layout.questions
    kind, explaining = predictors(questions)
    found = []
    for target in questions.targets:
        name = next((part.name for part in design.layout.parts if part.name.startswith(f"v:{target.part}@")), "")
        counted = design.products(name) if name else None
        if counted is None or counted[2] < max(FEWEST_ROWS, len(explaining) + 2):
            continue
        _mean, covariance, n, effective = counted
        effective = min(effective, n / max(1.0, design.item(target).deff or 1.0))
        names = [one for one, _ in explaining]
        try:
            fitted = key_drivers_of_covariance(
                covariance,
                n=n,
                names=names,
                n_effective=max(2.0, effective),
                draws=DRAWS if len(names) <= MANY else DRAWS_OF_MANY,
                level=design.level,
            )
        except DataError:
            continue  # one part varies with nobody, or follows from another exactly: nothing can be split
        rows = [
            DriverRow(
                one.name,
                questions.by_key[one.name].item.label if kind == "item" else "",
                one.r,
                one.lmg,
                one.lmg_share,
                one.rank,
                one.rank_low,
                one.rank_high,
                one.vif,
            )
            for one in fitted.drivers
        ]
        told = drivers_guard(n=n, p=len(names), vif=[one.vif for one in fitted.drivers], r2=fitted.r2.value)
        warnings = tuple({"code": one.code, "en": one.message_en, "zh": one.message_zh} for one in told)
        rows.sort(key=lambda row: row.rank)
        found.append(DriverTable(target.key, target.item.label, kind, n, fitted.r2, tuple(rows), warnings))
    return found


def joint_shares(design: Design, item: Question, target: Question) -> tuple[Floats, int, float] | None:
    """Weighted joint distribution of two questions (item levels, target levels), n and effective n."""
    part = f"x:{item.part}@{target.part}"
    if part not in design.layout.places:
        return None
    strata = design.strata(part, item.size * target.size)
    sizes = strata.sum(axis=1)
    if not sizes.sum():
        return None
    shares = design.share_vector
    if shares is None:
        strata, sizes, shares = strata.sum(axis=0, keepdims=True), np.array([sizes.sum()]), np.ones(1)
    present = (sizes > 0) & (shares > 0)
    if not present.any():
        return None
    weight = shares[present] / shares[present].sum()
    joint: Floats = ((weight / sizes[present]) @ strata[present]).reshape(item.size, target.size)
    return joint, int(sizes[present].sum()), float(1 / (weight**2 / sizes[present]).sum())


def correlation(design: Design, item: Question, target: Question) -> Estimate:
    """Pearson's r from the joint counts, Fisher's z on the effective number of answers."""
    found = joint_shares(design, item, target)
    none = Estimate(None, None, None, found[1] if found else 0, design.level, "fisher z")
    if found is None or found[1] < 3:
        return none
    joint, n, effective = found
    deff = design.item(item).deff
    effective = min(effective, n / max(1.0, deff or 1.0))
    x, y = np.arange(item.size, dtype=float), np.arange(target.size, dtype=float)
    px, py = joint.sum(axis=1), joint.sum(axis=0)
    mx, my = float(px @ x), float(py @ y)
    vx, vy = float(px @ (x - mx) ** 2), float(py @ (y - my) ** 2)
    if vx <= 1e-12 or vy <= 1e-12:
        return none
    r = float(np.clip((x - mx) @ joint @ (y - my) / math.sqrt(vx * vy), -1, 1))
    if effective < 4 or abs(r) == 1:
        return Estimate(r, None, None, n, design.level, "fisher z")
    half, z = normal_quantile(design.level) / math.sqrt(effective - 3), math.atanh(r)
    return Estimate(r, math.tanh(z - half), math.tanh(z + half), n, design.level, "fisher z")


def derived_importance(design: Design) -> ImportanceResult | None:
    """Performance of each item beside how much it goes with satisfaction."""
    questions = design.layout.questions
    targets = questions.targets
    if not targets:
        return None
    points = []
    scales = {one.scale for one in questions.service_items}
    for item in questions.service_items:
        performance, importance = design.item(item).estimate, correlation(design, item, targets[0])
        if performance.value is not None and importance.value is not None and len(scales) == 1:
            points.append((item, performance, importance))
    if len(points) < 3:
        return None
    grid = importance_grid(
        [one.key for one, *_ in points], [one for _, one, _ in points], [one for *_, one in points], kind="derived"
    )
    return ImportanceResult(
        tuple(
            ImportancePoint(
                one.name, item.item.label, one.performance, one.importance, one.quadrant.value, one.verdict.value
            )
            for one, (item, *_) in zip(grid.items, points, strict=True)
        ),
        grid.cross_performance,
        grid.cross_importance,
    )


def stated_importance(design: Design) -> ImportanceResult | None:
    """Performance beside importance as it was asked, pair by pair."""
    pairs = []
    for weight, seen in design.layout.questions.pairs(Side.IMPORTANCE, Side.PERFORMANCE):
        importance, performance = design.item(weight).estimate, design.item(seen).estimate
        if importance.value is not None and performance.value is not None:
            pairs.append((seen, performance, importance))
    if not pairs:
        return None
    grid = importance_grid([one.key for one, *_ in pairs], [one for _, one, _ in pairs], [one for *_, one in pairs])
    return ImportanceResult(
        tuple(
            ImportancePoint(
                one.name, seen.item.label, one.performance, one.importance, one.quadrant.value, one.verdict.value
            )
            for one, (seen, *_) in zip(grid.items, pairs, strict=True)
        ),
        grid.cross_performance,
        grid.cross_importance,
    )


def beside(estimate: Estimate, line: float) -> str:
    """ "above", "below", or "" where the interval crosses the line or is not known."""
    if estimate.low is None or estimate.high is None:
        return ""
    return "above" if estimate.low > line else "below" if estimate.high < line else ""


def verdict_of(stated: Estimate, derived: Estimate, lines: tuple[float, float]) -> str:
    said, felt = beside(stated, lines[0]), beside(derived, lines[1])
    if not said or not felt:
        return "cannot say"
    if said == felt:
        return "agree"
    return "said" if said == "above" else "felt"


def judged(rows: list[tuple[str, str, Estimate, Estimate]]) -> tuple[Disagreement, ...]:
    """Judge each row against the means of both columns."""
    if len(rows) < 3:
        return ()
    lines = (float(np.mean([row[2].value for row in rows])), float(np.mean([row[3].value for row in rows])))
    return tuple(Disagreement(*row, verdict_of(row[2], row[3], lines)) for row in rows)


def disagreements(
    stated: ImportanceResult | None,
    derived: ImportanceResult | None,
    points: list[SplitRow],
    tables: list[DriverTable],
) -> tuple[Disagreement, ...]:
    """Items by stated and derived importance; dimensions by points given and part in the drivers."""
    if stated is not None and derived is not None:
        felt = {one.name: one.importance for one in derived.points}
        rows = [(one.name, one.label, one.importance, felt[one.name]) for one in stated.points if one.name in felt]
        found = judged(rows)
        if found:
            return found
    if points and tables and tables[0].kind == "dimension":
        parts = {row.name: row.part for row in tables[0].rows}
        return judged([(one.name, one.label, one.points, parts[one.name]) for one in points if one.name in parts])
    return ()


def split_rows(design: Design) -> list[SplitRow]:
    """What people gave of 100 points, question by question."""
    found = []
    for question in design.layout.questions.questions:
        if question.item.type is not ItemType.SPLIT:
            continue
        labels = {choice.code: choice.label for choice in question.item.choices}
        for place, code in enumerate(question.choices):
            found.append(SplitRow(code, labels.get(code, ""), split_points(design, question, place)))
    return found


def split_points(design: Design, question: Question, place: int) -> Estimate:
    m = len(question.choices)
    counts = design.strata(f"s:{question.part}", 1 + 2 * m).astype(np.float64)
    n, sums, squares = counts[:, 0], counts[:, 1 + place], counts[:, 1 + m + place]
    shares = design.share_vector
    if shares is None:
        n, sums, squares, shares = n.sum(keepdims=True), sums.sum(keepdims=True), squares.sum(keepdims=True), np.ones(1)
    present = (n > 0) & (shares > 0)
    total = int(n[present].sum())
    if not total:
        return Estimate(None, None, None, 0, design.level, "t")
    weight = shares[present] / shares[present].sum()
    means = sums[present] / n[present]
    mean = float(weight @ means)
    spread = np.maximum(0.0, squares[present] / n[present] - means**2) * n[present] / np.maximum(1, n[present] - 1)
    variance = float((weight**2 * spread / n[present]).sum())
    if total < 2 or variance <= 1e-12:
        return Estimate(mean, None, None, total, design.level, "t")
    half = normal_quantile(design.level) * math.sqrt(variance)
    return Estimate(mean, mean - half, mean + half, total, design.level, "stratified" if design.is_weighted else "t")

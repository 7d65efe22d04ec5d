"""The service-quality instruments: SERVQUAL, SERVPERF, zone of tolerance, technical and functional quality."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from scipy import special

from servicequality.answers import Dimensions, Floats, Group, dimension_columns, item_names, matrix
from servicequality.errors import DataError
from servicequality.gaps import (
    Gap,
    GapAnalysis,
    GroupGaps,
    gap_analysis,
    normalised_weights,
    tally_gaps,
    weighted_of_joint,
)
from servicequality.intervals import bootstrap_interval, cluster_interval, mean_interval, t_quantile
from servicequality.results import Estimate, Result
from servicequality.scales import LIKERT_7, Scale
from servicequality.tallies.survey import SurveyTally, tally_survey

Interval = Literal["t", "bca", "percentile", "cluster"]
LARGEST_RESAMPLE = 5_000  # distinct overall scores up to which they are resampled

SERVQUAL_ITEMS = tuple(f"item{number}" for number in range(1, 23))
SERVQUAL_DIMENSIONS: dict[str, tuple[str, ...]] = {
    "tangibles": SERVQUAL_ITEMS[0:4],
    "reliability": SERVQUAL_ITEMS[4:9],
    "responsiveness": SERVQUAL_ITEMS[9:13],
    "assurance": SERVQUAL_ITEMS[13:17],
    "empathy": SERVQUAL_ITEMS[17:22],
}


def _scores(values: Floats, columns: Mapping[str, tuple[int, ...]]) -> Floats:
    """Dimension means per person (n, dims); NaN unless every item of the dimension is answered."""
    return np.stack([values[:, list(cols)].mean(axis=1) for cols in columns.values()], axis=1)


def _person_interval(
    scores: Floats, clusters: Any, *, interval: Interval, level: float, resamples: int, seed: int
) -> Estimate:
    if interval == "cluster":
        return cluster_interval(scores, clusters, level=level)
    present = scores[~np.isnan(scores)]
    # Means of the same answers differ in the last bits; without rounding they would count as distinct.
    present = np.round(present, 12)
    if interval in {"bca", "percentile"} and len(np.unique(present)) <= LARGEST_RESAMPLE:
        method: Literal["bca", "percentile"] = "bca" if interval == "bca" else "percentile"
        return bootstrap_interval(present, level=level, method=method, resamples=resamples, seed=seed)
    return mean_interval(present, level=level)


def servqual(
    expectations: Any,
    perceptions: Any,
    *,
    dimensions: Dimensions | None = None,
    weights: Mapping[str, float] | Any = None,
    groups: Any = None,
    clusters: Any = None,
    scale: Scale = LIKERT_7,
    items: Sequence[str] | None = None,
    interval: Interval = "t",
    level: float = 0.95,
    resamples: int = 10_000,
    seed: int = 20_240_601,
    na_values: Collection[float] = (),
) -> GapAnalysis:
    """Return SERVQUAL gaps: perceived minus expected, per item and person, then means.

    Parasuraman, Zeithaml, Berry 1988, J. Retailing 64(1):12-40. ``expectations`` and ``perceptions``:
    respondents x items (n, k), same order, on one ``scale``. ``dimensions``: name to items; by default the
    classic five when there are 22 items, else one dimension of all items. ``weights``: dimension to weight (used
    for everybody), or a matrix (n, dims) of each person's own split of points (weighted per person, as in the
    1990 book). ``groups``, ``clusters``: one label per respondent; clusters only with ``interval="cluster"``.

    Missing: an item gap needs both answers; a person's dimension gap all its pairs; the overall gap all
    dimensions. In the result ``first`` is perceived, ``second`` expected. Overall and weighted gaps follow
    ``interval`` too (a bootstrap over more than 5,000 distinct scores falls back to t and says so).

    Raises ``DataError`` naming row and item for an answer off the scale, for sides that differ in shape and for
    cluster labels without the cluster interval; ``ParameterError`` for weights that do not fit the dimensions.
    """
    shape = np.shape(expectations)
    width = shape[1] if len(shape) == 2 else 0
    classic = dimensions is None and width == len(SERVQUAL_ITEMS)
    names = item_names(expectations, width, items)
    if dimensions is None:
        if classic:
            order = dict(zip(SERVQUAL_ITEMS, names, strict=True))
            dimensions = {name: tuple(order[item] for item in members) for name, members in SERVQUAL_DIMENSIONS.items()}
        else:
            dimensions = {"quality": names}
    if (interval == "cluster") != (clusters is not None):
        raise DataError("cluster labels and the cluster interval belong together", place="clusters")
    tally = tally_gaps(
        perceptions, expectations, scale=scale, items=names, dimensions=dimensions, groups=groups, na_values=na_values
    )
    fixed = weights if isinstance(weights, Mapping) else None
    counted = gap_analysis(
        tally,
        weights=fixed,
        interval="t" if interval == "cluster" else interval,
        level=level,
        resamples=resamples,
        seed=seed,
    )
    if interval == "t" and (weights is None or fixed is not None):
        return counted
    differences = matrix(perceptions, na_values=na_values) - matrix(expectations, na_values=na_values)
    columns = dimension_columns(dimensions, names)
    scores = _scores(differences, columns)
    shares = _person_weights(weights, list(columns), len(scores))
    labels = None if groups is None else np.asarray(groups, dtype=object)
    cluster_labels = None if clusters is None else np.asarray(clusters, dtype=object)

    def again(gaps: GroupGaps) -> GroupGaps:
        rows = np.ones(len(scores), dtype=bool)
        if gaps.group is not None and labels is not None:
            rows = np.array([str(label) == str(gaps.group) for label in labels])
        inside = None if cluster_labels is None else cluster_labels[rows]

        def person(values: Floats) -> Estimate:
            return _person_interval(
                values[rows], inside, interval=interval, level=level, resamples=resamples, seed=seed
            )

        def clustered(rows_of: tuple[Gap, ...], values: Floats) -> tuple[Gap, ...]:
            if interval != "cluster":
                return rows_of
            return tuple(
                _retested(gap, person(values[:, number]), values[rows, number], inside)
                for number, gap in enumerate(rows_of)
            )

        return GroupGaps(
            gaps.group,
            clustered(gaps.items, differences),
            clustered(gaps.dimensions, scores),
            person(scores.mean(axis=1)),
            None if shares is None else person((scores * shares).sum(axis=1)),
        )

    return replace(
        counted, total=again(counted.total), groups=tuple(again(gaps) for gaps in counted.groups), interval=interval
    )


def _retested(gap: Gap, estimate: Estimate, values: Floats, clusters: Any) -> Gap:
    """Put the cluster interval into a gap, with the t and p that belong to it."""
    if estimate.value is None or estimate.high is None:
        return replace(gap, gap=estimate, t=None, p=None)
    freedom = len(set(clusters[~np.isnan(values)])) - 1
    t = estimate.value * t_quantile(estimate.level, freedom) / (estimate.high - estimate.value)
    return replace(gap, gap=estimate, t=t, p=float(2 * special.stdtr(freedom, -abs(t))))


def _person_weights(weights: Any, dimensions: list[str], n: int) -> Floats | None:
    """Weights of each person (n, dims), rows adding up to 1; NaN for a person without a usable split."""
    if weights is None:
        return None
    if isinstance(weights, Mapping):
        return np.tile(np.array(list(normalised_weights(weights, dimensions).values())), (n, 1))
    split = matrix(weights, place="weights")
    if split.shape != (n, len(dimensions)):
        raise DataError(f"expected {n} x {len(dimensions)} points, got {split.shape}", place="weights")
    if (split < 0).any():
        raise DataError("points cannot be negative", place="weights")
    total = split.sum(axis=1)
    shares: Floats = split / np.where(total > 0, total, np.nan)[:, None]
    return shares


@dataclass(frozen=True)
class Performance(Result):
    """Perceived performance of one group (None: everybody)."""

    group: Group | None
    items: dict[str, Estimate]
    dimensions: dict[str, Estimate]
    overall: Estimate
    weighted: Estimate | None


def servperf(
    perceptions: Any,
    *,
    dimensions: Dimensions | None = None,
    weights: Mapping[str, float] | None = None,
    groups: Any = None,
    scale: Scale = LIKERT_7,
    items: Sequence[str] | None = None,
    level: float = 0.95,
    na_values: Collection[float] = (),
) -> tuple[Performance, ...]:
    """Return SERVPERF: means of perceptions alone (Cronin, Taylor 1992, J. Marketing 56(3)), everybody first.

    ``perceptions``: respondents x items (n, k) or a ``SurveyTally`` counted before (then ``dimensions``,
    ``groups``, ``scale`` and ``items`` are its own). Missing policy and default dimensions as in ``servqual``;
    t intervals.
    """
    if isinstance(perceptions, SurveyTally):
        tally = perceptions
    else:
        shape = np.shape(perceptions)
        width = shape[1] if len(shape) == 2 else 0
        names = item_names(perceptions, width, items)
        if dimensions is None:
            classic = width == len(SERVQUAL_ITEMS)
            dimensions = (
                {
                    name: tuple(names[SERVQUAL_ITEMS.index(item)] for item in members)
                    for name, members in SERVQUAL_DIMENSIONS.items()
                }
                if classic
                else {"quality": names}
            )
        tally = tally_survey(
            perceptions, scale=scale, items=names, dimensions=dimensions, groups=groups, na_values=na_values
        )
    order = list(tally.dimensions)
    shares = normalised_weights(weights, order) if weights is not None else None

    def of_group(group: Group | None) -> Performance:
        n, mean, covariance = tally.joint(group=group)
        equal = np.full(len(order), 1 / max(1, len(order)))
        vector = None if shares is None else np.array(list(shares.values()))
        return Performance(
            group,
            {name: mean_interval(tally.item(name, group=group), level=level) for name in tally.items},
            {name: mean_interval(tally.dimension(name, group=group), level=level) for name in order},
            weighted_of_joint(n, mean, covariance, equal, level),
            None if vector is None else weighted_of_joint(n, mean, covariance, vector, level),
        )

    grouped = tally.groups if tally.groups != ("",) else ()
    return (of_group(None), *(of_group(group) for group in grouped))


@dataclass(frozen=True)
class ToleranceZone(Result):
    """Where perception lies between the minimum accepted and the desired level.

    ``adequacy`` = perceived - minimum (MSA), ``superiority`` = perceived - desired (MSS). ``inside`` is
    MSA >= 0 >= MSS of the means; ``certain`` tells whether both intervals agree with it. ``shares`` are of
    persons: below, inside, above, and "inverted" whose minimum exceeds what they desire.
    """

    name: str
    adequacy: Estimate
    superiority: Estimate
    inside: bool | None
    certain: bool
    shares: dict[str, float | None]


def zone_of_tolerance(
    minimum: Any,
    desired: Any,
    perceived: Any,
    *,
    dimensions: Dimensions | None = None,
    scale: Scale = LIKERT_7,
    items: Sequence[str] | None = None,
    level: float = 0.95,
    na_values: Collection[float] = (),
) -> tuple[ToleranceZone, ...]:
    """Return the zone of tolerance per item, then per dimension (Parasuraman, Zeithaml, Berry 1994).

    All three: respondents x items (n, k) on one ``scale``. A person counts where all three answers (for a
    dimension: of all its items) are there; t intervals.

    Raises ``DataError`` for an answer off the scale or sides that differ in shape.
    """
    sides = [
        scale.check(matrix(values, na_values=na_values, place=place), place=place)
        for values, place in ((minimum, "minimum"), (desired, "desired"), (perceived, "perceived"))
    ]
    if len({side.shape for side in sides}) != 1:
        raise DataError("the three sides differ in shape", place="answers")
    names = item_names(perceived, sides[0].shape[1], items)
    columns = dimension_columns(dimensions or {}, names)
    units = {name: (number,) for number, name in enumerate(names)} | columns
    return tuple(
        _zone(name, *(side[:, list(cols)].mean(axis=1) for side in sides), level=level) for name, cols in units.items()
    )


def _zone(name: str, low: Floats, high: Floats, seen: Floats, *, level: float) -> ToleranceZone:
    present = ~(np.isnan(low) | np.isnan(high) | np.isnan(seen))
    low, high, seen = low[present], high[present], seen[present]
    adequacy, superiority = mean_interval(seen - low, level=level), mean_interval(seen - high, level=level)
    inverted = low > high
    usable = ~inverted
    parts = {
        "below": usable & (seen < low),
        "inside": usable & (seen >= low) & (seen <= high),
        "above": usable & (seen > high),
        "inverted": inverted,
    }
    inside: bool | None = None
    certain = False
    if adequacy.value is not None and superiority.value is not None:
        inside = adequacy.value >= 0 >= superiority.value
        limits = (adequacy.low, adequacy.high, superiority.low, superiority.high)
        if all(limit is not None for limit in limits):
            a_low, a_high, s_low, s_high = (float(limit) for limit in limits if limit is not None)
            certain = (a_low >= 0 and s_high <= 0) if inside else (a_high < 0 or s_low > 0)
    shares = {part: float(rows.mean()) if len(rows) else None for part, rows in parts.items()}
    return ToleranceZone(name, adequacy, superiority, inside, certain, shares)


@dataclass(frozen=True)
class PerceivedQuality(Result):
    """Grönroos' parts: technical (what is received) and functional (how), each expected against experienced.

    ``image`` is the filter between them; ``total`` is the plain mean of the technical and functional gap.
    """

    technical: Gap | None
    functional: Gap | None
    image: Estimate | None
    total: Estimate
    items: tuple[Gap, ...]


def perceived_quality(
    expectations: Any,
    experiences: Any,
    *,
    technical: Sequence[str],
    functional: Sequence[str],
    image: Any = None,
    scale: Scale = LIKERT_7,
    items: Sequence[str] | None = None,
    level: float = 0.95,
    na_values: Collection[float] = (),
) -> PerceivedQuality:
    """Return technical and functional quality gaps (Grönroos 1984, Eur. J. Marketing 18(4):36-44).

    The paper gives no formula; both qualities are modelled as constructs of pairs, experienced - expected.
    ``technical`` and ``functional`` name the items of each (one may be empty); ``image`` is an optional column
    (n,) of image answers on the same scale. Missing policy as in ``servqual``.

    Raises ``DataError`` for an answer off the scale, sides that differ in shape or no items at all.
    """
    parts = {
        name: tuple(members) for name, members in (("technical", technical), ("functional", functional)) if members
    }
    if not parts:
        raise DataError("needs technical or functional items", place="items")
    analysis = gap_analysis(
        tally_gaps(experiences, expectations, scale=scale, items=items, dimensions=parts, na_values=na_values),
        level=level,
    )
    rows = {gap.name: gap for gap in analysis.total.dimensions}
    filtered = None if image is None else mean_interval(scale.check(np.asarray(image, dtype=np.float64)), level=level)
    return PerceivedQuality(
        rows.get("technical"), rows.get("functional"), filtered, analysis.total.overall, analysis.total.items
    )

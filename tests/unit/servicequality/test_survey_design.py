"""Figures of weighted, clustered surveys from counts equal those from the answers themselves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicequality.errors import DataError, ParameterError
from servicequality.intervals import cluster_interval, mean_interval, welch_difference
from servicequality.results import Estimate
from servicequality.sampling_plans import stratified_mean
from servicequality.survey_design import (
    design_counts,
    design_difference,
    design_mean,
    design_share,
    weighted_products,
)
from servicequality.weighting import cell_weights, raked_interval

SCORES = np.arange(1, 6)
SHARES = np.array([0.5, 0.3, 0.2])


def sample(seed: int, n: int = 300) -> tuple[Any, Any, Any]:
    """Answers 1..5 with their stratum and cluster."""
    rng = np.random.default_rng(seed)
    stratum, cluster = rng.integers(0, 3, n), rng.integers(0, 20, n)
    lift = rng.standard_normal(20) * 0.6
    answers = np.clip(np.rint(3.2 + lift[cluster] + 0.3 * stratum + rng.standard_normal(n)), 1, 5)
    return answers, stratum, cluster


def counted(answers: Any, stratum: Any, cluster: Any) -> tuple[Any, Any]:
    strata, clusters = np.zeros((3, 5), dtype=int), np.zeros((20, 3, 5), dtype=int)
    for value, h, c in zip(answers.astype(int), stratum, cluster, strict=True):
        strata[h, value - 1] += 1
        clusters[c, h, value - 1] += 1
    return strata, clusters


def assert_same(first: Estimate, second: Estimate) -> None:
    assert first.n == second.n
    assert (first.value, first.low, first.high) == pytest.approx((second.value, second.low, second.high))


@pytest.mark.parametrize("seed", range(5))
def test_clusters_equal_the_interval_from_the_answers(seed: int) -> None:
    answers, stratum, cluster = sample(seed)
    strata, clusters = counted(answers, stratum, cluster)

    found = design_mean(design_counts(strata, clusters=clusters), SCORES)

    assert_same(found.estimate, cluster_interval(answers, cluster))
    assert found.df == 19


@pytest.mark.parametrize("seed", range(5))
def test_weights_and_clusters_equal_the_raked_interval(seed: int) -> None:
    answers, stratum, cluster = sample(seed)
    strata, clusters = counted(answers, stratum, cluster)
    targets = {h: float(share) * len(answers) for h, share in enumerate(SHARES)}

    found = design_mean(design_counts(strata, shares=SHARES, clusters=clusters), SCORES)

    weights = cell_weights(stratum, targets)
    assert_same(found.estimate, raked_interval(answers, weights, {"stratum": stratum}, clusters=cluster))


def test_weights_alone_have_the_variance_of_the_stratified_mean() -> None:
    answers, stratum, cluster = sample(1)
    strata, _clusters = counted(answers, stratum, cluster)

    found = design_mean(design_counts(strata, shares=SHARES), SCORES)

    sizes = {str(h): round(share * 10**10) for h, share in enumerate(SHARES)}
    reference = stratified_mean({str(h): answers[stratum == h] for h in range(3)}, sizes)
    assert found.value == pytest.approx(reference.value)
    parts = [share**2 * answers[stratum == h].var(ddof=1) / (stratum == h).sum() for h, share in enumerate(SHARES)]
    assert found.se == pytest.approx(np.sqrt(sum(parts)))


def test_neither_weights_nor_clusters_is_the_plain_interval() -> None:
    answers, stratum, cluster = sample(2)
    strata, _clusters = counted(answers, stratum, cluster)

    assert_same(design_mean(design_counts(strata), SCORES).estimate, mean_interval(answers))


def test_people_who_answered_alone_are_clusters_of_one() -> None:
    answers, stratum, cluster = sample(3)
    strata, clusters = counted(answers, stratum, cluster)
    kept = clusters[:10]
    alone = np.where(cluster < 10, cluster, 1000 + np.arange(len(cluster)))

    found = design_mean(design_counts(strata, clusters=kept), SCORES)

    assert_same(found.estimate, cluster_interval(answers, alone))


def test_a_stratum_without_answers_gives_its_share_to_the_others() -> None:
    strata = [[0, 0, 4, 6, 0], [0, 0, 0, 0, 0], [0, 5, 5, 0, 0]]

    found = design_mean(design_counts(strata, shares=[0.5, 0.25, 0.25]), SCORES)

    assert found.lacking == 1
    assert found.value == pytest.approx((0.5 * 3.6 + 0.25 * 2.5) / 0.75)


def test_a_share_has_wilsons_interval_on_the_effective_number_of_answers() -> None:
    answers, stratum, cluster = sample(4)
    strata, clusters = counted(answers, stratum, cluster)

    wide = design_share(design_counts(strata, clusters=clusters), [3, 4])
    narrow = design_share(design_counts(strata), [3, 4])

    assert wide.value == narrow.value == pytest.approx((answers >= 4).mean())
    assert wide.estimate.high - wide.estimate.low > narrow.estimate.high - narrow.estimate.low  # type: ignore[operator]


def test_everybody_satisfied_is_still_not_certain() -> None:
    found = design_share(design_counts([[0, 0, 0, 0, 12]]), [4])

    assert (found.value, found.estimate.high) == (1.0, 1.0)
    assert found.estimate.low is not None
    assert found.estimate.low < 0.8


def test_a_difference_equals_welch() -> None:
    rng = np.random.default_rng(6)
    first, second = rng.integers(2, 6, 80), rng.integers(1, 5, 60)
    counts = [design_mean(design_counts(np.bincount(one, minlength=6)[1:]), SCORES) for one in (first, second)]

    difference, p = design_difference(*counts)

    assert_same(difference, welch_difference(first, second))
    assert p is not None
    assert p < 0.001


def test_weighted_products_equal_the_weighted_covariance() -> None:
    rng = np.random.default_rng(7)
    rows = [rng.integers(0, 5, (n, 3)).astype(float) for n in (40, 60)]
    weights = np.repeat([0.7 / 40, 0.3 / 60], [40, 60])
    table = np.vstack(rows)

    mean, covariance, effective = weighted_products(
        [40, 60], [one.sum(axis=0) for one in rows], [one.T @ one for one in rows], shares=[0.7, 0.3]
    )

    assert mean == pytest.approx(weights @ table)
    assert covariance == pytest.approx(np.cov(table.T, aweights=weights, ddof=0) * 100 / 99)
    assert effective == pytest.approx(1 / (weights**2).sum())


@given(st.lists(st.lists(st.integers(0, 30), min_size=5, max_size=5), min_size=2, max_size=2))
@settings(max_examples=60, deadline=None)
def test_limits_hold_the_mean_and_equal_shares_of_equal_strata_change_nothing(strata: list[list[int]]) -> None:
    found = design_mean(design_counts(strata, shares=[1, 1]), SCORES)
    if found.value is None:
        assert sum(map(sum, strata)) == 0
        return
    assert 1 <= found.value <= 5 + 1e-9
    if found.estimate.low is not None and found.estimate.high is not None:
        assert found.estimate.low <= found.value <= found.estimate.high


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"shares": [1.0]}, DataError),
        ({"shares": [-1.0, 2.0]}, ParameterError),
        ({"shares": [0.0, 0.0]}, ParameterError),
        ({"clusters": np.full((1, 2, 5), 9)}, DataError),
    ],
)
def test_counts_that_do_not_fit_are_refused(arguments: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        design_counts(np.ones((2, 5)), **arguments)

"""What must hold for any data: order does not matter, bounds hold, parts add up."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servicequality.agreement import (
    cohen_kappa,
    fleiss_kappa_counts,
    gwet_ac1,
    icc,
    krippendorff_alpha,
    percent_agreement,
)
from servicequality.agreement.alpha import Metric
from servicequality.drivers import johnson_weights, shapley_r2
from servicequality.factor import cfa_from_covariance
from servicequality.importance import importance_performance
from servicequality.kano import TIE_ORDER, better_worse, fong_test, kano_counts, kano_from_counts, kano_mode
from servicequality.penalty_reward import penalty_reward
from servicequality.sampling_plans import (
    NORMAL,
    SinglePlan,
    acceptance_probability,
    allocate_neyman,
    allocate_proportional,
    draw_random,
    half_width_share,
    iso_single_plan,
    sample_size_share,
    verify_draw,
    zero_failure_bound,
    zero_failure_sample_size,
)
from servicequality.sampling_plans.iso2859 import AQLS

seeds = st.integers(0, 2**32 - 1)
METRICS: tuple[Metric, ...] = ("nominal", "ordinal", "interval", "ratio")


def _covariance(seed: int, p: int) -> np.ndarray[Any, Any]:
    rng = np.random.default_rng(seed)
    mixing = rng.normal(size=(p + 1, p + 1)) + 0.5
    return np.asarray(np.cov(rng.normal(size=(4 * p + 20, p + 1)) @ mixing, rowvar=False))


def _ratings(seed: int, units: int, raters: int, gaps: float = 0.0) -> np.ndarray[Any, Any]:
    rng = np.random.default_rng(seed)
    truth = rng.integers(1, 6, units)
    values = np.clip(truth[:, None] + rng.integers(-1, 2, (units, raters)), 1, 5).astype(float)
    values[rng.random(values.shape) < gaps] = np.nan
    values[0, :2] = [1, 2]
    return np.asarray(values)


@settings(max_examples=60, deadline=None)
@given(seeds, st.integers(1, 8))
def test_driver_parts_add_up_to_r2_and_lmg_is_not_negative(seed: int, p: int) -> None:
    covariance = _covariance(seed, p)

    shapley, johnson = shapley_r2(covariance), johnson_weights(covariance)

    fitted = covariance[:p, p] @ np.linalg.solve(covariance[:p, :p], covariance[:p, p]) / covariance[p, p]
    assert shapley.r2 == pytest.approx(fitted, abs=1e-8)
    assert johnson.sum() == pytest.approx(fitted, abs=1e-8)
    assert (shapley.parts >= -1e-12).all()
    assert (johnson >= 0).all()


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(2, 7))
def test_order_and_units_of_predictors_do_not_change_their_parts(seed: int, p: int) -> None:
    covariance = _covariance(seed, p)
    rng = np.random.default_rng(seed)
    order = np.append(rng.permutation(p), p)
    scale = np.diag(rng.uniform(0.1, 10, p + 1))

    turned = shapley_r2((scale @ covariance @ scale)[np.ix_(order, order)])

    assert turned.parts == pytest.approx(shapley_r2(covariance).parts[order[:p]], abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(seeds, st.integers(2, 6))
def test_exact_parts_equal_the_mean_over_all_orders_of_entry(seed: int, p: int) -> None:
    covariance = _covariance(seed, p)
    correlation = covariance / np.sqrt(np.outer(np.diag(covariance), np.diag(covariance)))

    def r2(inside: list[int]) -> float:
        if not inside:
            return 0.0
        r = correlation[inside, p]
        return float(r @ np.linalg.solve(correlation[np.ix_(inside, inside)], r))

    expected = np.zeros(p)
    for j in range(p):
        others = [i for i in range(p) if i != j]
        for bits in range(1 << (p - 1)):
            inside = [i for b, i in enumerate(others) if bits >> b & 1]
            weight = math.factorial(len(inside)) * math.factorial(p - 1 - len(inside)) / math.factorial(p)
            expected[j] += weight * (r2([*inside, j]) - r2(inside))

    assert shapley_r2(covariance).parts == pytest.approx(expected, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(seeds, st.integers(2, 12))
def test_sampled_orders_always_sum_to_the_same_r2(seed: int, p: int) -> None:
    covariance = _covariance(seed, p)

    sampled = shapley_r2(covariance, exact_up_to=0, orders=20, seed=seed)

    assert sampled.r2 == pytest.approx(shapley_r2(covariance).r2, abs=1e-8)


counts_of_classes = st.fixed_dictionaries({letter: st.integers(0, 60) for letter in "MOAIRQ"})


@given(counts_of_classes)
def test_kano_figures_stay_in_their_bounds(counts: dict[str, int]) -> None:
    item = kano_from_counts(counts)

    if item.n == 0:
        assert item.category is None
        return
    assert item.category in item.tied
    assert counts[item.category or ""] == max(counts.values())
    assert 0 <= (item.category_strength or 0) <= 1
    if item.better.value is not None and item.worse.value is not None:
        assert 0 <= item.better.value <= 1
        assert -1 <= item.worse.value <= 0
        assert item.better.low is not None
        assert item.better.high is not None
        assert item.better.low <= item.better.value <= item.better.high


@given(counts_of_classes, st.integers(2, 9))
def test_kano_class_and_coefficients_do_not_depend_on_the_number_of_respondents(
    counts: dict[str, int], factor: int
) -> None:
    larger = {letter: count * factor for letter, count in counts.items()}

    before, after = better_worse(counts), better_worse(larger)

    assert kano_mode(larger) == kano_mode(counts)
    assert after[0].value == pytest.approx(before[0].value)
    assert not (fong_test(counts).distinct and not fong_test(larger).distinct)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=60), seeds)
def test_order_of_respondents_does_not_change_the_kano_counts(pairs: list[tuple[int, int]], seed: int) -> None:
    shuffled = np.random.default_rng(seed).permutation(np.array(pairs))

    counts = kano_counts(shuffled[:, 0], shuffled[:, 1])

    assert counts == kano_counts([f for f, _ in pairs], [d for _, d in pairs])
    assert sum(counts.values()) == len(pairs)
    assert set(counts) == {category.value for category in TIE_ORDER}


@settings(max_examples=50, deadline=None)
@given(seeds, st.integers(3, 25), st.integers(2, 5), st.sampled_from(METRICS))
def test_alpha_does_not_depend_on_the_order_of_units_or_evaluators(
    seed: int, units: int, raters: int, metric: Metric
) -> None:
    ratings = _ratings(seed, units, raters, gaps=0.2)
    rng = np.random.default_rng(seed)
    turned = ratings[rng.permutation(units)][:, rng.permutation(raters)]

    first = krippendorff_alpha(ratings, metric=metric, draws=0)
    second = krippendorff_alpha(turned, metric=metric, draws=0)

    assert second.alpha.value == pytest.approx(first.alpha.value)
    assert first.alpha.value is None or first.alpha.value <= 1 + 1e-12


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(3, 20), st.integers(2, 4))
def test_interval_alpha_ignores_shift_and_unit_ordinal_any_stretching(seed: int, units: int, raters: int) -> None:
    ratings = _ratings(seed, units, raters, gaps=0.1)

    interval = [krippendorff_alpha(r, metric="interval", draws=0).alpha.value for r in (ratings, 3 * ratings + 7)]
    ordinal = [krippendorff_alpha(r, metric="ordinal", draws=0).alpha.value for r in (ratings, np.exp(ratings))]

    assert interval[1] == pytest.approx(interval[0])
    assert ordinal[1] == pytest.approx(ordinal[0])


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(2, 25), st.integers(2, 5))
def test_complete_agreement_is_one_for_every_coefficient(seed: int, units: int, raters: int) -> None:
    column = np.random.default_rng(seed).integers(1, 4, units).astype(float)
    column[:2] = [1, 3]
    ratings = np.tile(column[:, None], (1, raters))

    alpha = krippendorff_alpha(ratings, metric="interval", draws=0)
    kappa = cohen_kappa(ratings[:, 0], ratings[:, 1])

    assert alpha.alpha.value == pytest.approx(1)
    assert kappa.kappa.value == pytest.approx(1)
    assert gwet_ac1(ratings).ac1.value == pytest.approx(1)
    assert percent_agreement(ratings, draws=0).value == pytest.approx(1)
    assert icc(ratings).agreement.icc.value == pytest.approx(1)


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(2, 30))
def test_kappa_is_symmetric_in_the_two_evaluators(seed: int, units: int) -> None:
    ratings = _ratings(seed, units, 2)

    first = cohen_kappa(ratings[:, 0], ratings[:, 1], weights="quadratic")
    second = cohen_kappa(ratings[:, 1], ratings[:, 0], weights="quadratic")

    assert second.kappa.value == pytest.approx(first.kappa.value)
    assert second.kappa.low == pytest.approx(first.kappa.low)


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(3, 30), st.integers(3, 9))
def test_fleiss_kappa_is_the_weighted_mean_of_its_categories(seed: int, units: int, raters: int) -> None:
    counts = np.random.default_rng(seed).multinomial(raters, [0.2, 0.3, 0.5], units)

    result = fleiss_kappa_counts(counts, draws=0)

    share = np.array(result.category_share)
    weight = share * (1 - share)
    by_category = np.nan_to_num(np.array(result.category_kappa))
    if weight.sum() > 0:
        assert (weight * by_category).sum() / weight.sum() == pytest.approx(result.kappa.value)


@settings(max_examples=40, deadline=None)
@given(seeds, st.integers(3, 20), st.integers(2, 5))
def test_intraclass_correlation_ignores_unit_and_order_of_evaluators(seed: int, units: int, raters: int) -> None:
    rng = np.random.default_rng(seed)
    ratings = rng.normal(size=(units, 1)) * 3 + rng.normal(size=(units, raters))

    first = icc(ratings)
    second = icc(10 * ratings[:, rng.permutation(raters)] + 50)

    for a, b in zip(first.forms, second.forms, strict=True):
        assert b.icc.value == pytest.approx(a.icc.value, abs=1e-9)
        if a.icc.value is None:
            assert (a.name, a.icc.low, a.icc.high) == ("ICC(A,k)", None, None)
            continue
        assert a.icc.high is not None
        assert (-math.inf if a.icc.low is None else a.icc.low) <= a.icc.value <= a.icc.high


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.45, 0.9), min_size=7, max_size=7), st.floats(-0.7, 0.7), st.permutations(range(7)))
def test_factor_model_is_found_again_whatever_the_order_of_items(
    loadings: list[float], between: float, order: list[int]
) -> None:
    matrix = np.zeros((7, 2))
    matrix[:3, 0], matrix[3:, 1] = loadings[:3], loadings[3:]
    implied = matrix @ np.array([[1, between], [between, 1]]) @ matrix.T
    np.fill_diagonal(implied, 1)
    names = [f"q{i}" for i in order]

    result = cfa_from_covariance(
        implied[np.ix_(order, order)], {"f": ["q0", "q1", "q2"], "g": ["q3", "q4", "q5", "q6"]}, n=150, names=names
    )

    assert [row.standardised.value for row in result.loadings] == pytest.approx(loadings, abs=1e-5)
    assert result.pairs[0].correlation.value == pytest.approx(between, abs=1e-5)
    assert result.fit.chi2 == pytest.approx(0, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_order_of_persons_and_items_does_not_change_grid_and_contrasts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ratings = rng.integers(1, 6, (90, 4)).astype(float)
    overall = ratings.sum(axis=1) + rng.normal(size=90)
    persons, items = rng.permutation(90), rng.permutation(4)

    grid = importance_performance(ratings, overall=overall)
    turned = importance_performance(ratings[persons][:, items], overall=overall[persons])
    contrasts = penalty_reward(ratings, overall, low_at_most=2, high_at_least=4)
    turned_contrasts = penalty_reward(ratings[persons][:, items], overall[persons], low_at_most=2, high_at_least=4)

    for new, old in enumerate(items):
        assert turned.items[new].verdict is grid.items[old].verdict
        assert turned.items[new].importance.value == pytest.approx(grid.items[old].importance.value)
        assert turned_contrasts.items[new].penalty.value == pytest.approx(contrasts.items[old].penalty.value)


strata = st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 200), min_size=1, max_size=8)


@given(strata, st.floats(0, 1), st.integers(0, 5))
def test_allocation_adds_up_and_respects_every_limit(sizes: dict[str, int], part: float, minimum: int) -> None:
    least = sum(min(size, minimum) for size in sizes.values())
    n = least + int(part * (sum(sizes.values()) - least))

    shares = allocate_proportional(n, sizes, minimum=minimum)
    neyman = allocate_neyman(n, sizes, {name: 1.0 + i for i, name in enumerate(sizes)}, minimum=minimum)

    for allocation in (shares, neyman):
        assert sum(allocation.values()) == n
        for name, size in sizes.items():
            assert min(size, minimum) <= allocation[name] <= size


@given(st.sets(st.text(max_size=6), min_size=1, max_size=40), st.floats(0, 1), st.text(min_size=1, max_size=8))
def test_any_draw_verifies_and_a_larger_one_contains_the_smaller(units: set[str], part: float, seed: str) -> None:
    n = int(part * len(units))

    draw = draw_random(units, n, seed=seed)

    assert verify_draw(draw, sorted(units)) is True
    assert draw_random(units, len(units), seed=seed).selected[:n] == draw.selected


@given(st.integers(2, 200), st.integers(0, 20), st.floats(0, 1), st.floats(0, 1))
def test_acceptance_falls_with_the_share_and_rises_with_the_number(
    n: int, ac: int, first: float, second: float
) -> None:
    plan = SinglePlan(n, min(ac, n - 2))
    low, high = sorted((first, second))

    assert acceptance_probability(plan, low) >= acceptance_probability(plan, high) - 1e-12
    assert acceptance_probability(SinglePlan(n, plan.ac + 1), low) >= acceptance_probability(plan, low)


@given(st.floats(0.002, 0.5), st.floats(0.5, 0.999))
def test_zero_failure_size_is_the_smallest_that_bounds_the_share(share: float, level: float) -> None:
    n = zero_failure_sample_size(share, level=level)

    assert (zero_failure_bound(n, level=level) or 0) <= share + 1e-9
    if n > 1:
        assert (zero_failure_bound(n - 1, level=level) or 0) > share - 1e-9


@given(st.floats(0.01, 0.3), st.floats(0.05, 0.95), st.integers(2, 100_000))
def test_planned_size_reaches_the_wanted_half_width(half_width: float, share: float, population: int) -> None:
    size = sample_size_share(half_width=half_width, share=share, population=population)

    reached = half_width_share(n=size.n, share=share, population=population)

    assert reached is not None
    assert reached <= half_width * (1 + 1e-9)


@given(st.integers(2, 600_000), st.sampled_from(AQLS))
def test_every_lot_has_a_normal_plan_that_rarely_rejects_at_the_aql(lot: int, aql: float) -> None:
    applied = iso_single_plan(lot, aql)

    assert applied.plan.n <= lot
    assert applied.plan.ac < applied.plan.n
    assert acceptance_probability(applied.plan, aql / 100) > 0.85
    assert NORMAL.find(applied.letter, aql).letter == applied.plan_letter

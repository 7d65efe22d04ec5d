"""Confidence intervals against published and recomputed numbers."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from servicequality.errors import DataError, ParameterError
from servicequality.intervals import (
    adjusted_wald,
    bootstrap_interval,
    cluster_interval,
    mean_interval,
    newcombe_difference,
    proportion_interval,
    weighted_interval,
    welch_difference,
    wilson,
)
from servicequality.scales import LIKERT_5, LIKERT_7
from servicequality.tallies import Tally


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (178, 200, 0.8391, 0.9262),
    ],
)
def test_wilson_gives_newcombes_published_rows(count: int, n: int, low: float, high: float) -> None:
    interval = wilson(count, n)

    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_newcombes_interval_of_the_orange_juice_improvement() -> None:
    interval = newcombe_difference(301, 1400, 133, 1200)

    assert (round(interval.low, 4), round(interval.high, 4)) == (0.0760, 0.1319)


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((10, 10), (0, 20), 0.6791, 1.0)],
)
def test_newcombes_own_examples_of_a_difference(
    a: tuple[int, int], b: tuple[int, int], low: float, high: float
) -> None:
    interval = newcombe_difference(*a, *b)

    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_adjusted_wald_is_wald_of_the_padded_counts() -> None:
    z = stats.norm.ppf(0.975)
    centre, n = (5 + z**2 / 2) / (50 + z**2), 50 + z**2

    interval = adjusted_wald(5, 50)

    assert interval.low == pytest.approx(centre - z * np.sqrt(centre * (1 - centre) / n))
    assert interval.high == pytest.approx(centre + z * np.sqrt(centre * (1 - centre) / n))
    assert interval.value == 0.1


def test_exact_limits_meet_the_binomial_tails() -> None:
    interval = proportion_interval(7, 30, method="clopper_pearson")

    assert stats.binom.sf(6, 30, interval.low) == pytest.approx(0.025)
    assert stats.binom.cdf(7, 30, interval.high) == pytest.approx(0.025)


def test_nobody_asked_gives_no_share() -> None:
    interval = wilson(0, 0)

    assert (interval.value, interval.low, interval.high, interval.n) == (None, None, None, 0)


def test_impossible_counts_levels_and_methods_are_refused() -> None:
    with pytest.raises(DataError):
        wilson(5, 4)
    with pytest.raises(ParameterError, match="level"):
        wilson(1, 4, level=95)
    with pytest.raises(ParameterError, match="unknown interval"):
        proportion_interval(1, 4, method="wald")  # type: ignore[arg-type]


def test_the_mean_has_students_interval_from_answers_and_from_their_tally() -> None:
    answers = np.array([3, 4, 4, 5, 2, 4, np.nan, 1])
    low, high = stats.t.interval(0.9, 6, np.nanmean(answers), stats.sem(answers[~np.isnan(answers)]))

    direct = mean_interval(answers, level=0.9)
    counted = mean_interval(Tally.of(answers, LIKERT_5), level=0.9)

    assert (direct.low, direct.high, direct.n) == (pytest.approx(low), pytest.approx(high), 7)
    assert (counted.low, counted.high) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize("answers", [[4], [4, 4, 4], [4, None]])
def test_without_spread_there_is_a_mean_but_no_interval(answers: list[float | None]) -> None:
    for interval in (mean_interval(answers), bootstrap_interval(answers)):
        assert (interval.value, interval.low, interval.high) == (4.0, None, None)


def test_welchs_interval_equals_scipys() -> None:
    a, b = [1, 2, 3, 4, 5, 5], [2, 2, 3, 1]
    expected = stats.ttest_ind(a, b, equal_var=False).confidence_interval()

    interval = welch_difference(a, b)

    assert (interval.low, interval.high) == (pytest.approx(expected.low), pytest.approx(expected.high))


def test_the_bootstrap_of_counts_has_the_spread_of_resampled_answers() -> None:
    rng = np.random.default_rng(8)
    answers = rng.choice([1, 2, 3, 4, 5], 300, p=[0.05, 0.1, 0.2, 0.3, 0.35])
    rows = rng.choice(answers, (20_000, 300)).mean(axis=1)

    interval = bootstrap_interval(answers, method="percentile", resamples=20_000)

    assert interval.low == pytest.approx(np.quantile(rows, 0.025), abs=0.01)
    assert interval.high == pytest.approx(np.quantile(rows, 0.975), abs=0.01)


def test_bca_equals_scipys_on_skewed_answers() -> None:
    answers = np.array([1] * 3 + [2] * 4 + [5] * 6 + [6] * 12 + [7] * 25)
    expected = stats.bootstrap(
        (answers,), np.mean, n_resamples=20_000, method="BCa", rng=np.random.default_rng(1)
    ).confidence_interval

    interval = bootstrap_interval(Tally.of(answers, LIKERT_7), resamples=20_000)

    assert interval.low == pytest.approx(expected.low, abs=0.03)
    assert interval.high == pytest.approx(expected.high, abs=0.03)
    assert interval.low - interval.value < interval.value - interval.high


def test_the_same_seed_gives_the_same_limits() -> None:
    answers = np.arange(60) ** 1.5

    once, again, other = (bootstrap_interval(answers, seed=seed) for seed in (1, 1, 2))

    assert once == again
    assert once != other


def test_any_statistic_of_a_histogram_can_be_bootstrapped() -> None:
    answers = [1] * 20 + [5] * 80

    interval = bootstrap_interval(
        answers, statistic=lambda counts, levels: (counts * (levels == 5)).sum(axis=1) / counts.sum(axis=1)
    )

    assert interval.value == 0.8
    assert interval.low == pytest.approx(wilson(80, 100).low, abs=0.02)


def test_clusters_of_one_change_only_nothing() -> None:
    answers = np.array([1.0, 2, 5, 4, 3, 3, 2])

    clustered = cluster_interval(answers, np.arange(7))

    assert clustered.low == pytest.approx(mean_interval(answers).low)


def test_the_cluster_interval_is_the_sandwich_of_an_intercept() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(9)
    buses = rng.integers(0, 12, 200)
    answers = rng.normal(4, 1, 200) + rng.normal(0, 0.7, 12)[buses]
    fit = sm.OLS(answers, np.ones(200)).fit(cov_type="cluster", cov_kwds={"groups": buses}, use_t=True)

    interval = cluster_interval(answers, buses)

    low, high = fit.conf_int()[0]
    assert (interval.low, interval.high) == (pytest.approx(low), pytest.approx(high))
    assert interval.high - interval.low > mean_interval(answers).high - mean_interval(answers).low


def test_one_cluster_gives_no_interval_and_a_nameless_one_is_refused() -> None:
    assert cluster_interval([1, 2, 3], ["a", "a", "a"]).low is None
    with pytest.raises(DataError, match="has no cluster"):
        cluster_interval([1, 2], ["a", None])


def test_a_blank_leaves_with_its_weight() -> None:
    answers, weights = [1, 5, None, 3], [1, 2, 50, 0]

    interval = weighted_interval(answers, weights)

    assert (interval.value, interval.n) == (pytest.approx(11 / 3), 2)


@pytest.mark.reference
def test_satisfaction_of_the_kiosk_and_of_student_services(reference_data: Path) -> None:
    answers = json.loads((reference_data / "reference.json").read_text())["answers"]
    for entry in (entry for entry in answers if entry["id"].startswith("csat/")):
        table = pd.read_csv(reference_data / entry["dataset"])
        column = entry["id"].removeprefix("csat/").removeprefix("kiosk_").removeprefix("univer_")
        tally = Tally.of(table[column], LIKERT_5 if "kiosk" in entry["id"] else LIKERT_7)
        expected, count = entry["value"], tally.count(entry["parameters"]["top"])

        share, exact, mean = (
            wilson(count, tally.n),
            proportion_interval(count, tally.n, method="clopper_pearson"),
            mean_interval(tally),
        )

        assert (tally.n, count) == (expected["n"], expected["count"])
        assert [share.low, share.high] == pytest.approx(expected["wilson95"], rel=1e-6)
        assert [exact.low, exact.high] == pytest.approx(expected["clopper_pearson95"], rel=1e-6)
        assert [tally.mean, tally.sd] == pytest.approx([expected["mean"], expected["sd"]], rel=1e-6)
        assert [mean.low, mean.high] == pytest.approx(expected["mean_ci95_t"], rel=1e-6)

"""Did the action work: published examples, guards, and the four verdicts."""

import math

import numpy as np
import pytest
import statsmodels.api as sm

from servicequality.control_charts import Exclusion, Part, Phases, p_chart
from servicequality.effects import (
    change_points,
    check_action_date,
    difference_in_differences,
    expected_extreme,
    interrupted_series,
    judge_on_chart,
    periods_needed,
    regression_to_the_mean,
    sample_size_two_proportions,
    two_proportions,
)
from servicequality.errors import DataError, ParameterError

# fmt: off
# Orange juice cans, n = 50 (Montgomery, R qcc); the machine was adjusted after sample 30.
ORANGE = np.array([
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6,
    9, 6, 12, 5, 6, 4, 6, 3, 7, 6, 2, 4, 3, 6, 5, 4, 8, 5, 6, 7, 5, 6, 3, 5,
])
CAUSES = (Exclusion(14, "new batch of cardboard"), Exclusion(22, "inexperienced operator"))
# Acute coronary events and standardised population, Sicily 2002-01 to 2006-11 (Lopez Bernal et al. 2017,
# supplementary data); smoking ban from 2005-01.
ACES = np.array([
    728, 659, 791, 734, 757, 726, 760, 740, 720, 814, 795, 858, 887, 766, 851, 769, 781, 756, 766, 752, 765, 831,
    879, 928, 914, 808, 937, 840, 916, 828, 845, 818, 860, 839, 887, 886, 831, 796, 833, 820, 877, 758, 767, 738,
    781, 843, 850, 908, 1021, 859, 976, 888, 962, 838, 810, 876, 843, 936, 912,
])
POPULATION = np.array([
    379875.3, 376495.5, 377040.8, 377116.4, 377383.4, 374113.1, 379513.3, 376295.5, 374653.2, 378485.6, 375955.5,
    378349.7, 376762.4, 379032.3, 379360.4, 376162, 377972.4, 381830.7, 379888.6, 380872.2, 380966.9, 381240.4,
    382104.9, 381802.7, 381656.3, 383680, 383504.2, 386462.9, 383783.1, 380836.8, 383483, 380906.2, 382926.8,
    384052.4, 384449.6, 383428.4, 388153.2, 388373.2, 386470.1, 386033.2, 383686.4, 385509.3, 385901.9, 386516.6,
    388436.5, 383255.2, 390148.7, 385874.9, 391613.6, 391750.4, 394005.6, 391364.9, 391664.6, 389022.3, 391878.5,
    388575.3, 392989, 390018.8, 390712.3,
])
# fmt: on


def test_orange_juice_shares_before_and_after() -> None:
    found = two_proportions(301, 1400, 133, 1200)

    assert round(found.pooled, 5) == 0.16692
    assert round(found.z, 2) == 7.10
    assert found.before.value == pytest.approx(0.215)
    assert round(found.after.value or 0, 4) == 0.1108
    assert (round(found.difference.low or 0, 4), round(found.difference.high or 0, 4)) == (0.0760, 0.1319)


def test_orange_juice_adjustment_worked_on_the_chart() -> None:
    found = judge_on_chart(ORANGE, n=np.full(54, 50), kind="p", action_at=30, direction="down", exclude=CAUSES)

    assert found.verdict.verdict == "worked"
    assert round(float(found.chart.centre[0]), 4) == 0.2150
    by_code = {reason.code: reason for reason in found.verdict.reasons}
    assert "point 41" in by_code["signal_run"].en
    assert "第 41 点" in by_code["signal_limit"].zh
    assert found.checkpoints[-1].held


def test_orange_juice_limits_after_the_rebase() -> None:
    part = Part(30, "machine adjusted", "run of 8 at 41", "production manager")

    chart = p_chart(ORANGE, 50, phases=Phases(parts=(part,), exclude=CAUSES))

    assert np.round([chart.centre[-1], chart.lower[-1], chart.upper[-1]], 4).tolist() == [0.1108, 0.0, 0.2440]


def test_smoking_ban_rate_ratio_needs_the_dispersion() -> None:
    plain = interrupted_series(
        ACES, action_at=36, direction="down", family="poisson", exposure=POPULATION, overdispersion=False
    )
    quasi = interrupted_series(ACES, action_at=36, direction="down", family="poisson", exposure=POPULATION)

    assert [round(v or 0, 3) for v in (plain.level.value, plain.level.low, plain.level.high)] == [0.894, 0.865, 0.925]
    assert round(quasi.dispersion, 3) == 3.559
    assert [round(v or 0, 3) for v in (quasi.level.value, quasi.level.low, quasi.level.high)] == [0.894, 0.839, 0.953]
    assert quasi.verdict.verdict == "worked"
    assert "overdispersion" in [reason.code for reason in quasi.verdict.reasons]


def test_smoking_ban_with_season() -> None:
    found = interrupted_series(ACES, action_at=36, direction="down", family="poisson", exposure=POPULATION, harmonics=2)

    assert round(found.dispersion, 3) == 2.262
    assert [round(v or 0, 3) for v in (found.level.value, found.level.low, found.level.high)] == [0.885, 0.839, 0.933]


def test_smoking_ban_did_not_change_the_slope() -> None:
    found = interrupted_series(
        ACES,
        action_at=36,
        direction="down",
        family="poisson",
        exposure=POPULATION,
        harmonics=2,
        slope_change=True,
    )

    assert found.slope_change is not None
    assert round(found.slope_change.value or 0, 5) == 1.00148
    assert [round(v or 0, 4) for v in (found.slope_change.low, found.slope_change.high)] == [0.9978, 1.0051]
    assert round(found.slope_p or 0, 3) == 0.428


def test_counterfactual_leaves_the_baseline_alone_and_differs_after() -> None:
    found = interrupted_series(ACES, action_at=36, direction="down", family="poisson", exposure=POPULATION)

    assert np.allclose(found.fitted[:36], found.counterfactual[:36])
    assert found.fitted[36:] / found.counterfactual[36:] == pytest.approx(np.full(23, found.level.value))


def test_nile_broke_after_1898_whatever_the_jump_of_the_search() -> None:
    nile = sm.datasets.nile.load_pandas().data["volume"].to_numpy()

    (change,) = change_points(nile)

    assert change.last_before == 28
    assert (round(change.mean_before, 2), round(change.mean_after, 2)) == (1097.75, 849.97)
    assert (1870 + change.low, 1870 + change.high) == (1895, 1902)


def test_break_before_the_action_is_not_its_effect() -> None:
    nile = sm.datasets.nile.load_pandas().data["volume"].to_numpy()

    right = check_action_date(nile, action_at=28)
    late = check_action_date(nile, action_at=60)

    assert (right.agrees, right.relation) == (True, "at")
    assert (late.agrees, late.relation) == (False, "before")


def test_worst_of_24_months_improves_by_itself() -> None:
    assert round(regression_to_the_mean(24), 2) == 2.03
    worst = np.random.default_rng(1).standard_normal((20000, 24)).max(axis=1)
    assert expected_extreme(24) == pytest.approx(worst.mean(), abs=0.02)


def test_acting_on_the_worst_month_leaves_it_out_and_says_so() -> None:
    values = [*np.tile([10.0, 12.0, 11.0, 9.0, 11.0], 4), 16.0, 11.0, 10.0, 12.0, 9.0, 11.0, 11.0, 10.0, 12.0, 10.0]

    found = judge_on_chart(values, action_at=21, direction="down")

    assert found.verdict.verdict == "no_sign"
    guard = found.verdict.reasons[-1]
    assert guard.code == "trigger_left_out"
    assert "21" in guard.en
    assert found.before == 20


def test_short_baseline_and_short_follow_up_are_too_early() -> None:
    calm = np.tile([10.0, 12.0, 11.0, 9.0, 11.0], 6)

    no_baseline = judge_on_chart(calm[:20], action_at=8, direction="up")
    no_follow_up = judge_on_chart(calm[:24], action_at=20, direction="up")

    assert no_baseline.verdict.verdict == "too_early"
    assert no_baseline.verdict.reasons[0].code == "baseline_short"
    assert no_follow_up.verdict.verdict == "too_early"
    assert "only" in no_follow_up.verdict.words("en").lower()
    assert "措施后只有 4 个数据点" in no_follow_up.verdict.words("zh")


def test_shift_to_the_worse_side_made_it_worse() -> None:
    values = [*np.tile([10.0, 12.0, 11.0, 9.0, 11.0], 4), *np.tile([20.0, 21.0], 5)]

    found = judge_on_chart(values, action_at=20, direction="down")

    assert found.verdict.verdict == "made_worse"
    assert found.verdict.reasons[0].code == "signal_limit"
    assert "恶化" in found.verdict.reasons[0].zh


def test_signals_in_both_directions_are_no_proof() -> None:
    values = [*np.tile([10.0, 12.0, 11.0, 9.0, 11.0], 4), *np.tile([25.0, -5.0], 5)]

    found = judge_on_chart(values, action_at=20, direction="up")

    assert found.verdict.verdict == "no_sign"
    assert found.verdict.reasons[0].code == "both_directions"


def test_run_that_began_before_the_action_does_not_count_for_it() -> None:
    # five points above the centre before the action, five after it: no run of 8 lies after the action
    values = [*np.tile([10.0, 12.0], 8), 11.4, 11.6, 11.4, 11.6, 11.4, 11.6, 11.4, 11.6, 11.4, 11.6, 10.4, 11.0]

    found = judge_on_chart(values, action_at=21, direction="up")

    assert "signal_run" not in [item.code for item in found.verdict.reasons]


def test_hoped_for_effect_decides_between_no_sign_and_too_early() -> None:
    values = np.tile([10.0, 12.0, 11.0, 9.0, 11.0], 6)

    small = judge_on_chart(values, action_at=20, direction="up", expected_effect=1.0)
    large = judge_on_chart(values, action_at=20, direction="up", expected_effect=2.0)

    assert small.verdict.verdict == "too_early"
    assert small.verdict.reasons[0].code == "weak_power"
    assert large.verdict.verdict == "no_sign"


def test_no_effect_is_rarely_called_an_effect() -> None:
    random = np.random.default_rng(8)

    verdicts = [judge_on_chart(random.normal(0, 1, 60), action_at=48, direction="up") for _ in range(300)]

    share = np.mean([item.verdict.verdict == "worked" for item in verdicts])
    assert share <= verdicts[0].false_alarm + 0.05


def test_periods_needed_grow_with_autocorrelation_and_can_be_endless() -> None:
    # 1/m = (1/2.8016)^2 - 1/24 for a shift of one sigma
    assert periods_needed(1.0, 1.0, baseline=24) == math.ceil(1 / (1 / 2.801585**2 - 1 / 24))
    assert periods_needed(1.0, 1.0, baseline=24, autocorrelation=0.3) > 12
    assert math.isinf(periods_needed(0.3, 1.0, baseline=24))
    with pytest.raises(ParameterError):
        periods_needed(0.0, 1.0, baseline=24)


def test_sample_size_for_two_shares() -> None:
    # Fleiss et al.: .25 against .40, 5 % two-sided, power 90 %: 203 per group without correction.
    assert sample_size_two_proportions(0.25, 0.40, power=0.9) == 203


def test_controls_take_the_common_change_out() -> None:
    random = np.random.default_rng(4)
    common = np.linspace(0, 3, 12)
    table = common + random.normal(0, 0.2, (10, 12)) + random.normal(0, 2, (10, 1))
    treated = np.arange(10) < 5
    table[:5, 6:] -= 1.5

    found = difference_in_differences(table, treated=treated, action_at=6, direction="down")

    assert found.effect.value == pytest.approx(-1.5, abs=0.2)
    assert found.naive > 0
    assert found.verdict.verdict == "worked"
    assert found.errors == "cluster"


def test_difference_in_differences_of_a_balanced_table_is_the_difference_of_changes() -> None:
    table = np.array([[10.0, 11, 15, 16], [5, 6, 7, 8]])

    found = difference_in_differences(
        table, treated=[True, False], action_at=2, direction="up", min_before=2, min_after=2
    )

    assert found.effect.value == pytest.approx(5 - 2)
    assert (found.naive, found.control_change) == (5, 2)


def test_groups_that_drifted_apart_before_are_no_fair_comparison() -> None:
    random = np.random.default_rng(6)
    table = random.normal(0, 0.1, (8, 12))
    table[:4] -= 0.5 * np.arange(12)

    found = difference_in_differences(table, treated=np.arange(8) < 4, action_at=6, direction="down")

    assert found.trend_p is not None
    assert found.trend_p < 0.05
    assert found.verdict.verdict == "no_sign"
    assert found.verdict.reasons[0].code == "trends_differ"


def test_missing_months_are_left_out_and_time_keeps_running() -> None:
    time = np.arange(40.0)
    values = 5 + 0.1 * time + np.where(time >= 20, 3.0, 0.0) + np.random.default_rng(0).normal(0, 0.1, 40)
    values[[3, 25]] = np.nan

    found = interrupted_series(values, action_at=20, direction="up")

    assert found.n == 38
    assert found.level.value == pytest.approx(3, abs=0.2)
    assert math.isnan(found.fitted[3])


def test_autoregressive_errors_widen_the_interval_of_a_sticky_series() -> None:
    random = np.random.default_rng(12)
    noise = np.zeros(80)
    for t in range(1, 80):
        noise[t] = 0.7 * noise[t - 1] + random.normal()

    plain = interrupted_series(noise, action_at=40, direction="up", errors="ols")
    sticky = interrupted_series(noise, action_at=40, direction="up", errors="ar1")

    def width(found: object) -> float:
        level = found.level  # type: ignore[attr-defined]
        return float(level.high - level.low)

    assert width(sticky) > 1.3 * width(plain)
    assert plain.autocorrelation > 0.4


def test_models_that_cannot_be_fitted_are_refused_by_name() -> None:
    with pytest.raises(DataError, match="cannot carry"):
        interrupted_series([1.0, 2.0, 3.0, 4.0], action_at=2, direction="up")
    with pytest.raises(DataError, match="point 3"):
        interrupted_series([1, 2, -1, 4, 5, 6, 7, 8], action_at=4, direction="up", family="poisson")
    with pytest.raises(DataError, match="repeat"):
        interrupted_series(np.arange(30.0), action_at=10, direction="up", covariates={"same": np.arange(30.0)})
    with pytest.raises(ParameterError, match="action_at"):
        judge_on_chart([1.0, 2.0, 3.0], action_at=9, direction="up")
    with pytest.raises(ParameterError, match="base"):
        judge_on_chart([1.0, 2.0, 3.0], action_at=2, direction="up", kind="rate")

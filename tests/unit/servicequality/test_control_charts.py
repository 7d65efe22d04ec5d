"""Control charts on the published examples (R qcc data sets, Montgomery's tables, NHS accidents)."""

import math

import numpy as np
import pytest

from servicequality.control_charts import (
    Constants,
    Exclusion,
    Part,
    Phases,
    c_chart,
    capability,
    constants,
    cusum_chart,
    ewma_chart,
    false_discoveries,
    funnel,
    g_chart,
    i_prime_chart,
    icons,
    individuals_chart,
    laney_p_chart,
    laney_u_chart,
    np_chart,
    overdispersion_test,
    p_chart,
    proportion_chart,
    rank_by_evidence,
    rate_chart,
    run_chart,
    t_chart,
    u_chart,
    xbar_r_chart,
    xbar_s_chart,
)
from servicequality.errors import DataError, ParameterError
from servicequality.run_rules import DEFAULT_RULES, NHS, WESTERN_ELECTRIC

# fmt: off
PISTON = np.array([
    30, 2, 19, -8, 8, -5, -8, 1, 11, 4, -12, 24, 21, 5, 2, 2, -4, -7, 15, 9, -8, 7, 15, -11, 14, 9, -6, -3, -15,
    -7, -5, 6, -6, 0, 5, -15, 3, -7, 15, -12, 8, -5, 9, 5, 4, -2, 0, -10, 7, -5, -6, -2, -6, -5, -10, 4, 0, 7,
    0, -4, -17, 2, -2, -3, 12, 6, -33, -6, 0, -16, 12, 14, -2, -1, 7, 0, -16, 5, -2, -4, -6, 12, -14, 5, 7, 6,
    10, 18, 3, 0, -16, 2, 3, 5, -3, 0, 10, 13, 20, 3, -12, 1, 9, 5, -4, 4, -1, -10, 6, 9, 10, -11, -10, 9, 14,
    15, 8, -7, 0, 10, -18, -16, -5, 17, 13, 12, 15, 30, -14, 0, -5, 10, -10, 15, 1, -13, -1, -15, 0, -10, 8, 10,
    3, -9, 6, 3, 0, 1, -14, -3, -6, 3, 15, 20, 4, 8, 2, 18, -5, 5, 1, 4, -10, -4, -2, 15, 0, 16, 25, 0, 30, 5,
    0, 16, 12, 1, -10, -5, 10, 24, 15, 20, 24, 5, 19, 35, 10, 12, 15, 26, 17, 13, 36, 25, 26, 10, 5, 29, 0, 20,
]).reshape(40, 5) / 1000 + 74
ORANGE = np.array([
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6,
    9, 6, 12, 5, 6, 4, 6, 3, 7, 6, 2, 4, 3, 6, 5, 4, 8, 5, 6, 7, 5, 6, 3, 5,
])
CIRCUIT = np.array([
    21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15,
    16, 18, 12, 15, 24, 21, 28, 20, 25, 19, 18, 21, 16, 22, 19, 12, 14, 9, 16, 21,
])
PC = np.array([10, 12, 8, 14, 10, 16, 11, 7, 10, 15, 9, 5, 7, 11, 12, 6, 8, 10, 7, 5])
DYED = np.array([14, 12, 20, 11, 7, 10, 21, 16, 19, 23])
DYED_SIZE = np.array([10, 8, 13, 10, 9.5, 10, 12, 10.5, 12, 12.5])
VISCOSITY = np.array([
    34.05, 34.40, 33.59, 35.96, 34.70, 33.51, 33.79, 34.04, 34.52, 33.75, 33.27, 33.71, 34.03, 34.58, 34.02,
    33.97, 34.05, 34.04, 33.73, 34.05, 34.39, 33.75, 33.40, 33.27, 34.65, 34.80, 34.55, 35.40, 34.75, 34.50,
    34.70, 34.29, 34.61, 34.49, 35.03,
])
COST = np.array([
    310, 288, 297, 298, 307, 303, 294, 297, 308, 306, 294, 299, 297, 299, 314, 295, 293, 306, 301, 304, 305, 282,
    305, 296, 314, 295, 287, 301, 298, 311, 310, 292, 305, 299, 304, 310, 304, 305, 333, 328,
])
TABLE_9_1 = np.array([
    9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.2, 10.34, 9.03, 11.47, 10.51, 9.4, 10.08, 9.37, 10.62,
    10.31, 8.52, 10.84, 10.9, 9.33, 12.29, 11.5, 10.6, 11.08, 10.38, 11.62, 11.31, 10.52,
])
TABLE_7_4 = np.array([12, 8, 6, 9, 10, 12, 11, 16, 10, 6, 20, 15, 9, 8, 6, 8, 10, 7, 5, 8, 5, 8, 10, 6, 9])
TABLE_7_4_N = np.array([
    100, 80, 80, 100, 110, 110, 100, 100, 90, 90, 110, 120, 120, 120, 110, 80, 80, 80, 90, 100, 100, 100, 100, 90,
    90,
])
NHS_SEEN = np.array([
    266501, 264225, 276532, 281461, 269071, 261215, 270409, 279778, 270483, 270320, 267923, 271478, 255353,
    256820, 261835, 259144, 255910, 260863, 264465, 260989,
])
NHS_ALL = np.array([
    280443, 276823, 291681, 296155, 282343, 275888, 283867, 295251, 284468, 282529, 279618, 283932, 266629,
    268091, 276803, 271578, 266005, 273520, 278574, 273772,
])
WETHERILL_OF_50 = [
    12, 11, 18, 11, 10, 16, 9, 11, 14, 15, 11, 9, 10, 13, 12, 8, 12, 13, 10, 12, 13, 16, 12, 18, 16, 10, 16, 10,
    12, 14,
]
WETHERILL_COUNTS = [
    11, 8, 13, 11, 13, 17, 25, 23, 11, 16, 9, 15, 10, 16, 12, 8, 9, 15, 4, 12, 12, 12, 15, 17, 14, 17, 12, 12, 7,
    16,
]
# fmt: on


def excluded(*numbers: int, freeze: int | None = None) -> Phases:
    return Phases(freeze=freeze, exclude=tuple(Exclusion(n - 1, "assignable cause found") for n in numbers))


def test_constants_of_the_range_equal_the_table() -> None:
    found = {n: (round(constants(n).d2, 4), round(constants(n).c4, 4)) for n in (2, 3, 5, 10)}

    assert found == {2: (1.1284, 0.7979), 3: (1.6926, 0.8862), 5: (2.3259, 0.9400), 10: (3.0775, 0.9727)}
    assert constants(2, "textbook").d2 == 1.128


def test_piston_rings_xbar_r_flags_37_38_39_in_phase_two() -> None:
    pair = xbar_r_chart(PISTON, phases=Phases(freeze=25), rules=(DEFAULT_RULES[0],))

    assert round(float(pair.location.centre[0]), 6) == 74.001176
    assert round(float(pair.location.lower[0]), 6) == 73.988048
    assert round(float(pair.location.upper[0]), 6) == 74.014304
    assert pair.location.beyond_points() == [37, 38, 39]
    assert round(float(pair.spread.centre[0]), 5) == 0.02276
    assert pair.spread.lower[0] == 0


def test_piston_rings_range_limit_equals_qcc_with_the_constants_of_qcc() -> None:
    # qcc takes d2 = 2.326 and d3 = .8640855; the exact constants give .04812600.
    pair = xbar_r_chart(PISTON, phases=Phases(freeze=25), table=Constants(n=5, d2=2.326, d3=0.8640855, c4=0.9400))

    assert round(float(pair.spread.upper[0]), 8) == 0.04812533


def test_piston_rings_xbar_s() -> None:
    pair = xbar_s_chart(PISTON, phases=Phases(freeze=25))

    assert round(float(pair.spread.centre[0]), 8) == 0.00924004
    assert round(float(pair.spread.upper[0]), 8) == 0.01930242
    assert round(float(pair.location.lower[0]), 7) == 73.9879877
    assert round(float(pair.location.upper[0]), 7) == 74.0143643


def test_orange_juice_p_chart() -> None:
    chart = p_chart(ORANGE[:30], 50)
    total = np_chart(ORANGE[:30], 50)

    assert np.round([chart.centre[0], chart.lower[0], chart.upper[0]], 6).tolist() == [0.231333, 0.052428, 0.410239]
    assert chart.beyond_points() == [15, 23]
    assert np.round([total.centre[0], total.lower[0], total.upper[0]], 5).tolist() == [11.56667, 2.62138, 20.51196]


def test_orange_juice_without_the_two_causes_flags_41_in_phase_two() -> None:
    chart = p_chart(ORANGE, 50, phases=excluded(15, 23, freeze=30))

    assert np.round([chart.centre[0], chart.lower[0], chart.upper[0]], 6).tolist() == [0.215, 0.040703, 0.389297]
    assert chart.beyond_points() == [15, 21, 23, 41]


def test_circuit_c_chart_with_and_without_causes() -> None:
    first = c_chart(CIRCUIT[:26])
    second = c_chart(CIRCUIT, phases=excluded(6, 20, freeze=26))

    assert np.round([first.centre[0], first.lower[0], first.upper[0]], 5).tolist() == [19.84615, 6.48145, 33.21086]
    assert first.beyond_points() == [6, 20]
    assert np.round([second.centre[0], second.lower[0], second.upper[0]], 5).tolist() == [
        19.66667,
        6.36253,
        32.9708,
    ]
    assert second.beyond_points() == [6, 20]


def test_u_charts_with_fixed_and_variable_size() -> None:
    computers = u_chart(PC, 5)
    cloth = u_chart(DYED, DYED_SIZE)

    assert np.round([computers.centre[0], computers.lower[0], computers.upper[0]], 5).tolist() == [
        1.93,
        0.06613,
        3.79387,
    ]
    assert computers.beyond_points() == []
    assert round(float(cloth.centre[0]), 6) == 1.423256
    assert [round(float(cloth.lower[0]), 5), round(float(cloth.lower[1]), 4)] == [0.29147, 0.1579]
    assert np.round(cloth.upper[:2], 5).tolist() == [2.55504, 2.68863]
    assert cloth.beyond_points() == []


def test_montgomery_table_7_4_p_chart_with_variable_base() -> None:
    chart = p_chart(TABLE_7_4, TABLE_7_4_N)
    limit = {int(n): round(float(u), 6) for n, u in zip(TABLE_7_4_N, chart.upper, strict=True)}

    assert round(float(chart.centre[0]), 7) == 0.0955102
    assert chart.lower[1] == 0  # n = 80; the 100s have .0073
    assert (limit[100], limit[80], limit[90]) == (0.183686, 0.194093, 0.188455)
    assert chart.beyond_points() == [11]


def test_viscosity_individuals_with_textbook_constants() -> None:
    first = individuals_chart(VISCOSITY[:20], precision="textbook").location
    second = individuals_chart(VISCOSITY, phases=excluded(4, freeze=20), precision="textbook").location

    assert np.round([first.centre[0], first.lower[0], first.upper[0]], 5).tolist() == [34.088, 32.56504, 35.61096]
    assert first.beyond_points() == [4]
    assert np.round([second.centre[0], second.lower[0], second.upper[0]], 5).tolist() == [
        33.98947,
        32.75425,
        35.2247,
    ]
    assert second.beyond_points() == [4, 28]


def test_mortgage_cost_individuals_flag_39_and_40() -> None:
    pair = individuals_chart(COST, phases=Phases(freeze=20), precision="textbook")
    chart = pair.location

    assert chart.centre[0] == 300.5
    assert round(float(pair.spread.centre[0]), 5) == 7.78947
    assert np.round([chart.lower[0], chart.upper[0]], 4).tolist() == [279.7833, 321.2167]
    assert round(float(pair.spread.upper[0]), 3) == 25.448
    assert chart.beyond_points() == [39, 40]


def test_cusum_of_table_9_1_signals_first_at_29() -> None:
    chart = cusum_chart(TABLE_9_1, target=10, sigma=1, k=0.5, h=5)

    assert np.round(chart.upper[28:], 2).tolist() == [5.28, 5.30]
    assert round(float(chart.lower.max()), 2) == 1.77
    assert (np.flatnonzero(chart.signal_upper) + 1).tolist() == [29, 30]
    assert not chart.signal_lower.any()
    assert chart.run_upper[28] == 7  # the shift began at point 23


def test_ewma_of_table_9_1_signals_at_29_and_30() -> None:
    chart = ewma_chart(TABLE_9_1, lam=0.1, L=2.7, target=10, sigma=1)

    assert round(float(chart.value[0]), 3) == 9.945
    assert round(float(chart.value[28]), 5) == 10.64682
    assert round(float(chart.upper[0]), 2) == 10.27
    assert chart.beyond_points() == [29, 30]


def test_ewma_steady_limits() -> None:
    chart = ewma_chart(TABLE_9_1, lam=0.1, L=2.7, target=10, sigma=1, limits="asymptotic")

    assert np.round([chart.lower[0], chart.upper[0]], 5).tolist() == [9.38058, 10.61942]


def test_accident_departments_need_laney_limits() -> None:
    plain = p_chart(NHS_SEEN, NHS_ALL)
    prime = laney_p_chart(NHS_SEEN, NHS_ALL, sigma_z_from="all", precision="textbook")

    assert round(float(plain.centre[0]), 6) == 0.952900
    assert prime.sigma_z is not None
    assert round(float(prime.sigma_z), 4) == 10.6404
    assert np.round([plain.lower[0], plain.upper[0]], 6).tolist() == [0.951700, 0.954100]
    assert np.round([prime.lower[0], prime.upper[0]], 6).tolist() == [0.940130, 0.965670]
    assert len(plain.beyond_points()) == 16
    assert prime.beyond_points() == []


def test_chart_of_choice_widens_for_real_spread_and_never_narrows() -> None:
    random = np.random.default_rng(5)
    n = np.full(60, 300)
    smooth = np.full(60, 60)

    wide = proportion_chart(NHS_SEEN, NHS_ALL)
    honest = proportion_chart(random.binomial(300, 0.2, 60), n)
    fabricated = proportion_chart(smooth + np.tile([0, 1], 30), n)

    assert "overdispersed" in wide.notes
    assert "ordinary_limits" not in wide.notes
    assert "ordinary_limits" in honest.notes or float(honest.sigma_z or 0) > 1.1
    assert {"underdispersed", "ordinary_limits"} <= set(fabricated.notes)
    assert np.allclose(fabricated.upper, p_chart(smooth + np.tile([0, 1], 30), n).upper)


def test_overdispersion_of_wetherill_and_brown() -> None:
    binomial = overdispersion_test(WETHERILL_OF_50, np.full(30, 50))
    poisson = overdispersion_test(WETHERILL_COUNTS)

    assert (round(binomial.ratio, 4), round(binomial.statistic, 3), round(binomial.p_over, 3)) == (
        0.7645,
        22.169,
        0.813,
    )
    assert (round(poisson.ratio, 4), round(poisson.statistic, 3), round(poisson.p_over, 4)) == (
        1.4722,
        42.694,
        0.0486,
    )


def test_i_prime_chart_with_equal_bases_is_the_individuals_chart() -> None:
    plain = individuals_chart(VISCOSITY).location
    prime = i_prime_chart(VISCOSITY * 4, np.full(35, 4))

    assert np.allclose(prime.upper, plain.upper)
    assert np.allclose(prime.centre, plain.centre)


def test_rebase_starts_new_limits_and_no_run_crosses_it() -> None:
    values = np.concatenate([np.tile([9.0, 11.0], 8), np.tile([19.0, 21.0], 8)])
    part = Part(16, "new timetable", "notice 2026-14", "chief of operations")

    before = individuals_chart(values).location
    after = individuals_chart(values, phases=Phases(parts=(part,))).location

    assert before.signals.any.any()
    assert not after.signals.any.any()
    assert (after.centre[0], after.centre[-1]) == (10, 20)
    assert after.part.tolist() == [0] * 16 + [1] * 16


def test_rebase_without_reason_evidence_or_approver_is_refused() -> None:
    with pytest.raises(ParameterError, match="approver"):
        Part(10, "because", "evidence", " ")
    with pytest.raises(ParameterError, match="cause"):
        Exclusion(3, "")


def test_missing_points_are_neither_counted_nor_judged() -> None:
    values = VISCOSITY[:20].copy()
    values[7] = np.nan

    chart = individuals_chart(values).location
    without = individuals_chart(np.delete(values, 7)).location

    assert math.isnan(chart.z[7])
    assert not chart.signals.any[7]
    assert chart.centre[0] == pytest.approx(without.centre[0])
    assert chart.upper[0] == pytest.approx(without.upper[0])


def test_empty_base_is_no_data_not_zero() -> None:
    chart = p_chart([1, 0, 2, 1], [10, 0, 10, 10])

    assert math.isnan(chart.value[1])
    assert chart.centre[0] == pytest.approx(4 / 30)
    assert chart.to_dict()["value"][1] is None


def test_many_series_equal_each_alone() -> None:
    random = np.random.default_rng(11)
    n = random.integers(80, 400, (25, 36)).astype(float)
    x = random.binomial(n.astype(int), 0.3).astype(float)
    x[3, 5] = np.nan
    phases = excluded(4, freeze=24)

    many = {
        "p": p_chart(x, n, phases=phases),
        "p prime": laney_p_chart(x, n, phases=phases),
        "u prime": laney_u_chart(x, n, phases=phases),
        "auto": rate_chart(x, n, phases=phases),
        "i": individuals_chart(x, phases=phases).location,
        "ewma": ewma_chart(x, phases=phases),
    }

    for i in range(25):
        alone = {
            "p": p_chart(x[i], n[i], phases=phases),
            "p prime": laney_p_chart(x[i], n[i], phases=phases),
            "u prime": laney_u_chart(x[i], n[i], phases=phases),
            "auto": rate_chart(x[i], n[i], phases=phases),
            "i": individuals_chart(x[i], phases=phases).location,
            "ewma": ewma_chart(x[i], phases=phases),
        }
        for name, chart in many.items():
            assert np.allclose(chart.upper[i], alone[name].upper, equal_nan=True), name
            assert np.array_equal(chart.signals.any[i], alone[name].signals.any), name


def test_zone_rules_are_refused_on_skewed_statistics() -> None:
    with pytest.raises(ParameterError, match="does not apply"):
        p_chart(ORANGE, 50, rules=WESTERN_ELECTRIC)
    with pytest.raises(ParameterError, match="does not apply"):
        c_chart(CIRCUIT, rules=NHS)


def test_impossible_counts_name_their_point() -> None:
    with pytest.raises(DataError, match="point 2"):
        p_chart([1, 11], [10, 10])
    with pytest.raises(DataError, match="series 2, point 1"):
        c_chart([[1, 2], [-1, 2]])
    with pytest.raises(DataError, match="differ in shape"):
        p_chart([1, 2, 3], [10, 10])
    with pytest.raises(DataError, match="infinite"):
        individuals_chart([1.0, np.inf])


def test_run_chart_passes_over_points_on_the_median() -> None:
    values = [1, 2, 3, 2, 2, 3, 1, 3, 1, 3, 1, 3, 1, 3]

    found = run_chart(values)

    assert float(found.centre) == 2
    assert int(found.useful) == 11
    assert int(found.longest_run) == 2  # 3 . . 3: points on the median do not end a run
    assert int(found.crossings) == 9
    assert not found.signal


def test_run_chart_signals_a_shift() -> None:
    values = [1.0, 1.1, 0.9, 1.2, 0.8, 1.05, 0.95, 1.15, 3.0, 3.1, 2.9, 3.2, 2.8, 3.05, 2.95, 3.15]

    found = run_chart(np.stack([values, values[::-1]]))

    assert found.longest_run.tolist() == [8, 8]
    assert found.longest_run_limit.tolist() == [7, 7]
    assert found.signal.tolist() == [True, True]


def test_accident_days_t_chart_sees_a_cluster_and_keeps_the_unit() -> None:
    days = np.array([30, 41, 22, 35, 28, 45, 31, 26, 38, 33, 29, 36, 0.001])

    chart = t_chart(days, phases=Phases(freeze=12))

    assert chart.beyond_points() == [13]
    assert 25 < chart.centre[0] < 45
    with pytest.raises(DataError, match="point 1"):
        t_chart([0, 3, 4])


def test_g_chart_limits_and_median_runs() -> None:
    trips = np.full(20, 99.0)
    trips[10:] = 40

    chart = g_chart(trips, phases=Phases(freeze=10))

    assert chart.upper[0] == pytest.approx(99 + 3 * math.sqrt(99 * 100))
    assert chart.lower[0] == 0
    assert chart.signals.points("run")[-1] == 20
    assert chart.signals.side[1, -1] == -1


def test_funnel_flags_by_size_and_widens_for_overdispersion() -> None:
    x, n = np.array([5, 50, 500, 150, 0]), np.array([50, 500, 5000, 500, 0])

    plain = funnel(x, n, target=0.1, adjust="never")
    wide = funnel(np.tile([60, 140], 20), np.full(40, 1000))

    assert plain.flag.tolist() == ["inside", "inside", "inside", "high", "no_data"]
    assert plain.outer[0, 1] > plain.outer[1, 1]
    assert plain.discovery.tolist() == [False, False, False, True, False]
    assert wide.overdispersed
    assert set(wide.flag.tolist()) == {"inside"}


def test_false_discovery_rate_follows_benjamini_hochberg() -> None:
    # The fifteen p-values of their 1995 paper: four rejections at q = .05.
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528]
    p += [0.7590, 1.0]

    kept = false_discoveries(p)

    assert int(kept.sum()) == 4


def test_icons_speak_of_the_latest_point_and_the_last_part() -> None:
    rising = np.concatenate([np.tile([9.0, 11.0], 10), [20.0]])
    flat = np.concatenate([np.tile([9.0, 11.0], 10), [10.0]])
    rebased = Phases(parts=(Part(10, "new line", "protocol", "director"),))
    stepped = np.concatenate([np.tile([9.0, 11.0], 5), np.tile([19.0, 21.0], 5)])

    pair = icons(individuals_chart(np.stack([rising, flat])).location, direction="up", target=[50, 10])
    down = icons(individuals_chart(rising).location, direction="down", target=100)
    after = icons(individuals_chart(stepped, phases=rebased).location, direction="up", target=12)

    assert pair.variation.tolist() == ["improving", "common_cause"]
    assert pair.assurance.tolist() == ["fails", "hit_and_miss"]
    assert down.variation.tolist() == ["concerning"]
    assert down.assurance.tolist() == ["passes"]
    assert after.assurance.tolist() == ["passes"]


def test_series_without_data_gets_the_no_data_icon() -> None:
    chart = individuals_chart(np.full((1, 12), np.nan)).location

    found = icons(chart, direction="up", target=3)

    assert (found.variation.tolist(), found.assurance.tolist()) == (["no_data"], ["no_data"])


def test_wall_ranks_the_shifted_series_first_and_states_false_signals() -> None:
    table = np.random.default_rng(2).normal(10, 1, (100, 30))
    table[42, 20:] += 4

    ranking = rank_by_evidence(individuals_chart(table, phases=Phases(freeze=20)).location)

    assert ranking.order[0] == 42
    assert ranking.discovery[42]
    assert ranking.expected_false == pytest.approx(100 / 152.73, abs=0.001)


def test_capability_of_piston_rings() -> None:
    found = capability(PISTON[:25], lower=73.95, upper=74.05)

    assert found.cp is not None
    assert round(found.cp, 4) == 1.7032
    assert round(found.cpk.value or 0, 4) == 1.6632
    assert found.observed_outside == 0
    assert (found.cpk.low or 0) < 1.6632 < (found.cpk.high or 0)


def test_short_baseline_is_said_and_one_point_has_no_limits() -> None:
    short = individuals_chart([1.0, 2.0, 3.0]).location
    single = individuals_chart([1.0, np.nan]).location

    assert "short_baseline" in short.notes
    assert "no_limits" in single.notes
    assert not single.signals.any.any()

"""What must hold for every series: shifts, permutations, bounds, rules by definition, nothing personal left."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from servicequality.control_charts import (
    c_chart,
    cusum_chart,
    funnel,
    individuals_chart,
    laney_p_chart,
    p_chart,
    proportion_chart,
    run_chart,
)
from servicequality.cost_of_quality import split_by_regression
from servicequality.effects import judge_on_chart, two_proportions
from servicequality.rollup import Observation, Thresholds, node_score, roll_up
from servicequality.run_rules import NELSON, RunOnOneSide, ZoneCount, detect
from servicequality.text import jaccard, redact, tag_themes

Floats = NDArray[np.float64]

values = st.lists(st.integers(-50, 50).map(lambda i: i / 4), min_size=3, max_size=40)
counts = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60)), min_size=3, max_size=30)


def shares(pairs: list[tuple[int, int]]) -> tuple[Floats, Floats]:
    table = np.array(pairs, dtype=float)
    return np.minimum(table[:, 0], table[:, 1]), table[:, 1]


@settings(deadline=None)
@given(values)
def test_mirrored_series_signals_at_the_same_points_on_the_other_side(series: list[float]) -> None:
    z = np.array(series)

    up, down = detect(z, NELSON), detect(-z, NELSON)

    assert np.array_equal(up.hits, down.hits)
    assert np.array_equal(up.side, -down.side)


@settings(deadline=None)
@given(values, st.integers(2, 9))
def test_run_signals_exactly_where_the_last_points_share_a_side(series: list[float], length: int) -> None:
    found = detect(series, [RunOnOneSide(length)])

    wanted = [
        i + 1
        for i in range(length - 1, len(series))
        if all(v > 0 for v in series[i - length + 1 : i + 1]) or all(v < 0 for v in series[i - length + 1 : i + 1])
    ]
    assert found.points() == wanted


@settings(deadline=None)
@given(values)
def test_two_of_three_signals_exactly_by_its_definition(series: list[float]) -> None:
    found = detect(series, [ZoneCount(2, 3, 2.0)])

    wanted = []
    for i, value in enumerate(series):
        window = series[max(0, i - 2) : i + 1]
        if (value > 2 and sum(v > 2 for v in window) >= 2) or (value < -2 and sum(v < -2 for v in window) >= 2):
            wanted.append(i + 1)
    assert found.points() == wanted


@settings(deadline=None)
@given(values, st.integers(-100, 100), st.sampled_from([0.25, 0.5, 2.0, 8.0]))
def test_individuals_chart_follows_a_change_of_unit(series: list[float], shift: int, scale: float) -> None:
    x = np.array(series)

    plain = individuals_chart(x).location
    moved = individuals_chart(x * scale + shift).location

    assert moved.upper == pytest.approx(plain.upper * scale + shift, abs=1e-7)
    assert moved.signals.any.tolist() == plain.signals.any.tolist()


@settings(deadline=None)
@given(counts)
def test_shares_and_their_limits_stay_between_0_and_1(pairs: list[tuple[int, int]]) -> None:
    x, n = shares(pairs)

    for chart in (p_chart(x, n), laney_p_chart(x, n), proportion_chart(x, n)):
        known = ~np.isnan(chart.lower)
        assert ((chart.lower >= 0) & (chart.lower <= chart.centre + 1e-12))[known].all()
        assert ((chart.upper <= 1) & (chart.upper >= chart.centre - 1e-12))[known].all()


@settings(deadline=None)
@given(counts, st.randoms(use_true_random=False))
def test_limits_of_a_p_chart_do_not_depend_on_the_order(pairs: list[tuple[int, int]], random: object) -> None:
    x, n = shares(pairs)
    order = np.array(random.sample(range(len(x)), len(x)))  # type: ignore[attr-defined]

    plain, mixed = p_chart(x, n), p_chart(x[order], n[order])

    assert mixed.upper == pytest.approx(plain.upper[order], abs=1e-12)
    assert mixed.beyond.tolist() == plain.beyond[order].tolist()


@settings(deadline=None)
@given(counts)
def test_chart_of_choice_is_never_narrower_than_the_p_chart(pairs: list[tuple[int, int]]) -> None:
    x, n = shares(pairs)

    assert (proportion_chart(x, n).upper >= p_chart(x, n).upper - 1e-12).all()


@settings(deadline=None)
@given(st.lists(st.integers(0, 30), min_size=4, max_size=30), st.integers(1, 28))
def test_missing_points_change_no_limit_of_a_count_chart(series: list[int], gap: int) -> None:
    x = np.array(series, dtype=float)
    at = gap % len(x)
    with_gap = np.insert(x, at, np.nan)

    assert c_chart(with_gap).upper == pytest.approx(np.full(len(with_gap), c_chart(x).upper[0]))
    assert not c_chart(with_gap).signals.any[at]


@settings(deadline=None)
@given(values)
def test_cusum_sums_are_never_negative_and_mirror(series: list[float]) -> None:
    up = cusum_chart(series, target=0, sigma=1)
    down = cusum_chart([-v for v in series], target=0, sigma=1)

    assert (up.upper >= 0).all()
    assert np.array_equal(up.upper, down.lower)


@settings(deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=40))
def test_runs_and_crossings_of_a_run_chart_count_up(series: list[int]) -> None:
    found = run_chart(series)

    assert int(found.longest_run) <= int(found.useful) <= len(series)
    assert int(found.crossings) <= max(int(found.useful) - 1, 0)


@settings(deadline=None)
@given(counts, st.randoms(use_true_random=False))
def test_funnel_does_not_depend_on_the_order_of_units(pairs: list[tuple[int, int]], random: object) -> None:
    x, n = shares(pairs)
    order = np.array(random.sample(range(len(x)), len(x)))  # type: ignore[attr-defined]

    plain, mixed = funnel(x, n), funnel(x[order], n[order])

    assert mixed.outer == pytest.approx(plain.outer[order], abs=1e-9, nan_ok=True)


@settings(deadline=None)
@given(st.integers(0, 50), st.integers(0, 50))
def test_difference_of_two_shares_lies_in_its_interval(a: int, b: int) -> None:
    found = two_proportions(a, 50, b, 60)

    low, value, high = found.difference.low, found.difference.value, found.difference.high
    assert low is not None
    assert value is not None
    assert high is not None
    assert -1 <= low <= value + 1e-12
    assert value - 1e-12 <= high <= 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-8, 8), min_size=24, max_size=30))
def test_verdict_turns_with_the_direction_that_is_better(series: list[int]) -> None:
    opposite = {"worked": "made_worse", "made_worse": "worked"}

    up = judge_on_chart(series, action_at=14, direction="up", trigger=0)
    down = judge_on_chart([-v for v in series], action_at=14, direction="down", trigger=0)
    other = judge_on_chart([-v for v in series], action_at=14, direction="up", trigger=0)

    assert up.verdict.verdict == down.verdict.verdict
    if up.verdict.verdict == "worked":
        assert other.verdict.verdict == opposite["worked"]
    assert all(reason.en and reason.zh for reason in up.verdict.reasons)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 99), st.integers(1, 99)), min_size=2, max_size=12))
def test_ratio_of_the_parent_lies_between_its_children_whatever_the_grouping(pairs: list[tuple[int, int]]) -> None:
    children = [Observation(str(i), numerator=a, denominator=b) for i, (a, b) in enumerate(pairs)]

    whole = roll_up(children, kind="ratio")
    first, second = roll_up(children[:1], kind="ratio"), roll_up(children[1:], kind="ratio")
    halves = [
        Observation("first", numerator=first.numerator, denominator=first.denominator),
        Observation("second", numerator=second.numerator, denominator=second.denominator),
    ]

    ratios = [a / b for a, b in pairs]
    assert whole.value is not None
    assert min(ratios) - 1e-12 <= whole.value <= max(ratios) + 1e-12
    assert roll_up(halves, kind="ratio").value == pytest.approx(whole.value)


@settings(deadline=None)
@given(st.lists(st.integers(0, 100), min_size=3, max_size=3), st.integers(0, 100))
def test_node_score_lies_between_its_children_and_parts_add_up(scores: list[int], first: int) -> None:
    weights = {"a": first, "b": 100 - first, "c": 0}

    found = node_score(dict(zip("abc", scores, strict=True)), weights)

    assert found.score is not None
    assert min(scores) - 1e-9 <= found.score <= max(scores) + 1e-9
    assert sum(found.parts.values()) == pytest.approx(found.score)


@settings(deadline=None)
@given(st.integers(0, 120), st.sampled_from(["red", "amber", "green", None]))
def test_every_value_has_one_colour_and_hysteresis_only_delays(value: int, previous: str | None) -> None:
    colours = Thresholds((60, 90), ("red", "amber", "green"), hysteresis=5)

    plain, held = colours.band(value), colours.band(value, previous=previous)

    assert held in (plain, previous)
    if held != plain:
        assert min(abs(value - edge) for edge in (60, 90)) <= 5


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 500)), min_size=3, max_size=20))
def test_split_cost_reproduces_the_total(pairs: list[tuple[int, int]]) -> None:
    activity, cost = np.array(pairs, dtype=float).T
    if np.ptp(activity) == 0:
        activity[0] += 1

    line = split_by_regression(activity, cost)

    fitted = (line.fixed.value or 0) + (line.per_unit.value or 0) * activity
    assert fitted.sum() == pytest.approx(cost.sum(), abs=1e-6)


phones = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
gaps = st.sampled_from(["", " ", "-", "　", "·"])
words = st.text(alphabet="投诉司机态度恶劣请回电，。！ ", max_size=8)


@settings(deadline=None)
@given(st.lists(st.tuples(words, phones, gaps, st.booleans()), min_size=1, max_size=4))
def test_no_phone_number_survives_redaction(parts: list[tuple[str, str, str, bool]]) -> None:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    text = ""
    for word, phone, gap, is_wide in parts:
        shown = f"{phone[:3]}{gap}{phone[3:7]}{gap}{phone[7:]}"
        text += f"{word}，{shown.translate(wide) if is_wide else shown}，"

    found = redact(text)

    assert found.text.count("[电话]") == len(parts)
    assert not any(c.isdigit() for c in found.text)
    assert redact(found.text).text == found.text


@settings(deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_similarity_is_symmetric_and_between_0_and_1(a: str, b: str) -> None:
    assert jaccard(a, b) == jaccard(b, a)
    assert 0 <= jaccard(a, b) <= 1


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_can_be_tagged_and_places_lie_inside_it(text: str) -> None:
    found = tag_themes(text)

    for hit in found.themes:
        assert 0 <= hit.start < hit.end <= len(text)
    assert redact(text).text.count("[") >= len(redact(text).spans)

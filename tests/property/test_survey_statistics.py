"""What must hold for any survey: order does not matter, blanks do not count, intervals keep their promise."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from servicequality.comparison import adjust_p_values, letter_groups
from servicequality.errors import DataError
from servicequality.gaps import gap_analysis, tally_gaps
from servicequality.intervals import (
    adjusted_wald,
    bootstrap_interval,
    mean_interval,
    newcombe_difference,
    proportion_interval,
    weighted_interval,
    wilson,
)
from servicequality.loyalty import net_promoter_counts, net_promoter_score
from servicequality.reliability import cronbach_alpha, item_analysis
from servicequality.scales import LIKERT_5, LIKERT_7, NPS_0_10
from servicequality.scoring import Criterion, Scorecard, score_form
from servicequality.tallies import Tally, count_moments, tally_survey
from servicequality.weighting import design_effect, rake

fives = st.lists(st.integers(1, 5), min_size=2, max_size=60)
tens = st.lists(st.integers(0, 10), min_size=1, max_size=60)
sheets = st.integers(0, 2**32 - 1).map(lambda seed: np.random.default_rng(seed).integers(1, 8, (25, 4)).astype(float))
QUICK = settings(max_examples=60, deadline=None)


@QUICK
@given(fives, st.randoms())
def test_the_order_of_answers_does_not_matter(answers: list[int], shuffler: object) -> None:
    mixed = list(answers)
    shuffler.shuffle(mixed)  # type: ignore[attr-defined]

    assert Tally.of(mixed, LIKERT_5) == Tally.of(answers, LIKERT_5)
    assert bootstrap_interval(mixed, resamples=200) == bootstrap_interval(answers, resamples=200)


@QUICK
@given(tens, st.integers(0, 20))
def test_blanks_change_no_figure(answers: list[int], blanks: int) -> None:
    padded = [*answers, *[None] * blanks]

    assert net_promoter_score(padded).score == net_promoter_score(answers).score
    assert mean_interval(padded) == mean_interval(answers)
    assert Tally.of(padded, NPS_0_10).share([9, 10]) == Tally.of(answers, NPS_0_10).share([9, 10])


@QUICK
@given(fives, st.floats(0.01, 100))
def test_equal_weights_change_nothing(answers: list[int], weight: float) -> None:
    weighted, plain = weighted_interval(answers, [weight] * len(answers)), mean_interval(answers)

    assert weighted.value == pytest.approx(plain.value)
    assert (weighted.low is None) == (plain.low is None)
    if plain.low is not None:
        assert [weighted.low, weighted.high] == pytest.approx([plain.low, plain.high])


@QUICK
@given(st.integers(0, 400), st.integers(0, 400), st.floats(0.5, 0.999))
def test_share_intervals_hold_their_share_and_stay_within_bounds(right: int, wrong: int, level: float) -> None:
    n = right + wrong
    for method in ("wilson", "adjusted_wald", "clopper_pearson"):
        interval = proportion_interval(right, n, level=level, method=method)  # type: ignore[arg-type]
        if n == 0:
            assert interval.value is None
            continue
        assert interval.low is not None
        assert interval.high is not None
        assert 0 <= interval.low <= interval.high <= 1
        if method != "adjusted_wald":
            assert interval.low <= interval.value <= interval.high


@QUICK
@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_nps_stays_between_minus_one_and_one_and_turns_with_its_counts(p: int, a: int, d: int) -> None:
    nps, mirror = net_promoter_counts(p, a, d), net_promoter_counts(d, a, p)

    if nps.n == 0:
        assert nps.score.value is None
        return
    assert -1 <= nps.score.low <= nps.score.high <= 1
    assert mirror.score.value == pytest.approx(-nps.score.value)
    assert mirror.score.low == pytest.approx(-nps.score.high)


@QUICK
@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_a_difference_turned_round_changes_its_sign_only(n1: int, n2: int, data: st.DataObject) -> None:
    a, b = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))

    there, back = newcombe_difference(a, n1, b, n2), newcombe_difference(b, n2, a, n1)

    assert [there.value, there.low, there.high] == pytest.approx([-back.value, -back.high, -back.low])


@QUICK
@given(sheets, st.permutations(range(4)), st.floats(0.1, 10), st.floats(-5, 5))
def test_alpha_knows_neither_order_nor_unit(table: np.ndarray, order: list[int], factor: float, shift: float) -> None:
    alpha = cronbach_alpha(table).alpha.value

    assert cronbach_alpha(table[::-1][:, order] * factor + shift).alpha.value == pytest.approx(alpha, abs=1e-9)
    assert alpha <= 1
    assert all(-1 <= row.item_rest <= 1 for row in item_analysis(table))


@QUICK
@given(sheets, st.integers(1, 24))
def test_moments_of_parts_add_up(table: np.ndarray, cut: int) -> None:
    whole = count_moments(table, scale=LIKERT_7)

    parts = count_moments(table[:cut], scale=LIKERT_7).merge(count_moments(table[cut:], scale=LIKERT_7))

    np.testing.assert_array_equal(parts.cross, whole.cross)
    np.testing.assert_array_equal(parts.pair_sums, whole.pair_sums)


@QUICK
@given(sheets, sheets, st.permutations(range(25)))
def test_gaps_know_no_order_of_people_and_change_sign_when_turned(
    seen: np.ndarray, wanted: np.ndarray, order: list[int]
) -> None:
    dimensions = {"x": ["item1", "item2"], "y": ["item3", "item4"]}

    gaps, mixed, turned = (
        gap_analysis(tally_gaps(a, b, dimensions=dimensions)).total
        for a, b in ((seen, wanted), (seen[order], wanted[order]), (wanted, seen))
    )

    assert mixed == gaps
    assert turned.overall.value == pytest.approx(-gaps.overall.value, abs=1e-12)
    assert all(-6 <= gap.gap.value <= 6 for gap in (*gaps.items, *gaps.dimensions))


@QUICK
@given(sheets, st.integers(0, 24))
def test_an_empty_questionnaire_changes_no_mean(table: np.ndarray, place: int) -> None:
    padded = np.insert(table, place, np.nan, axis=0)
    dimensions = {"x": ["item1", "item2", "item3"]}

    plain, with_blank = (tally_survey(rows, scale=LIKERT_7, dimensions=dimensions) for rows in (table, padded))

    assert with_blank.dimension("x").mean == plain.dimension("x").mean
    assert with_blank.item("item2").variance == plain.item("item2").variance
    np.testing.assert_array_equal(with_blank.moments.covariance(), plain.moments.covariance())


@QUICK
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusted_p_values_never_fall_and_keep_their_order(p: list[float]) -> None:
    for method in ("holm", "bonferroni", "fdr"):
        adjusted = adjust_p_values(p, method)  # type: ignore[arg-type]
        assert (adjusted >= np.asarray(p) - 1e-15).all()
        assert (adjusted <= 1).all()
        assert (np.diff(adjusted[np.argsort(p, kind="stable")]) >= -1e-15).all()


@QUICK
@given(st.integers(1, 12), st.integers(0, 2**32 - 1), st.floats(0, 1))
def test_letters_tell_exactly_which_units_differ(k: int, seed: int, density: float) -> None:
    upper = np.triu(np.random.default_rng(seed).random((k, k)) < density, 1)
    different = upper | upper.T

    letters = [set(names) for names in letter_groups(different)]

    assert all(letters)
    assert all(bool(letters[i] & letters[j]) != different[i, j] for i in range(k) for j in range(k))


@QUICK
@given(st.lists(st.sampled_from("abc"), min_size=30, max_size=80), st.integers(0, 2**32 - 1))
def test_raked_weights_meet_every_margin(first: list[str], seed: int) -> None:
    rng = np.random.default_rng(seed)
    second = rng.choice(["x", "y"], len(first))
    margins = {"first": first, "second": second}
    targets = {
        "first": {key: 1 / len(set(first)) for key in set(first)},
        "second": {key: 1 / len(set(second)) for key in set(second)},
    }
    # Every cell is occupied, so that the margins can be met.
    cells = {(a, b) for a, b in zip(first, second, strict=True)}
    if len(cells) < len(set(first)) * len(set(second)):
        return

    weights = rake(margins, targets)

    assert weights.deff >= 1 - 1e-12
    assert weights.deff == pytest.approx(design_effect(weights.weights))
    for key, share in targets["first"].items():
        assert weights.weights[np.array(first) == key].sum() == pytest.approx(share)


@QUICK
@given(st.lists(st.one_of(st.none(), st.integers(0, 10)), min_size=1, max_size=8), st.data())
def test_a_form_scores_between_nothing_and_full_marks_whatever_is_not_applicable(
    answers: list[int | None], data: st.DataObject
) -> None:
    weights = data.draw(st.lists(st.integers(0, 5), min_size=len(answers), max_size=len(answers)))
    lines = tuple(Criterion(f"c{i}", high=Decimal(10), weight=Decimal(w)) for i, w in enumerate(weights))
    given_answers = {f"c{i}": answer for i, answer in enumerate(answers)}

    for method in ("weighted_mean", "points", "deduction"):
        score = score_form(Scorecard(lines, method), given_answers).score  # type: ignore[arg-type]
        assert score is None or 0 <= score <= 1
        if method == "points" and all(answer is None for answer in answers):
            assert score is None


@QUICK
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20))
def test_off_scale_answers_are_never_counted(values: list[float]) -> None:
    on_scale = all(value in (1, 2, 3, 4, 5) for value in values)
    if on_scale:
        assert Tally.of(values, LIKERT_5).n == len(values)
        return
    with pytest.raises(DataError):
        Tally.of(values, LIKERT_5)


# Coverage is computed exactly: every possible count weighted by its probability, which is what ever more
# simulated draws tend to.
SIZES, SHARES = (50, 100, 200, 400), np.arange(0.1, 0.91, 0.1)


@pytest.mark.parametrize("method", ["wilson", "adjusted_wald"])
def test_share_intervals_cover_as_often_as_they_say(method: str) -> None:
    covered = []
    for n in SIZES:
        limits = [proportion_interval(count, n, method=method) for count in range(n + 1)]  # type: ignore[arg-type]
        low, high = (np.array([getattr(limit, side) for limit in limits]) for side in ("low", "high"))
        for p in SHARES:
            inside = (low <= p) & (p <= high)
            covered.append(stats.binom.pmf(np.arange(n + 1), n, p)[inside].sum())

    assert 0.94 <= np.mean(covered) <= 0.96
    assert min(covered) >= 0.92


DRAWS = 20_000


def test_the_adjusted_nps_interval_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(20_240_601)
    z = special.ndtri(0.975)
    covered = []
    for n in SIZES:
        for promoters in SHARES:
            detractors = (1 - promoters) / 2
            counts = rng.multinomial(n, [promoters, 1 - promoters - detractors, detractors], size=DRAWS)
            p, d = counts[:, 0] + 0.75, counts[:, 2] + 0.75
            centre = (p - d) / (n + 3)
            half = z * np.sqrt(((p + d) / (n + 3) - centre**2) / (n + 3))
            covered.append(np.mean(np.abs(centre - (promoters - detractors)) <= half))
            row = counts[0]
            own = net_promoter_counts(*map(int, row)).score
            assert [own.low, own.high] == pytest.approx([max(-1, centre[0] - half[0]), min(1, centre[0] + half[0])])

    assert 0.94 <= np.mean(covered) <= 0.96
    assert min(covered) >= 0.92


def test_the_t_interval_of_a_five_point_mean_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(20_240_602)
    levels = np.arange(5.0)
    covered = []
    for n in SIZES:
        for p in SHARES:
            shape = stats.binom.pmf(levels, 4, p)
            counts = rng.multinomial(n, shape / shape.sum(), size=DRAWS)
            mean = counts @ levels / n
            variance = (counts @ levels**2 - n * mean**2) / (n - 1)
            half = stats.t.ppf(0.975, n - 1) * np.sqrt(variance / n)
            covered.append(np.mean(np.abs(mean - 4 * p) <= half))
            own = mean_interval(Tally(0.0, 1.0, counts[0]))
            assert [own.low, own.high] == pytest.approx([mean[0] - half[0], mean[0] + half[0]])

    assert 0.94 <= np.mean(covered) <= 0.96
    assert min(covered) >= 0.92


def test_newcombes_interval_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(20_240_603)
    covered = []
    for n in SIZES:
        limits = np.array([(wilson(count, n).low, wilson(count, n).high) for count in range(n + 1)])
        for p in SHARES:
            first, second = rng.binomial(n, p, DRAWS), rng.binomial(n, 0.5, DRAWS)
            a, b = first / n, second / n
            low = a - b - np.hypot(a - limits[first, 0], limits[second, 1] - b)
            high = a - b + np.hypot(limits[first, 1] - a, b - limits[second, 0])
            covered.append(np.mean((low <= p - 0.5) & (p - 0.5 <= high)))
            own = newcombe_difference(int(first[0]), n, int(second[0]), n)
            assert [own.low, own.high] == pytest.approx([low[0], high[0]])

    assert 0.94 <= np.mean(covered) <= 0.96
    assert min(covered) >= 0.92


def test_the_bca_interval_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(20_240_604)
    shape = stats.binom.pmf(np.arange(5), 4, 0.7)
    for n in (100, 400):
        counts = rng.multinomial(n, shape / shape.sum(), size=400)
        limits = [bootstrap_interval(Tally(0.0, 1.0, row), resamples=1000) for row in counts]

        covered = np.mean([limit.low <= 2.8 <= limit.high for limit in limits])

        # 400 draws: three standard errors of the coverage itself are 3.3 points.
        assert abs(covered - 0.95) <= 0.033


def test_feldts_interval_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(20_240_605)
    k, loading = 4, 0.7
    truth = k * loading**2 / (1 + (k - 1) * loading**2)
    draws, n = 2000, 100
    common = rng.normal(size=(draws, n, 1))
    tables = loading * common + np.sqrt(1 - loading**2) * rng.normal(size=(draws, n, k))

    limits = [cronbach_alpha(table).alpha for table in tables]

    assert np.mean([limit.low <= truth <= limit.high for limit in limits]) == pytest.approx(0.95, abs=0.015)


def test_adjusted_wald_is_centred_between_the_share_and_a_half() -> None:
    interval = adjusted_wald(1, 30)

    assert interval.low is not None
    assert interval.high is not None
    assert interval.value < (interval.low + interval.high) / 2 < 0.5

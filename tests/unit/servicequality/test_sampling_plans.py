"""Sampling: sizes, allocation, draws that can be repeated, acceptance plans."""

from __future__ import annotations

import hashlib

import pytest

from servicequality.errors import DataError, ParameterError
from servicequality.sampling_plans import (
    NORMAL,
    TIGHTENED,
    PlanRow,
    PlanTable,
    Severity,
    SinglePlan,
    SwitchingState,
    acceptance_probability,
    allocate_neyman,
    allocate_proportional,
    code_letter,
    draw_random,
    draw_stratified,
    frame_hash,
    half_width_share,
    iso_single_plan,
    limiting_quality,
    oc_curve,
    record_lot,
    resume_after_discontinuation,
    sample_size_mean,
    sample_size_share,
    stratified_mean,
    verify_draw,
    zero_failure_bound,
    zero_failure_sample_size,
)

CALLS = [f"call-{i:04d}" for i in range(500)]


def test_half_a_share_within_five_points_needs_385_answers() -> None:
    size = sample_size_share(half_width=0.05)

    assert size.exact == pytest.approx(384.146, abs=5e-4)
    assert size.n == 385


def test_small_population_needs_fewer_answers() -> None:
    size = sample_size_share(half_width=0.05, population=1000)

    assert size.n == 278


def test_poor_response_needs_more_invitations() -> None:
    size = sample_size_share(half_width=0.05, response_rate=0.2, design_effect=1.5)

    assert (size.n, size.invitations) == (577, 2885)


def test_size_never_exceeds_the_population() -> None:
    size = sample_size_share(half_width=0.001, population=40)

    assert size.n <= 40


def test_mean_of_seven_point_scale_within_a_tenth() -> None:
    size = sample_size_mean(half_width=0.1, sd=1.5)

    assert size.n == 865


def test_reached_half_width_is_that_of_the_size_asked_for() -> None:
    reached = half_width_share(n=385)

    assert reached == pytest.approx(0.04994, abs=5e-5)
    assert half_width_share(n=0) is None
    assert half_width_share(n=40, population=40) == 0


def test_proportional_shares_add_up_exactly() -> None:
    shares = allocate_proportional(10, {"day": 500, "late": 300, "night": 200})

    assert shares == {"day": 5, "late": 3, "night": 2}


def test_rounding_gives_the_last_unit_to_the_largest_remainder() -> None:
    shares = allocate_proportional(10, {"a": 100, "b": 100, "c": 100})

    assert shares == {"a": 4, "b": 3, "c": 3}


def test_minimum_per_person_comes_before_proportion() -> None:
    shares = allocate_proportional(20, {"old hand": 900, "new": 10, "single": 1}, minimum=3)

    assert shares == {"old hand": 16, "new": 3, "single": 1}


def test_neyman_follows_size_times_spread() -> None:
    shares = allocate_neyman(100, {"even": 1000, "uneven": 1000}, {"even": 1.0, "uneven": 3.0})

    assert shares == {"even": 25, "uneven": 75}


def test_what_a_full_stratum_cannot_take_goes_to_the_others() -> None:
    shares = allocate_neyman(50, {"tiny": 10, "large": 1000}, {"tiny": 100.0, "large": 1.0})

    assert shares == {"tiny": 10, "large": 40}


def test_strata_without_spread_fill_up_when_the_others_are_complete() -> None:
    shares = allocate_neyman(15, {"mixed": 10, "uniform": 20}, {"mixed": 2.0, "uniform": 0.0})

    assert shares == {"mixed": 10, "uniform": 5}


@pytest.mark.parametrize(("n", "minimum"), [(31, 0), (3, 2), (-1, 0)])
def test_impossible_allocations_are_refused(n: int, minimum: int) -> None:
    with pytest.raises(ParameterError):
        allocate_proportional(n, {"a": 10, "b": 20}, minimum=minimum)


def test_stratified_mean_weighs_strata_by_size_and_knows_its_error() -> None:
    estimate = stratified_mean({"a": [1, 3], "b": [10, 14]}, {"a": 90, "b": 10})

    half = 4.302652729911275 * (0.9**2 * (1 - 2 / 90) * 2 / 2 + 0.1**2 * (1 - 2 / 10) * 8 / 2) ** 0.5
    assert estimate.value == pytest.approx(0.9 * 2 + 0.1 * 12)
    assert estimate.high == pytest.approx(3 + half)


def test_stratum_without_answers_leaves_the_mean_unknown() -> None:
    estimate = stratified_mean({"a": [1, 3], "b": []}, {"a": 90, "b": 10})

    assert (estimate.value, estimate.n) == (None, 2)


def test_stratum_with_one_answer_leaves_the_interval_unknown() -> None:
    estimate = stratified_mean({"a": [1, 3], "b": [5]}, {"a": 90, "b": 10})

    assert estimate.value == pytest.approx(2.3)
    assert estimate.low is None


def test_complete_count_has_no_sampling_error() -> None:
    estimate = stratified_mean({"a": [1, 3], "b": [5]}, {"a": 2, "b": 1})

    assert (estimate.low, estimate.value, estimate.high) == (3, 3, 3)


def test_draw_repeats_whatever_the_order_of_the_frame() -> None:
    first = draw_random(CALLS, 20, seed="2026-W47")
    second = draw_random(reversed(CALLS), 20, seed="2026-W47")

    assert first == second
    assert len(set(first.selected)) == 20


def test_another_seed_draws_other_units() -> None:
    first = draw_random(CALLS, 20, seed="2026-W47")
    second = draw_random(CALLS, 20, seed="2026-W48")

    assert first.selected != second.selected


def test_draw_can_be_checked_with_sha256_alone() -> None:
    draw = draw_random(CALLS, 5, seed="audit")

    def number(unit: str) -> str:
        return hashlib.sha256(f"audit\n{frame_hash(CALLS)}\n{unit}".encode()).hexdigest()

    assert list(draw.selected) == sorted(CALLS, key=number)[:5]


def test_recorded_draw_verifies_on_its_frame_and_refuses_a_changed_one() -> None:
    draw = draw_random(CALLS, 20, seed="2026-W47")

    assert verify_draw(draw, CALLS) is True
    with pytest.raises(DataError, match="differs from the recorded"):
        verify_draw(draw, CALLS[1:])


def test_stratified_draw_takes_the_stated_number_from_each_stratum() -> None:
    strata = {call: "new" if i % 10 == 0 else "old" for i, call in enumerate(CALLS)}

    draw = draw_stratified(strata, {"new": 10, "old": 5}, seed="s")

    assert [(s.name, s.size, s.n, s.inclusion) for s in draw.strata] == [
        ("new", 50, 10, 0.2),
        ("old", 450, 5, 5 / 450),
    ]
    assert {strata[unit] for unit in draw.strata[0].selected} == {"new"}
    assert sum(draw.weights().values()) == pytest.approx(500)
    assert verify_draw(draw, strata) is True


def test_moving_a_unit_to_another_stratum_changes_the_frame() -> None:
    before = frame_hash({"a": "x", "b": "y"})
    after = frame_hash({"a": "x", "b": "x"})

    assert before != after


def test_frame_that_lists_a_unit_twice_is_refused() -> None:
    with pytest.raises(DataError, match="call-0001: occurs twice"):
        draw_random([*CALLS, "call-0001"], 5, seed="s")


def test_more_units_than_the_frame_holds_are_refused() -> None:
    with pytest.raises(ParameterError, match="501 units from 500"):
        draw_random(CALLS, 501, seed="s")


@pytest.mark.parametrize(("share", "n"), [(0.01, 299), (0.02, 149), (0.05, 59), (0.10, 29)])
def test_zero_failure_plans_have_the_known_sizes(share: float, n: int) -> None:
    size = zero_failure_sample_size(share)

    assert size == n


def test_small_lot_accepts_less_often_than_the_binomial_says() -> None:
    plan = SinglePlan(13, 0)

    exact = acceptance_probability(plan, 0.10, lot_size=60)
    endless = acceptance_probability(plan, 0.10)

    assert exact == pytest.approx(0.2145, abs=5e-5)
    assert endless == pytest.approx(0.2542, abs=5e-5)


def test_small_lot_needs_fewer_faultless_items() -> None:
    n = zero_failure_sample_size(0.10, lot_size=60)

    assert n == 23
    assert acceptance_probability(SinglePlan(n, 0), 0.10, lot_size=60) <= 0.05
    assert acceptance_probability(SinglePlan(n - 1, 0), 0.10, lot_size=60) > 0.05


def test_faultless_sample_bounds_the_share() -> None:
    bound = zero_failure_bound(59)

    assert bound == pytest.approx(1 - 0.05 ** (1 / 59))
    assert zero_failure_bound(0) is None
    assert zero_failure_bound(3, failures=3) == 1.0


@pytest.mark.parametrize(
    ("lot", "letter", "aql", "known"),
    [
        (120, "F", 0.65, (20, 0, 0.8777, 10.87)),
        (400, "H", 1.0, (50, 1, 0.9106, 7.56)),
        (400, "H", 2.5, (50, 3, 0.9638, 12.88)),
        (1200, "J", 1.0, (80, 2, 0.9534, 6.52)),
        (501, "J", 2.5, (80, 5, 0.9848, 11.28)),
        (3200, "K", 1.0, (125, 3, 0.9626, 5.27)),
        (1201, "K", 2.5, (125, 7, 0.9864, 9.24)),
        (10000, "L", 1.0, (200, 5, 0.9840, 4.59)),
        (3201, "L", 2.5, (200, 10, 0.9874, 7.60)),
        (35000, "M", 1.0, (315, 7, 0.9850, 3.71)),
    ],
)
def test_normal_plans_and_their_curves_are_those_of_the_standard(
    lot: int, letter: str, aql: float, known: tuple[int, int, float, float]
) -> None:
    n, ac, accept, limit = known

    applied = iso_single_plan(lot, aql)

    assert (applied.letter, applied.plan_letter) == (letter, letter)
    assert (applied.plan.n, applied.plan.ac, applied.plan.re) == (n, ac, ac + 1)
    assert acceptance_probability(applied.plan, aql / 100) == pytest.approx(accept, abs=5e-5)
    assert 100 * applied.limiting_quality == pytest.approx(limit, abs=5e-3)


def test_arrow_changes_the_sample_size() -> None:
    applied = iso_single_plan(200, 1.0)

    assert (applied.letter, applied.plan_letter, applied.plan.n, applied.plan.ac) == ("G", "H", 50, 1)


@pytest.mark.parametrize("lot", [5, 12, 20])
def test_small_lots_get_thirteen_at_one_per_cent_not_the_simplified_web_table(lot: int) -> None:
    applied = iso_single_plan(lot, 1.0)

    assert applied.plan_letter == "E"
    assert applied.plan.ac == 0
    assert applied.inspect_all is (lot <= 13)
    assert applied.plan.n == min(13, lot)


@pytest.mark.parametrize(
    ("low", "high", "letter", "n"),
    [
        (2, 8, "A", 2), (9, 15, "B", 3), (16, 25, "C", 5), (26, 50, "D", 8), (51, 90, "E", 13),
        (91, 150, "F", 20), (151, 280, "G", 32), (281, 500, "H", 50), (501, 1200, "J", 80),
        (1201, 3200, "K", 125), (3201, 10000, "L", 200), (10001, 35000, "M", 315),
    ],
)  # fmt: skip
def test_lot_size_leads_to_its_code_letter_at_both_ends(low: int, high: int, letter: str, n: int) -> None:
    letters = (code_letter(low), code_letter(high))

    assert letters == (letter, letter)
    assert NORMAL.find(letter, 10.0 if letter < "K" else 1.0).n >= n


def test_tightened_plan_accepts_the_same_lots_less_often() -> None:
    for aql in (0.65, 1.0, 2.5, 4.0):
        for lot in (600, 2000, 9000):
            normal = iso_single_plan(lot, aql).plan
            tightened = iso_single_plan(lot, aql, table=TIGHTENED).plan

            share = 2 * aql / 100
            assert acceptance_probability(tightened, share) < acceptance_probability(normal, share)


def test_plan_that_would_accept_any_lot_is_refused() -> None:
    table = PlanTable.from_rows("lenient", [PlanRow("A", 3, 10.0, 2)])

    with pytest.raises(ParameterError, match="accept any lot"):
        iso_single_plan(2, 10.0, table=table)


def test_further_tables_can_be_loaded_and_follow_their_arrows() -> None:
    reduced = PlanTable.from_rows(
        "reduced", [PlanRow("H", 20, 1.0, "up"), PlanRow("G", 13, 1.0, 0), PlanRow("J", 32, 1.0, 1)]
    )

    applied = iso_single_plan(400, 1.0, table=reduced)

    assert (applied.plan.n, applied.plan.ac, applied.table) == (13, 0, "reduced")


@pytest.mark.parametrize(
    "rows",
    [
        [PlanRow("A", 2, 1.0, 0), PlanRow("A", 2, 1.0, 1)],
        [PlanRow("A", 2, 1.0, 0), PlanRow("A", 3, 1.5, 0)],
        [PlanRow("A", 2, 1.0, 2)],
    ],
)
def test_contradictory_tables_are_refused(rows: list[PlanRow]) -> None:
    with pytest.raises(DataError):
        PlanTable.from_rows("t", rows)


def test_arrows_that_lead_in_a_circle_are_refused() -> None:
    table = PlanTable.from_rows("t", [PlanRow("A", 2, 1.0, "down"), PlanRow("B", 3, 1.0, "up")])

    with pytest.raises(ParameterError, match="no plan there"):
        table.find("A", 1.0)


def test_curve_falls_from_certain_acceptance() -> None:
    curve = oc_curve(SinglePlan(50, 1), [0, 0.01, 0.05, 0.2, 1])

    assert [point.accept for point in curve] == sorted((point.accept for point in curve), reverse=True)
    assert (curve[0].accept, curve[-1].accept) == (1.0, 0.0)


def test_limiting_quality_is_accepted_one_time_in_ten() -> None:
    plan = SinglePlan(80, 2)

    assert acceptance_probability(plan, limiting_quality(plan)) == pytest.approx(0.10)


def _series(results: str, ac: int = 1, state: SwitchingState | None = None) -> SwitchingState:
    state = state or SwitchingState()
    for letter in results:
        state = record_lot(state, accepted=letter == "+", ac=ac, accepted_one_step_tighter=letter == "+")
    return state


@pytest.mark.parametrize(
    ("results", "severity"),
    [
        ("-+++-", Severity.TIGHTENED),
        ("-++++-", Severity.NORMAL),
        ("--", Severity.TIGHTENED),
        ("--+++++", Severity.NORMAL),
        ("--++++-+++++", Severity.NORMAL),
        ("--++++-++++", Severity.TIGHTENED),
        ("--++++", Severity.TIGHTENED),
        ("-------", Severity.DISCONTINUED),
        ("--" + "-+" * 4, Severity.TIGHTENED),
        ("--" + "-+" * 4 + "-", Severity.DISCONTINUED),
    ],
)
def test_series_of_lots_switches_by_the_standard(results: str, severity: Severity) -> None:
    state = _series(results)

    assert state.severity is severity


def test_fifteen_accepted_lots_permit_reduced_inspection() -> None:
    before, after = _series("+" * 14), _series("+" * 15)

    assert (before.score, before.reduced_allowed) == (28, False)
    assert (after.score, after.reduced_allowed) == (30, True)


def test_score_counts_three_for_larger_plans_that_pass_one_step_tighter() -> None:
    state = _series("+" * 10, ac=3)

    assert (state.score, state.reduced_allowed) == (30, True)


def test_rejected_lot_sets_the_score_back() -> None:
    state = _series("++++-++")

    assert state.score == 4


def test_reduced_inspection_is_taken_up_on_request_and_left_on_a_rejected_lot() -> None:
    reduced = record_lot(_series("+" * 14), accepted=True, ac=1, go_reduced=True)

    assert reduced.severity is Severity.REDUCED
    assert record_lot(reduced, accepted=True, ac=0).severity is Severity.REDUCED
    assert record_lot(reduced, accepted=False, ac=0).severity is Severity.NORMAL
    assert record_lot(reduced, accepted=True, ac=0, steady=False).severity is Severity.NORMAL


def test_discontinued_inspection_resumes_tightened() -> None:
    stopped = _series("--" + "-----")

    assert resume_after_discontinuation(stopped).severity is Severity.TIGHTENED
    with pytest.raises(ParameterError, match="discontinued"):
        record_lot(stopped, accepted=True, ac=0)


def test_larger_plan_needs_the_answer_about_the_tighter_aql() -> None:
    with pytest.raises(ParameterError, match="accepted_one_step_tighter"):
        record_lot(SwitchingState(), accepted=True, ac=2)

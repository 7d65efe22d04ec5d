"""Guards speak at their limits, in both languages, and keep silent otherwise."""

from __future__ import annotations

import re

import pytest

from servicequality import guards
from servicequality.guards import Warnings

FIRING: list[tuple[str, Warnings]] = [
    ("gap_unreliable", guards.gap_score(n=200, difference_reliability=0.699)),
    ("gap_few_answers", guards.gap_score(n=29)),
    ("alpha_two_items", guards.alpha(k=2, n=200, value=0.8)),
    ("alpha_low", guards.alpha(k=5, n=200, value=0.69)),
    ("alpha_negative", guards.alpha(k=5, n=200, value=-0.1)),
    ("alpha_redundant", guards.alpha(k=5, n=200, value=0.96)),
    ("alpha_few_answers", guards.alpha(k=5, n=49, value=0.8)),
    ("nps_few_answers", guards.nps(n=29)),
    ("nps_wide", guards.nps(n=100, half_width=0.15)),
    ("share_few_answers", guards.proportion(n=29)),
    ("share_rare", guards.proportion(n=200, count=197)),
    ("drivers_too_many", guards.drivers(n=99, p=10)),
    ("drivers_correlated", guards.drivers(n=500, p=5, vif=[1.2, 5.1])),
    ("drivers_collinear", guards.drivers(n=500, p=5, vif=[1.2, 10.1])),
    ("drivers_explain_little", guards.drivers(n=500, p=5, r2=0.09)),
    ("kano_questionable", guards.kano(n=100, questionable_share=0.06)),
    ("kano_not_distinct", guards.kano(n=100, questionable_share=0.0, distinct=False)),
    ("kano_few_answers", guards.kano(n=19, questionable_share=0.0)),
    ("importance_flat", guards.importance_performance(n=99, kind="stated", importance_range=0.5, scale_width=6)),
    ("grid_undecided", guards.importance_performance(n=99, kind="stated", cannot_say_share=0.6)),
    ("grid_few_answers", guards.importance_performance(n=99, kind="derived")),
    ("contrast_too_many", guards.penalty_reward(n=100, k=6, smallest_cell=40)),
    ("contrast_thin", guards.penalty_reward(n=500, k=6, smallest_cell=19)),
    ("raking_empty_cells", guards.raking(empty_cells=1, converged=True)),
    ("raking_not_converged", guards.raking(empty_cells=0, converged=False)),
    ("raking_design_effect", guards.raking(empty_cells=0, converged=True, design_effect=2.1)),
    ("raking_large_weight", guards.raking(empty_cells=0, converged=True, largest_weight=5.5)),
    ("cfa_small", guards.cfa(n=199, n_parameters=21)),
    ("cfa_small", guards.cfa(n=250, n_parameters=54)),
    ("cfa_improper", guards.cfa(n=300, n_parameters=21, improper=True)),
    ("cfa_poor_fit", guards.cfa(n=300, n_parameters=21, cfi=0.89, rmsea=0.05)),
    ("cfa_poor_fit", guards.cfa(n=300, n_parameters=21, rmsea=0.11)),
    ("cfa_two_items", guards.cfa(n=300, n_parameters=21, smallest_factor=2)),
    ("agreement_low", guards.agreement(alpha=0.666, n_units=50)),
    ("agreement_tentative", guards.agreement(alpha=0.667, n_units=50)),
    ("agreement_uncertain", guards.agreement(alpha=0.85, n_units=50, low=0.6)),
    ("agreement_few_units", guards.agreement(alpha=0.85, n_units=29)),
    ("group_small", guards.group_comparison(sizes={"line 1": 29, "line 2": 30})),
    ("group_many", guards.group_comparison(sizes={f"line {i}": 40 for i in range(11)})),
    ("sample_short", guards.sample(n=384, needed=385)),
    ("sample_response", guards.sample(n=400, needed=385, response_rate=0.19)),
    ("aql_ranking", guards.acceptance_plan(used_for_ranking=True)),
    ("aql_small_lot", guards.acceptance_plan(lot_size=60, n=13)),
    ("chart_short_baseline", guards.control_chart(baseline=11)),
    ("chart_rare_cases", guards.control_chart(baseline=24, cases_per_point=4.9)),
    ("chart_overdispersed", guards.control_chart(baseline=24, sigma_z=1.2)),
    ("chart_too_smooth", guards.control_chart(baseline=24, sigma_z=0.8)),
    ("chart_dependent", guards.control_chart(baseline=25, autocorrelation=-0.41)),
    ("effect_short_before", guards.effect(before=11, after=8)),
    ("effect_short_after", guards.effect(before=12, after=7)),
    ("effect_confounded", guards.effect(before=12, after=8, other_changes=1)),
    ("effect_regression", guards.effect(before=12, after=8, trigger_in_baseline=True)),
    ("rollup_gaps", guards.roll_up(coverage=0.79)),
    ("rollup_carried", guards.roll_up(coverage=1.0, carried=1)),
    ("codes_few_labels", guards.text_codes(fewest_labels=49)),
    ("codes_imprecise", guards.text_codes(fewest_labels=50, lowest_precision=0.69)),
]

SILENT: list[Warnings] = [
    guards.control_chart(baseline=25, cases_per_point=5, sigma_z=1.1, autocorrelation=0.4),
    guards.effect(before=12, after=8, controls=1, other_changes=1),
    guards.roll_up(coverage=0.8),
    guards.text_codes(fewest_labels=50, lowest_precision=0.7),
    guards.gap_score(n=30, difference_reliability=0.70),
    guards.alpha(k=3, n=50, value=0.70),
    guards.nps(n=30, half_width=0.10),
    guards.proportion(n=30, count=5),
    guards.drivers(n=100, p=10, vif=[5.0], r2=0.10),
    guards.kano(n=20, questionable_share=0.05, distinct=True),
    guards.importance_performance(n=30, kind="stated", importance_range=0.6, scale_width=6, cannot_say_share=0.5),
    guards.importance_performance(n=100, kind="derived", importance_range=0.1, scale_width=6),
    guards.penalty_reward(n=120, k=6, smallest_cell=20),
    guards.raking(empty_cells=0, converged=True, design_effect=2.0, largest_weight=5.0),
    guards.cfa(n=270, n_parameters=54, cfi=0.90, rmsea=0.10, smallest_factor=3),
    guards.agreement(alpha=0.8, n_units=30, low=0.667),
    guards.agreement(alpha=None, n_units=30),
    guards.group_comparison(sizes={"a": 30, "b": 30}),
    guards.sample(n=385, needed=385, response_rate=0.2),
    guards.acceptance_plan(lot_size=130, n=13),
]


@pytest.mark.parametrize(("code", "warnings"), FIRING, ids=[code for code, _ in FIRING])
def test_guard_speaks_just_beyond_its_limit_and_only_about_that(code: str, warnings: Warnings) -> None:
    codes = [warning.code for warning in warnings]

    assert codes == [code]


@pytest.mark.parametrize("warnings", SILENT)
def test_guard_is_silent_at_its_limit(warnings: Warnings) -> None:
    assert warnings == ()


@pytest.mark.parametrize(("code", "warnings"), FIRING, ids=[code for code, _ in FIRING])
def test_every_warning_has_words_in_both_languages_without_gaps(code: str, warnings: Warnings) -> None:
    for warning in warnings:
        assert re.search(r"[一-鿿]", warning.message_zh)
        assert not re.search(r"[一-鿿]", warning.message_en)
        assert "{" not in warning.message_en + warning.message_zh


def test_difference_reliability_follows_from_its_parts() -> None:
    warnings = guards.gap_score(n=200, reliability_perception=0.8, reliability_expectation=0.8, correlation=0.6)

    assert warnings[0].values["r"] == pytest.approx(0.5)


def test_high_agreement_with_low_alpha_is_called_the_paradox() -> None:
    warnings = guards.agreement(alpha=0.32, n_units=100, observed=0.85)

    assert [warning.code for warning in warnings] == ["agreement_low", "agreement_paradox"]


def test_warning_becomes_plain_data_with_its_numbers() -> None:
    exported = guards.nps(n=12)[0].to_dict()

    assert exported["values"] == {"n": 12.0, "minimum": 30.0}
    assert "12" in exported["message_en"]
    assert "12" in exported["message_zh"]


def test_small_groups_are_named() -> None:
    warning = guards.group_comparison(sizes={"line 1": 12, "line 2": 300})[0]

    assert "line 1" in warning.message_en
    assert "line 2" not in warning.message_en

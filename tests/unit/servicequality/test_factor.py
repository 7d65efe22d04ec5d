"""Confirmatory factor analysis: closed forms, recovered models, and the published fit of a classic data set."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from servicequality.errors import DataError, ParameterError
from servicequality.factor import cfa, cfa_from_covariance, htmt, rmsea_estimate
from servicequality.factor.likelihood import FactorModel, discrepancy, gradient, information

TWO = {"clean": ["a", "b", "c"], "kind": ["d", "e", "f"]}


def _implied(loadings: list[float], between: float) -> np.ndarray[Any, Any]:
    matrix = np.zeros((6, 2))
    matrix[:3, 0], matrix[3:, 1] = loadings[:3], loadings[3:]
    implied = matrix @ np.array([[1, between], [between, 1]]) @ matrix.T
    np.fill_diagonal(implied, 1)
    return np.asarray(implied)


def test_covariance_made_by_a_model_gives_the_model_back() -> None:
    loadings = [0.8, 0.7, 0.6, 0.9, 0.5, 0.65]

    result = cfa_from_covariance(_implied(loadings, 0.4), TWO, n=200, names=list("abcdef"))

    assert [row.standardised.value for row in result.loadings] == pytest.approx(loadings, abs=1e-7)
    assert result.pairs[0].correlation.value == pytest.approx(0.4, abs=1e-7)
    assert result.fit.chi2 == pytest.approx(0, abs=1e-6)
    assert (result.fit.df, result.fit.cfi) == (8, 1.0)
    assert result.fit.srmr == pytest.approx(0, abs=1e-7)
    assert result.improper is False


def test_single_factor_of_three_items_has_its_closed_form() -> None:
    r12, r13, r23 = 0.48, 0.4, 0.3

    result = cfa_from_covariance(
        [[1, r12, r13], [r12, 1, r23], [r13, r23, 1]], {"trust": ["a", "b", "c"]}, n=100, names=list("abc")
    )

    expected = [math.sqrt(r12 * r13 / r23), math.sqrt(r12 * r23 / r13), math.sqrt(r13 * r23 / r12)]
    assert [row.standardised.value for row in result.loadings] == pytest.approx(expected, abs=1e-7)
    assert (result.fit.df, result.fit.rmsea.value, result.fit.p_value) == (0, None, None)


def test_scale_figures_follow_from_the_loadings() -> None:
    result = cfa_from_covariance(_implied([0.8, 0.7, 0.6, 0.9, 0.5, 0.65], 0.9), TWO, n=200, names=list("abcdef"))

    clean = result.scales[0]
    assert clean.ave == pytest.approx((0.64 + 0.49 + 0.36) / 3, abs=1e-7)
    assert clean.composite_reliability == pytest.approx(2.1**2 / (2.1**2 + 3 - 1.49), abs=1e-7)
    assert clean.fornell_larcker is False


def test_units_of_the_items_do_not_touch_the_standardised_solution() -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(rng.normal(size=(150, 1)) + rng.normal(size=(150, 4)), columns=list("abcd"))

    in_points = cfa(frame, {"g": list("abcd")})
    in_cents = cfa(frame * [1, 100, 0.01, 7] + 5, {"g": list("abcd")})

    assert [row.standardised.value for row in in_cents.loadings] == pytest.approx(
        [row.standardised.value for row in in_points.loadings], abs=1e-7
    )
    assert in_cents.fit.chi2 == pytest.approx(in_points.fit.chi2, abs=1e-6)
    assert in_cents.loadings[1].unstandardised == pytest.approx(100 * in_points.loadings[1].unstandardised)


def test_gradient_and_information_are_those_of_the_discrepancy() -> None:
    model = FactorModel(np.array([0, 0, 0, 1, 1, 1]), 2)
    truth = np.array([0.8, 0.7, 0.6, 0.9, 0.5, 0.65, 0.4, 0.36, 0.51, 0.64, 0.19, 0.75, 0.5775])
    correlation = model.implied(truth)

    def slope(parameters: Any) -> Any:
        return gradient(model, correlation, parameters)

    def value(parameters: Any) -> float:
        return discrepancy(model, correlation, parameters)

    numeric = optimize.approx_fprime(truth * 0.9, value, 1e-7)
    curvature = np.array([(slope(truth + step) - slope(truth - step)) / 2e-6 for step in np.eye(len(truth)) * 1e-6])

    assert slope(truth * 0.9) == pytest.approx(numeric, abs=1e-5)
    assert information(model, truth) == pytest.approx(curvature, abs=1e-5)


def test_negative_item_loads_negatively_instead_of_breaking_the_scale() -> None:
    implied = _implied([0.8, -0.7, 0.6, 0.9, 0.5, 0.65], 0.3)

    result = cfa_from_covariance(implied, TWO, n=120, names=list("abcdef"))

    assert result.loadings[1].standardised.value == pytest.approx(-0.7, abs=1e-7)


def test_rows_with_gaps_are_left_out_and_counted() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(size=(80, 1)) + rng.normal(size=(80, 4)), columns=list("abcd"))
    frame.loc[[1, 5, 9], "b"] = np.nan

    result = cfa(frame, {"g": list("abcd")})

    assert (result.n, result.n_missing) == (77, 3)


def test_residual_variance_below_zero_is_called_improper() -> None:
    correlation = [[1, 0.9, 0.8], [0.9, 1, 0.6], [0.8, 0.6, 1]]

    result = cfa_from_covariance(correlation, {"g": ["a", "b", "c"]}, n=90, names=list("abc"))

    assert result.improper is True


def test_rmsea_interval_starts_at_zero_for_a_fit_better_than_chance() -> None:
    estimate = rmsea_estimate(20.0, 24, 301)

    assert (estimate.value, estimate.low) == (0.0, 0.0)
    assert estimate.high is not None
    assert estimate.high > 0


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ({"g": ["a"]}, "at least two items"),
        ({"g": ["a", "b"]}, "more parameters"),
        ({"g": ["a", "b"], "h": ["b", "c"]}, "two factors"),
        ({}, "no factor"),
    ],
)
def test_models_that_cannot_be_fitted_are_refused(model: dict[str, list[str]], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        cfa_from_covariance(np.eye(3), model, n=50, names=list("abc"))


def test_unknown_item_is_named() -> None:
    with pytest.raises(DataError, match=r"^wifi: "):
        cfa(pd.DataFrame({"a": [1, 2]}), {"g": ["wifi", "a", "b"]})


def test_item_without_spread_is_named() -> None:
    frame = pd.DataFrame({"a": [1.0, 2, 3, 4, 5], "b": [2.0, 1, 4, 3, 5], "c": [3.0] * 5})

    with pytest.raises(DataError, match=r"^c: has no spread"):
        cfa(frame, {"g": ["a", "b", "c"]})


def test_repeated_item_is_refused_as_singular() -> None:
    frame = pd.DataFrame({"a": [1.0, 2, 3, 4, 5], "b": [2.0, 1, 4, 3, 5]})

    with pytest.raises(DataError, match="determine one another"):
        cfa(frame.assign(c=frame["a"]), {"g": ["a", "b", "c"]})


def test_htmt_with_absolute_correlations_differs_only_through_signs() -> None:
    correlation = np.array([[1, 0.5, 0.2, -0.1], [0.5, 1, 0.3, 0.2], [0.2, 0.3, 1, 0.5], [-0.1, 0.2, 0.5, 1]])

    signed = htmt(correlation, [0, 1], [2, 3])
    absolute = htmt(correlation, [0, 1], [2, 3], absolute=True)

    assert signed == pytest.approx(0.6 / 4 / 0.5)
    assert absolute == pytest.approx(0.8 / 4 / 0.5)


def test_htmt_of_scales_that_do_not_cohere_is_unknown() -> None:
    correlation = np.array([[1, -0.2, 0, 0], [-0.2, 1, 0, 0], [0, 0, 1, 0.5], [0, 0, 0.5, 1]])

    ratio = htmt(correlation, [0, 1], [2, 3])

    assert ratio is None


def _answer(reference_data: Path, case: str) -> dict[str, Any]:
    answers = json.loads((reference_data / "reference.json").read_text("utf-8"))["answers"]
    answer: dict[str, Any] = next(entry for entry in answers if entry["id"] == case)
    return answer


def _frame(reference_data: Path, answer: dict[str, Any]) -> pd.DataFrame:
    return pd.read_csv(reference_data / answer["dataset"])


def _named_fit(result: Any) -> dict[str, float]:
    fit = result.fit
    return {
        "chisq": fit.chi2, "df": fit.df, "pvalue": fit.p_value, "baseline.chisq": fit.baseline_chi2,
        "baseline.df": fit.baseline_df, "cfi": fit.cfi, "tli": fit.tli, "rmsea": fit.rmsea.value,
        "rmsea.ci.lower": fit.rmsea.low, "rmsea.ci.upper": fit.rmsea.high, "rmsea.pvalue": fit.rmsea_p_close,
        "srmr": fit.srmr, "gfi": fit.gfi, "agfi": fit.agfi, "nfi": fit.nfi, "aic": fit.aic, "bic": fit.bic,
        "logl": fit.log_likelihood, "npar": fit.n_parameters, "ntotal": result.n,
    }  # fmt: skip


@pytest.mark.reference
def test_nine_tests_of_1939_equal_the_reference_in_every_figure(reference_data: Path) -> None:
    answer = _answer(reference_data, "cfa/hs1939_3f")
    known = answer["value"]

    result = cfa(_frame(reference_data, answer), answer["parameters"]["model"])

    assert _named_fit(result) == pytest.approx(known["fit"], rel=1e-4)
    for row, expected in zip(result.loadings, known["loadings"], strict=True):
        assert (row.factor, row.item) == (expected["factor"], expected["item"])
        assert row.standardised.value == pytest.approx(expected["std"], rel=1e-4)
        assert row.standardised_se == pytest.approx(expected["std_se"], rel=1e-4)
        assert row.unstandardised == pytest.approx(expected["unstd"], rel=1e-4)
        assert row.unstandardised_se == pytest.approx(expected["se"], rel=1e-4)
    assert {s.factor: s.ave for s in result.scales} == pytest.approx(known["AVE"], rel=1e-4)
    assert {s.factor: s.composite_reliability for s in result.scales} == pytest.approx(known["CR"], rel=1e-4)
    assert [p.correlation.value for p in result.pairs] == pytest.approx(
        [p["r"] for p in known["factor_correlations"]], rel=1e-4
    )
    assert [p.htmt for p in result.pairs] == pytest.approx([p["htmt"] for p in known["HTMT"]], rel=1e-6)
    assert result.improper is known["heywood_or_not_positive_definite"]


@pytest.mark.reference
def test_nine_tests_of_1939_equal_the_published_figures(reference_data: Path) -> None:
    answer = _answer(reference_data, "cfa/hs1939_3f")

    result = cfa(_frame(reference_data, answer), answer["parameters"]["model"])

    fit = result.fit
    assert (round(fit.chi2, 3), fit.df, round(fit.cfi, 3), round(fit.tli or 0, 3)) == (85.306, 24, 0.931, 0.896)
    assert (round(fit.rmsea.value or 0, 3), round(fit.rmsea.low or 0, 3)) == (0.092, 0.071)
    assert (round(fit.baseline_chi2, 3), fit.baseline_df) == (918.852, 36)
    assert [round(row.standardised.value or 0, 3) for row in result.loadings] == [
        0.772, 0.424, 0.581, 0.852, 0.855, 0.838, 0.570, 0.723, 0.665,
    ]  # fmt: skip
    assert [round(s.ave_unstandardised, 4) for s in result.scales] == [0.3706, 0.7210, 0.4245]
    assert [round(s.omega, 4) for s in result.scales] == [0.6253, 0.8852, 0.6878]
    assert [round(p.htmt_absolute or 0, 4) for p in result.pairs] == [0.4243, 0.4665, 0.2896]


@pytest.mark.reference
def test_one_factor_models_of_the_nine_tests_equal_the_closed_form(reference_data: Path) -> None:
    frame = _frame(reference_data, _answer(reference_data, "cfa/hs1939_3f"))

    textual = cfa(frame, {"textual": ["x4", "x5", "x6"]})
    general = cfa(frame, {"general": [f"x{i}" for i in range(1, 10)]})

    assert [row.standardised.value for row in textual.loadings] == pytest.approx(
        [0.847001, 0.865607, 0.831735], abs=5e-7
    )
    assert textual.scales[0].composite_reliability == pytest.approx(0.884962, abs=5e-7)
    assert general.scales[0].composite_reliability == pytest.approx(0.7235, abs=5e-5)


@pytest.mark.reference
def test_service_quality_scales_fit_as_in_the_reference(reference_data: Path) -> None:
    answer = _answer(reference_data, "cfa/sq_5f")
    known = answer["value"]

    result = cfa(_frame(reference_data, answer), answer["parameters"]["model"])

    expected = {key: value for key, value in known["fit"].items() if key != "srmr"}
    assert _named_fit(result) | {"srmr": 0} == pytest.approx(expected | {"srmr": 0}, rel=1e-4, abs=1e-12)
    assert [p.htmt for p in result.pairs] == pytest.approx([p["htmt"] for p in known["HTMT"]], rel=1e-6)


@pytest.mark.reference
def test_service_quality_scales_reach_a_lower_minimum_than_the_reference(reference_data: Path) -> None:
    """The reference program stopped early here; its loadings are compared by what they do to the fit."""
    answer = _answer(reference_data, "cfa/sq_5f")
    known, groups = answer["value"], answer["parameters"]["model"]
    items = [item for members in groups.values() for item in members]
    correlation = _frame(reference_data, answer)[items].corr().to_numpy()
    model = FactorModel(np.array([f for f, members in enumerate(groups.values()) for _ in members]), len(groups))
    names = list(groups)
    between = {(pair["f1"], pair["f2"]): pair["r"] for pair in known["factor_correlations"]}
    loadings = np.array([row["std"] for row in known["loadings"]])
    theirs = np.concatenate(
        [loadings, [between[names[b], names[a]] for a, b in zip(*model.pairs, strict=True)], 1 - loadings**2]
    )

    result = cfa(_frame(reference_data, answer), groups)

    ours = np.concatenate(
        [
            [row.standardised.value for row in result.loadings],
            [
                next(p.correlation.value for p in result.pairs if (p.first, p.second) == (names[b], names[a]))
                for a, b in zip(*model.pairs, strict=True)
            ],
            [1 - (row.standardised.value or 0) ** 2 for row in result.loadings],
        ]
    )
    assert np.abs(gradient(model, correlation, theirs)).max() > 5e-3
    assert np.abs(gradient(model, correlation, ours)).max() < 1e-7
    assert discrepancy(model, correlation, ours) < discrepancy(model, correlation, theirs)
    assert ours == pytest.approx(theirs, abs=2e-3)

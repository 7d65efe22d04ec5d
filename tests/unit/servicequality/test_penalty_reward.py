"""Penalty-reward contrasts: cell means by hand, the reference regression, the refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from servicequality.errors import DataError, ParameterError
from servicequality.penalty_reward import FactorKind, penalty_reward


def test_one_item_gives_the_differences_of_the_cell_means() -> None:
    ratings = pd.DataFrame({"clean": [1, 1, 3, 3, 5, 5]})
    overall = [2, 4, 5, 7, 8, 10]

    analysis = penalty_reward(ratings, overall, low_at_most=2, high_at_least=5)

    item = analysis.items[0]
    assert analysis.intercept.value == pytest.approx(6)
    assert item.penalty.value == pytest.approx(-3)
    assert item.reward.value == pytest.approx(3)
    assert item.asymmetry.value == pytest.approx(0)
    assert (item.n_low, item.n_high) == (2, 2)


def _made(penalty: float, reward: float) -> tuple[pd.DataFrame, np.ndarray[Any, Any]]:
    ratings = np.tile([1, 3, 5], 60)
    noise = np.tile([-1, -1, -1, 1, 1, 1], 30)
    return pd.DataFrame({"item": ratings}), 10 + penalty * (ratings == 1) + reward * (ratings == 5) + noise


@pytest.mark.parametrize(
    ("penalty", "reward", "kind"),
    [
        (-4, 0, FactorKind.BASIC),
        (-4, 1, FactorKind.BASIC),
        (0, 4, FactorKind.EXCITEMENT),
        (-1, 4, FactorKind.EXCITEMENT),
        (-3, 3, FactorKind.PERFORMANCE),
        (0, 0, FactorKind.NO_EFFECT),
        (2, 2, FactorKind.CONTRARY),
    ],
)
def test_kind_follows_from_what_the_intervals_allow(penalty: float, reward: float, kind: FactorKind) -> None:
    ratings, overall = _made(penalty, reward)

    analysis = penalty_reward(ratings, overall, low_at_most=2, high_at_least=4)

    assert analysis.items[0].kind is kind


@pytest.mark.parametrize(("errors", "theirs"), [("classic", "nonrobust"), ("hc3", "HC3")])
def test_standard_errors_equal_an_independent_regression(errors: Literal["classic", "hc3"], theirs: str) -> None:
    rng = np.random.default_rng(4)
    ratings = rng.integers(1, 6, (120, 3))
    overall = ratings.sum(axis=1) + rng.normal(size=120) * ratings[:, 0]
    dummies = [column for j in range(3) for column in (ratings[:, j] <= 2, ratings[:, j] >= 5)]
    model = sm.OLS(overall, sm.add_constant(np.column_stack(dummies).astype(float))).fit(cov_type=theirs)

    analysis = penalty_reward(ratings, overall, low_at_most=2, high_at_least=5, errors=errors)

    found = [se for item in analysis.items for se in (item.penalty_se, item.reward_se)]
    assert found == pytest.approx(list(model.bse[1:]))
    assert analysis.r2 == pytest.approx(model.rsquared)


def test_item_without_high_ratings_is_refused_by_name() -> None:
    with pytest.raises(DataError, match=r"^wifi: has 2 low and 0 high"):
        penalty_reward(pd.DataFrame({"wifi": [1, 2, 3, 3, 3]}), [1, 2, 3, 4, 5], low_at_most=2, high_at_least=5)


def test_items_with_the_same_answers_are_refused() -> None:
    column = [1, 1, 3, 3, 5, 5, 3]

    with pytest.raises(DataError, match="same low and high"):
        penalty_reward(pd.DataFrame({"a": column, "b": column}), [1, 2, 3, 4, 5, 6, 4], low_at_most=2, high_at_least=5)


def test_low_and_high_must_not_overlap() -> None:
    with pytest.raises(ParameterError, match="below"):
        penalty_reward([[1], [2]], [1, 2], low_at_most=4, high_at_least=4)


@pytest.mark.reference
def test_airline_contrasts_equal_the_reference(reference_data: Path) -> None:
    answers = json.loads((reference_data / "reference.json").read_text("utf-8"))["answers"]
    known = next(entry for entry in answers if entry["id"] == "prca/airline")["value"]
    names = [key.removesuffix("|penalty") for key in known["coef"] if key.endswith("|penalty")]
    frame = pd.read_csv(reference_data / "survey" / "airline_sample_20k.csv")
    overall = (frame["Satisfaction"] == "Satisfied").astype(float)

    analysis = penalty_reward(
        frame[names].replace(0, np.nan), overall, low_at_most=2, high_at_least=5, errors="classic"
    )

    assert analysis.n == known["n"]
    assert analysis.r2 == pytest.approx(known["R2"], rel=1e-6)
    assert analysis.intercept.value == pytest.approx(known["coef"]["(Intercept)"], rel=1e-6)
    assert analysis.intercept_se == pytest.approx(known["se"]["(Intercept)"], rel=1e-6)
    for item in analysis.items:
        assert item.penalty.value == pytest.approx(known["coef"][f"{item.name}|penalty"], rel=1e-6)
        assert item.reward.value == pytest.approx(known["coef"][f"{item.name}|reward"], rel=1e-6)
        assert item.penalty_se == pytest.approx(known["se"][f"{item.name}|penalty"], rel=1e-6)
        assert item.reward_se == pytest.approx(known["se"][f"{item.name}|reward"], rel=1e-6)

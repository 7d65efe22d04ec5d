"""How long the statistics of structure take: drivers, factor models, agreement, Kano, draws."""

from __future__ import annotations

import numpy as np

from bench.measure import Figure, milliseconds
from servicequality.agreement import icc, krippendorff_alpha
from servicequality.drivers import key_drivers, shapley_r2
from servicequality.factor import cfa
from servicequality.importance import importance_performance
from servicequality.kano import kano_analysis
from servicequality.penalty_reward import penalty_reward
from servicequality.sampling_plans import draw_random

SERVQUAL = {
    "tangibles": range(4),
    "reliability": range(4, 9),
    "responsiveness": range(9, 13),
    "assurance": range(13, 17),
    "empathy": range(17, 22),
}


def run() -> list[Figure]:
    """Time each method on made data of a realistic size; median of five."""
    rng = np.random.default_rng(1)
    mood = rng.normal(size=(20_000, 1))
    ratings = np.clip(np.round(3.5 + mood + rng.normal(size=(20_000, 15))), 1, 5)
    overall = ratings.mean(axis=1) + rng.normal(size=20_000)
    traits = mood[:2000] + 0.6 * rng.normal(size=(2000, 5))
    items = np.column_stack(
        [traits[:, f] + 0.8 * rng.normal(size=2000) for f, members in enumerate(SERVQUAL.values()) for _ in members]
    )
    model = {name: [str(i) for i in members] for name, members in SERVQUAL.items()}
    judged = np.clip(np.round(3 + rng.normal(size=(1000, 1)) + 0.6 * rng.normal(size=(1000, 5))), 1, 5)
    judged[rng.random(judged.shape) < 0.2] = np.nan
    kano_answers = rng.integers(1, 6, (2, 10_000, 29))
    wide = np.corrcoef(mood + rng.normal(size=(20_000, 16)), rowvar=False)
    very_wide = np.corrcoef(mood + rng.normal(size=(20_000, 31)), rowvar=False)
    frame = [f"call-{i:06d}" for i in range(100_000)]
    return [
        ("LMG exact, 15 predictors, from the covariance", milliseconds(lambda: shapley_r2(wide)), "ms"),
        ("LMG sampled, 30 predictors, 2000 orders", milliseconds(lambda: shapley_r2(very_wide)), "ms"),
        (
            "drivers, 15 × 20k rows, LMG + Johnson, 1000 resamples",
            milliseconds(lambda: key_drivers(ratings, overall)),
            "ms",
        ),
        ("CFA, 5 factors × 22 items, 2000 rows", milliseconds(lambda: cfa(items, model)), "ms"),
        (
            "Krippendorff alpha, 1000 units × 5, 1000 resamples",
            milliseconds(lambda: krippendorff_alpha(judged, metric="ordinal")),
            "ms",
        ),
        ("ICC six forms, 1000 units × 5", milliseconds(lambda: icc(np.nan_to_num(judged, nan=3.0))), "ms"),
        ("Kano, 29 pairs × 10k persons", milliseconds(lambda: kano_analysis(*kano_answers)), "ms"),
        (
            "importance grid, 15 items × 20k persons",
            milliseconds(lambda: importance_performance(ratings, overall=overall)),
            "ms",
        ),
        (
            "penalty-reward, 15 items × 20k persons, HC3",
            milliseconds(lambda: penalty_reward(ratings, overall, low_at_most=2, high_at_least=5)),
            "ms",
        ),
        ("draw 200 of 100k units", milliseconds(lambda: draw_random(frame, 200, seed="bench")), "ms"),
    ]

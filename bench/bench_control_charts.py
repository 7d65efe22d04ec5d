"""How long a wall of 1,000 control charts takes, at once and one by one, and the neighbours of the method."""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.measure import Figure, milliseconds, seconds
from servicequality.control_charts import (
    Chart,
    Phases,
    cusum_chart,
    ewma_chart,
    individuals_chart,
    p_chart,
    proportion_chart,
    rank_by_evidence,
)
from servicequality.effects import interrupted_series, judge_on_chart
from servicequality.run_rules import DEFAULT_RULES, NELSON, Rule, average_run_length, detect
from servicequality.text import near_duplicates, redact, tag_themes, train_classifier

SERIES, POINTS = 1000, 120
PHASES = Phases(freeze=24)
COMMENTS = (
    "等了四十分钟车一直不来",
    "司机态度恶劣还骂人",
    "车厢很干净，司机热情",
    "空调太冷，请调高",
    "过站不停，请严肃处理",
)


def wall(seed: int = 1) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return cases and bases, shape (series, points), with a real week-to-week spread."""
    random = np.random.default_rng(seed)
    n = random.integers(200, 5000, (SERIES, POINTS))
    share = np.clip(0.1 + 0.01 * random.standard_normal((SERIES, POINTS)), 0.01, 0.5)
    return random.binomial(n, share).astype(float), n.astype(float)


def loop_over_points(z: np.ndarray[Any, Any], length: int = 8) -> list[list[int]]:
    """Rule 1 and run 8 the plain way, a loop over the points of each series."""
    found = []
    for row in z.tolist():
        run, side, hits = 0, 0, []
        for i, value in enumerate(row):
            now = 1 if value > 0 else -1 if value < 0 else 0
            run = run + 1 if now == side and now else (1 if now else 0)
            side = now
            if abs(value) > 3 or run >= length:
                hits.append(i)
        found.append(hits)
    return found


def complaints(count: int) -> list[str]:
    """Return short comments with a phone number each."""
    random = np.random.default_rng(2)
    return [f"{i % 97}路{COMMENTS[i % 5]}，电话138{random.integers(10**8):08d}" for i in range(count)]


def run() -> list[Figure]:
    """Return (name, figure, unit) of every measurement."""
    x, n = wall()
    chart: Chart = proportion_chart(x, n, phases=PHASES)
    rules: tuple[Rule, ...] = DEFAULT_RULES
    at_once = seconds(lambda: proportion_chart(x, n, phases=PHASES))
    one_by_one = seconds(lambda: [proportion_chart(a, b, phases=PHASES) for a, b in zip(x, n, strict=True)], 1)
    ours, plain = seconds(lambda: detect(chart.z, rules)), seconds(lambda: loop_over_points(chart.z))
    series = 10 + np.random.default_rng(3).standard_normal(60)
    texts = complaints(5000)
    labels = [str(i % 5) for i in range(5000)]
    average_run_length(NELSON)
    figures: list[Figure] = [
        ("1,000 x 120 Laney p' with rules, at once", 1000 * at_once, "ms"),
        ("1,000 x 120 Laney p' with rules, one by one", 1000 * one_by_one, "ms"),
        ("at once over one by one", one_by_one / at_once, "times"),
        ("1,000 x 120 p", milliseconds(lambda: p_chart(x, n, phases=PHASES)), "ms"),
        ("1,000 x 120 I-MR", milliseconds(lambda: individuals_chart(x / n, phases=PHASES)), "ms"),
        ("1,000 x 120 EWMA", milliseconds(lambda: ewma_chart(x / n, phases=PHASES)), "ms"),
        ("1,000 x 120 CUSUM", milliseconds(lambda: cusum_chart(x / n, phases=PHASES)), "ms"),
        ("1,000 x 120 rule 1 and run 8", 1000 * ours, "ms"),
        ("the same in a loop over points", 1000 * plain, "ms"),
        ("1,000 x 120 all eight Nelson rules", milliseconds(lambda: detect(chart.z, NELSON)), "ms"),
        ("rank 1,000 charts by evidence", milliseconds(lambda: rank_by_evidence(chart)), "ms"),
        (
            "verdict on one chart",
            milliseconds(lambda: judge_on_chart(series, action_at=30, direction="up")),
            "ms",
        ),
        (
            "segmented regression, Newey-West",
            milliseconds(lambda: interrupted_series(series, action_at=30, direction="up")),
            "ms",
        ),
        ("tag themes", 5000 / seconds(lambda: [tag_themes(text) for text in texts], 3), "comments/s"),
        ("redact", 5000 / seconds(lambda: [redact(text) for text in texts], 3), "comments/s"),
        ("near-duplicates, 5,000 from 5 templates", seconds(lambda: near_duplicates(texts), 1), "s"),
        ("train on 5,000 comments, 5 folds", seconds(lambda: train_classifier(texts, labels), 1), "s"),
    ]
    return figures

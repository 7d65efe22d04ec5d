"""How long the survey statistics take on a million answers, beside numpy's own counting pass."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from bench.measure import ROWS, Figure, seconds, survey_answers
from servicequality.comparison import compare_groups
from servicequality.gaps import gap_analysis, tally_gaps
from servicequality.intervals import bootstrap_interval
from servicequality.loyalty import net_promoter_score
from servicequality.reliability import cronbach_alpha, omega_total
from servicequality.scales import LIKERT_5, NPS_0_10
from servicequality.servqual import SERVQUAL_DIMENSIONS, SERVQUAL_ITEMS
from servicequality.tallies import SurveyTally, Tally, tally_survey
from servicequality.tallies.counting import blocks, count_items


def numpy_pass(items: np.ndarray[Any, Any]) -> list[Any]:
    """Count every column the plain way."""
    whole = [column if column.dtype == np.uint8 else column.astype(np.intp) for column in items.T]
    return [np.bincount(column, minlength=6) for column in whole]


def own_pass(items: np.ndarray[Any, Any]) -> list[Any]:
    """Count every column the way the tallies do."""
    return [count_items(codes, LIKERT_5.size, None, 1) for _, codes in blocks(items, LIKERT_5)]


def run() -> list[Figure]:
    """Return (name, figure, unit) of every measurement."""
    items, departments = survey_answers()
    floats = items.astype(np.float64)
    figures: list[Figure] = []

    def add(name: str, task: Callable[[], Any], repeats: int = 5) -> float:
        took = seconds(task, repeats)
        figures.append((name, took, "s"))
        return took

    for kind, table in (("uint8", items), ("uint8 by rows", np.ascontiguousarray(items)), ("float64", floats)):
        theirs = add(f"numpy bincount per column, 1M x 22 {kind}", partial(numpy_pass, table), 3)
        ours = add(f"counting pass, 1M x 22 {kind}", partial(own_pass, table), 3)
        figures.append((f"counting pass / numpy, {kind}", ours / theirs, "ratio"))

    def everything() -> SurveyTally:
        return tally_survey(
            items, scale=LIKERT_5, items=SERVQUAL_ITEMS, dimensions=SERVQUAL_DIMENSIONS, groups=departments
        )

    add("tally with 50 departments, 5 dimensions and moments, 1M x 22", everything, 3)
    tally = everything()
    empathy = tally.dimension("empathy")
    add("alpha of 22 items from the tally", lambda: cronbach_alpha(tally.moments))
    add("omega of 22 items from the tally", lambda: omega_total(tally.moments))
    add("exact bootstrap of a dimension, 1000 draws", lambda: bootstrap_interval(empathy, resamples=1_000))
    add("exact bootstrap of a dimension, BCa, 10,000 draws", lambda: bootstrap_interval(empathy))
    add("compare 50 departments, 1225 pairs", lambda: compare_groups(tally.by_group("empathy")))
    nps = Tally.of(np.random.default_rng(2).integers(0, 11, ROWS), NPS_0_10)
    add("NPS from a tally", lambda: net_promoter_score(nps))
    add("add one answer sheet to the tally", lambda: tally.add(items[:1], groups=departments[:1]))
    expected = np.minimum(items + 1, 5)

    def gaps() -> Any:
        return tally_gaps(
            items,
            expected,
            scale=LIKERT_5,
            items=SERVQUAL_ITEMS,
            dimensions=SERVQUAL_DIMENSIONS,
            groups=departments,
        )

    add("SERVQUAL gap tally, 1M x 22 pairs, 50 departments", gaps, 1)
    counted = gaps()
    add("gap analysis of 50 departments from the tally", lambda: gap_analysis(counted), 3)
    return figures

"""Figures of a wave as evidence: what was seen on one line or station, and what changed from wave to wave."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from django.db import models

from bihuan.demo import questionnaire as q
from bihuan.demo.waves import Wave
from bihuan.surveys.analysis import Analysis
from bihuan.surveys.analysis.results import GroupRow
from bihuan.surveys.mapping import Side
from servicequality.intervals import t_quantile
from servicequality.results import Estimate


@dataclass(frozen=True)
class Brought:
    """A wave as it was imported: the record and its figures."""

    wave: Wave
    record: models.Model | None
    analysis: Analysis

    def company(self, dimension: str) -> Estimate:
        """What all passengers perceived on a dimension."""
        return next(
            one.mean for one in self.analysis.dimensions if one.name == dimension and one.side == Side.PERCEPTION.value
        )

    def group(self, column: str, dimension: str) -> dict[str, GroupRow]:
        found = next(
            one
            for one in self.analysis.groups
            if (one.column, one.target, one.target_kind) == (column, dimension, "dimension")
        )
        return {row.group: row for row in found.rows}

    def line(self, line: str, dimension: str) -> Estimate:
        return self.group(q.LINE, dimension)[line].estimate

    def station(self, station: str, dimension: str) -> Estimate:
        return self.group(q.STATION, dimension)[station].estimate

    @property
    def month(self) -> str:
        return f"{self.wave.since.year}年{self.wave.since.month}月"


def value_of(estimate: Estimate) -> float:
    assert estimate.value is not None
    return estimate.value


def standard_error(estimate: Estimate) -> float:
    assert estimate.low is not None
    assert estimate.high is not None
    return (estimate.high - estimate.low) / 2 / t_quantile(estimate.level, estimate.n - 1)


def change(before: Estimate, after: Estimate) -> Estimate:
    """After minus before with Welch's interval: other passengers were asked each time."""
    first, second = standard_error(before) ** 2, standard_error(after) ** 2
    freedom = (first + second) ** 2 / (first**2 / (before.n - 1) + second**2 / (after.n - 1))
    value = value_of(after) - value_of(before)
    half = t_quantile(before.level, freedom) * math.sqrt(first + second)
    return Estimate(value, value - half, value + half, before.n + after.n, before.level, "welch")


def figure(label: str, estimate: Estimate) -> dict[str, Any]:
    return {"label": label, "value": estimate.value, "low": estimate.low, "high": estimate.high, "n": estimate.n}


def said(estimate: Estimate) -> str:
    """ "5.31（95% 置信区间 5.10 至 5.52）" """
    return f"{estimate.value:.2f}（95% 置信区间 {estimate.low:.2f} 至 {estimate.high:.2f}）".replace("-", "−")

"""Constants of range and standard deviation, exact or as printed in textbooks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from scipy import integrate, special, stats

from servicequality.errors import ParameterError
from servicequality.results import Result


@dataclass(frozen=True)
class Constants(Result):
    """Factors for subgroups of ``n`` normal values with sigma = 1.

    ``d2``, ``d3`` mean and sd of the range; ``c4`` mean of the sample sd. A table of one's own house is a
    ``Constants`` too.
    """

    n: int
    d2: float
    d3: float
    c4: float

    @property
    def d4_upper(self) -> float:
        """D4: upper limit of the range chart as a multiple of the mean range."""
        return 1 + 3 * self.d3 / self.d2

    @property
    def d3_lower(self) -> float:
        """D3: lower limit of the range chart as a multiple of the mean range."""
        return max(0.0, 1 - 3 * self.d3 / self.d2)

    @property
    def b4_upper(self) -> float:
        """B4: upper limit of the s chart as a multiple of the mean s."""
        return 1 + 3 * float(np.sqrt(1 - self.c4**2)) / self.c4

    @property
    def b3_lower(self) -> float:
        """B3: lower limit of the s chart as a multiple of the mean s."""
        return max(0.0, 1 - 3 * float(np.sqrt(1 - self.c4**2)) / self.c4)

    @property
    def a2(self) -> float:
        """A2: half-width of the Xbar limits as a multiple of the mean range."""
        return 3 / (self.d2 * float(np.sqrt(self.n)))

    @property
    def a3(self) -> float:
        """A3: half-width of the Xbar limits as a multiple of the mean s."""
        return 3 / (self.c4 * float(np.sqrt(self.n)))


Precision = Literal["exact", "textbook"]


@lru_cache(maxsize=128)
def constants(n: int, precision: Precision = "exact") -> Constants:
    """Give d2, d3 and c4 for subgroups of ``n``.

    Args:
        n: subgroup size, 2 to 1,000.
        precision: "exact" by numerical integration; "textbook" with three decimals, as in the tables of the
            manuals (d2(2) = 1.128, not 1.12838), for figures that must equal a printed example.

    Errors: ParameterError for n outside 2..1,000.

    Source: Tippett 1925, Biometrika 17:364-387 (range); Montgomery, Introduction to Statistical Quality
    Control, appendix (table).
    """
    if not 2 <= n <= 1000:
        raise ParameterError(f"subgroups hold 2 to 1,000 values, not {n}", place="n")
    d2, d3 = (2 / np.sqrt(np.pi), np.sqrt(2 - 4 / np.pi)) if n == 2 else _range_moments(n)
    c4 = float(np.sqrt(2 / (n - 1)) * np.exp(special.gammaln(n / 2) - special.gammaln((n - 1) / 2)))
    if precision == "textbook":
        return Constants(n, round(d2, 3), round(d3, 3), round(c4, 4))
    return Constants(n, float(d2), float(d3), c4)


def _range_moments(n: int) -> tuple[float, float]:
    """Mean and sd of the range, from P(min <= x) and P(max <= y) jointly (Tippett)."""
    cdf = stats.norm.cdf

    def above(x: float) -> float:
        return float(1 - cdf(x) ** n - (1 - cdf(x)) ** n)

    d2 = integrate.quad(above, -9, 9, epsabs=1e-13, epsrel=1e-12, limit=200)[0]

    nodes, weights = np.polynomial.legendre.leggauss(200)

    def inner(y: float) -> float:
        x = (nodes + 1) / 2 * (y + 9.0) - 9.0
        w = weights * (y + 9.0) / 2
        f_x, f_y = cdf(x), cdf(y)
        return float(np.sum(w * (1 - f_y**n - (1 - f_x) ** n + (f_y - f_x) ** n)))

    second = 2 * sum(9.0 * w * inner(9.0 * x) for x, w in zip(nodes, weights, strict=True))
    return float(d2), float(np.sqrt(second - d2**2))

"""How many answers a wanted precision needs. Source: Cochran 1977, chapter 4."""

from __future__ import annotations

import math
from dataclasses import dataclass

from servicequality.answers import check_level
from servicequality.errors import ParameterError
from servicequality.intervals import normal_quantile
from servicequality.results import Result


@dataclass(frozen=True)
class SampleSize(Result):
    """``n`` completed answers needed, ``exact`` before rounding up, ``invitations`` to send for them.

    ``population`` None means so large that it does not matter.
    """

    n: int
    exact: float
    invitations: int
    population: int | None
    level: float


def sample_size_share(
    *,
    half_width: float,
    share: float = 0.5,
    level: float = 0.95,
    population: int | None = None,
    design_effect: float = 1.0,
    response_rate: float = 1.0,
) -> SampleSize:
    """Answers needed to know a share within +- ``half_width`` (both as fractions of 1).

    n0 = z^2 p (1 - p) / e^2, times the design effect, then the finite-population correction
    n = n0 / (1 + (n0 - 1) / N).

    Raises:
        ParameterError: a figure outside its range.
    """
    if not 0 < share < 1:
        raise ParameterError(f"must lie between 0 and 1, got {share}", place="share")
    return _size(share * (1 - share), half_width, level, (population, design_effect, response_rate))


def sample_size_mean(
    *,
    half_width: float,
    sd: float,
    level: float = 0.95,
    population: int | None = None,
    design_effect: float = 1.0,
    response_rate: float = 1.0,
) -> SampleSize:
    """Answers needed to know a mean within +- ``half_width``, in the unit of ``sd`` (standard deviation of answers).

    Raises:
        ParameterError: a figure outside its range.
    """
    if not sd > 0:
        raise ParameterError(f"must be positive, got {sd}", place="sd")
    return _size(sd**2, half_width, level, (population, design_effect, response_rate))


def half_width_share(
    *, n: int, share: float = 0.5, level: float = 0.95, population: int | None = None, design_effect: float = 1.0
) -> float | None:
    """Half-width reached with n answers: z sqrt(deff p (1 - p) / n (N - n) / (N - 1)); None for n = 0.

    Raises:
        ParameterError: n larger than the population, or a figure outside its range.
    """
    check_level(level)
    if not 0 <= share <= 1 or not design_effect > 0 or n < 0:
        raise ParameterError("share, design effect or n outside its range", place="half_width_share")
    if population is not None and n > population:
        raise ParameterError(f"{n} answers from a population of {population}", place="n")
    if n == 0:
        return None
    correction = 1.0 if population is None or population == 1 else (population - n) / (population - 1)
    if population == 1:
        correction = 0.0
    z = normal_quantile(level)
    return z * math.sqrt(design_effect * share * (1 - share) / n * correction)


def _size(variance: float, half_width: float, level: float, base: tuple[int | None, float, float]) -> SampleSize:
    check_level(level)
    population, design_effect, response_rate = base
    if not half_width > 0:
        raise ParameterError(f"must be positive, got {half_width}", place="half_width")
    if not design_effect > 0:
        raise ParameterError(f"must be positive, got {design_effect}", place="design_effect")
    if not 0 < response_rate <= 1:
        raise ParameterError(f"must lie in 0 .. 1, got {response_rate}", place="response_rate")
    if population is not None and population < 1:
        raise ParameterError(f"must be at least 1, got {population}", place="population")
    z = normal_quantile(level)
    exact = z * z * variance / half_width**2 * design_effect
    if population is not None:
        exact = exact / (1 + (exact - 1) / population) if exact > 1 else exact
        exact = min(exact, float(population))
    n = max(1, math.ceil(exact - 1e-9))
    return SampleSize(n, exact, math.ceil(n / response_rate - 1e-9), population, level)

"""The rules as frozen parameters, and the published sets."""

from __future__ import annotations

from dataclasses import dataclass

from servicequality.errors import ParameterError


def _at_least(value: float, least: float, name: str) -> None:
    if not value >= least:
        raise ParameterError(f"must be at least {least}, is {value}", place=name)


@dataclass(frozen=True)
class Beyond:
    """One point more than ``limit`` sigma from the centre (Shewhart 1931; Nelson 1, WE 1)."""

    limit: float = 3.0
    code: str = "beyond"

    def __post_init__(self) -> None:
        if not self.limit > 0:
            raise ParameterError(f"must be positive, is {self.limit}", place="limit")


@dataclass(frozen=True)
class RunOnOneSide:
    """``length`` points in a row on the same side of the centre (Nelson 9, WE 8, NHS 7)."""

    length: int = 8
    code: str = "run"

    def __post_init__(self) -> None:
        _at_least(self.length, 2, "length")


@dataclass(frozen=True)
class Trend:
    """``length`` points in a row steadily rising, or falling (Nelson 6, NHS 7); ties break it."""

    length: int = 6
    code: str = "trend"

    def __post_init__(self) -> None:
        _at_least(self.length, 3, "length")


@dataclass(frozen=True)
class Alternating:
    """``length`` points in a row alternating up and down (Nelson 4: 14)."""

    length: int = 14
    code: str = "alternating"

    def __post_init__(self) -> None:
        _at_least(self.length, 4, "length")


@dataclass(frozen=True)
class ZoneCount:
    """``count`` of ``window`` points beyond ``limit`` sigma on one side, the last one among them."""

    count: int
    window: int
    limit: float
    code: str = "zone"

    def __post_init__(self) -> None:
        _at_least(self.count, 1, "count")
        _at_least(self.window, self.count, "window")


@dataclass(frozen=True)
class Hugging:
    """``length`` points in a row within ``limit`` sigma of the centre (Nelson 7: 15 within 1)."""

    length: int = 15
    limit: float = 1.0
    code: str = "hugging"

    def __post_init__(self) -> None:
        _at_least(self.length, 2, "length")


@dataclass(frozen=True)
class Mixture:
    """``length`` points in a row beyond ``limit`` sigma on either side (Nelson 8: 8 beyond 1).

    ``both_sides`` asks for at least one point on each side, the reading of R qcc; Minitab's text says
    "either side", which also lets a plain shift pass as a mixture.
    """

    length: int = 8
    limit: float = 1.0
    both_sides: bool = False
    code: str = "mixture"

    def __post_init__(self) -> None:
        _at_least(self.length, 2, "length")


Rule = Beyond | RunOnOneSide | Trend | Alternating | ZoneCount | Hugging | Mixture

BEYOND_3_SIGMA: tuple[Rule, ...] = (Beyond(3.0),)
RUN_OF_8: tuple[Rule, ...] = (RunOnOneSide(8),)
DEFAULT_RULES: tuple[Rule, ...] = (Beyond(3.0), RunOnOneSide(8))
WESTERN_ELECTRIC: tuple[Rule, ...] = (
    Beyond(3.0, "we1"),
    ZoneCount(2, 3, 2.0, "we2"),
    ZoneCount(4, 5, 1.0, "we3"),
    RunOnOneSide(8, "we4"),
)
NELSON: tuple[Rule, ...] = (
    Beyond(3.0, "nelson1"),
    RunOnOneSide(9, "nelson2"),
    Trend(6, "nelson3"),
    Alternating(14, "nelson4"),
    ZoneCount(2, 3, 2.0, "nelson5"),
    ZoneCount(4, 5, 1.0, "nelson6"),
    Hugging(15, 1.0, "nelson7"),
    Mixture(8, 1.0, False, "nelson8"),
)
NHS: tuple[Rule, ...] = (
    Beyond(3.0, "nhs_beyond"),
    RunOnOneSide(7, "nhs_run"),
    Trend(7, "nhs_trend"),
    ZoneCount(2, 3, 2.0, "nhs_near_limit"),
)

# Zone rules assume a symmetric, near-normal statistic: not given for p, np, c, u, R, S and MR.
ANY_CHART_RULES: tuple[type, ...] = (Beyond, RunOnOneSide, Trend, Alternating)

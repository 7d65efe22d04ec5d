"""How many of those asked took part: response, cooperation, refusal and contact rates.

Source: AAPOR, Standard Definitions: Final Dispositions of Case Codes and Outcome Rates for Surveys (9th edition, 2016).
"""

from __future__ import annotations

from dataclasses import dataclass

from servicequality.errors import ParameterError
from servicequality.results import Result


@dataclass(frozen=True)
class Dispositions(Result):
    """Final outcomes of a sample, in persons.

    ``complete`` (I) and ``partial`` (P) interviews; ``refused`` (R, broken off early among them), ``non_contact``
    (NC), ``other`` (O: willing but unable); ``unknown`` (UH + UO: nobody knows whether they belong to those asked,
    the number never answered); ``not_eligible`` (known not to belong, a wrong number) counts in no rate.
    """

    complete: int = 0
    partial: int = 0
    refused: int = 0
    non_contact: int = 0
    other: int = 0
    unknown: int = 0
    not_eligible: int = 0

    def __post_init__(self) -> None:
        if min(vars(self).values()) < 0:
            raise ParameterError("counts must not be negative", place="dispositions")

    @property
    def eligible(self) -> int:
        """Persons known to belong to those asked."""
        return self.complete + self.partial + self.refused + self.non_contact + self.other

    @property
    def total(self) -> int:
        """All persons, those who do not belong among them."""
        return self.eligible + self.unknown + self.not_eligible


def eligibility(outcomes: Dispositions) -> float | None:
    """Share e of the unknown ones that belong, estimated as among the known ones (proportional allocation, CASRO)."""
    known = outcomes.eligible + outcomes.not_eligible
    return outcomes.eligible / known if known else None


@dataclass(frozen=True)
class OutcomeRates(Result):
    """Rates 0..1, None where nobody counts. ``rr1`` is the smallest, ``rr4`` the largest response rate."""

    rr1: float | None
    rr2: float | None
    rr3: float | None
    rr4: float | None
    cooperation: float | None
    refusal: float | None
    contact: float | None


def outcome_rates(outcomes: Dispositions) -> OutcomeRates:
    """Response rates RR1 to RR4, cooperation COOP1, refusal REF1 and contact CON1.

    RR1 = I / (I + P + R + NC + O + U); RR2 counts P as answers too; RR3 and RR4 take e·U instead of all unknown
    ones U. COOP1 = I / (I + P + R + O), REF1 = R / (all of RR1), CON1 = (I + P + R + O) / (all of RR1).
    """
    d = outcomes
    everybody = d.eligible + d.unknown
    e = eligibility(d)
    likely = d.eligible + (e * d.unknown if e is not None else d.unknown)
    reached = d.complete + d.partial + d.refused + d.other
    answered = d.complete + d.partial
    return OutcomeRates(
        rr1=_share(d.complete, everybody),
        rr2=_share(answered, everybody),
        rr3=_share(d.complete, likely),
        rr4=_share(answered, likely),
        cooperation=_share(d.complete, reached),
        refusal=_share(d.refused, everybody),
        contact=_share(reached, everybody),
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None

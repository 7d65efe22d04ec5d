"""Switching between normal, tightened and reduced inspection. Source: ISO 2859-1:1999, clause 9."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from servicequality.errors import ParameterError
from servicequality.results import Result


class Severity(StrEnum):
    """How strictly the next lot is inspected; DISCONTINUED means inspection stops until the supplier has acted."""

    NORMAL = "normal"
    TIGHTENED = "tightened"
    REDUCED = "reduced"
    DISCONTINUED = "discontinued"


@dataclass(frozen=True)
class SwitchingState(Result):
    """Where a series of lots stands.

    ``recent`` holds the last results under normal inspection (at most five, True = accepted),
    ``accepted_in_row`` and ``rejected_on_tightened`` count under tightened inspection, ``score`` is the switching
    score. ``reduced_allowed`` says that reduced inspection would now be permitted by the score; whether it is
    used is a decision (steady production, agreement of the authority).
    """

    severity: Severity = Severity.NORMAL
    recent: tuple[bool, ...] = ()
    accepted_in_row: int = 0
    rejected_on_tightened: int = 0
    score: int = 0

    @property
    def reduced_allowed(self) -> bool:
        """Score of 30 or more under normal inspection."""
        return self.severity is Severity.NORMAL and self.score >= 30


def record_lot(
    state: SwitchingState,
    *,
    accepted: bool,
    ac: int,
    accepted_one_step_tighter: bool | None = None,
    go_reduced: bool = False,
    steady: bool = True,
) -> SwitchingState:
    """Enter the result of one lot (original inspection, not a resubmitted lot) and return the next state.

    Normal to tightened when 2 of 5 or fewer consecutive lots were rejected; tightened to normal after 5
    accepted in a row; discontinued after 5 rejected on tightened. Switching score under normal inspection:
    Ac 0 or 1: +2 if accepted, else back to 0; Ac 2 or more: +3 if the lot would also have been accepted at
    the next tighter AQL (``accepted_one_step_tighter``), else back to 0. ``go_reduced`` takes up reduced
    inspection if the new score allows it; reduced goes back to normal on a rejected lot or when production
    is no longer ``steady``.

    Raises:
        ParameterError: inspection is discontinued, Ac negative, or Ac >= 2 without the answer about the
            tighter AQL.
    """
    if state.severity is Severity.DISCONTINUED:
        raise ParameterError("inspection is discontinued; resume after the supplier has acted", place="state")
    if ac < 0:
        raise ParameterError(f"must not be negative, got {ac}", place="ac")
    if state.severity is Severity.REDUCED:
        return state if accepted and steady else SwitchingState()
    if state.severity is Severity.TIGHTENED:
        in_row = state.accepted_in_row + 1 if accepted else 0
        rejected = state.rejected_on_tightened + (0 if accepted else 1)
        if in_row >= 5:
            return SwitchingState()
        severity = Severity.DISCONTINUED if rejected >= 5 else Severity.TIGHTENED
        return replace(state, severity=severity, accepted_in_row=in_row, rejected_on_tightened=rejected)
    recent = (*state.recent, accepted)[-5:]
    if recent.count(False) >= 2:
        return SwitchingState(severity=Severity.TIGHTENED)
    if ac <= 1:
        score = state.score + 2 if accepted else 0
    elif accepted and accepted_one_step_tighter is None:
        raise ParameterError("is needed for plans with Ac of 2 or more", place="accepted_one_step_tighter")
    else:
        score = state.score + 3 if accepted and accepted_one_step_tighter else 0
    if score >= 30 and go_reduced and steady:
        return SwitchingState(severity=Severity.REDUCED)
    return replace(state, recent=recent, score=score)


def resume_after_discontinuation(state: SwitchingState) -> SwitchingState:
    """Take up inspection again, tightened, after the supplier's improvement was found likely to be effective.

    Raises:
        ParameterError: inspection is not discontinued.
    """
    if state.severity is not Severity.DISCONTINUED:
        raise ParameterError(f"inspection is {state.severity.value}, not discontinued", place="state")
    return SwitchingState(severity=Severity.TIGHTENED)

"""Transition tables as data: which action leads from which state to which, who may, and what it must bring.

The table knows nothing of records, databases or people; whoever runs it resolves the permissions and the
names of guards. A table that contradicts itself is refused when it is built, not when somebody clicks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from servicequality.errors import ParameterError, ServiceQualityError


class LifecycleError(ParameterError):
    """The transition table contradicts itself."""

    code = "bad_lifecycle"


class UnknownActionError(ServiceQualityError):
    """The lifecycle has no action of this name in any state."""

    code = "unknown_action"


class ActionNotPossibleError(ServiceQualityError):
    """The action exists, but not from the state the record is in."""

    code = "action_not_possible"


@dataclass(frozen=True)
class Transition:
    """One action and the states it leads between.

    ``sources`` are the states it may start from, ``target`` the state it leads to (the source itself is
    allowed: an act that leaves its mark without a change of state). ``permission`` is what the actor needs.
    ``sets`` names the record fields the action may set, ``requires`` the keys of its data that must not be
    empty, ``guards`` the further conditions, by name, that the caller resolves. ``reopens`` declares that
    the action may leave a final state.
    """

    action: str
    sources: tuple[str, ...]
    target: str
    permission: str
    sets: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    reopens: bool = False

    def missing(self, data: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the required keys that ``data`` lacks or leaves empty, in the order of ``requires``.

        Empty is None, blank text or an empty collection; 0 and False are answers.
        """
        return tuple(key for key in self.requires if _is_empty(data.get(key)))


@dataclass(frozen=True)
class Lifecycle:
    """The states of one kind of record and the transitions between them.

    ``initial`` is where a record starts, ``entry`` the further states in which one may be created (an
    imported record that is closed already). ``final`` states have no exit except by transitions that
    declare ``reopens``.

    Raises:
        LifecycleError: a state is named twice or not at all, an (action, source) pair occurs twice, a state
            cannot be reached, a final state has an undeclared exit, another state has none, a transition
            has no source or no permission.
    """

    name: str
    states: tuple[str, ...]
    initial: str
    transitions: tuple[Transition, ...]
    final: tuple[str, ...] = ()
    entry: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(set(self.states)) != len(self.states):
            raise self._error("a state is listed twice")
        for state in (self.initial, *self.entry, *self.final):
            self._require_state(state, self.name)
        self._check_transitions()
        self._check_exits()
        self._check_reachable()

    def available(self, state: str) -> tuple[Transition, ...]:
        """Return the transitions that start from ``state``, in the order of the table.

        Raises:
            LifecycleError: the lifecycle has no such state.
        """
        self._require_state(state, self.name)
        return self._by_state[state]

    def find(self, action: str, state: str) -> Transition:
        """Return the transition that ``action`` makes from ``state``.

        Raises:
            UnknownActionError: no transition of this lifecycle has that action.
            ActionNotPossibleError: the action exists but does not start from ``state``.
            LifecycleError: the lifecycle has no such state.
        """
        if action not in self._by_action:
            raise UnknownActionError(f"there is no action {action!r}", place=self.name)
        self._require_state(state, self.name)
        found = self._by_action[action].get(state)
        if found is None:
            possible = ", ".join(self._by_action[action])
            raise ActionNotPossibleError(
                f"{action!r} is not possible in state {state!r} (only in: {possible})", place=self.name
            )
        return found

    def is_final(self, state: str) -> bool:
        """Tell whether a record in ``state`` is done with."""
        self._require_state(state, self.name)
        return state in self.final

    @property
    def actions(self) -> tuple[str, ...]:
        """The names of all actions, each once, in the order of the table."""
        return tuple(self._by_action)

    @cached_property
    def _by_state(self) -> dict[str, tuple[Transition, ...]]:
        return {state: tuple(t for t in self.transitions if state in t.sources) for state in self.states}

    @cached_property
    def _by_action(self) -> dict[str, dict[str, Transition]]:
        table: dict[str, dict[str, Transition]] = {}
        for transition in self.transitions:
            table.setdefault(transition.action, {}).update(dict.fromkeys(transition.sources, transition))
        return table

    def _error(self, message: str) -> LifecycleError:
        return LifecycleError(message, place=self.name)

    def _require_state(self, state: str, place: str) -> None:
        if state not in self.states:
            raise LifecycleError(f"there is no state {state!r}", place=place)

    def _check_transitions(self) -> None:
        seen: set[tuple[str, str]] = set()
        for transition in self.transitions:
            if not transition.sources:
                raise self._error(f"{transition.action!r} has no source state")
            if not transition.permission:
                raise self._error(f"{transition.action!r} names no permission")
            for state in (*transition.sources, transition.target):
                self._require_state(state, f"{self.name}.{transition.action}")
            for source in transition.sources:
                if (transition.action, source) in seen:
                    raise self._error(f"{transition.action!r} starts twice from {source!r}")
                seen.add((transition.action, source))

    def _check_exits(self) -> None:
        for state in self.states:
            exits = [t for t in self.transitions if state in t.sources and t.target != state]
            if state in self.final:
                undeclared = [t.action for t in exits if not t.reopens]
                if undeclared:
                    raise self._error(f"final state {state!r} is left by {undeclared[0]!r}")
            elif not exits:
                raise self._error(f"state {state!r} has no exit and is not declared final")

    def _check_reachable(self) -> None:
        reached = {self.initial, *self.entry}
        grown = True
        while grown:
            found = {t.target for t in self.transitions if reached.intersection(t.sources)}
            grown = not found <= reached
            reached |= found
        for state in self.states:
            if state not in reached:
                raise self._error(f"state {state!r} cannot be reached")


def _is_empty(value: Any) -> bool:
    if isinstance(value, str):
        return not value.strip()
    if value is None:
        return True
    return isinstance(value, (list, tuple, dict, set, frozenset)) and not value

"""The walk: what was shown, what was answered, what is wrong; the only place that decides it.

It goes through the form in its order from an empty state. What is shown depends on answers accepted so far and on
nothing else, so an answer to an item that is not shown counts for nothing, neither in the data nor in a condition.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.instruments.conditions import Condition, Decider, decider, is_blank
from bihuan.instruments.definition import ONE_OF, SCALED, Definition, Item, ItemType
from bihuan.instruments.parsing import MISFITS, Bounds, Misfit, Parser, bounds_of, parser_of, taken

NA = "~na"  # what a form sends instead of an answer: "not applicable to me"


class AnswerState(StrEnum):
    """Why an item has no value; an answered item has no entry."""

    SKIPPED = "skipped"
    NOT_APPLICABLE = "na"
    NOT_SHOWN = "not_shown"
    REFUSED = "refused"


MESSAGES: dict[str, str | Promise] = {
    **MISFITS,
    "required": _("Please answer this."),
    "consent": _("Without your consent this cannot go on."),
    "na": _("“Not applicable” is not offered here."),
    "state": _("“%(value)s” is no reason for a missing answer."),
    "unknown": _("The form has no item %(item)s."),
    "file": "%(why)s",  # whoever keeps files says why one is refused
    "not_offered": _("“%(value)s” is not offered after what was answered before."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps a form from being accepted. Its message is put into the reader's language when read."""

    item: str
    kind: str
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return str(MESSAGES[self.kind]) % self.details


@dataclass(frozen=True, slots=True)
class Walk:
    """The outcome. ``values`` and ``states`` are what is stored; every item of the form stands in one of them.

    Where there are ``problems``, ``values`` still holds what could be read, so that the page can be shown again; it
    must not be stored as a response. ``dropped`` holds what was given for items that are not shown, as it was given.
    """

    values: dict[str, Any]
    states: dict[str, str]
    problems: tuple[Problem, ...]
    dropped: dict[str, Any]
    visible_sections: tuple[str, ...]
    visible_items: tuple[str, ...]
    hidden_choices: dict[str, frozenset[str]]

    @property
    def is_sound(self) -> bool:
        return not self.problems

    def problems_in(self, section: str, definition: Definition) -> tuple[Problem, ...]:
        """Those of one section: what keeps a visitor on its page."""
        own = {item.code for one in definition.sections if one.code == section for item in one.items}
        return tuple(problem for problem in self.problems if problem.item in own)


@dataclass(frozen=True, slots=True)
class Step:
    """An item made ready to be walked over many times.

    ``members``: the answers of type ``kind`` that are stored as they came, without further question.
    """

    code: str
    item: Item
    parse: Parser
    bounds: Bounds | None
    shown: Decider | None
    conditional: tuple[tuple[str, Decider], ...]
    members: frozenset[Any]
    kind: type
    has_face: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    code: str
    shown: Decider | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    stretches: tuple[Stretch, ...]
    codes: frozenset[str]


def plan_of(definition: Definition) -> Plan:
    """Compiled once per definition object."""
    plan: Plan | None = definition.compiled.get("walk")
    if plan is None:
        stretches = tuple(
            Stretch(section.code, decider_of(section.visible_if), tuple(step_of(item) for item in section.items))
            for section in definition.sections
        )
        plan = definition.compiled["walk"] = Plan(stretches, frozenset(definition.by_code))
    return plan


def decider_of(condition: Condition | None) -> Decider | None:
    return decider(condition) if condition is not None else None


def step_of(item: Item) -> Step:
    conditional = tuple((one.code, decider(one.visible_if)) for one in item.choices if one.visible_if is not None)
    is_level, is_one = item.type in SCALED, item.type in ONE_OF and not conditional
    return Step(
        code=item.code,
        item=item,
        parse=parser_of(item),
        bounds=bounds_of(item),
        shown=decider_of(item.visible_if),
        conditional=conditional,
        members=item.levels if is_level else item.codes - {NA} if is_one else frozenset(),
        kind=int if is_level else str,
        has_face=item.type is not ItemType.HIDDEN,
    )


class Walker:
    """State of one walk; the steps are methods so that each can be read alone."""

    def __init__(self, given: Mapping[str, Any], states: Mapping[str, str], *, complete: bool) -> None:
        self.given, self.given_states, self.complete = given, states, complete
        self.values: dict[str, Any] = {}
        self.states: dict[str, str] = {}
        self.problems: list[Problem] = []
        self.dropped: dict[str, Any] = {}
        self.hidden_choices: dict[str, frozenset[str]] = {}

    def unseen(self, step: Step) -> None:
        value = self.given.get(step.code)
        if not is_blank(value):
            self.dropped[step.code] = value
        if step.item.takes_answer:
            self.states[step.code] = AnswerState.NOT_SHOWN.value

    def shows(self, step: Step) -> bool:
        """Its condition is true, and where it has choices there is one to choose."""
        if step.shown is not None and step.shown(self.values) is not True:
            return False
        if step.conditional:
            hidden = frozenset(code for code, decide in step.conditional if decide(self.values) is not True)
            if len(hidden) == len(step.item.choices):
                return False
            if hidden:
                self.hidden_choices[step.code] = hidden
        return True

    def seen(self, step: Step, value: Any) -> None:
        code, item = step.code, step.item
        if is_blank(value):
            self.missing(item, self.given_states.get(code, "skipped"))
        elif value == NA or (isinstance(value, list) and value == [NA]):
            self.missing(item, "na")
        elif not item.takes_answer:
            self.dropped[code] = value
        else:
            self.answered(step, value)

    def answered(self, step: Step, value: Any) -> None:
        code, item = step.code, step.item
        try:
            found = step.parse(value)
        except Misfit as misfit:
            self.refuse(item, misfit)
            return
        if found is None:  # white space, an unticked row: nothing was said
            self.missing(item, self.given_states.get(code, "skipped"))
            return
        hidden = self.hidden_choices.get(code)
        if hidden is not None:
            for choice in taken(found):
                if choice in hidden:
                    label = next(one.label or one.code for one in item.choices if one.code == choice)
                    self.refuse(item, Misfit("not_offered", value=label))
                    return
            if isinstance(found, dict):
                found = {choice: points for choice, points in found.items() if choice not in hidden}
        self.values[code] = found
        if step.bounds is not None:
            misfit_found = step.bounds(found, hidden or frozenset(), self.complete)
            if misfit_found is not None:
                self.problem(item, misfit_found.kind, misfit_found.details)
        if found is False and item.is_required and self.complete:
            self.problem(item, "consent")

    def refuse(self, item: Item, misfit: Misfit) -> None:
        self.problem(item, misfit.kind, misfit.details)
        self.states[item.code] = AnswerState.SKIPPED.value

    def missing(self, item: Item, state: str) -> None:
        """Skipped unless a known reason was given; "not shown" is none, the walk knows better."""
        if not item.takes_answer:
            return
        if state not in KNOWN_STATES:
            self.problem(item, "state", {"value": str(state)[:60]})
        if state not in REASONS:
            state = "skipped"
            if item.is_required and self.complete and item.type is not ItemType.HIDDEN:
                self.problem(item, "consent" if item.type is ItemType.CONSENT else "required")
        elif state == "na" and not item.allows_na:
            self.problem(item, "na")
        self.states[item.code] = str(state)

    def problem(self, item: Item, kind: str, details: Mapping[str, Any] | None = None) -> None:
        name = item.label or item.code
        self.problems.append(Problem(item.code, kind, {"item": name, **(details or {})}))


KNOWN_STATES = frozenset(state.value for state in AnswerState)
REASONS = KNOWN_STATES - {AnswerState.SKIPPED.value, AnswerState.NOT_SHOWN.value}


def walk(
    definition: Definition,
    given: Mapping[str, Any],
    states: Mapping[str, str] | None = None,
    *,
    complete: bool = True,
) -> Walk:
    """Walk over a form; ``given`` holds texts of an HTML form or typed JSON, item by item.

    ``complete=False`` is for a page on its way or a draft: what may still come (required items, least numbers, the
    sum of a split, the rest of a ranking) is not missed. Walking over ``values`` and ``states`` of a sound walk gives
    the same walk again.
    """
    plan = plan_of(definition)
    walker = Walker(given, states or {}, complete=complete)
    values = walker.values
    visible_sections: list[str] = []
    visible_items: list[str] = []
    for stretch in plan.stretches:
        if stretch.shown is not None and stretch.shown(values) is not True:
            for step in stretch.steps:
                walker.unseen(step)
            continue
        has_face = False
        for step in stretch.steps:
            if (step.shown is not None or step.conditional) and not walker.shows(step):
                walker.unseen(step)
                continue
            code = step.code
            visible_items.append(code)
            has_face = has_face or step.has_face
            value = given.get(code)
            if value.__class__ is step.kind and value in step.members:
                values[code] = value
            else:
                walker.seen(step, value)
        if has_face:
            visible_sections.append(stretch.code)
    for code in sorted(given.keys() - plan.codes):
        walker.problems.append(Problem(code, "unknown", {"item": code}))
    return Walk(
        walker.values,
        walker.states,
        tuple(walker.problems),
        walker.dropped,
        tuple(visible_sections),
        tuple(visible_items),
        walker.hidden_choices,
    )


class Posted(Protocol):
    """What a browser sent: Django's QueryDict."""

    def getlist(self, key: str) -> list[Any]: ...


def field_name(item: str, choice: str = "") -> str:
    """The name of an item's field in an HTML form; of one choice's field in a ranking or a split."""
    return f"q.{item}/{choice}" if choice else f"q.{item}"


def given_from(definition: Definition, posted: Posted) -> dict[str, Any]:
    """What a form page sent, as `walk` reads it. Fields that belong to no item are not looked at."""
    given: dict[str, Any] = {}
    for item in definition.items:
        sent = [value for value in posted.getlist(field_name(item.code)) if value != ""]
        if NA in sent:
            given[item.code] = NA
        elif item.type in {ItemType.RANKING, ItemType.SPLIT}:
            each = {one.code: posted.getlist(field_name(item.code, one.code))[-1:] for one in item.choices}
            found = {choice: value[0] for choice, value in each.items() if value and value[0] != ""}
            if found:
                given[item.code] = found
        elif item.type in {ItemType.MULTIPLE, ItemType.FILE}:
            if sent:
                given[item.code] = sent
        elif sent:
            given[item.code] = sent[-1]
    return given


def answers_hash(values: Mapping[str, Any], missing: Mapping[str, str]) -> str:
    text = json.dumps([values, missing], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()

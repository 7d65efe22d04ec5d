"""What a transition table promises to whoever runs it."""

import dataclasses
from typing import Any

import pytest

from servicequality.errors import ServiceQualityError
from servicequality.lifecycle import (
    ActionNotPossibleError,
    Lifecycle,
    LifecycleError,
    Transition,
    UnknownActionError,
)

DISPATCH = Transition("dispatch", ("received",), "dispatched", "cases.dispatch", sets=("unit",))
WITHDRAW = Transition("withdraw", ("received", "dispatched"), "closed", "cases.close", requires=("reason",))
REOPEN = Transition("reopen", ("closed",), "dispatched", "cases.reopen", reopens=True)
NOTE = Transition("note", ("received", "dispatched"), "dispatched", "cases.note")


def case_lifecycle(**changes: Any) -> Lifecycle:
    fields: dict[str, Any] = {
        "name": "case",
        "states": ("received", "dispatched", "closed"),
        "initial": "received",
        "transitions": (DISPATCH, WITHDRAW, REOPEN),
        "final": ("closed",),
    }
    return Lifecycle(**{**fields, **changes})


def test_a_state_offers_exactly_the_actions_that_start_there() -> None:
    lifecycle = case_lifecycle()

    offered = {state: [t.action for t in lifecycle.available(state)] for state in lifecycle.states}

    assert offered == {
        "received": ["dispatch", "withdraw"],
        "dispatched": ["withdraw"],
        "closed": ["reopen"],
    }


def test_an_action_is_found_from_each_of_its_sources() -> None:
    lifecycle = case_lifecycle()

    found = [lifecycle.find("withdraw", state) for state in ("received", "dispatched")]

    assert found == [WITHDRAW, WITHDRAW]
    assert lifecycle.actions == ("dispatch", "withdraw", "reopen")
    assert [lifecycle.is_final(state) for state in lifecycle.states] == [False, False, True]


def test_an_action_nobody_declared_is_unknown() -> None:
    lifecycle = case_lifecycle()

    with pytest.raises(UnknownActionError, match="case: there is no action 'approve'") as caught:
        lifecycle.find("approve", "received")

    assert isinstance(caught.value, ServiceQualityError)
    assert caught.value.code == "unknown_action"


def test_an_action_from_the_wrong_state_says_where_it_is_possible() -> None:
    lifecycle = case_lifecycle()

    with pytest.raises(ActionNotPossibleError, match="only in: received") as caught:
        lifecycle.find("dispatch", "closed")

    assert caught.value.code == "action_not_possible"


@pytest.mark.parametrize("ask", [lambda x: x.available("lost"), lambda x: x.find("dispatch", "lost")])
def test_a_state_outside_the_table_is_an_error_not_an_empty_answer(ask: Any) -> None:
    lifecycle = case_lifecycle()

    with pytest.raises(LifecycleError, match="there is no state 'lost'"):
        ask(lifecycle)


@pytest.mark.parametrize(
    ("data", "missing"),
    [
        ({}, ("reason", "count")),
        ({"reason": "  ", "count": None}, ("reason", "count")),
        ({"reason": "withdrawn by caller", "count": 0}, ()),
        ({"reason": [], "count": False}, ("reason",)),
    ],
)
def test_required_data_must_not_be_empty_but_zero_is_an_answer(data: dict[str, Any], missing: tuple[str, ...]) -> None:
    transition = Transition("close", ("open",), "closed", "cases.close", requires=("reason", "count"))

    found = transition.missing(data)

    assert found == missing


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"initial": "new"}, "no state 'new'"),
        ({"final": ("closed", "gone")}, "no state 'gone'"),
        ({"entry": ("imported",)}, "no state 'imported'"),
        ({"states": ("received", "received", "dispatched", "closed")}, "listed twice"),
        (
            {"transitions": (dataclasses.replace(DISPATCH, target="sent"), WITHDRAW, REOPEN)},
            "case.dispatch: there is no state 'sent'",
        ),
        ({"transitions": (DISPATCH, DISPATCH, WITHDRAW, REOPEN)}, "'dispatch' starts twice from 'received'"),
        (
            {"transitions": (dataclasses.replace(DISPATCH, sources=()), WITHDRAW, REOPEN)},
            "'dispatch' has no source state",
        ),
        (
            {"transitions": (dataclasses.replace(DISPATCH, permission=""), WITHDRAW, REOPEN)},
            "'dispatch' names no permission",
        ),
        (
            {"transitions": (DISPATCH, WITHDRAW, dataclasses.replace(REOPEN, reopens=False))},
            "final state 'closed' is left by 'reopen'",
        ),
        (
            {"final": (), "transitions": (DISPATCH, WITHDRAW)},
            "'closed' has no exit and is not declared final",
        ),
        (
            {
                "transitions": (dataclasses.replace(WITHDRAW, sources=("received",)), NOTE),
                "final": ("closed",),
            },
            "'dispatched' has no exit",
        ),
        (
            {
                "states": ("received", "dispatched", "closed", "archived"),
                "transitions": (DISPATCH, WITHDRAW),
                "final": ("closed", "archived"),
            },
            "state 'archived' cannot be reached",
        ),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(LifecycleError, match=message):
        case_lifecycle(**changes)


def test_a_record_may_be_created_in_a_declared_entry_state() -> None:
    lifecycle = case_lifecycle(
        states=("received", "dispatched", "closed", "archived"),
        transitions=(DISPATCH, WITHDRAW),
        final=("closed", "archived"),
        entry=("archived",),
    )

    offered = lifecycle.available("archived")

    assert offered == ()


def test_an_act_may_leave_the_state_as_it_is() -> None:
    stay = Transition("remind", ("dispatched",), "dispatched", "cases.remind")
    lifecycle = case_lifecycle(transitions=(DISPATCH, WITHDRAW, stay))

    found = lifecycle.find("remind", "dispatched")

    assert found.target == "dispatched"

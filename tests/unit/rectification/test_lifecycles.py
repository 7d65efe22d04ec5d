"""The transition tables say the same as the prose: checked pair by pair."""

from __future__ import annotations

import pytest

from bihuan.rectification import lifecycle
from bihuan.rectification.enums import Holder
from bihuan.rectification.models import Action, ExtensionRequest, Finding, Notice
from bihuan.rectification.models.finding import HOLDERS as FINDING_HOLDERS
from bihuan.rectification.models.notice import HOLDERS as NOTICE_HOLDERS
from servicequality.lifecycle import Lifecycle

TABLES = [lifecycle.FINDING, lifecycle.NOTICE, lifecycle.EXTENSION, lifecycle.ACTION]
MODELS = [Finding, Notice, ExtensionRequest, Action]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_state_and_action_has_words(model: type[Finding]) -> None:
    states, actions = set(model.lifecycle.states), set(model.lifecycle.actions)

    assert set(model.state_labels) == states
    assert set(model.action_labels) == actions


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_guard_a_table_names_exists(model: type[Finding]) -> None:
    named = {guard for step in model.lifecycle.transitions for guard in step.guards}

    assert named == set(model.guards)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_a_step_sets_exists(model: type[Finding]) -> None:
    for step in model.lifecycle.transitions:
        for name in step.sets:
            assert model._meta.get_field(name)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_what_is_undone_or_ended_early_needs_a_reason(table: Lifecycle) -> None:
    undoing = {
        "close", "not_corrected", "reopen", "dismiss", "restore", "regrade", "reassign", "retract", "return",
        "withdraw", "refuse", "take_back", "lapse", "send_back", "cancel", "revive", "reschedule",
    }  # fmt: skip

    lacking = [step.action for step in table.transitions if step.action in undoing and "reason" not in step.requires]

    assert lacking == []


@pytest.mark.parametrize(
    ("holders", "table"), [(FINDING_HOLDERS, lifecycle.FINDING), (NOTICE_HOLDERS, lifecycle.NOTICE)]
)
def test_someone_holds_the_ball_exactly_while_it_is_open(holders: dict[str, Holder], table: Lifecycle) -> None:
    assert set(holders) == set(table.states)
    assert {state for state, holder in holders.items() if holder is Holder.NOBODY} == set(table.final)


def test_only_a_second_person_ends_the_work() -> None:
    ending = {
        "finding": {"confirm"},
        "notice": {"verify_effective", "verify_not_effective", "verify_too_early", "return"},
        "extension": {"approve", "refuse"},
        "action": {"verify", "send_back"},
    }

    for table in TABLES:
        guarded = {s.action for s in table.transitions if any(name.startswith("other_than") for name in s.guards)}
        assert guarded == ending[table.name]

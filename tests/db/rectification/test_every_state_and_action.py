"""Every state × action of every lifecycle: only what the table allows happens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from bihuan.foundation.actor import system_actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError
from bihuan.foundation.lifecycle import perform
from bihuan.foundation.models import StatefulModel
from bihuan.rectification import services
from bihuan.rectification.models import Action, ExtensionRequest, Finding, Notice
from servicequality.lifecycle import Lifecycle
from tests.db.rectification.house import THURSDAY, House, issue, raise_finding

MODELS: list[type[StatefulModel]] = [Finding, Notice, ExtensionRequest, Action]


def pairs(lifecycle: Lifecycle) -> Iterator[tuple[str, str]]:
    for state in lifecycle.states:
        for action in lifecycle.actions:
            yield state, action


CASES = [(model, state, action) for model in MODELS for state, action in pairs(model.lifecycle)]
VALUES: dict[str, Any] = {
    "severity": "ordinary",
    "recheck_on": date(2025, 10, 20),
    "issued_at": THURSDAY,
    "replied_at": THURSDAY,
    "closed_at": THURSDAY,
    "number": "ZG-2025-9999",
}


def build(model: type[StatefulModel], house: House) -> StatefulModel:
    if model is Finding:
        return raise_finding(house, severity="ordinary")
    if model is Action:
        return services.action_plan(
            actor=house.office,
            finding=raise_finding(house),
            kind="corrective",
            title="考核报站",
            owner=house.person(house.deputy),
            due_on=date(2025, 10, 20),
        )
    notice = issue(house)
    if model is Notice:
        Finding.objects.filter(pk=notice.finding_id).update(state="open")
        return Notice.objects.get(pk=notice.pk)
    return services.extension_ask(actor=house.station, notice=notice, days=3, reason="备件未到", at=THURSDAY)


def put(record: StatefulModel, state: str) -> StatefulModel:
    type(record).objects.filter(pk=record.pk).update(state=state)
    return type(record).objects.get(pk=record.pk)


def data_for(record: StatefulModel, action: str, state: str, house: House) -> dict[str, Any]:
    step = record.lifecycle.find(action, state)
    given = {name: VALUES.get(name, "文字") for name in step.requires}
    if "unit_id" in given:
        given |= {"unit_id": house.world.south.pk, "org_path": house.world.south.org_path}
    return given


@pytest.mark.parametrize(("model", "state", "action"), CASES, ids=lambda value: getattr(value, "__name__", value))
def test_table_alone_decides_what_is_possible(
    house: House, model: type[StatefulModel], state: str, action: str
) -> None:
    record = put(build(model, house), state)
    allowed = any(step.action == action for step in record.lifecycle.available(state))
    data = data_for(record, action, state, house) if allowed else {"reason": "文字"}

    if allowed:
        perform(record, action, actor=house.checker, data=data)
        assert record.state == record.lifecycle.find(action, state).target
    else:
        with pytest.raises(ActionNotAllowedError):
            perform(record, action, actor=house.checker, data=data)
    stored = type(record).objects.get(pk=record.pk)
    assert (stored.state, stored.version) == (record.state, record.version)


STEPS = [(model, step.action, step.sources[0]) for model in MODELS for step in model.lifecycle.transitions]


@pytest.mark.parametrize(("model", "action", "state"), STEPS, ids=lambda value: getattr(value, "__name__", value))
def test_one_without_the_right_is_refused(house: House, model: type[StatefulModel], action: str, state: str) -> None:
    record = put(build(model, house), state)
    data = data_for(record, action, state, house)

    for actor in (house.reader, house.stranger):
        with pytest.raises(NotPermittedError):
            perform(record, action, actor=actor, data=data)

    assert type(record).objects.get(pk=record.pk).state == state


NEEDS = [(*case, name) for case in STEPS for name in case[0].lifecycle.find(case[1], case[2]).requires]


@pytest.mark.parametrize(
    ("model", "action", "state", "name"), NEEDS, ids=lambda value: getattr(value, "__name__", value)
)
def test_a_step_names_what_it_lacks(
    house: House, model: type[StatefulModel], action: str, state: str, name: str
) -> None:
    record = put(build(model, house), state)
    data = data_for(record, action, state, house) | {name: ""}

    with pytest.raises(BadInputError) as refused:
        perform(record, action, actor=system_actor("setup"), data=data)

    assert refused.value.place == name

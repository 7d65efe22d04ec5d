from collections.abc import Iterator

import pytest

from bihuan.foundation import events
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError, StaleRecordError
from bihuan.foundation.events import StateChanged, emit
from bihuan.foundation.lifecycle import perform
from bihuan.foundation.ports import ActivityEntry
from bihuan.foundation.scope import actor_scope, system_scope
from bihuan.rectification.models import Finding
from tests.kit import World, make_actor, recorded
from tests.rows import make_row

RIGHTS = ("findings.view", "findings.dismiss")


@pytest.fixture
def finding(world: World) -> Finding:
    with system_scope("setup"), recorded():
        found: Finding = make_row(Finding, world.north)
    return found


@pytest.fixture
def actor(world: World) -> Actor:
    return make_actor("mei", unit=world.company, permissions=RIGHTS)


@pytest.fixture
def changes() -> Iterator[list[StateChanged]]:
    heard: list[StateChanged] = []
    events._handlers[StateChanged].append(heard.append)
    yield heard
    events._handlers[StateChanged].remove(heard.append)


def test_a_step_changes_state_log_and_event_together(
    finding: Finding, actor: Actor, changes: list[StateChanged]
) -> None:
    with actor_scope(actor), recorded() as log:
        perform(finding, "dismiss", actor=actor, data={"reason": "not ours"})

    finding.refresh_from_db()
    assert (finding.state, finding.version) == ("dismissed", 2)
    assert [(entry.action, entry.reason, entry.before["state"], entry.after["state"]) for entry in log] == [
        ("dismiss", "not ours", "open", "dismissed")
    ]
    assert [(change.source, change.target) for change in changes] == [("open", "dismissed")]


def test_a_second_click_on_a_stale_page_is_told_so(finding: Finding, actor: Actor) -> None:
    with actor_scope(actor), recorded():
        stale = Finding.objects.get(pk=finding.pk)
        perform(finding, "dismiss", actor=actor, data={"reason": "first"})

        with pytest.raises(StaleRecordError):
            perform(stale, "dismiss", actor=actor, data={"reason": "second"})


def test_without_the_right_nothing_changes(finding: Finding, world: World) -> None:
    reader = make_actor("tao", unit=world.company, permissions=["findings.view"])

    with actor_scope(reader), recorded() as log, pytest.raises(NotPermittedError):
        perform(finding, "dismiss", actor=reader, data={"reason": "x"})

    finding.refresh_from_db()
    assert (finding.state, log) == ("open", [])


def test_the_right_of_another_station_does_not_count(finding: Finding, world: World) -> None:
    stranger = make_actor("sun", unit=world.south, permissions=RIGHTS)

    with actor_scope(stranger), recorded(), pytest.raises(NotPermittedError):
        perform(finding, "dismiss", actor=stranger, data={"reason": "x"})


def test_a_step_that_needs_a_reason_names_it(finding: Finding, actor: Actor) -> None:
    with actor_scope(actor), recorded(), pytest.raises(BadInputError) as refused:
        perform(finding, "dismiss", actor=actor, data={"reason": "  "})

    assert refused.value.place == "reason"


def test_a_step_from_the_wrong_state_is_refused(finding: Finding, actor: Actor) -> None:
    with actor_scope(actor), recorded(), pytest.raises(ActionNotAllowedError):
        perform(finding, "restore", actor=actor, data={"reason": "x"})


def test_when_the_log_cannot_be_written_the_state_stays(
    finding: Finding, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bihuan.foundation.ports import ports

    def broken(_entry: ActivityEntry) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(ports, "write_activity", broken)
    with actor_scope(actor), pytest.raises(OSError, match="disk full"):
        perform(finding, "dismiss", actor=actor, data={"reason": "x"})

    finding.refresh_from_db()
    assert finding.state == "open"


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_a_transaction_is_a_programming_error() -> None:
    with pytest.raises(RuntimeError):
        emit(events.Event())

"""Units that missed the 24 hours, and being excused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from bihuan.cases import permissions as may
from bihuan.cases import services
from bihuan.cases.models import Case, Exemption
from bihuan.cases.selectors.accountability import Miss, misses, tally
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError
from tests.db.cases.house import DECISION, House, dispatched
from tests.kit import make_user

NOW = timezone.now().replace(microsecond=0)
BEGAN = NOW - timedelta(days=5)


def late(house: House) -> Case:
    """Dispatched, and answered 90 minutes after the 24 hours."""
    case = dispatched(house, at=BEGAN, happened_at=None)
    at = BEGAN + timedelta(minutes=10, hours=25, seconds=30 * 60)
    return services.case_answer(actor=house.station, case=case, at=at, **DECISION)


def found(actor: Actor, since: int = 10, until: int = 0) -> list[Miss]:
    return misses(actor, NOW - timedelta(days=since), NOW - timedelta(days=until), NOW)


def test_an_answer_after_the_24_hours_is_on_the_list_with_its_minutes(house: House) -> None:
    case = late(house)

    row = found(house.leader)[0]

    assert (row.case, row.unit, row.minutes) == (case, house.north, 90)
    assert row.due_at == BEGAN + timedelta(minutes=10, hours=24)


def test_a_unit_that_still_has_not_answered_is_on_the_list_too(house: House) -> None:
    dispatched(house, at=BEGAN, happened_at=None)

    row = found(house.leader)[0]

    assert row.answered_at is None
    assert row.minutes == 4 * 24 * 60 - 10


def test_answers_in_time_and_misses_of_other_periods_are_not(house: House) -> None:
    late(house)
    kept = dispatched(house, at=BEGAN, happened_at=None)
    services.case_answer(actor=house.station, case=kept, at=BEGAN + timedelta(hours=20), **DECISION)

    assert len(found(house.leader)) == 1
    assert found(house.leader, since=30, until=10) == []


def test_a_miss_is_laid_to_the_unit_that_had_the_case_then(house: House) -> None:
    case = dispatched(house, at=BEGAN, happened_at=None)
    at = BEGAN + timedelta(hours=30)
    services.case_reassign(actor=house.desk, case=case, unit=house.world.south, reason="南站线路", at=at)
    services.case_answer(actor=house.stranger, case=case, at=at + timedelta(hours=1), **DECISION)

    rows = found(house.leader)

    assert [(row.unit, row.minutes) for row in rows] == [(house.north, 350)]


def test_a_stranger_sees_nothing_of_it(house: House) -> None:
    late(house)

    assert found(house.stranger) == []
    assert len(found(house.reader)) == 1


def test_granted_exemptions_leave_the_count_and_stay_to_be_seen(house: House) -> None:
    case = late(house)
    request = services.exemption_ask(actor=house.station, case=case, reason="录像设备返修,已附证明")
    assert tally(found(house.leader))[0]["count"] == 1

    services.exemption_decide(actor=house.leader, request=request, grant=True, reason="情况属实")

    line = tally(found(house.leader))[0]
    assert (line["count"], line["excused"]) == (0, 1)
    assert found(house.leader)[0].is_excused


def test_a_refused_exemption_changes_nothing(house: House) -> None:
    request = services.exemption_ask(actor=house.station, case=late(house), reason="忙")

    services.exemption_decide(actor=house.leader, request=request, grant=False, reason="理由不成立")

    assert tally(found(house.leader))[0]["count"] == 1


def test_an_exemption_is_decided_by_somebody_else_than_who_asked(house: House) -> None:
    request = services.exemption_ask(actor=house.leader, case=late(house), reason="替站里申请")

    with pytest.raises(ActionNotAllowedError):
        services.exemption_decide(actor=house.leader, request=request, grant=True, reason="同意")
    with pytest.raises(NotPermittedError):
        services.exemption_decide(actor=house.station, request=request, grant=True, reason="同意")


def test_an_exemption_needs_a_miss_a_reason_and_is_asked_once(house: House) -> None:
    kept = dispatched(house, at=NOW, happened_at=None)
    missed = late(house)

    with pytest.raises(ActionNotAllowedError):
        services.exemption_ask(actor=house.station, case=kept, reason="没有超时")
    with pytest.raises(BadInputError):
        services.exemption_ask(actor=house.station, case=missed, reason=" ")
    request = services.exemption_ask(actor=house.station, case=missed, reason="第一次")
    with pytest.raises(ActionNotAllowedError):
        services.exemption_ask(actor=house.station, case=missed, reason="第二次")

    services.exemption_take_back(actor=house.station, request=request, reason="填错")
    services.exemption_ask(actor=house.station, case=missed, reason="重新申请")
    assert Exemption.objects.count() == 2


def test_strangers_and_readers_ask_for_no_exemption(house: House) -> None:
    case = late(house)

    for actor in (house.stranger, house.reader):
        with pytest.raises(NotPermittedError):
            services.exemption_ask(actor=actor, case=case, reason="代为申请")


def test_the_list_filters_by_unit_and_state_and_exports_what_it_shows(house: House) -> None:
    case = late(house)
    request = services.exemption_ask(actor=house.station, case=case, reason="设备返修")
    services.exemption_decide(actor=house.leader, request=request, grant=True, reason="属实")
    other = late(house)
    client = Client()
    client.force_login(make_user("office", unit=house.company, permissions=[may.VIEW, may.LEAD]))

    def export(query: str) -> str:
        return b"".join(client.get(f"/cases/accountability/?export=csv{query}")).decode()

    assert (case.number in export(""), other.number in export("")) == (False, True)
    assert (case.number in export("&shown=excused"), other.number in export("&shown=excused")) == (True, False)
    assert case.number in export(f"&shown=all&unit={house.north.pk}")
    assert other.number not in export(f"&shown=all&unit={house.world.south.pk}")
    assert client.get("/cases/accountability/?since=2026-02-01&until=2026-01-01").status_code == 200

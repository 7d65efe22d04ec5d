"""The log: only ever added to, chained, and complete."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from bihuan.accounts.models import User
from bihuan.foundation.actor import system_actor
from bihuan.foundation.scope import actor_scope, register_system_scope, system_scope
from bihuan.organisation.models import OrgUnit
from bihuan.records.guard import watch_writes
from bihuan.records.models import Activity
from bihuan.records.selectors import activity_of, broken_links, broken_seals
from bihuan.records.services import activity_seal, record_activity, register_subject
from tests.db.records.parallel import in_parallel, shared_database
from tests.kit import World, make_unit, make_user, make_world

SYSTEM = system_actor("test")


@pytest.fixture(autouse=True)
def _units_are_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    from bihuan.records import subjects

    monkeypatch.setattr(subjects, "_rules", {})
    register_subject("organisation.orgunit", "organisation.view", "organisation.manage")


def log(unit: OrgUnit, action: str = "edit", **after: object) -> Activity:
    with system_scope("setup"):
        return record_activity(subject=unit, actor=SYSTEM, action=action, after=after)


def test_line_keeps_who_what_when_why_and_for_whom(world: World) -> None:
    user = make_user("wang", unit=world.north)
    from bihuan.accounts.selectors import actor_of_user

    at = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
    with system_scope("setup"):
        line = record_activity(
            subject=world.north,
            actor=actor_of_user(user),
            action="edit",
            before={"name": "North"},
            after={"name": "New", "score": Decimal("3.50")},
            reason="renamed",
            at=at,
            on_behalf="P li",
        )

    kept = Activity._base_manager.get(pk=line.pk)
    assert (kept.actor_user_id, kept.actor_name, kept.on_behalf) == (user.pk, "P wang", "P li")
    assert (kept.before, kept.after) == ({"name": "North"}, {"name": "New", "score": "3.50"})
    assert (kept.reason, kept.at, kept.org_path) == ("renamed", at, world.north.org_path)
    assert (kept.subject_type, kept.subject_id) == ("organisation.orgunit", world.north.pk)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda rows: rows.update(reason="nothing happened"),
        lambda rows: rows._raw_delete("default"),
        lambda rows: rows.filter(pk__gt=0).delete(),
    ],
)
def test_database_refuses_to_change_or_delete_a_line(world: World, attempt: Callable[..., object]) -> None:
    line = log(world.north)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        attempt(Activity._base_manager.all())

    assert Activity._base_manager.get(pk=line.pk).reason == ""


def test_raw_statements_are_refused_too(world: World) -> None:
    log(world.north)

    for sql in ("DELETE FROM records_activity", "UPDATE records_activity SET actor_name = 'x'"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_lines_of_one_record_are_chained_and_hold(world: World) -> None:
    first, other, second = log(world.north), log(world.south), log(world.north, name="x")

    assert (first.position, second.position, other.position) == (1, 2, 1)
    assert second.previous_hash == first.hash
    assert broken_links(Activity._base_manager.all()) == []


@pytest.mark.parametrize("value", [float("nan"), 1e22, 5.0, 1e-7, "a\x00b", {"deep": [1.0, None, "票价"]}, True])
def test_chain_holds_whatever_was_logged(world: World, value: object) -> None:
    log(world.north, value=value)

    assert broken_links(Activity._base_manager.all()) == []


def _lift(table: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER {table}_no_update")
            cursor.execute(f"DROP TRIGGER {table}_no_delete")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_change")


def test_line_altered_behind_the_triggers_is_found(world: World) -> None:
    log(world.north)
    altered = log(world.north)
    log(world.north)
    _lift("records_activity")
    Activity._base_manager.filter(pk=altered.pk).update(actor_name="somebody else")

    assert [line.pk for line in broken_links(Activity._base_manager.all())] == [altered.pk]


def test_line_taken_out_of_the_middle_is_found_by_the_chain(world: World) -> None:
    log(world.north)
    gone = log(world.north)
    last = log(world.north)
    _lift("records_activity")
    Activity._base_manager.filter(pk=gone.pk)._raw_delete("default")

    assert [line.pk for line in broken_links(Activity._base_manager.all())] == [last.pk]


def test_chain_cut_off_at_its_end_is_found_by_the_seal(world: World) -> None:
    log(world.north)
    last = log(world.north)
    log(world.south)
    with system_scope("setup"):
        seal = activity_seal(now=timezone.now() + timedelta(hours=2))
    _lift("records_activity")
    Activity._base_manager.filter(pk=last.pk)._raw_delete("default")

    assert broken_links(Activity._base_manager.all()) == []
    assert broken_seals() == [seal]
    with pytest.raises(CommandError, match="1 seals"):
        call_command("check_activity")


def test_seal_leaves_the_last_hour_alone_and_goes_on_from_the_last_one(world: World) -> None:
    now = timezone.now()
    log(world.north)

    assert activity_seal(now=now) is None
    first = activity_seal(now=now + timedelta(hours=2))
    assert first is not None
    assert first.count == 1
    assert activity_seal(now=now + timedelta(hours=3)) is None
    log(world.north)
    second = activity_seal(now=now + timedelta(hours=4))
    assert second is not None
    assert (second.count, broken_seals()) == (1, [])


@pytest.mark.django_db(transaction=True)
def test_writers_of_one_record_at_one_moment_make_one_chain(tmp_path: Path) -> None:
    world = make_world()

    def work() -> None:
        for _ in range(5):
            log(world.north)

    with shared_database(tmp_path) as use:
        in_parallel(work, threads=4, use=use)
        positions = sorted(activity_of(world.north).values_list("position", flat=True))
        broken = broken_links(Activity._base_manager.all())

    assert positions == list(range(1, 21))
    assert broken == []


def test_act_in_a_narrow_scope_still_leaves_its_line(world: World) -> None:
    register_system_scope("only-units", models={"organisation.orgunit"})

    with system_scope("only-units"):
        record_activity(subject=world.north, actor=SYSTEM, action="edit")

    assert Activity._base_manager.count() == 1


def test_bulk_update_without_a_line_is_noticed(world: World) -> None:
    with system_scope("setup"), watch_writes() as watch:
        OrgUnit.objects.filter(pk=world.north.pk).update(name="quietly")

    assert [(write.label, write.statement, write.rows) for write in watch.unrecorded] == [
        ("organisation.orgunit", "UPDATE", 1)
    ]


def test_bulk_create_and_raw_delete_without_a_line_are_noticed(world: World) -> None:
    with system_scope("setup"), watch_writes() as watch:
        OrgUnit.objects.bulk_create([OrgUnit(name="a", code="a", kind="team", org_path="/9/")])
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM organisation_orgunit WHERE code = 'a'")

    assert [write.statement for write in watch.unrecorded] == ["INSERT", "DELETE"]


def test_write_with_its_line_passes_the_watch(world: World) -> None:
    with system_scope("setup"), watch_writes() as watch:
        OrgUnit.objects.filter(pk=world.north.pk).update(name="openly")
        record_activity(subject=world.north, actor=SYSTEM, action="edit", after={"name": "openly"})

    assert watch.unrecorded == []


def test_flush_is_refused_where_no_test_runs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core import mail

    monkeypatch.delattr(mail, "outbox")

    with pytest.raises(CommandError, match="append-only"):
        call_command("flush", interactive=False)


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_page_shows_lines_of_ones_own_units_only(world: World) -> None:
    log(world.north, name="north line")
    log(world.south, name="south line")
    client = sign_in(make_user("auditor", unit=world.north, permissions=["activity.view"]))

    page = client.get("/records/activity/", HTTP_ACCEPT_LANGUAGE="en").content.decode()

    assert "north line" in page
    assert "south line" not in page


def test_page_is_shut_without_the_right(world: World) -> None:
    client = sign_in(make_user("clerk", unit=world.north, permissions=["organisation.view"]))

    assert client.get("/records/activity/").status_code == 403


def test_page_filters_by_who_when_subject_action_and_exports_the_same(world: World) -> None:
    log(world.north, "edit", name="wanted")
    log(world.north, "create", name="unwanted")
    log(make_unit("Team", "team", world.north), "edit", name="unwanted")
    client = sign_in(make_user("auditor", unit=world.company, permissions=["activity.view"]))
    today = timezone.localdate().isoformat()
    question = {
        "actor": "tes",
        "since": today,
        "until": today,
        "action": "edit",
        "subject_type": "organisation.orgunit",
        "subject": f"organisation.orgunit:{world.north.pk}",
    }

    page = client.get("/records/activity/", question).content.decode()
    export = client.get("/records/activity/", {**question, "export": "csv"})

    assert "wanted" in page
    assert "unwanted" not in page
    lines = b"".join(export).decode("utf-8-sig").strip().splitlines()
    assert len(lines) == 2
    assert "wanted" in lines[1]


def test_page_costs_the_same_number_of_queries_for_many_lines(
    world: World, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(50):
        log(world.north, name=f"line {number}")
    client = sign_in(make_user("auditor", unit=world.company, permissions=["activity.view"]))

    with django_assert_max_num_queries(25):
        client.get("/records/activity/")


def test_scope_of_a_line_is_the_units_path_of_the_day(world: World) -> None:
    line = log(world.north)
    user = make_user("auditor", unit=world.south, permissions=["activity.view"])
    from bihuan.accounts.selectors import actor_of_user

    with actor_scope(actor_of_user(user)):
        seen = Activity.objects.filter(pk=line.pk).exists()

    assert seen is False

from datetime import UTC, datetime, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from bihuan.foundation import jobs
from bihuan.foundation.models import Schedule, ScheduleRun

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def minutely() -> Schedule:
    Schedule.objects.all().delete()
    return Schedule.objects.create(
        key="t", task="bihuan.duties.tasks.scan_clocks", rrule="FREQ=MINUTELY", starts_at=NOW, next_at=NOW
    )


def test_a_due_schedule_is_enqueued_once_and_moves_on() -> None:
    schedule = minutely()

    first, second = jobs.run_due_schedules(NOW), jobs.run_due_schedules(NOW)

    schedule.refresh_from_db()
    assert (first, second) == (1, 0)
    assert schedule.next_at == NOW + timedelta(minutes=1)
    assert DBTaskResult.objects.count() == 1


def test_after_downtime_a_schedule_runs_once_not_once_per_missed_minute() -> None:
    schedule = minutely()

    ran = jobs.run_due_schedules(NOW + timedelta(days=1, seconds=30))

    schedule.refresh_from_db()
    assert ran == 1
    assert schedule.next_at == NOW + timedelta(days=1, minutes=1)


def test_a_rule_of_half_minutes_costs_the_same_after_years() -> None:
    start = NOW - timedelta(days=1500)

    assert jobs.nearer("FREQ=SECONDLY;INTERVAL=30", start, NOW) > NOW - timedelta(minutes=2)
    assert jobs.next_after("FREQ=SECONDLY;INTERVAL=30", start, NOW) == NOW + timedelta(seconds=30)
    assert jobs.next_after("FREQ=MINUTELY", start, NOW + timedelta(seconds=5)) == NOW + timedelta(minutes=1)
    assert jobs.nearer("FREQ=MINUTELY;BYHOUR=3", start, NOW) == start


def test_two_schedulers_do_not_both_enqueue_the_same_instant() -> None:
    schedule = minutely()
    ScheduleRun.objects.create(schedule=schedule, due_at=NOW, enqueued_at=NOW)

    assert jobs.run_due_schedules(NOW) == 0
    assert DBTaskResult.objects.count() == 0


def test_a_job_of_a_killed_worker_goes_back_to_the_queue() -> None:
    jobs.enqueue("bihuan.duties.tasks.scan_clocks")
    DBTaskResult.objects.update(status="RUNNING", started_at=NOW - timedelta(hours=1))

    returned = jobs.reap(NOW)

    assert returned == 1
    assert DBTaskResult.objects.get().status == "READY"


def test_a_failed_job_is_tried_three_times_with_growing_pauses() -> None:
    jobs.enqueue("bihuan.duties.tasks.scan_clocks")
    pauses = []
    for tries in (1, 2, 3):
        DBTaskResult.objects.update(
            status="FAILED", finished_at=NOW, started_at=NOW, run_after=NOW, worker_ids=["w"] * tries
        )
        jobs.reap(NOW)
        row = DBTaskResult.objects.get()
        pauses.append((row.status, row.run_after - NOW))

    assert pauses[0][0] == pauses[1][0] == "READY"
    assert pauses[1][1] > pauses[0][1]
    assert pauses[2] == ("FAILED", timedelta(0))


def test_a_schedule_that_the_code_no_longer_declares_disappears() -> None:
    minutely()

    jobs.sync_schedules(NOW)

    assert not Schedule.objects.filter(key="t").exists()
    assert Schedule.objects.filter(key="duties.scan").exists()

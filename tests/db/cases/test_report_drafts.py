"""Reports are drafted by themselves when their period has ended; a person publishes them."""

from __future__ import annotations

from datetime import UTC, datetime

from bihuan.cases import services
from bihuan.cases.models import CaseReport
from bihuan.records.models import Notification
from tests.db.cases.house import House

MONDAY = datetime(2025, 9, 8, 2, 0, tzinfo=UTC)


def published(house: House) -> CaseReport:
    report = services.report_draft(actor=house.desk, unit=house.company, rhythm="week", day=MONDAY.date(), at=MONDAY)
    return services.report_publish(actor=house.desk, report=report, at=MONDAY)


def weeks() -> list[tuple[str, str]]:
    return [(f"{one.since:%m-%d}", one.state) for one in CaseReport.objects.order_by("since")]


def test_where_nothing_was_published_nothing_is_drafted(house: House) -> None:
    assert services.reports_draft_due(at=MONDAY) == 0
    assert weeks() == []


def test_each_ended_week_is_drafted_once_also_after_days_of_downtime(house: House) -> None:
    published(house)
    friday_of_the_third_week = datetime(2025, 9, 26, 2, 0, tzinfo=UTC)

    first = services.reports_draft_due(at=friday_of_the_third_week)
    again = services.reports_draft_due(at=friday_of_the_third_week)

    assert (first, again) == (1, 0)
    assert weeks() == [("09-08", "published"), ("09-15", "draft")]
    assert Notification.objects.filter(user_id=house.leader.user_id, message__contains="drafted").exists()


def test_a_draft_that_somebody_withdrew_does_not_come_back(house: House) -> None:
    published(house)
    at = datetime(2025, 9, 22, 2, 0, tzinfo=UTC)
    services.reports_draft_due(at=at)
    services.report_withdraw(actor=house.desk, report=CaseReport.objects.get(state="draft"), reason="不需要")

    assert services.reports_draft_due(at=at) == 0

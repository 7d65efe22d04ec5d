"""Figures of a period: what is counted, with which base, and what is frozen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from bihuan.accounts.models import User
from bihuan.cases import services
from bihuan.cases.models import CaseReport, MapLayer
from bihuan.cases.presentation import leading
from bihuan.cases.selectors.figures import CaseQuestion, ParetoRow, case_figures, pareto, places, points, units, weeks
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, NotPermittedError
from servicequality.event_rates import rate_interval
from servicequality.intervals import wilson
from tests.db.cases.house import DECISION, THURSDAY, House, answered, closed, dispatched, take_in

SEPTEMBER = (date(2025, 9, 1), date(2025, 9, 30))


def asked(house: House, **values: object) -> CaseQuestion:
    return CaseQuestion(house.desk, *SEPTEMBER, **values)  # type: ignore[arg-type]


def test_a_period_counts_what_came_in_what_was_closed_and_what_is_open_at_its_end(house: House) -> None:
    closed(house)
    take_in(house)
    take_in(house, at=THURSDAY - timedelta(days=40), happened_at=None)

    found = case_figures(asked(house))

    assert (found.received, found.closed, found.open_at_end) == (2, 1, 2)


def test_a_duplicate_is_not_counted_as_received(house: House) -> None:
    first, second = take_in(house), take_in(house)
    services.case_merge(actor=house.desk, case=second, into=first, reason="同一人同一事", at=THURSDAY)

    assert case_figures(asked(house)).received == 1


def test_the_three_classes_of_a_promise_are_kept_apart(house: House) -> None:
    closed(house)
    late = dispatched(house)
    services.case_answer(actor=house.station, case=late, at=THURSDAY + timedelta(hours=30), **DECISION)
    extended = dispatched(house)
    request = services.extension_ask(
        actor=house.station,
        case=extended,
        policy_key="department_answer_24h",
        amount=24,
        reason="调取录像",
        at=THURSDAY + timedelta(hours=2),
    )
    services.extension_approve(actor=house.leader, request=request, at=THURSDAY + timedelta(hours=3))
    services.case_answer(actor=house.station, case=extended, at=THURSDAY + timedelta(hours=30), **DECISION)

    department = next(one for one in case_figures(asked(house)).promises if one.key == "department")

    assert (department.kept, department.extended, department.broken) == (1, 1, 1)
    assert department.in_time == wilson(1, 3)


def test_what_is_late_and_still_open_is_not_in_time(house: House) -> None:
    dispatched(house)

    closing = next(one for one in case_figures(asked(house)).promises if one.key == "closing")

    assert (closing.judged, closing.late_now) == (0, 1)
    assert closing.in_time == wilson(0, 1)


def test_no_judgement_is_no_share(house: House) -> None:
    take_in(house)

    assert case_figures(asked(house)).substantiated.value is None


def test_a_rate_divides_by_the_days_of_the_period_only(house: House) -> None:
    take_in(house)
    services.exposure_enter(
        actor=house.desk,
        unit=house.company,
        measure="passengers",
        since=date(2025, 9, 1),
        until=date(2025, 10, 30),
        number=6_000_000,
        source="票务系统",
    )

    (rate,) = case_figures(asked(house, unit=house.company)).rates

    assert (rate.exposure, rate.covered) == (3_000_000, 1.0)
    assert rate.estimate == rate_interval(1, 3_000_000, per=1e6)


def test_cases_of_days_without_a_number_do_not_raise_the_rate(house: House) -> None:
    take_in(house)
    services.exposure_enter(
        actor=house.desk,
        unit=house.company,
        measure="passengers",
        since=date(2025, 9, 1),
        until=date(2025, 9, 3),
        number=300_000,
        source="票务系统",
    )

    (rate,) = case_figures(asked(house, unit=house.company)).rates

    assert (rate.estimate.value, rate.estimate.n) == (0.0, 0)
    assert (rate.exposure, rate.covered) == (300_000, 0.1)


def test_the_places_named_most_come_first(house: House) -> None:
    for place in ("南门广场", "高铁北站", "南门广场"):
        take_in(house, place=place)

    assert places(asked(house)) == [("南门广场", 2), ("高铁北站", 1)]


def test_without_numbers_there_is_no_rate(house: House) -> None:
    take_in(house)

    assert case_figures(asked(house)).rates == ()


def test_a_day_of_a_unit_is_entered_once(house: House) -> None:
    given = {"actor": house.desk, "unit": house.company, "measure": "calls", "number": 100, "source": "话务平台"}
    services.exposure_enter(since=date(2025, 9, 1), until=date(2025, 9, 30), **given)  # type: ignore[arg-type]

    with pytest.raises(BadInputError):
        services.exposure_enter(since=date(2025, 9, 30), until=date(2025, 10, 31), **given)  # type: ignore[arg-type]


def test_what_nobody_decided_stands_apart_in_the_ranking(house: House) -> None:
    answered(house)
    take_in(house)

    rows = pareto(asked(house), "theme", "name")

    assert [(row.label, row.count, row.running) for row in rows] == [("服务态度", 1, 0.5), ("", 1, 1.0)]


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((5, 3), "A comes first with 62%"),
        ((4, 4), "A and 1 other come first with 50% each"),
        ((2, 2, 2), "A and 2 others come first with 33% each"),
    ],
)
def test_parts_that_stand_equal_are_not_told_apart(counts: tuple[int, ...], said: str) -> None:
    whole = sum(counts)
    rows = [ParetoRow(place, "ABC"[place], n, n / whole, 0.0) for place, n in enumerate(counts)]
    undecided = ParetoRow(None, "", counts[0], 0.0, 1.0)

    with translation.override("en"):
        assert leading([*rows, undecided], lambda row: row.label) == said


def test_weeks_without_a_case_are_weeks_with_none(house: House) -> None:
    take_in(house)

    counts = dict(weeks(asked(house)))

    assert (counts[date(2025, 9, 22)], counts[date(2025, 9, 15)]) == (1, 0)


def test_a_unit_with_nothing_judged_is_not_compared(house: House) -> None:
    dispatched(house)

    rows, different = units(asked(house))

    assert ([row.unit for row in rows], different) == ([house.north], None)


def test_places_are_rounded_and_say_nothing_of_the_case(house: House) -> None:
    take_in(house, latitude="34.256789", longitude="109.123456")
    take_in(house, latitude="34.256612", longitude="109.123321")

    assert points(asked(house)) == [(109.123, 34.257, 2)]


def test_a_stranger_sees_no_figure_of_other_units(house: House) -> None:
    dispatched(house)

    assert case_figures(CaseQuestion(house.stranger, *SEPTEMBER)).received == 0


def test_a_published_report_keeps_its_figures_when_the_cases_change(house: House) -> None:
    take_in(house)
    report = services.report_draft(actor=house.desk, unit=house.company, rhythm="month", day=SEPTEMBER[0])
    services.report_publish(actor=house.desk, report=report)
    take_in(house)

    with pytest.raises(ActionNotAllowedError):
        services.report_refresh(actor=house.desk, report=report)

    report.refresh_from_db()
    assert (report.number, report.figures["received"]) == ("YB-2025-001", 1)


def test_a_draft_is_computed_again_and_drafted_once_a_period(house: House) -> None:
    report = services.report_draft(actor=house.desk, unit=house.company, rhythm="week", day=THURSDAY.date())
    take_in(house)

    services.report_refresh(actor=house.desk, report=report)
    again = services.report_draft(actor=house.desk, unit=house.company, rhythm="week", day=date(2025, 9, 28))

    assert (report.figures["received"], again, CaseReport.objects.count()) == (1, report, 1)
    assert (report.since, report.until) == (date(2025, 9, 22), date(2025, 9, 28))


def test_a_reader_may_not_publish(house: House) -> None:
    report = services.report_draft(actor=house.desk, unit=house.company, rhythm="week", day=THURSDAY.date())

    with pytest.raises(NotPermittedError):
        services.report_publish(actor=house.reader, report=report)


@pytest.mark.parametrize("kind", ["print", "pdf", "docx", "xlsx"])
def test_a_report_is_a_file_of_every_kind(client: Client, house: House, kind: str) -> None:
    closed(house)
    report = services.report_draft(actor=house.desk, unit=house.company, rhythm="month", day=SEPTEMBER[0])
    client.force_login(User.objects.get(pk=house.desk.user_id))

    answer = client.get(reverse(f"cases:report-{kind}", args=[report.pk]))

    assert answer.status_code == 200
    assert len(answer.content) > 1000


def test_an_outline_is_kept_as_lines_and_nothing_else(house: House) -> None:
    ring = [[109.0, 34.0], [109.2, 34.0], [109.2, 34.3], [109.0, 34.0]]
    body = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"url": "http://elsewhere"},
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [ring],
                },
            }
        ],
    }

    services.map_layer_upload(actor=house.desk, unit=house.company, name="县界", origin="县测绘局,公开", body=body)

    layer = MapLayer.objects.get()
    assert list(layer.shapes) == ["rings"]
    assert layer.shapes["rings"][0][0] == [109.0, 34.0]


@pytest.mark.parametrize(
    "body",
    [{}, {"type": "Point", "coordinates": [1, 2]}, {"type": "LineString", "coordinates": [[500, 2], [3, 4]]}, []],
)
def test_what_is_no_outline_is_refused(house: House, body: object) -> None:
    with pytest.raises(BadInputError):
        services.map_layer_upload(actor=house.desk, unit=house.company, name="x", origin="y", body=body)


def test_the_page_says_what_happened_and_exports_the_same(client: Client, house: House) -> None:
    closed(house)
    client.force_login(User.objects.get(pk=house.desk.user_id))
    period = {"since": "2025-09-01", "until": "2025-09-30"}

    page = client.get(reverse("cases:figures"), period).content.decode()
    sheet = b"".join(client.get(reverse("cases:figures"), {**period, "export": "csv"}).streaming_content).decode()

    assert "本期受理 1 件,办结 1 件".replace(",", "，") in page
    assert "查实率" in sheet
    assert client.get(reverse("cases:map"), period).status_code == 200

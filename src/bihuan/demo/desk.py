"""The hotline's office: services for the city's centre, the desk's roster, a missed deadline."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from bihuan.cases import services
from bihuan.cases.enums import DEPARTMENT_PROMISE, Kind
from bihuan.cases.models import Case, CityCentre, DeskShift
from bihuan.cases.particulars import Particular, Use
from bihuan.demo.moment import at
from bihuan.demo.people import HEADS
from bihuan.demo.telling import Stage, Story
from bihuan.duties.models import ClockCycle

ASKED = (
    Particular("order_no", "市民热线工单编号", use=Use.NUMBER, required=True),
    Particular("line", "线路", use=Use.LINE),
    Particular("bus", "车牌或自编号", use=Use.VEHICLE),
    Particular("stop", "站点", use=Use.STOP),
    Particular("happened", "发生时间", datatype="datetime", use=Use.HAPPENED),
    Particular("wish", "来电人诉求", datatype="text", use=Use.WISH),
)
REPORTED = (
    Particular("order_no", "市民热线工单编号", use=Use.NUMBER, required=True),
    Particular(
        "about",
        "涉及方面",
        datatype="multivaluelist",
        values=(("line", "线路走向"), ("stop", "站点设置"), ("fare", "票价优惠"), ("other", "其他")),
    ),
)
OFFERED: tuple[tuple[str, str, str, str, tuple[Particular, ...], bool], ...] = (
    ("bus-complaint", "公交服务投诉", "司乘服务、停靠、班次、车况等投诉", Kind.COMPLAINT, ASKED, False),
    ("bus-enquiry", "公交出行咨询", "线路、班次、票价、失物等咨询", Kind.ENQUIRY, ASKED[:4], False),
    ("bus-idea", "公交意见建议", "线路站点调整等建议", Kind.SUGGESTION, REPORTED, True),
)


def city(stage: Stage) -> Story:
    """What the centre may send is written down; it hears the end of its tickets. It does not exist."""
    yield at(stage.workday_before(3), "09:20")
    company = stage.units.company
    with stage.acting("office") as actor:
        for code, name, words, kind, asked, publishes in OFFERED:
            values: dict[str, Any] = {"code": code, "name": name, "description": words, "group": "公交", "kind": kind}
            more = {"keywords": "公交,乘车", "publishes": publishes}
            services.service_write(actor=actor, desk=company, values=values | more, asked=asked)
        services.centre_write(
            actor=actor,
            desk=company,
            values={"name": "市民热线 12345", "origin": "12345", "base_url": "https://12345.example/open311/v2"},
            api_key="demo-key-of-the-city-0311",
        )


def roster(stage: Stage) -> Story:
    """Three shifts a day, three weeks back and two ahead; next week one night is still open."""
    monday = stage.today - timedelta(days=stage.today.weekday())
    yield at(monday - timedelta(days=22), "15:00")
    with stage.acting("hotline") as actor:
        services.shifts_write(
            actor=actor,
            unit=stage.units.company,
            people=stage.cast.people["QY-RX"][1:4],
            first_day=monday - timedelta(days=21),
            weeks=5,
            begins=time(8),
            rotates=True,
            phone="0917-12345",
        )
        night = at(monday + timedelta(days=8), "00:00")
        empty = DeskShift.objects.filter(starts_at=night).first()
        if empty is not None:
            services.shift_drop(actor=actor, shift=empty, reason="人员培训，待调班")
    for shift in DeskShift.objects.filter(ends_at__gt=stage.now - timedelta(days=3), ends_at__lt=stage.now).order_by(
        "ends_at"
    ):
        yield shift.ends_at
        following = DeskShift.objects.filter(starts_at=shift.ends_at).select_related("person").first()
        if following is not None:
            with stage.acting("hotline") as actor:
                note = "市民热线回访两件待回电；其余正常。"
                services.shift_hand_over(actor=actor, shift=shift, note=note, handed_to=following.person)


def excused(stage: Stage) -> Story:
    """Two units that were late ask to be excused; the director has decided on one."""
    yield at(stage.workday_before(2), "10:30")
    late = ClockCycle.objects.filter(clock__policy_key=DEPARTMENT_PROMISE, is_met=False).order_by("-due_at")
    numbers = late.values_list("clock__subject_id", flat=True)
    cases = [case for case in Case.objects.filter(pk__in=numbers).select_related("unit") if case.unit is not None]
    requests = []
    for case in cases[:2]:
        with stage.acting(HEADS[case.unit.code]) as actor:  # type: ignore[union-attr]
            reason = "当日车载录像设备返修，取证延误，附维修单。"
            requests.append(services.exemption_ask(actor=actor, case=case, reason=reason))
    yield at(stage.workday_before(1), "09:10")
    for request in requests[:1]:
        with stage.acting("director") as actor:
            services.exemption_decide(actor=actor, request=request, grant=True, reason="情况属实，同意免责")


def reconciled(stage: Stage) -> Story:
    """Both sides of four weeks laid together: one ticket never arrived here, one is finished on one side only."""
    yield at(stage.workday_before(1), "10:10")
    centre = CityCentre.objects.get()
    with stage.acting("office") as actor:
        check = services.check_ask(
            actor=actor, centre=centre, since=stage.today - timedelta(days=29), until=stage.today - timedelta(days=2)
        )
    since, until = check.bounds
    ours = Case.objects.filter(origin=centre.origin, received_at__gte=since, received_at__lt=until)
    listed = [{"service_request_id": case.origin_id, "status": "closed" if case.is_final else "open"} for case in ours]
    for row in [row for row in listed if row["status"] == "closed"][:1]:
        row["status"] = "open"
    listed.append({"service_request_id": f"{since:%y%m%d}430999", "status": "open"})
    # The centre does not exist, so what it would have listed is put down in its place.
    services.check_keep(check=check, rows=listed, now=check.asked_at + timedelta(minutes=1))


def desk(stage: Stage) -> list[Story]:
    return [city(stage), roster(stage), excused(stage), reconciled(stage)]

"""Three months at the hotline desk: calls, tickets of the city's centre, one incident, one dispute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bihuan.cases import services
from bihuan.cases.enums import Channel, Kind, Outcome, PartyBasis
from bihuan.cases.models import Case
from bihuan.cases.selectors import criteria_for, themes_for
from bihuan.demo.matters import COMPLAINTS, DOOR_FAULT, OTHERS, STOPS, Matter
from bihuan.demo.moment import at
from bihuan.demo.people import HEADS
from bihuan.demo.telling import Chance, Stage, Story, chance_of
from bihuan.foundation.scope import system_scope
from bihuan.standards.selectors import answers_offered

TOLD_FOR = 75  # days
A_DAY = 0.85
CHANNELS = (Channel.PHONE, Channel.HOTLINE, Channel.PHONE, Channel.WEB, Channel.QR, Channel.HOTLINE, Channel.WALK_IN)
NAMES = ("王女士", "李先生", "陈阿姨", "赵同学", "周先生", "吴女士", "")
OBJECTION = "当时情况与认定的不一样，我是按规程做的，请调取前后五分钟的车内录像核对。"
LEVELS = ("5", "4", "4", "4", "3", "2")


def said(stage: Stage, matter: Matter, day: date, chance: Chance) -> services.Told:
    lines = sorted(stage.units.lines)
    line = lines[int(chance.integers(len(lines)))]
    vehicles = stage.units.vehicles[line]
    moment = at(day, f"{int(chance.integers(6, 20)):02d}:{int(chance.integers(60)):02d}")
    stop = list(STOPS)[int(chance.integers(len(STOPS)))]
    longitude, latitude = STOPS[stop]
    words = {"line": line, "stop": stop, "time": f"{moment:%H:%M}"}
    name = NAMES[int(chance.integers(len(NAMES)))]
    channel = CHANNELS[int(chance.integers(len(CHANNELS)))]
    number = int(chance.integers(10**6))
    is_city = channel == Channel.HOTLINE
    return services.Told(
        text=matter.text.format(**words),
        channel=channel,
        kind=matter.kind,
        happened_at=moment - timedelta(hours=1),
        place=stop,
        latitude=Decimal(latitude) + Decimal(int(chance.integers(-40, 40))) / 10000,
        longitude=Decimal(longitude) + Decimal(int(chance.integers(-40, 40))) / 10000,
        line=stage.units.lines[line],
        asset=vehicles[int(chance.integers(len(vehicles)))],
        is_public=is_city,
        origin="12345" if is_city else "",
        origin_id=f"{day:%y%m%d}{number:06d}" if is_city else "",
        person=services.Person(name=name, phone=f"139{number:08d}" if name else ""),
    )


def facts(case: Case, matter: Matter) -> dict[str, Any]:
    words = {"line": case.line.name if case.line else "", "stop": case.place, "time": "当时"}
    return {
        "answer": matter.answer.format(**words),
        "outcome": matter.found,
        "facts": matter.facts.format(**words),
        "clause": matter.clause,
        "branch": matter.branch,
        "measures": ["apology"] if matter.branch else [],
    }


def one(stage: Stage, matter: Matter, told: services.Told, begin: datetime, chance: Chance) -> Story:
    """One case as far as its time reaches: what is not due yet stays where it is today."""
    yield begin
    with stage.acting("hotline") as actor:
        desk = stage.units.company
        case = services.case_take_in(actor=actor, desk=desk, told=told).case
        if matter.kind == Kind.ENQUIRY:
            offered = answers_offered(told.text, desk.org_path, begin.date(), limit=1)
            edition = offered[0].edition if offered else None
            answer = edition.answer if edition else matter.answer
            services.case_answer_at_intake(actor=actor, case=case, answer=answer, standard=edition)
            return
    yield begin + timedelta(minutes=int(chance.integers(4, 50)))
    with stage.acting("hotline") as actor:
        services.case_classify(
            actor=actor,
            case=case,
            kind=matter.kind,
            grade=matter.grade,
            criterion=criteria_for(case.desk.org_path).filter(code=matter.criterion).first(),
            theme=themes_for(case.desk.org_path).get(name=matter.theme),
        )
        unit = case.line.unit if case.line else stage.units.stations[0]
        services.case_dispatch(actor=actor, case=case, unit=unit)
    head = HEADS[unit.code]
    late = chance.random() < 0.12
    yield begin + timedelta(hours=2 + 6 * chance.random())
    with stage.acting(head) as actor:
        services.case_accept(actor=actor, case=case)
        if matter.facts:
            services.entry_add(actor=actor, case=case, kind="statement", side="staff", text="当班驾驶员说明了经过。")
    yield begin + timedelta(hours=(27 if late else 9) + 10 * chance.random())
    with stage.acting(head) as actor:
        for party in case.parties.filter(confirmed_at__isnull=False, attributable__isnull=True):
            is_so = matter.found == Outcome.SUBSTANTIATED
            note = "录像与当事人陈述一致" if is_so else "录像显示操作规范"
            services.party_judge(actor=actor, party=party, attributable=is_so, note=note)
        services.case_answer(actor=actor, case=case, **facts(case, matter))
    yield begin + timedelta(hours=(40 if late else 22) + 12 * chance.random())
    with stage.acting("hotline") as actor:
        case.refresh_from_db()
        services.contact_note(actor=actor, case=case, text="电话告知处理结果", is_reached=True)
        services.case_feed_back(actor=actor, case=case, result_told=case.answer)
        if matter.kind != Kind.COMMENDATION and case.complainant.is_reachable:
            level = LEVELS[int(chance.integers(len(LEVELS)))]
            services.satisfaction_by_call(actor=actor, case=case, level=level)
        services.case_close(actor=actor, case=case)


def calls(stage: Stage) -> list[Story]:
    stories = []
    first = stage.today - timedelta(days=TOLD_FOR)
    for number in range(TOLD_FOR + 1):
        day = first + timedelta(days=number)
        chance = chance_of(41, day.toordinal())
        busy = 3 if number >= TOLD_FOR - 2 else int(chance.random() < A_DAY) + int(chance.random() < A_DAY / 4)
        for place in range(busy):
            own = chance_of(42, day.toordinal(), place)
            shelf: Sequence[Matter] = COMPLAINTS if own.random() < 0.62 else OTHERS
            matter = shelf[int(own.integers(len(shelf)))]
            told = said(stage, matter, day, own)
            begin = (told.happened_at or at(day)) + timedelta(hours=1)
            stories.append(one(stage, matter, told, begin, own))
    return stories


def door_fault(stage: Stage) -> Story:
    """One cause, four customers: an incident, and the leader knows at once."""
    day = stage.workday_before(4)
    begin = at(day, "07:40")
    line = stage.units.lines["3路"]
    cases = []
    for number, text in enumerate(DOOR_FAULT):
        yield begin + timedelta(minutes=7 * number)
        with stage.acting("hotline") as actor:
            told = services.Told(
                text=text,
                channel=Channel.PHONE,
                happened_at=begin - timedelta(minutes=10),
                line=line,
                asset=stage.units.vehicles["3路"][0],
                place="高铁北站",
                is_major=number == 2,
                person=services.Person(name=NAMES[number], phone=f"1380000{number:04d}"),
            )
            cases.append(services.case_take_in(actor=actor, desk=stage.units.company, told=told).case)
    yield begin + timedelta(minutes=40)
    with stage.acting("office") as actor:
        incident = services.incident_report(
            actor=actor,
            unit=line.unit,
            title="3 路车门故障致乘客滞留",
            fact="早高峰 3 路一辆车在高铁北站车门无法开启，乘客滞留约 12 分钟，一名老人下车时摔倒。",
            grade="ordinary",
            happened_at=begin - timedelta(minutes=10),
            cases=cases,
        )
    yield begin + timedelta(hours=2)
    with stage.acting("hotline") as actor:
        for case in cases:
            theme = themes_for(case.desk.org_path).get(name="车厢设施与空调")
            services.case_classify(actor=actor, case=case, kind=Kind.COMPLAINT, grade="general", theme=theme)
            services.case_dispatch(actor=actor, case=case, unit=line.unit)
    yield begin + timedelta(hours=3)
    with stage.acting("office") as actor:
        leader = stage.cast.people["QY-GS"][0]
        data = {"leader": leader}
        services.incident_step(actor=actor, incident=incident, action="investigate", data=data)


def rewarded(stage: Stage) -> Story:
    """A suggestion that was taken up: proposed by the station, decided by the director."""
    day = stage.workday_before(12)
    yield at(day, "10:05")
    matter, chance = OTHERS[0], chance_of(43)
    told = said(stage, matter, day, chance)
    story = one(stage, matter, told, at(day, "10:05"), chance)
    yield from story
    yield at(stage.workday_before(6), "15:20")
    case = Case.objects.filter(kind=Kind.SUGGESTION, state="closed", unit__isnull=False).order_by("-closed_at").first()
    if case is None or case.unit is None:
        return
    with stage.acting(HEADS[case.unit.code]) as actor:
        proposal = services.proposal_make(
            actor=actor, case=case, kind="reward", amount=Decimal(60), claim="建议已采纳，先在一站试装"
        )
    yield at(stage.workday_before(5), "09:30")
    with stage.acting("director") as actor:
        services.proposal_approve(actor=actor, proposal=proposal, note="同意，从服务质量专项基金列支")


def disputed(stage: Stage) -> Story:
    """A driver says it was not so; the panel is named, one of three has voted."""
    yield at(stage.workday_before(3), "14:10")
    rows = Case.objects.filter(state="closed", outcome="substantiated", unit__code="QY-CB")
    case = rows.order_by("-closed_at").first()
    if case is None:
        return
    with stage.acting("office") as actor:
        services.case_reopen(actor=actor, case=case, reason="驾驶员提出异议，补充认定责任")
        services.case_classify(
            actor=actor,
            case=case,
            kind=case.kind,
            grade=case.grade,
            criterion=case.criterion,
            theme=case.theme,
            reason="补充认定，类别不变",
        )
        services.case_dispatch(actor=actor, case=case, unit=stage.units.by_code["QY-CB"])
        driver = stage.cast.people["QY-CB-1"][1]
        party = services.party_name(actor=actor, case=case, person=driver, basis=PartyBasis.ROSTER, role="驾驶员")
    with stage.acting("north") as actor:
        services.party_confirm(actor=actor, party=party)
        services.party_judge(actor=actor, party=party, attributable=True, note="录像和录音清楚，责任在当班驾驶员")
        case.refresh_from_db()
        kept = {name: getattr(case, name) for name in ("outcome", "facts", "clause", "branch", "answer")}
        services.case_answer(actor=actor, case=case, **kept)
    yield at(stage.workday_before(2), "16:00")
    with stage.acting("office") as actor:
        party.refresh_from_db()
    with system_scope("cases.own"):
        review = services.review_ask(actor=stage.cast.actors["driver"], party=party, staff_view=OBJECTION)
    yield at(stage.workday_before(1), "09:20")
    with stage.acting("office") as actor:
        seated = [stage.cast.users[name].person for name in ("tech", "supervisor", "guest")]
        panel = [person for person in seated if person is not None]
        services.review_convene(actor=actor, review=review, panel=panel)
    yield at(stage.workday_before(1), "15:40")
    with system_scope("cases.panels"):
        reason = "看过前后五分钟的录像，与认定的事实一致。"
        services.review_vote(actor=stage.cast.actors["tech"], review=review, counts=True, reason=reason)


def hotline(stage: Stage) -> list[Story]:
    return [*calls(stage), door_fault(stage), rewarded(stage), disputed(stage)]

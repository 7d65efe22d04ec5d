"""Five customer needs at different points of their way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bihuan.demo import questionnaire as q
from bihuan.demo.moment import at
from bihuan.demo.telling import Stage, Story
from bihuan.rectification.enums import NeedSource, ResearchMethod
from bihuan.rectification.services import (
    need_accept,
    need_decline,
    need_rate,
    need_register,
    need_start,
    need_study,
)


@dataclass(frozen=True)
class NeedShelf:
    """``ends`` is how far it has come; ``marks`` are urgency, effect and capability."""

    title: str
    description: str
    customers: str
    dimension: str
    source: NeedSource
    method: ResearchMethod
    kano: dict[str, int]
    marks: tuple[int, int, int]
    days_ago: int
    ends: str
    study: str = ""


SHELF = (
    NeedShelf(
        "高峰时段等车不超过 10 分钟",
        "三个车站的通勤乘客都说，准点比车新更要紧；超过 10 分钟就会改骑电动车。",
        "通勤乘客",
        q.RESPONSIVENESS,
        NeedSource.SURVEY,
        ResearchMethod.QUESTIONNAIRE,
        {"M": 61, "O": 44, "A": 9, "I": 12, "R": 0, "Q": 1},
        (5, 5, 3),
        70,
        "in_work",
        "3 路、8 路早高峰发车间隔 14 分钟；各加一辆区间车可降到 9 分钟，需驾驶员 4 名。",
    ),
    NeedShelf(
        "冬季车内有暖风",
        "老年乘客和早班学生反映最多，每年 12 月到 2 月集中。",
        "老年乘客、学生",
        q.TANGIBLES,
        NeedSource.DATA,
        ResearchMethod.RECORDS,
        {"M": 58, "O": 30, "A": 11, "I": 20, "R": 2, "Q": 0},
        (4, 4, 4),
        40,
        "accepted",
        "40 辆车中 6 辆暖风机老化，入冬前检修约 1.2 万元。",
    ),
    NeedShelf(
        "投诉和建议要有回音",
        "座谈会上多人提到打过热线没有下文。",
        "全部乘客",
        q.RESPONSIVENESS,
        NeedSource.FOCUS_GROUP,
        ResearchMethod.FOCUS_GROUP,
        {},
        (4, 3, 5),
        24,
        "rated",
    ),
    NeedShelf(
        "车上有手机充电口",
        "学生乘客提出，能充电就愿意坐一个小时的 6 路。",
        "学生",
        q.TANGIBLES,
        NeedSource.INTERVIEW,
        ResearchMethod.INTERVIEW,
        {"M": 2, "O": 8, "A": 41, "I": 37, "R": 1, "Q": 0},
        (2, 2, 3),
        52,
        "declined",
        "改装一辆约 900 元，取电须经厂家确认；新车采购时一并考虑。",
    ),
    NeedShelf(
        "临时改线提前一天在站牌告知",
        "意见簿里一个月内出现三次。",
        "全部乘客",
        q.EMPATHY,
        NeedSource.COMMENT_BOOK,
        ResearchMethod.RECORDS,
        {},
        (0, 0, 0),
        3,
        "registered",
    ),
)


def way_of(stage: Stage, shelf: NeedShelf) -> Story:
    """From the register to where it stands today."""
    day = stage.today - timedelta(days=shelf.days_ago)
    yield at(stage.workday(day), "10:40")
    with stage.acting("office") as actor:
        need = need_register(
            actor=actor,
            unit=stage.units.company,
            title=shelf.title,
            description=shelf.description,
            source_kind=shelf.source,
            method=shelf.method,
            customers=shelf.customers,
            dimension=shelf.dimension,
            kano_counts=shelf.kano or None,
        )
    if shelf.ends == "registered":
        return
    yield at(stage.workday(day, 2), "15:20")
    with stage.acting("office") as actor:
        urgency, effect, capability = shelf.marks
        need = need_rate(actor=actor, need=need, urgency=urgency, effect=effect, capability=capability)
    if shelf.ends == "rated":
        return
    yield at(stage.workday(day, 6), "16:00")
    with stage.acting("office") as actor:
        need = need_study(actor=actor, need=need, study=shelf.study)
    yield at(stage.workday(day, 8), "09:30")
    with stage.acting("director") as actor:
        if shelf.ends == "declined":
            need_decline(actor=actor, need=need, reason="现有车辆不改装，列入新车采购技术要求。")
            return
        owner = stage.cast.people["QY-CB"][0]
        need = need_accept(
            actor=actor,
            need=need,
            decision="同意，按研究意见办理。",
            owner=owner,
            due_on=stage.today + timedelta(days=30),
        )
    if shelf.ends == "accepted":
        return
    yield at(stage.workday(day, 10), "09:10")
    with stage.acting("office") as actor:
        need_start(actor=actor, need=need)


def needs(stage: Stage) -> list[Story]:
    return [way_of(stage, shelf) for shelf in SHELF]

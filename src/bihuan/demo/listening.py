"""Listening on the spot: the year's studies at the stations, what staff hand in, and whom a survey may ask."""

from __future__ import annotations

from bihuan.demo.moment import at
from bihuan.demo.telling import Stage, Story
from bihuan.surveys.models import StaffVoice, StudyNote, StudyTalk, StudyVisit
from bihuan.surveys.services import studies
from bihuan.surveys.services.contacts import contact_add
from bihuan.surveys.services.staff import staff_voice_answer, staff_voice_hand_in

Note, Voice = StudyNote.Kind, StaffVoice.Kind
# who, what was talked about, what was noted: kind, theme, words
Heard = tuple[str, str, tuple[tuple[str, str, str], ...]]
ONE_TO_ONE: tuple[Heard, ...] = (
    (
        "通勤乘客，每天乘车",
        "候车、准点、拥挤",
        (
            (Note.PROBLEM, "候车时间", "早上 7 点半前后常常一次来两辆，之后二十分钟没有车。"),
            (Note.WISH, "信息", "希望站牌能看到下一班还有几分钟。"),
        ),
    ),
    (
        "老年乘客，看病、买菜",
        "上下车、座位、问询",
        (
            (Note.PRAISE, "服务态度", "司机会等老人坐稳再开车。"),
            (Note.PROBLEM, "车辆设施", "后门踏步高，下雨天滑。"),
        ),
    ),
    (
        "中学生家长",
        "上下学、安全",
        ((Note.WISH, "班次", "晚自习后最后一班能不能晚十分钟。"),),
    ),
    (
        "外来务工人员",
        "线路、票价",
        ((Note.PROBLEM, "信息", "换乘要问好几个人，站里没有换乘图。"),),
    ),
)
FORUM: Heard = (
    "车站周边社区居民和商户",
    "站台环境、夜间班次",
    (
        (Note.PROBLEM, "站台环境", "候车厅晚上灯不亮，轮椅进不来。"),
        (Note.WISH, "班次", "赶集日希望加车。"),
        (Note.PRAISE, "服务态度", "站务员主动帮老人查车。"),
    ),
)
CONCLUSION = "乘客对服务态度评价较好；候车时间不均匀和换乘信息缺失是共同问题，夜间照明影响安全感。"
PROPOSALS = "一、早高峰按实际到站间隔调度，避免连发；二、候车厅张贴换乘图；三、修复候车厅照明，列入设施检查。"
UNNAMED = "QY-GS"  # said for the whole company, so that nobody is guessed from the unit
# who says it and for which unit, what kind, title, words, days ago, verdict, answer
SAID: tuple[tuple[str, str, str, str, str, int, str, str], ...] = (
    (
        "north",
        "QY-CB",
        Voice.FEEDBACK,
        "3路末班车后还有乘客在等",
        "末班车发出后站台常有五六个人问车，多是高铁晚点的旅客，建议和高铁站互通晚点信息。",
        40,
        StaffVoice.Verdict.TAKEN_UP,
        "已与高铁站建立晚点通报群，晚点超过 20 分钟时 3路末班延后发车。",
    ),
    (
        "west",
        "QY-XH",
        Voice.SUGGESTION,
        "失物登记改成一张表",
        "现在失物要登记两本台账，查找时对不上，建议合并为一张表并拍照。",
        26,
        StaffVoice.Verdict.PARTLY,
        "台账已合并；拍照存档涉及个人信息，先在客运中心试行。",
    ),
    (
        "hotline",
        UNNAMED,
        Voice.INTERNAL,
        "报修后多久能修没有答复",
        "车门故障报修后不知道什么时候能修，乘客问起来没法回答。",
        9,
        "",
        "",
    ),
    (
        "hotline",
        "QY-RX",
        Voice.FEEDBACK,
        "学生卡年审的来电集中在月初",
        "每月头三天有三成来电问学生卡年审，建议提前发通知。",
        3,
        "",
        "",
    ),
)
# Invented customers of chartered buses and works shuttles; addresses of a domain that is nobody's.
CLIENTS: tuple[tuple[str, str, str], ...] = (
    ("行政部联系人", "清源机械厂", "通勤包车"),
    ("后勤处联系人", "清源县第一中学", "校车"),
    ("办公室联系人", "柳林镇卫生院", "通勤包车"),
    ("工会联系人", "双塘工业园管委会", "通勤包车"),
    ("教务处联系人", "职教园区管理中心", "校车"),
    ("导游部联系人", "青石景区", "旅游包车"),
    ("人事部联系人", "清源纺织公司", "通勤包车"),
    ("社区联系人", "桃园社区居委会", "活动用车"),
)


def hear(stage: Stage, visit: StudyVisit, heard: Heard, kind: str, participants: int = 1) -> None:
    who, topics, notes = heard
    with stage.acting("inspector") as actor:
        talk = studies.study_talk_add(
            actor=actor,
            visit=visit,
            kind=kind,
            who=who,
            topics=topics,
            participants=participants,
            held_on=stage.moment.now.date(),
            place="候车厅",
        )
        for note, theme, text in notes:
            studies.study_note_add(actor=actor, visit=visit, kind=note, theme=theme, text=text, talk=talk)


def on_site(stage: Stage) -> Story:
    """Three stations a year: one studied and closed, one under way, one still to come."""
    yield at(stage.workday_before(45), "09:30")
    with stage.acting("office") as actor:
        plan = studies.study_plan_create(
            actor=actor, unit=stage.units.company, year=stage.moment.now.year, wanted=3, purpose="了解各站乘客的感知"
        )
        first, second, third = studies.study_plan_draw(actor=actor, plan=plan, kinds=["station"], seed="2026-studies")
    with stage.acting("inspector") as actor:
        for visit, days in ((first, 30), (second, 4), (third, -12)):
            day = stage.workday_before(days) if days > 0 else stage.workday(stage.today, -days)
            studies.study_arrange(actor=actor, visit=visit, planned_on=day, team="质量办公室两人、监督员一人")
    yield at(stage.workday_before(30), "09:00")
    with stage.acting("inspector") as actor:
        studies.study_begin(actor=actor, visit=first)
    for heard in ONE_TO_ONE:
        hear(stage, first, heard, StudyTalk.Kind.INTERVIEW)
    yield at(stage.workday_before(29), "15:00")
    hear(stage, first, FORUM, StudyTalk.Kind.FORUM, participants=9)
    yield at(stage.workday_before(26), "16:20")
    with stage.acting("inspector") as actor:
        studies.study_report(actor=actor, visit=first, conclusion=CONCLUSION, proposals=PROPOSALS)
    yield at(stage.workday_before(24), "10:10")
    with stage.acting("office") as actor:
        studies.study_close(actor=actor, visit=first, close_note="建议三条均列入需求台账跟踪")
    yield at(stage.workday_before(4), "09:00")
    with stage.acting("inspector") as actor:
        studies.study_begin(actor=actor, visit=second)
    for heard in ONE_TO_ONE[1:3]:
        hear(stage, second, heard, StudyTalk.Kind.INTERVIEW)


def front_line(stage: Stage) -> Story:
    """What staff hand in, one of them without a name; two are answered."""
    for speaker, code, kind, title, text, days, verdict, answer in SAID:
        yield at(stage.workday_before(days), "17:10")
        unit, is_unnamed = stage.units.by_code[code], code == UNNAMED
        with stage.acting(speaker) as actor:
            voice = staff_voice_hand_in(
                actor=actor, unit=unit, kind=kind, title=title, text=text, is_unnamed=is_unnamed
            )
        if verdict:
            yield at(stage.workday_before(days - 3), "08:50")
            with stage.acting("office") as actor:
                staff_voice_answer(actor=actor, voice=voice, verdict=verdict, answer=answer)


def clients(stage: Stage) -> Story:
    """Whom the yearly survey of contract customers may ask."""
    yield at(stage.workday_before(20), "14:00")
    with stage.acting("office") as actor:
        for place, (name, organisation, segment) in enumerate(CLIENTS, 1):
            contact_add(
                actor=actor,
                unit=stage.units.company,
                name=name,
                organisation=organisation,
                segment=segment,
                email=f"client{place}@example.com",
                number=f"KH-{place:03d}",
                language="zh-hans",
            )


def listening(stage: Stage) -> list[Story]:
    return [on_site(stage), front_line(stage), clients(stage)]

"""Filled shelves for a new organisation: posts and groups with written duties, deadlines, plan rules.

Wording is our own; every line can be changed on screen afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bihuan.cases.services import case_shelf_ship
from bihuan.duties.services import calendar_create, policies_ship, shipped_calendar_body
from bihuan.foundation.actor import Actor
from bihuan.instruments.services import scales_ship
from bihuan.organisation.models import OrgUnit, Post, WorkingGroup
from bihuan.organisation.services import group_create, post_create
from bihuan.rectification.enums import PlanPart, Severity
from bihuan.rectification.services import plan_rule_set


@dataclass(frozen=True)
class PostShelf:
    """A post as it ships: its duties are numbered when written down."""

    name: str
    duties: tuple[str, ...]
    is_head: bool = False


@dataclass(frozen=True)
class GroupShelf:
    name: str
    duties: tuple[str, ...]


CHAIR = PostShelf(
    "服务质量第一责任人",
    (
        "对全公司服务质量负总责，把服务质量目标写进年度工作计划并签订责任书。",
        "每季度主持一次服务质量领导小组会议，决定机构、人员和专项经费。",
        "审批重大整改、服务质量事故的处理意见和对外服务承诺。",
        "对长期不能闭环的问题约谈责任单位负责人。",
    ),
    is_head=True,
)
DEPUTY = PostShelf(
    "分管服务质量副职",
    (
        "协助第一责任人抓日常服务质量，牵头制订并检查月度重点。",
        "审批整改延期申请，协调跨单位的整改措施。",
        "每月到车站和车厢现场看一次，发现的问题当场交办并留下记录。",
    ),
)
OFFICE_HEAD = PostShelf(
    "服务质量办公室主任",
    (
        "起草服务质量制度、标准和年度计划，报领导小组批准后组织宣贯。",
        "组织满意度调查和现场感知研究，把结果变成可整改的问题。",
        "安排每日检查、每月 4 日和 14 日专项检查以及不打招呼的暗访。",
        "签发整改通知单，跟踪答复，组织第二人验证。",
        "受理热线、意见簿、网站等渠道反映的问题，督促按时限答复。",
        "每周向领导报告投诉与整改情况，每月形成分析报告和通报。",
        "管理专职监督员和社会监督员，安排培训、任务和评议。",
        "保管服务质量监督档案，做到每单位一册、每车一档。",
        "组织投诉歧义评审，保证评审人与案件无利害关系。",
        "管理服务质量专项基金的申请、审核和公示。",
    ),
    is_head=True,
)
INSPECTOR = PostShelf(
    "专职服务质量监督员",
    (
        "按计划完成检查，现场记录事实、照片和被检查人意见。",
        "一般问题口头责成当场纠正并登记，重大问题和隐患报办公室开单。",
        "复查整改结果，以看到的事实和数据作结论。",
        "不检查与本人有亲属或利害关系的班组。",
    ),
)
CENTRE_HEAD = PostShelf(
    "热线班班长",
    (
        "排定二十四小时值班表，主持交接班，保证夜间和节假日有人接听。",
        "咨询当场答复，投诉、举报和建议按类别登记后一小时内转出。",
        "跟踪各单位二十四小时内的答复，超时的当天上报。",
        "把处理结果告知来电人，并登记其是否满意。",
        "每周汇总来电类别和共性问题，提出改进建议。",
        "抽听录音，组织口径学习和情景演练。",
    ),
    is_head=True,
)
SERVICE_STAFF = PostShelf(
    "热线服务员",
    (
        "铃响三声内接听，先问好、报工号，再记录诉求。",
        "不与来电人争辩，不打断，不推诿，首问负责到底。",
        "记清时间、地点、线路、车号或工号、经过和联系方式。",
        "拿不准的口径先查业务解答规范，仍不明确的请示后回电。",
        "替来电人保密，不在工作之外谈论来电内容。",
    ),
)
STATION_HEAD = PostShelf(
    "站长",
    (
        "对本站服务质量负责，每天检查出车车辆的车容和驾驶员仪表。",
        "按期答复整改通知单：写清原因、纠正和预防，指定责任人。",
        "意见簿每日收看、当日回复。",
        "每周五组织班组讲评，好的做法和失误都讲。",
        "安排每月 10 日、25 日驾驶员培训，核对培训效果。",
    ),
    is_head=True,
)
STATION_DEPUTY = PostShelf(
    "副站长",
    (
        "协助站长组织整改，负责措施落实和资料归档。",
        "带班上线路跟车，每周不少于两趟。",
        "负责首末站候车环境和保洁质量。",
    ),
)
TEAM_LEADER = PostShelf(
    "班长",
    (
        "班前讲要点，班后讲问题，当日事当日清。",
        "带头使用文明用语，纠正组员不规范的言行。",
        "登记好人好事和组员的合理化建议。",
    ),
    is_head=True,
)
TECH_HEAD = PostShelf(
    "安全技术部部长",
    (
        "保证投放车辆技术状况和车内设施符合承诺，建立一车一档。",
        "空调、暖风、车门、扶手、报站设备的故障当日报修、次日反馈。",
        "对检查发现的车辆隐患立即停驶处置，消除后方可出车。",
    ),
    is_head=True,
)
SOCIAL_SUPERVISOR = PostShelf(
    "社会监督员",
    (
        "以普通乘客身份乘车观察，每月不少于四次，如实填写检查记录。",
        "收集乘客意见，参加每半年一次的座谈会。",
        "对整改结果提出看法；只说看到的事实，不干预生产指挥。",
    ),
)

LEADING_GROUP = GroupShelf(
    "服务质量领导小组",
    (
        "审定服务质量方针、目标、规划和年度计划。",
        "裁定重大服务问题的责任与免责申请。",
        "每季度听取一次闭环情况，过问拖延最久的问题。",
    ),
)
WORKING_GROUPS = (
    GroupShelf("服务口径组", ("统一对外解答口径，收集一线拿不准的问题。", "口径变化两日内告知热线和车站。")),
    GroupShelf("服务外包质量组", ("把服务标准写进保洁、广告等外包合同。", "每月抽查外包现场，结果与付款挂钩。")),
    GroupShelf("服务改进组", ("对反复出现的问题做原因分析，提出改进方案。", "用前后数据说明改进是否有效。")),
    GroupShelf("一线服务质检组", ("抽查车厢和站台服务，按评分表打分。", "每月校准一次评分尺度。")),
    GroupShelf("电话经理质检组", ("抽听回访与电话服务录音，指出致命错误。", "向被评人反馈，受理评分申诉。")),
    GroupShelf("全流程质检组", ("沿一件诉求从受理到回访逐步查证，找出等待和返工。", "每月形成一份流程问题清单。")),
    GroupShelf("申诉评审组", ("受理员工对投诉定责和评分的申诉。", "与案件有关的人员回避，结论写明事实和条款。")),
    GroupShelf("流程穿越项目组", ("每月从各部门抽取两项制度或流程现场穿越。", "缺失或不合理的提出修订、废止意见。")),
)
SUPERVISOR_GROUP = GroupShelf(
    "监督员队伍",
    ("专职监督员六名、社会监督员六名，持证上岗，名单公开。", "定期轮换检查线路，避免固定对应。"),
)
# What a plan must fix by tier (五落实): an ordinary problem needs none of it in writing.
PLAN_PARTS = {
    Severity.ORDINARY: (),
    Severity.MAJOR: (PlanPart.RESPONSIBILITY, PlanPart.MEASURES, PlanPart.TIME_LIMIT),
    Severity.HIDDEN_RISK: tuple(PlanPart),
}


def written(duties: Iterable[str]) -> str:
    """Duties as a numbered list."""
    return "\n".join(f"{number}. {line}" for number, line in enumerate(duties, 1))


def deadlines_ship(*, actor: Actor, unit: OrgUnit) -> None:
    """The Chinese working calendar, the shipped deadline policies, scales and complaint criteria."""
    calendar_create(
        actor=actor, unit=unit, name="公司工作日历", body=shipped_calendar_body(), note="国务院办公厅放假安排"
    )
    policies_ship(actor=actor, unit=unit)
    scales_ship(actor=actor, unit=unit)
    case_shelf_ship(actor=actor, unit=unit)


def plan_rules_ship(*, actor: Actor) -> None:
    for severity, parts in PLAN_PARTS.items():
        plan_rule_set(actor=actor, severity=severity, required=[part.value for part in parts])


def post_ship(*, actor: Actor, unit: OrgUnit, shelf: PostShelf) -> Post:
    return post_create(actor=actor, unit=unit, name=shelf.name, duties=written(shelf.duties), is_head=shelf.is_head)


def group_ship(*, actor: Actor, unit: OrgUnit, shelf: GroupShelf) -> WorkingGroup:
    return group_create(actor=actor, unit=unit, name=shelf.name, duties=written(shelf.duties))

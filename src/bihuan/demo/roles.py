"""Roles as rows: who may do what, in the words of the permission lists of all apps."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatch

from bihuan.accounts.models import Role
from bihuan.accounts.services import role_save
from bihuan.foundation.actor import Actor
from bihuan.foundation.permissions import declared


@dataclass(frozen=True)
class RoleShelf:
    """``rights`` are permission names or patterns over all that the installed apps declare."""

    key: str
    name: str
    description: str
    rights: tuple[str, ...]


# Whoever works in the house sees these of the units granted.
LOOK = (
    "organisation.view",
    "findings.view",
    "notices.view",
    "clocks.view",
    "loop.view",
    "surveys.view",
    "books.view",
    "needs.view",
    "studies.view",
    "staff_voice.speak",
    "instruments.view",
    "standards.view",
)
ROLES = (
    RoleShelf("administrator", "系统管理员", "设置组织、用户、日历和时限；全部权限", ("*",)),
    RoleShelf(
        "director",
        "公司领导",
        "看全局，批准延期，过问最久未闭环的问题",
        (
            "*.view",
            "notices.extend",
            "findings.raise",
            "notices.verify",
            "needs.decide",
            "cases.lead",
            "cases.extend",
            "cases.decide",
        ),
    ),
    RoleShelf(
        "quality_office",
        "服务质量办公室",
        "导入调查、提出问题、签发整改通知单、验证",
        (
            "*.view",
            "cases.*",
            "surveys.*",
            "books.*",
            "needs.*",
            "studies.*",
            "staff_voice.*",
            "instruments.*",
            "standards.*",
            "findings.*",
            "notices.issue",
            "notices.verify",
            "actions.manage",
            "calendars.manage",
            "rectification.settings",
        ),
    ),
    RoleShelf(
        "inspector",
        "专职监督员",
        "检查、提出问题、确认纠正、复查整改",
        (
            *LOOK,
            "findings.raise",
            "findings.close",
            "notices.verify",
            "needs.register",
            "studies.carry_out",
            "cases.view",
        ),
    ),
    RoleShelf(
        "station_head",
        "单位负责人",
        "当场纠正、答复整改通知单、申请延期、安排措施",
        (
            *LOOK,
            "findings.raise",
            "findings.correct",
            "notices.reply",
            "actions.manage",
            "books.answer",
            "cases.view",
            "cases.investigate",
            "cases.identity",
            "cases.propose",
            "staff_voice.view",
            "staff_voice.answer",
        ),
    ),
    RoleShelf(
        "hotline",
        "热线班",
        "受理、定类、派单、反馈、回访；登记意见簿，录入纸质问卷，做电话访问",
        (
            *LOOK,
            "findings.raise",
            "instruments.answer",
            "books.register",
            "surveys.field",
            "needs.register",
            "cases.view",
            "cases.intake",
            "cases.classify",
            "cases.dispatch",
            "cases.feedback",
            "cases.close",
            "cases.identity",
            "cases.roster",
        ),
    ),
    RoleShelf(
        "social_supervisor",
        "社会监督员",
        "暗访、登记问题、看整改结果",
        ("findings.view", "findings.raise", "notices.view", "loop.view"),
    ),
    RoleShelf("reader", "只读", "查看，不能改动", tuple(right for right in LOOK if right.endswith(".view"))),
)


def rights_of(shelf: RoleShelf) -> list[str]:
    """The declared permissions a shelf's patterns stand for."""
    return [name for name in declared() if any(fnmatch(name, pattern) for pattern in shelf.rights)]


def roles_ship(*, actor: Actor) -> dict[str, Role]:
    """Create the roles that are not there yet; key → role."""
    have = {role.key: role for role in Role.objects.all()}
    for shelf in ROLES:
        if shelf.key not in have:
            have[shelf.key] = role_save(
                actor=actor,
                role=None,
                key=shelf.key,
                name=shelf.name,
                description=shelf.description,
                permissions=rights_of(shelf),
            )
    return have

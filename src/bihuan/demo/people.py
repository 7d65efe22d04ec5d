"""Sixty members of staff and six supervisors with made-up names, their posts, groups and sign-ins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.hashers import make_password

from bihuan.accounts.models import User
from bihuan.accounts.selectors import actor_of_user
from bihuan.accounts.services import grant_give, user_create
from bihuan.demo import shelves
from bihuan.demo.organisation import Units
from bihuan.demo.roles import roles_ship
from bihuan.demo.shelves import PostShelf, group_ship, post_ship
from bihuan.foundation.actor import Actor
from bihuan.organisation.models import OrgUnit, Person
from bihuan.organisation.services import group_member_add, person_create, post_assign

# A demonstration on one's own machine: one password, printed at start, never used elsewhere.
PASSWORD = "qingyuan-bus-8"  # noqa: S105

# username, password, what
SIGN_INS = [
    ("admin", PASSWORD, "系统管理员 / administrator"),
    ("director", PASSWORD, "总经理 / director"),
    ("office", PASSWORD, "服务质量办公室 / quality office"),
    ("inspector", PASSWORD, "专职监督员 / full-time inspector"),
    ("north", PASSWORD, "城北站站长 / head of North station"),
    ("west", PASSWORD, "西河站站长 / head of West station"),
    ("hotline", PASSWORD, "热线班 / hotline desk"),
    ("supervisor", PASSWORD, "社会监督员 / social supervisor"),
    ("guest", PASSWORD, "只读 / read-only"),
    ("driver", PASSWORD, "驾驶员，无权限 / driver, holds no right"),
]
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = (
    ("一鸣", "文静", "志远", "小梅", "建平", "晓燕", "国强", "丽华", "永康", "思雨", "明辉"),
    ("海波", "秀兰", "立新", "雨晴", "长青", "春霞", "俊杰", "玉珍", "大勇", "佳宁", "少峰"),
)


def names() -> Iterator[str]:
    """Common surnames with common given names, each pair once, in a fixed order."""
    for row, given in enumerate(zip(*GIVEN, strict=True)):
        for column, surname in enumerate(SURNAMES):
            yield surname + given[(row + column) % 2]


@dataclass
class Cast:
    """Who plays in the history: actors by user name, people by unit code."""

    actors: dict[str, Actor] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    people: dict[str, list[Person]] = field(default_factory=dict)

    def head_of(self, unit: OrgUnit) -> Actor:
        return self.actors[HEADS[unit.code]]

    def staff_of(self, unit: OrgUnit) -> list[Person]:
        return self.people[unit.code]


HEADS = {"QY-CB": "north", "QY-CN": "south", "QY-XH": "west", "QY-JS": "tech", "QY-RX": "hotline"}
# unit code, how many, post that comes first; the first person holds it
STAFFING: tuple[tuple[str, tuple[PostShelf, ...], int], ...] = (
    ("QY-GS", (shelves.CHAIR, shelves.DEPUTY), 4),
    ("QY-FZB", (shelves.OFFICE_HEAD,), 8),
    ("QY-RX", (shelves.CENTRE_HEAD,), 6),
    ("QY-JS", (shelves.TECH_HEAD,), 4),
    ("QY-RL", (), 2),
    ("QY-CB", (shelves.STATION_HEAD, shelves.STATION_DEPUTY), 3),
    ("QY-CB-1", (shelves.TEAM_LEADER,), 5),
    ("QY-CB-2", (shelves.TEAM_LEADER,), 4),
    ("QY-CN", (shelves.STATION_HEAD, shelves.STATION_DEPUTY), 3),
    ("QY-CN-1", (shelves.TEAM_LEADER,), 5),
    ("QY-CN-2", (shelves.TEAM_LEADER,), 4),
    ("QY-XH", (shelves.STATION_HEAD, shelves.STATION_DEPUTY), 3),
    ("QY-XH-1", (shelves.TEAM_LEADER,), 5),
    ("QY-XH-2", (shelves.TEAM_LEADER,), 4),
)
# username, unit code, which of its people, role ("" for none), unit code the role is granted on
USERS = (
    ("admin", "QY-FZB", 7, "administrator", "QY"),
    ("director", "QY-GS", 0, "director", "QY-GS"),
    ("deputy", "QY-GS", 1, "director", "QY-GS"),
    ("office", "QY-FZB", 0, "quality_office", "QY-GS"),
    ("inspector", "QY-FZB", 1, "inspector", "QY-GS"),
    ("inspector2", "QY-FZB", 2, "inspector", "QY-GS"),
    ("hotline", "QY-RX", 0, "hotline", "QY-GS"),
    ("north", "QY-CB", 0, "station_head", "QY-CB"),
    ("south", "QY-CN", 0, "station_head", "QY-CN"),
    ("west", "QY-XH", 0, "station_head", "QY-XH"),
    ("tech", "QY-JS", 0, "station_head", "QY-JS"),
    ("supervisor", "QY-JD", 0, "social_supervisor", "QY-GS"),
    ("guest", "QY-RL", 1, "reader", "QY-GS"),
    ("driver", "QY-CB-1", 1, "", ""),
)
PANEL = ("退休教师", "社区干部", "个体商户", "医院护士", "中学学生家长", "县志愿者协会会员")


def people_create(units: Units, actor: Actor, since: date) -> Cast:
    """People with posts and groups, then those who can sign in."""
    cast = Cast()
    made_up = names()
    number = 0
    for code, posts, count in STAFFING:
        unit = units.by_code[code]
        team = []
        for _place in range(count):
            number += 1
            inspects = code == "QY-FZB" and 1 <= _place <= 6
            person = person_create(
                actor=actor,
                name=next(made_up),
                staff_number=f"QY{number:04d}",
                unit=unit,
                qualification="服务质量监督员证" if inspects else "",
            )
            team.append(person)
        cast.people[code] = team
        for shelf, person in zip(posts, team, strict=False):
            post_assign(post=post_ship(actor=actor, unit=unit, shelf=shelf), person=person, since=since, actor=actor)
    panel = units.by_code["QY-JD"]
    cast.people["QY-JD"] = [
        person_create(
            actor=actor,
            name=next(made_up),
            staff_number=f"SJ{place:02d}",
            unit=panel,
            kind=Person.Kind.SOCIAL_SUPERVISOR,
            qualification=what,
        )
        for place, what in enumerate(PANEL, 1)
    ]
    further_posts(units, cast, actor, since)
    groups_create(units, cast, actor)
    users_create(units, cast, actor, since)
    return cast


def further_posts(units: Units, cast: Cast, actor: Actor, since: date) -> None:
    """Posts that several people hold: one post each, numbered."""
    many = (
        ("QY-FZB", shelves.INSPECTOR, cast.people["QY-FZB"][1:7]),
        ("QY-RX", shelves.SERVICE_STAFF, cast.people["QY-RX"][1:]),
        ("QY-JD", shelves.SOCIAL_SUPERVISOR, cast.people["QY-JD"]),
    )
    for code, shelf, team in many:
        for place, person in enumerate(team, 1):
            numbered = PostShelf(f"{shelf.name}（{place}）", shelf.duties)
            post = post_ship(actor=actor, unit=units.by_code[code], shelf=numbered)
            post_assign(post=post, person=person, since=since, actor=actor)


def groups_create(units: Units, cast: Cast, actor: Actor) -> None:
    company, office = units.company, units.office
    leaders, bureau = cast.people["QY-GS"], cast.people["QY-FZB"]
    heads = [cast.people[code][0] for code in ("QY-CB", "QY-CN", "QY-XH", "QY-JS")]
    leading = group_ship(actor=actor, unit=company, shelf=shelves.LEADING_GROUP)
    roles = [(leaders[0], "chair"), *((one, "deputy") for one in leaders[1:3])]
    roles += [(one, "member") for one in (leaders[3], bureau[0], *heads)]
    for person, role in roles:
        group_member_add(group=leading, person=person, role=role, actor=actor)
    pool = [*bureau, *cast.people["QY-RX"], *heads]
    for place, shelf in enumerate(shelves.WORKING_GROUPS):
        group = group_ship(actor=actor, unit=office, shelf=shelf)
        for seat in range(4):
            member = pool[(place * 3 + seat * 5) % len(pool)]
            group_member_add(group=group, person=member, role="chair" if seat == 0 else "member", actor=actor)
    supervisors = group_ship(actor=actor, unit=company, shelf=shelves.SUPERVISOR_GROUP)
    for person in (*bureau[1:7], *cast.people["QY-JD"]):
        group_member_add(group=supervisors, person=person, role="member", actor=actor)


def users_create(units: Units, cast: Cast, actor: Actor, since: date) -> None:
    roles = roles_ship(actor=actor)
    known = make_password(PASSWORD)
    for username, code, place, role, on in USERS:
        user, _first = user_create(actor=actor, username=username, person=cast.people[code][place])
        user.password = known
        user.save(update_fields=["password"])
        if role:
            grant_give(actor=actor, user=user, role=roles[role], unit=units.by_code[on], since=since)
        cast.users[username] = user
        cast.actors[username] = actor_of_user(user)

"""Who worked where: rosters from a file, all rows or none, and single shifts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.cases.models import RosterShift
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.reading import Table
from bihuan.organisation.models import Asset, Person

# Headings by which a column is known, in Chinese and English.
HEADINGS: dict[str, tuple[str, ...]] = {
    "staff": ("工号", "员工编号", "staff number", "staff"),
    "vehicle": ("车号", "车辆", "柜台", "vehicle", "counter"),
    "line": ("线路", "line"),
    "role": ("岗位", "角色", "role"),
    "shift": ("班次", "shift"),
    "starts": ("上班时间", "开始时间", "开始", "from", "start"),
    "ends": ("下班时间", "结束时间", "结束", "until", "end"),
}
NEEDED = ("staff", "starts", "ends")
LONGEST_HOURS = 24


@dataclass(frozen=True)
class RosterRow:
    person: Person
    starts_at: datetime
    ends_at: datetime
    asset: Asset | None
    line: Asset | None
    role: str
    shift: str


def instant(text: str) -> datetime | None:
    """A day and time as spreadsheets write them, in the office's own time zone."""
    found = parse_datetime(text.strip().replace("/", "-").replace("T", " "))
    if found is None:
        return None
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def columns_of(table: Table) -> dict[str, str]:
    """Which column holds what; a heading that is lacking is named."""
    found: dict[str, str] = {}
    for key, words in HEADINGS.items():
        for name in table.names:
            if name.strip().casefold() in words:
                found[key] = name
                break
    for key in NEEDED:
        if key not in found:
            raise BadInputError(_t("There is no column “%(heading)s”.") % {"heading": HEADINGS[key][0]}, place="file")
    return found


def roster_rows(table: Table) -> tuple[list[RosterRow], list[str]]:
    """The rows of a file and what is wrong, each naming its row and column."""
    columns = columns_of(table)
    texts = {key: table.column(name).texts for key, name in columns.items()}
    people = {person.staff_number: person for person in Person.objects.filter(is_active=True)}
    assets: dict[tuple[str, str], Asset] = {}
    for asset in Asset.objects.filter(is_active=True):
        for word in (asset.code, asset.name):
            assets.setdefault(("line" if asset.kind == "line" else "vehicle", word.casefold()), asset)
    rows: list[RosterRow] = []
    problems: list[str] = []
    for index in range(table.n_rows):
        given = {key: str(column[index] or "").strip() for key, column in texts.items()}
        wrong = row_problem(given, people, assets)
        if wrong is not None:
            column, words = wrong
            problems.append(f"{table.place(index, columns[column])}: {words}")
            continue
        starts, ends = instant(given["starts"]), instant(given["ends"])
        assert starts is not None
        assert ends is not None
        rows.append(
            RosterRow(
                people[given["staff"]],
                starts,
                ends,
                assets.get(("vehicle", given.get("vehicle", "").casefold())),
                assets.get(("line", given.get("line", "").casefold())),
                given.get("role", "")[:40],
                given.get("shift", "")[:40],
            )
        )
    return rows, problems


def row_problem(
    given: Mapping[str, str], people: Mapping[str, Person], assets: Mapping[tuple[str, str], Asset]
) -> tuple[str, str] | None:
    """The first thing wrong with a row: its column and words."""
    if given["staff"] not in people:
        return "staff", _t("nobody has the staff number “%(text)s”") % {"text": given["staff"]}
    for key in ("vehicle", "line"):
        if given.get(key) and (key, given[key].casefold()) not in assets:
            return key, _t("there is no “%(text)s”") % {"text": given[key]}
    starts, ends = instant(given["starts"]), instant(given["ends"])
    if starts is None or ends is None:
        key = "starts" if starts is None else "ends"
        return key, _t("“%(text)s” is no day and time such as 2026-11-26 06:00") % {"text": given[key]}
    if not 0 < (ends - starts).total_seconds() <= LONGEST_HOURS * 3600:
        return "ends", _t("a shift ends after it begins and lasts a day at most")
    return None


@transaction.atomic
def roster_import(*, actor: Actor, rows: Iterable[RosterRow]) -> tuple[int, int]:
    """Keep the rows; who is on the roster at that instant already stays. Returns new ones and those that were there."""
    given = list(rows)
    for row in given:
        actor.require(may.CRITERIA, row.person.org_path)
    there = set(
        RosterShift.objects.filter(person__in={row.person.pk for row in given}).values_list("person_id", "starts_at")
    )
    fresh: dict[tuple[int, datetime], RosterShift] = {}
    for row in given:
        key = (row.person.pk, row.starts_at)
        if key not in there and key not in fresh:
            fresh[key] = shift_of(row)
    RosterShift.objects.bulk_create(fresh.values(), batch_size=2000)
    if given:
        activity(
            given[0].person.unit,
            "roster_import",
            actor=actor,
            after={"rows": len(fresh), "there": len(given) - len(fresh)},
        )
    return len(fresh), len(given) - len(fresh)


def shift_of(row: RosterRow) -> RosterShift:
    return RosterShift(
        person=row.person,
        asset=row.asset,
        line=row.line or (row.asset.line if row.asset is not None else None),
        role=row.role,
        shift=row.shift,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        org_path=row.person.org_path,
    )


@transaction.atomic
def roster_shift_add(*, actor: Actor, row: RosterRow) -> RosterShift:
    actor.require(may.CRITERIA, row.person.org_path)
    if not 0 < (row.ends_at - row.starts_at).total_seconds() <= LONGEST_HOURS * 3600:
        raise BadInputError(_("A shift ends after it begins and lasts a day at most."), place="ends_at")
    shift = shift_of(row)
    try:
        with transaction.atomic():
            shift.save(force_insert=True)
    except IntegrityError as error:
        raise BadInputError(_("This person is on the roster at that time already."), place="person") from error
    activity(shift, "create", actor=actor, after={"person": row.person.name, "starts_at": row.starts_at})
    return shift


@transaction.atomic
def roster_shift_remove(*, actor: Actor, shift: RosterShift, reason: str) -> None:
    actor.require(may.CRITERIA, shift.org_path)
    if not reason.strip():
        raise BadInputError(_("Say why."), place="reason")
    before = {"person": shift.person.name, "starts_at": shift.starts_at}
    activity(shift, "delete", actor=actor, before=before, reason=reason)
    shift.delete()

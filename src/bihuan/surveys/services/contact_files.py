"""Lists of people as offices keep them: CSV or XLSX, all rows or none, every error with its row and column."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.reading import Column, Limits, Table, read_table
from bihuan.foundation.reading.table import letters
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.models import Contact
from bihuan.surveys.permissions import CONTACTS
from bihuan.surveys.services.contacts import TEXTS, check_reachable, cleaned

BATCH = 500
FILE_LIMITS = Limits(size=20 * 1024 * 1024, rows=200_000, columns=100)
SHOWN = 50
KEYS = ("number", "email", "phone_digits")
# What people call the columns of their lists.
HEADINGS = {
    "name": {"name", "姓名", "名称", "客户姓名", "客户名称", "联系人"},
    "email": {"email", "e-mail", "mail", "邮箱", "电子邮件", "电子邮箱", "邮件地址"},
    "phone": {"phone", "telephone", "mobile", "tel", "电话", "手机", "手机号", "联系电话", "电话号码"},
    "organisation": {"organisation", "organization", "company", "单位", "公司", "所属机构", "机构"},
    "segment": {"segment", "group", "客户群体", "群体", "客户类别", "类别", "客户类型"},
    "language": {"language", "lang", "语言"},
    "number": {"number", "customer number", "id", "客户编号", "编号", "客户号", "会员号"},
}


@dataclass(frozen=True)
class RowProblem:
    """One cell that cannot be used: ``row`` of the file, ``column`` by letter and heading."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return _t("row %(row)d, column %(column)s: %(message)s") % vars(self)


class ContactFileError(BadInputError):
    """Rows that cannot be used; nothing of the file was taken. ``total`` counts them, ``problems`` are the first."""

    code = "contact_rows"

    def __init__(self, problems: list[RowProblem], total: int) -> None:
        self.problems, self.total = problems, total
        super().__init__(str(problems[0]), place="file")


@dataclass
class ContactImport:
    """What a file brought. ``repeated`` names the rows of a person who stands in the file twice."""

    added: int = 0
    updated: int = 0
    same: int = 0
    repeated: list[str] = field(default_factory=list)
    by_segment: Counter[str] = field(default_factory=Counter)


class Known:
    """The people of a unit by what tells them apart."""

    def __init__(self, rows: QuerySet[Contact]) -> None:
        self.by_key = {
            (key, getattr(contact, key)): contact for contact in rows for key in KEYS if getattr(contact, key)
        }

    def find(self, keys: list[tuple[str, str]]) -> list[Contact]:
        """Everybody whom one of the keys means, each once."""
        found = {self.by_key[key].pk: self.by_key[key] for key in keys if key in self.by_key}
        return list(found.values())


def columns_of(table: Table) -> dict[str, Column]:
    found: dict[str, Column] = {}
    for column in table.columns:
        heading = column.name.strip().lower()
        for name, words in HEADINGS.items():
            if heading in words and name not in found:
                found[name] = column
    if not {"email", "phone"} & set(found):
        message = _("No column is headed e-mail (邮箱) or telephone (电话). Headings found: %(headings)s.")
        headings = ", ".join(column.name for column in table.columns)[:200]
        raise BadInputError(message % {"headings": headings}, place="file")
    return found


class Reader:
    """Goes through the rows and sorts them: new, known with something to add, the same, repeated, wrong."""

    def __init__(self, table: Table, unit: OrgUnit) -> None:
        self.table, self.unit = table, unit
        self.columns = columns_of(table)
        self.known = Known(Contact.objects.filter(unit=unit, erased_at=None))
        self.result = ContactImport()
        self.new: list[Contact] = []
        self.changed: dict[int, Contact] = {}
        self.problems: list[RowProblem] = []
        self.wrong = 0
        self.seen: dict[tuple[str, str], int] = {}

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        texts = {name: column.texts for name, column in self.columns.items()}
        for place, number in enumerate(self.table.row_numbers):
            given = {name: str(cells[place] or "") for name, cells in texts.items()}
            if any(given.values()):
                yield int(number), given

    def read(self) -> None:
        for row, given in self.rows():
            try:
                values = cleaned(given)
                check_reachable(values)
                self.take(row, values)
            except BadInputError as error:
                self.wrong += 1
                if len(self.problems) < SHOWN:
                    self.problems.append(RowProblem(row, self.column_words(error.place or ""), str(error.message)))

    def take(self, row: int, values: dict[str, str]) -> None:
        keys = [(key, values[key]) for key in KEYS if values.get(key)]
        first = next((self.seen[key] for key in keys if key in self.seen), None)
        if first is not None:
            self.result.repeated.append(_t("row %(row)d is the person of row %(first)d") % {"row": row, "first": first})
            return
        people = self.known.find(keys)
        if len(people) > 1:
            message = _("These are two people of the list: %(one)s and %(other)s.")
            raise BadInputError(message % {"one": people[0], "other": people[1]}, place="email")
        self.seen.update(dict.fromkeys(keys, row))
        self.result.by_segment[values.get("segment", "")] += 1
        if not people:
            self.new.append(Contact(unit=self.unit, org_path=self.unit.org_path, **values))
            return
        person = people[0]
        differing = {key: value for key, value in values.items() if value and getattr(person, key) != value}
        for key, value in differing.items():
            setattr(person, key, value)
        if differing:
            self.changed[person.pk] = person
        else:
            self.result.same += 1

    def column_words(self, place: str) -> str:
        column = self.columns.get(place) or self.columns.get("phone") or next(iter(self.columns.values()))
        return f"{letters(column.position)} ({column.name})"


@transaction.atomic
def contacts_import(*, actor: Actor, unit: OrgUnit, name: str, content: BinaryIO) -> ContactImport:
    """Take people from a CSV or XLSX file, all rows or none; whoever is there already is not added a second time.

    A person of the unit is known by customer number, e-mail address or telephone number. What the file leaves empty
    is kept; who does not want to be asked stays so. Raises ContactFileError that names rows and columns.
    """
    actor.require(CONTACTS, unit.org_path)
    reader = Reader(read_table(content, name, limits=FILE_LIMITS), unit)
    reader.read()
    if reader.problems:
        raise ContactFileError(reader.problems, reader.wrong)
    Contact.objects.bulk_create(reader.new, batch_size=BATCH)
    Contact.objects.bulk_update(reader.changed.values(), [*TEXTS, "phone_digits"], batch_size=BATCH)
    result = reader.result
    result.added, result.updated = len(reader.new), len(reader.changed)
    after = {"added": result.added, "updated": result.updated, "repeated": len(result.repeated)}
    activity(unit, "import_contacts", actor=actor, after=after)
    return result

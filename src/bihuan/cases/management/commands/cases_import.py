"""Import cases of another system from CSV or XLSX; without --go only what would happen is said."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bihuan.cases.arrivals import checked, proposed
from bihuan.cases.services import cases_import
from bihuan.cases.services.batches import units_of
from bihuan.foundation.actor import system_actor
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.reading import read_table
from bihuan.foundation.scope import system_scope
from bihuan.organisation.models import OrgUnit


class Command(BaseCommand):
    help = "Import cases from a file: all rows or none; rows already there are left as they are."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file")
        parser.add_argument("--origin", required=True, help="what the file's numbers belong to, like 12345")
        parser.add_argument("--desk", required=True, help="code of the unit that takes the cases in")
        parser.add_argument("--column", action="append", default=[], metavar="FIELD=HEADING")
        parser.add_argument("--go", action="store_true", help="import; else only say what would happen")

    def handle(self, *_args: Any, **given: Any) -> None:
        try:
            table = read_table(given["file"])
        except BadInputError as refused:
            raise CommandError(str(refused)) from refused
        mapping = proposed(table.names) | dict(one.split("=", 1) for one in given["column"] if "=" in one)
        for field, column in mapping.items():
            self.stdout.write(f"{field}: {column}")
        with system_scope("setup"):
            desk = OrgUnit.objects.filter(code=given["desk"]).first()
            if desk is None:
                raise CommandError("there is no such unit")
            arrivals, wrongs = checked(table, mapping, timezone.now(), units_of(desk))
        for wrong in wrongs:
            self.stderr.write(f"{wrong.place}: {wrong.message}")
        if wrongs:
            raise CommandError(f"{len(wrongs)} cells are wrong; nothing was imported")
        self.stdout.write(f"{len(arrivals)} rows can be imported")
        if given["go"]:
            with system_scope("setup"):
                actor = system_actor("case import")
                done = cases_import(actor=actor, desk=desk, origin=given["origin"], arrivals=arrivals)
            self.stdout.write(f"{done.made} imported, {done.there} were there already")

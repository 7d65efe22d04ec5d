"""Bring a form in from an XLSForm workbook."""

from __future__ import annotations

from collections.abc import Sequence

from bihuan.foundation.actor import Actor
from bihuan.instruments.models import FormDraft
from bihuan.instruments.permissions import EDIT
from bihuan.instruments.services.drafts import draft_create
from bihuan.instruments.xlsform import Problem, xlsform_read
from bihuan.organisation.models import OrgUnit

TITLE_LENGTH = 150


def draft_from_xlsform(
    *, actor: Actor, unit: OrgUnit, content: bytes, title: str = "", usual_title: str = ""
) -> tuple[FormDraft, Sequence[Problem]]:
    """A new form with the workbook as its draft, and what of the workbook was left out.

    ``usual_title`` names a form whose workbook has no title. Raises XlsformError with every problem of the file.
    """
    actor.require(EDIT, unit.org_path)
    found = xlsform_read(content)
    name = (title or found.title or usual_title)[:TITLE_LENGTH]
    return draft_create(actor=actor, unit=unit, title=name, body=found.body), found.notes

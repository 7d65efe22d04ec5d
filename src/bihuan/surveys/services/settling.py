"""A person says what the columns are; the last word before the import."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping as MappingOf
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, DomainError
from bihuan.foundation.jobs import enqueue
from bihuan.foundation.lifecycle import perform
from bihuan.foundation.reading import DataFileError
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.linking import targets_for
from bihuan.surveys.mapping import ColumnUse, Mapping, check_pairs
from bihuan.surveys.models import LIVE, SurveyImport
from bihuan.surveys.permissions import IMPORT
from bihuan.surveys.services.importing import survey_import
from bihuan.surveys.services.uploading import AT_ONCE_BYTES, put


class AlreadyImportedError(DomainError):
    """The same file with the same columns is there; ``earlier`` is where."""

    code = "already_imported"

    def __init__(self, earlier: SurveyImport) -> None:
        self.earlier = earlier
        message = _("This file was already imported as “%(title)s” by %(name)s; it is not imported twice.") % {
            "title": earlier.title,
            "name": earlier.imported_by_name,
        }
        super().__init__(message, place="file")


def mapping_hash(mapping: Mapping, links: MappingOf[str, Any]) -> str:
    """A mark of what the columns are used for; titles and reasons do not count."""
    columns = [{**use.to_dict(), "reasons": None} for use in mapping.columns]
    text = json.dumps([columns, dict(links)], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def checked_links(actor: Actor, links: MappingOf[str, Any], mapping: Mapping) -> dict[str, Any]:
    """Keep what names a column of the mapping and a unit or place the actor may import for."""
    name = str(links.get("column", ""))
    if not name:
        return {}
    if not any(use.name == name for use in mapping.columns):
        raise DataFileError("unknown_column", column=name)
    targets = targets_for(actor)
    values = {str(value): str(target) for value, target in dict(links.get("values", {})).items() if target}
    for value, target in values.items():
        if targets.unit_of(target) is None:
            raise BadInputError(
                _("“%(value)s” is linked to something that is not there.") % {"value": value}, place=name
            )
    return {"column": name, "values": values}


@transaction.atomic
def survey_settle(
    *,
    survey: SurveyImport,
    actor: Actor,
    title: str,
    period_from: date | None = None,
    period_to: date | None = None,
    unit: OrgUnit | None = None,
    mapping: Mapping | None = None,
    links: MappingOf[str, Any] | None = None,
) -> SurveyImport:
    """Save the columns, title, period and unit as they stand; nothing is imported yet."""
    actor.require(IMPORT, survey.org_path)
    if survey.state != "proposed":
        raise ActionNotAllowedError()
    if not title.strip():
        raise BadInputError(_("Give the survey a title."), place="title")
    if period_from and period_to and period_from > period_to:
        raise BadInputError(_("The period ends before it begins."), place="period_to")
    plan = mapping or survey.plan
    known = {one["name"] for one in survey.profile.get("columns", ())}
    for use in plan.columns:
        if use.name not in known:
            raise DataFileError("unknown_column", column=use.name)
    check_pairs(plan)
    owner = unit or survey.unit
    actor.require(IMPORT, owner.org_path)
    before = survey.plan
    settled = {
        "title": title.strip()[:150],
        "period_from": period_from,
        "period_to": period_to,
        "unit": owner,
        "links": checked_links(actor, survey.links if links is None else links, plan),
    }
    kept = Mapping(plan.columns, title=title.strip()[:150], shape=survey.shape).to_dict()
    changed = {name: value for name, value in settled.items() if getattr(survey, name) != value}
    columns = [
        use.name for use in plan.columns if replace(use, reasons=()) != replace(before.use(use.name), reasons=())
    ]
    if not changed and not columns and not survey.problem:
        return survey
    told = {name: value for name, value in changed.items() if name != "links"}
    activity(
        survey,
        "edit",
        actor=actor,
        before={name: getattr(survey, name) for name in told},
        after={**told, **({"columns": columns} if columns else {}), **linked_words(changed)},
    )
    put(survey, **settled, org_path=owner.org_path, mapping=kept, problem={})
    return survey


def bare(use: ColumnUse) -> ColumnUse:
    return replace(use, reasons=())


def linked_words(changed: MappingOf[str, Any]) -> dict[str, str]:
    return {"linked": str(changed["links"].get("column", ""))} if "links" in changed else {}


@transaction.atomic
def survey_confirm(
    *, survey: SurveyImport, actor: Actor, at: datetime | None = None, at_once: bool | None = None
) -> SurveyImport:
    """Import the file under the mapping as it stands; a large one is handed to the worker.

    Raises ``AlreadyImportedError`` for the same file with the same columns, ``DataFileError`` where the columns do
    not fit; then nothing is stored.
    """
    if not survey.plan.items:
        raise DataFileError("no_items")
    check_pairs(survey.plan)
    mark = mapping_hash(survey.plan, survey.links)
    earlier = SurveyImport.objects.filter(
        unit_id=survey.unit_id, digest=survey.digest, mapping_hash=mark, state__in=LIVE
    ).first()
    if earlier is not None and earlier.pk != survey.pk:
        raise AlreadyImportedError(earlier)
    try:
        with transaction.atomic():
            put(
                survey,
                mapping_hash=mark,
                imported_by_id=actor.user_id,
                imported_by_name=actor.name,
                problem={},
                progress=0,
            )
            perform(survey, "confirm", actor=actor, at=at)
    except IntegrityError as error:  # two people pressed at the same moment
        raise ActionNotAllowedError(_("This file was imported a moment ago by somebody else.")) from error
    if at_once if at_once is not None else survey.size <= AT_ONCE_BYTES:
        return survey_import(survey=survey, actor=actor, at=at)
    enqueue("bihuan.surveys.tasks.import_file", survey.pk)
    return survey

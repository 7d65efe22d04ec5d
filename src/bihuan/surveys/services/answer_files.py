"""Files that come with answers: kept when they arrive, tied to the answer when it is stored."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.foundation.errors import BadInputError
from bihuan.foundation.secrets import new_secret
from bihuan.instruments.definition import Definition, Item, ItemType
from bihuan.instruments.models import Response
from bihuan.instruments.walk import Problem, Walk
from bihuan.records.services import file_store
from bihuan.surveys.models import AnswerFile, Campaign

LIMIT = 15 * 1024 * 1024
PER_VISITOR = 20
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})


def file_items(definition: Definition) -> tuple[Item, ...]:
    found: tuple[Item, ...] | None = definition.compiled.get("surveys.files")
    if found is None:
        found = tuple(item for item in definition.items if item.type is ItemType.FILE)
        definition.compiled["surveys.files"] = found
    return found


@transaction.atomic
def answer_file_keep(
    *, campaign: Campaign, client_uuid: uuid.UUID, item: Item, upload: UploadedFile[Any]
) -> AnswerFile:
    """Keep one file of a visitor who has not sent the form yet. Raises BadInputError at the item."""
    if AnswerFile.objects.filter(client_uuid=client_uuid).count() >= PER_VISITOR:
        raise BadInputError(_("No more files can be added."), place=item.code)
    hidden = campaign.is_anonymous
    # A camera's file name tells the second it was taken.
    name = f"{item.code}{Path(upload.name or '').suffix}" if hidden else upload.name or ""
    kept = file_store(name=name, content=upload.file, limit=LIMIT, leaves_no_trace=hidden)  # type: ignore[arg-type]
    if item.files == "photo" and kept.media_type not in PICTURES:
        raise BadInputError(_("This is no photo."), place=item.code)
    file = AnswerFile(
        campaign=campaign,
        client_uuid=client_uuid,
        item=item.code,
        handle=new_secret(),
        name=kept.name,
        media_type=kept.media_type,
        size=kept.size,
        digest=kept.digest,
        day=timezone.localdate(),
        org_path=campaign.org_path,
    )
    file.save(force_insert=True)
    return file


def files_checked(*, campaign: Campaign, client_uuid: uuid.UUID, definition: Definition, walked: Walk) -> Walk:
    """An answer may name only files that the same visitor sent for the same item."""
    wanted = {item.code: walked.values[item.code] for item in file_items(definition) if item.code in walked.values}
    if not wanted:
        return walked
    rows = AnswerFile.objects.filter(campaign=campaign, client_uuid=client_uuid)
    known = set(rows.values_list("item", "handle"))
    wrong = [
        Problem(code, "value", {"item": definition.by_code[code].label or code, "value": reference})
        for code, references in wanted.items()
        for reference in references
        if (code, reference) not in known
    ]
    return replace(walked, problems=(*walked.problems, *wrong)) if wrong else walked


def files_tie(*, response: Response, references: Iterable[str]) -> None:
    AnswerFile.objects.filter(handle__in=list(references)).update(response=response, org_path=response.org_path)


@transaction.atomic
def files_forget(*, before: date) -> int:
    """Drop rows of files that were never sent; the bytes may belong to others too and stay."""
    count, _rows = AnswerFile.objects.filter(response=None, day__lt=before).delete()
    return count

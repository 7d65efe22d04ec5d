"""Answers begun and kept: page by page, and to be resumed later by a secret of which only the hash is stored."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from bihuan.foundation.errors import DomainError, StaleRecordError
from bihuan.foundation.secrets import new_secret, secret_hash
from bihuan.instruments.models import InstrumentVersion, Response
from bihuan.surveys.models import Door, SavedAnswers

TRIES = 5


class AlreadySentError(DomainError):
    """The form these answers belong to has been sent in the meantime."""

    code = "already_sent"


@dataclass(frozen=True)
class Kept:
    """``given`` and ``states`` of one page; ``own`` are all its items, so that an emptied field is emptied here too."""

    given: Mapping[str, Any]
    states: Mapping[str, str]
    own: frozenset[str]
    section: str

    def over(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        values = {code: value for code, value in answers.get("values", {}).items() if code not in self.own}
        states = {code: state for code, state in answers.get("states", {}).items() if code not in self.own}
        return {"values": {**values, **self.given}, "states": {**states, **self.states}}


def ends_at(door: Door) -> datetime:
    """A form of several pages needs its answers until the last one, even where nobody may go on another day."""
    return timezone.now() + timedelta(days=max(1, door.campaign.resume_days))


def answers_begin(
    *,
    door: Door,
    version: InstrumentVersion,
    client_uuid: uuid.UUID,
    begun_at: datetime,
    language: str,
    kept: Kept,
) -> tuple[SavedAnswers, str]:
    """Keep the first page; returns the secret, which is told once. A second page sent with the same number joins it."""
    if Response.objects.filter(client_uuid=client_uuid).exists():
        raise AlreadySentError()
    secret = new_secret()
    row = SavedAnswers(
        door=door,
        version_of_form=version,
        client_uuid=client_uuid,
        secret_hash=secret_hash(secret),
        language=language,
        section=kept.section,
        answers=kept.over({}),
        begun_at=begun_at,
        expires_at=ends_at(door),
        org_path=door.org_path,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
        return row, secret
    except IntegrityError:
        # Sent twice, or in two windows: the number is the visitor's own, so the later page wins and gets a new secret.
        there = SavedAnswers.objects.select_related("door__campaign").get(client_uuid=client_uuid)
        changed = answers_keep(saved=there, language=language, kept=kept, secret=secret)
        return changed, secret


def answers_keep(*, saved: SavedAnswers, language: str, kept: Kept, secret: str = "") -> SavedAnswers:
    """Put one page over what is kept, by compare-and-swap on the revision: pages sent at once in two windows both stay.

    Of the same page the later one stays. Raises AlreadySentError where the form has been sent meanwhile.
    """
    for _try in range(TRIES):
        answers = kept.over(saved.answers)
        values: dict[str, Any] = {"answers": answers, "section": kept.section, "language": language}
        if secret:
            values["secret_hash"] = secret_hash(secret)
        values["expires_at"] = ends_at(saved.door)
        swapped = SavedAnswers.objects.filter(pk=saved.pk, revision=saved.revision).update(
            revision=saved.revision + 1, **values
        )
        if swapped:
            for name, value in values.items():
                setattr(saved, name, value)
            saved.revision += 1
            return saved
        again = SavedAnswers.objects.select_related("door__campaign").filter(pk=saved.pk).first()
        if again is None:
            raise AlreadySentError()
        saved = again
    raise StaleRecordError()


@transaction.atomic
def saved_forget(*, saved: SavedAnswers) -> None:
    SavedAnswers.objects.filter(pk=saved.pk).delete()


@transaction.atomic
def saved_clear(*, now: datetime) -> int:
    """Drop what nobody came back for in time."""
    count, _rows = SavedAnswers.objects.filter(expires_at__lte=now).delete()
    return count

"""The scale library: kept once, reused by many forms, filled from the shelf."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bihuan.foundation.activity import activity, save_fields
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import BadInputError
from bihuan.instruments.models import ScaleEntry
from bihuan.instruments.permissions import EDIT
from bihuan.instruments.shelf import library_entry, scale_shelf
from bihuan.organisation.models import OrgUnit

MOST_LEVELS = 21


def check_words(words: Mapping[str, Any], low: int, high: int, step: int) -> dict[str, Any]:
    """The words by language, only of levels there are; the first language's title must be there."""
    if high <= low or step < 1 or (high - low) % step or (high - low) // step >= MOST_LEVELS:
        raise BadInputError(
            _("From %(low)s to %(high)s by %(step)s is no scale of 2 to 21 levels.")
            % {"low": low, "high": high, "step": step},
            place="high",
        )
    levels = {str(level) for level in range(low, high + 1, step)}
    found = {}
    for language, each in words.items():
        labels = {level: str(text).strip() for level, text in (each.get("labels") or {}).items() if level in levels}
        found[language] = {
            "title": str(each.get("title") or "").strip(),
            "labels": {level: text for level, text in labels.items() if text},
            "na": str(each.get("na") or "").strip(),
        }
    first = next(iter(found.values()), {"title": ""})
    if not first["title"]:
        raise BadInputError(_("A scale needs a title."), place="title")
    return found


@transaction.atomic
def scale_create(
    *, actor: Actor, unit: OrgUnit, code: str, low: int, high: int, step: int = 1, words: Mapping[str, Any]
) -> ScaleEntry:
    """A new scale; its ends never change, for the same answers under other ends would be other answers."""
    actor.require(EDIT, unit.org_path)
    found = check_words(words, low, high, step)
    try:
        with transaction.atomic():
            entry = ScaleEntry.objects.create(
                unit=unit,
                code=code,
                low=low,
                high=high,
                step=step,
                title=next(iter(found.values()))["title"],
                languages=list(found),
                words=found,
                org_path=unit.org_path,
            )
    except IntegrityError:
        raise BadInputError(_("A scale with this code is in the library already."), place="code") from None
    activity(entry, "create", actor=actor, after={"code": code, "low": low, "high": high, "step": step})
    return entry


@transaction.atomic
def scale_change(*, entry: ScaleEntry, actor: Actor, words: Mapping[str, Any]) -> ScaleEntry:
    """Other words for the same levels. Forms that use the scale keep theirs until somebody takes the new ones over."""
    actor.require(EDIT, entry.org_path)
    found = check_words(words, entry.low, entry.high, entry.step)
    title = next(iter(found.values()))["title"]
    save_fields(entry, {"title": title, "languages": list(found), "words": found}, actor=actor)
    return entry


@transaction.atomic
def scale_retire(*, entry: ScaleEntry, actor: Actor, is_retired: bool = True) -> ScaleEntry:
    actor.require(EDIT, entry.org_path)
    save_fields(entry, {"is_retired": is_retired}, actor=actor)
    return entry


@transaction.atomic
def scales_ship(*, actor: Actor, unit: OrgUnit) -> list[ScaleEntry]:
    """Fill the shelf: every shipped scale the unit does not have yet."""
    have = set(ScaleEntry.objects.filter(unit=unit).values_list("code", flat=True))
    created = []
    for code in scale_shelf():
        if code not in have:
            scale = library_entry(code)
            created.append(
                scale_create(
                    actor=actor,
                    unit=unit,
                    code=code,
                    low=scale["low"],
                    high=scale["high"],
                    step=scale["step"],
                    words=scale["words"],
                )
            )
    return created

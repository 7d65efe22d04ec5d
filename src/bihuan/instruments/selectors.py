"""Reads of forms, drafts, the scale library and responses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Case, Max, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from bihuan.foundation.actor import Actor, paths_above
from bihuan.foundation.models import within
from bihuan.foundation.scope import system_scope
from bihuan.instruments.definition import Definition
from bihuan.instruments.editing import Body, Taken, settled
from bihuan.instruments.models import FormDraft, Instrument, InstrumentVersion, Response, ScaleEntry
from bihuan.instruments.permissions import EDIT, VIEW
from bihuan.instruments.shelf import Template, template_body, templates
from bihuan.instruments.usage import Beginning, beginnings_with, register_beginning, register_use, use_count, users_of

__all__ = [
    "Beginning",
    "Template",
    "beginnings_with",
    "body_of",
    "draft_of",
    "entry_of",
    "frozen_definition",
    "instruments_for",
    "latest_version",
    "library_for",
    "library_of",
    "library_words",
    "register_beginning",
    "register_use",
    "responses_of",
    "taken_codes",
    "template_body",
    "templates",
    "uses_of",
    "versions_of",
]
LIBRARY = "instruments.library"


def instruments_for(actor: Actor) -> QuerySet[Instrument]:
    """With the number of the last version, its languages (the draft's, where there is no version) and who uses it."""
    rows = Instrument.objects.for_permission(actor, VIEW).select_related("unit", "draft").defer("draft__body")
    drafts = FormDraft.objects.filter(instrument=OuterRef("pk"))
    newest = InstrumentVersion.objects.filter(instrument=OuterRef("pk")).order_by("-number")
    return rows.annotate(
        version_number=Max("versions__number"),
        published_languages=Subquery(newest.values(found=KT("body__languages"))[:1]),
        draft_languages=Subquery(drafts.values(found=KT("body__languages"))[:1]),
        used=use_count(),
        edited=Coalesce("draft__edited_at", Max("versions__published_at")),
    )


USES_SHOWN = 20


def uses_of(instrument: Instrument) -> list[Any]:
    """Surveys and whatever else uses the form, the newest first."""
    return users_of(instrument, USES_SHOWN)


def responses_of(collection: str) -> QuerySet[Response]:
    return Response.objects.filter(collection=collection).order_by("pk")


def latest_version(instrument: Instrument) -> InstrumentVersion | None:
    return InstrumentVersion.objects.filter(instrument=instrument).order_by("-number").first()


KEPT_FORMS = 64
_frozen: dict[tuple[int, str, datetime], Definition] = {}


def frozen_definition(version: InstrumentVersion) -> Definition:
    """The form of a version, read once a process: it never changes, and pages and walks are prepared with it.

    The body may be deferred; it is fetched only the first time.
    """
    key = (version.pk, version.content_hash, version.published_at)
    return _frozen.get(key) or _keep(key, version)


def frozen_form(pk: int, content_hash: str, published_at: datetime) -> Definition:
    """The same by what identifies a version, so that nothing is read when it is known already."""
    key = (pk, content_hash, published_at)
    return _frozen.get(key) or _keep(key, InstrumentVersion.objects.get(pk=pk))


def _keep(key: tuple[int, str, datetime], version: InstrumentVersion) -> Definition:
    found = version.definition
    while len(_frozen) >= KEPT_FORMS:
        _frozen.pop(next(iter(_frozen)), None)
    _frozen[key] = found
    return found


def versions_of(instrument: Instrument) -> list[InstrumentVersion]:
    """Newest first."""
    return list(InstrumentVersion.objects.filter(instrument=instrument).order_by("-number"))


def draft_of(instrument: Instrument) -> FormDraft | None:
    return FormDraft.objects.filter(instrument=instrument).select_related("instrument", "based_on").first()


def body_of(instrument: Instrument) -> Body | None:
    """What the form says now: its draft, or else its last version."""
    draft = draft_of(instrument)
    if draft is not None:
        return dict(draft.body)
    version = latest_version(instrument)
    return settled(version.body) if version else None


def taken_codes(versions: Iterable[InstrumentVersion]) -> Taken:
    """Codes that any published version used: they keep their meaning for life."""
    items: set[str] = set()
    sections: set[str] = set()
    choices: dict[str, set[str]] = {}
    for version in versions:
        definition = frozen_definition(version)
        sections |= {section.code for section in definition.sections}
        for item in definition.items:
            items.add(item.code)
            if item.choices:
                choices.setdefault(item.code, set()).update(item.codes)
    return Taken(frozenset(items), {code: frozenset(each) for code, each in choices.items()}, frozenset(sections))


def library_for(actor: Actor) -> QuerySet[ScaleEntry]:
    """Scales of the actor's own units and of the units above: a library is there to be used by those below."""
    with system_scope(LIBRARY):
        mine = Case(When(within("org_path", actor.paths(EDIT)), then=True), default=actor.is_system)
        rows = ScaleEntry.objects.select_related("unit").annotate(is_mine=mine)
        if actor.is_system:
            return rows
        paths = actor.paths(VIEW)
        higher = {above for path in paths for above in paths_above(path)}
        return rows.filter(within("org_path", paths) | Q(org_path__in=higher))


def library_of(org_path: str, *, with_retired: bool = False) -> list[ScaleEntry]:
    """Scales a form of this unit may use; of two with one code the nearer unit's counts."""
    with system_scope(LIBRARY):
        rows = ScaleEntry.objects.filter(org_path__in=paths_above(org_path)).order_by("org_path", "title", "pk")
        nearest = {entry.code: entry for entry in rows if with_retired or not entry.is_retired}
    return sorted(nearest.values(), key=lambda entry: entry.title)


def entry_of(entry: ScaleEntry) -> dict[str, Any]:
    """A scale as `editing.scale_use` takes it."""
    return {"code": entry.code, "low": entry.low, "high": entry.high, "step": entry.step, "words": entry.words}


def library_words(library: Iterable[ScaleEntry], definition: Definition) -> dict[str, dict[str, Any]]:
    """The library's present words in the form's first language, of the scales the form uses."""
    used = {(scale.code, scale.low, scale.high, scale.step) for scale in definition.scales}
    language = definition.languages[0]
    return {
        entry.code: entry.words[language]
        for entry in library
        if (entry.code, entry.low, entry.high, entry.step) in used and language in entry.words
    }

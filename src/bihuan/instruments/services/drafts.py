"""Writing forms: drafts begun, changed one act at a time, taken back, published, thrown away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.foundation.activity import activity, save_fields
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, StaleRecordError
from bihuan.instruments import selectors
from bihuan.instruments.editing import Body, language_first, languages_of, settled, simplified
from bihuan.instruments.models import DraftStep, FormDraft, Instrument, InstrumentVersion
from bihuan.instruments.permissions import EDIT
from bihuan.instruments.services.publishing import instrument_publish
from bihuan.instruments.shelf import template_body
from bihuan.organisation.models import OrgUnit

STEPS_KEPT = 200
RETRIES = 5


def empty_body(title: str, language: str) -> Body:
    return {"title": title, "languages": [language], "sections": [{"code": "s1", "items": []}]}


@transaction.atomic
def draft_create(*, actor: Actor, unit: OrgUnit, title: str, body: Any, kind: str = "questionnaire") -> FormDraft:
    """A new form with its first draft: from nothing, the shelf, a file or another form."""
    actor.require(EDIT, unit.org_path)
    instrument = Instrument.objects.create(unit=unit, title=title, kind=kind, org_path=unit.org_path)
    activity(instrument, "create", actor=actor, after={"title": title, "kind": kind})
    return draft_put(instrument=instrument, body=settled(body), based_on=None, actor=actor)


def draft_put(*, instrument: Instrument, body: Body, based_on: InstrumentVersion | None, actor: Actor) -> FormDraft:
    draft = FormDraft.objects.create(
        instrument=instrument,
        body=body,
        based_on=based_on,
        edited_at=timezone.now(),
        edited_by=actor.name[:60],
        org_path=instrument.org_path,
    )
    step_keep(draft)
    return draft


def step_keep(draft: FormDraft, mark: str = "") -> None:
    DraftStep.objects.create(
        draft=draft, revision=draft.revision, body=draft.body, mark=mark[:40], org_path=draft.org_path
    )
    DraftStep.objects.filter(draft=draft, revision__lte=draft.revision - STEPS_KEPT).delete()


def draft_from_nothing(*, actor: Actor, unit: OrgUnit, title: str, kind: str, language: str) -> FormDraft:
    return draft_create(actor=actor, unit=unit, title=title, kind=kind, body=empty_body(title, language))


def draft_from_template(*, actor: Actor, unit: OrgUnit, key: str, title: str, language: str = "") -> FormDraft:
    """Take a form of the shelf; ``language`` is put first where the shelf has it."""
    found = next((one for one in selectors.templates() if one.key == key), None)
    if found is None:
        raise BadInputError(_("The shelf has no such form."), place="key")
    body = template_body(key)
    if language in languages_of(body):
        body = language_first(body, language)
    return draft_create(actor=actor, unit=unit, title=title, kind=found.kind, body=body)


def draft_from_copy(*, actor: Actor, unit: OrgUnit, source: Instrument, title: str) -> FormDraft:
    """A form of one's own after another: its draft, or else its last version. Codes stay: answers compare."""
    body = selectors.body_of(source)
    if body is None:
        raise ActionNotAllowedError(_("This form has nothing to copy yet."))
    return draft_create(actor=actor, unit=unit, title=title, kind=source.kind, body=body)


@transaction.atomic
def draft_start(*, instrument: Instrument, actor: Actor) -> FormDraft:
    """The draft of the next version; the one that is open already, if any."""
    actor.require(EDIT, instrument.org_path)
    open_one = selectors.draft_of(instrument)
    if open_one is not None:
        return open_one
    version = selectors.latest_version(instrument)
    language = languages_of(version.body)[0] if version else "zh-hans"
    body = settled(version.body) if version else settled(empty_body(instrument.title, language))
    draft = draft_put(instrument=instrument, body=body, based_on=version, actor=actor)
    activity(instrument, "draft", actor=actor, after={"based_on": version.number if version else None})
    return draft


@transaction.atomic
def draft_save(*, draft: FormDraft, actor: Actor, revision: int, body: Body, mark: str = "") -> FormDraft:
    """Keep a changed body if nobody changed the draft since ``revision``; the draft object is brought up to date."""
    actor.require(EDIT, draft.org_path)
    body = settled(body)
    if draft.revision == revision and body == draft.body:
        return draft
    now, name = timezone.now(), actor.name[:60]
    changed = FormDraft.objects.filter(pk=draft.pk, revision=revision).update(
        body=body, revision=revision + 1, edited_at=now, edited_by=name
    )
    if not changed:
        raise StaleRecordError(_("Somebody else changed this form a moment ago. Load it again to go on."))
    if draft.edited_by != name:
        activity(
            draft.instrument, "edit", actor=actor, before={"edited_by": draft.edited_by}, after={"edited_by": name}
        )
    draft.body, draft.revision, draft.edited_at, draft.edited_by = body, revision + 1, now, name
    step_keep(draft, mark)
    return draft


def draft_change(
    *, draft: FormDraft, actor: Actor, revision: int, change: Callable[[Body], Body], mark: str = ""
) -> FormDraft:
    """Apply one act to the draft as it was at ``revision``.

    ``mark`` is the caller's own number of the act: when it comes again because the answer got lost on the way, the
    draft is given back as it is.
    """
    if draft.revision != revision:
        if mark and DraftStep.objects.filter(draft=draft, revision=revision + 1, mark=mark).exists():
            return draft
        raise StaleRecordError(_("Somebody else changed this form a moment ago. Load it again to go on."))
    return draft_save(draft=draft, actor=actor, revision=revision, body=change(draft.body), mark=mark)


def draft_merge(*, draft: FormDraft, actor: Actor, change: Callable[[Body], Body]) -> FormDraft:
    """Apply an act that does not mind what others changed meanwhile (a translation checks its own text itself)."""
    for _attempt in range(RETRIES):
        body = change(draft.body)  # what it refuses is refused for good
        try:
            return draft_save(draft=draft, actor=actor, revision=draft.revision, body=body)
        except StaleRecordError:
            draft.refresh_from_db()
    raise StaleRecordError()


def draft_restore(*, draft: FormDraft, actor: Actor, revision: int, to: int, mark: str = "") -> FormDraft:
    """Undo and redo: the body of an earlier step becomes the newest one."""
    step = DraftStep.objects.filter(draft=draft, revision=to).first()
    if step is None:
        raise ActionNotAllowedError(_("This step is too old to go back to."))
    body = step.body
    return draft_change(draft=draft, actor=actor, revision=revision, change=lambda _now: body, mark=mark)


@transaction.atomic
def draft_publish(*, draft: FormDraft, actor: Actor, revision: int, note: str) -> InstrumentVersion:
    """Freeze the draft as the next version; the draft is done with it."""
    instrument = draft.instrument
    if not FormDraft.objects.filter(pk=draft.pk, revision=revision).exists():
        raise StaleRecordError(_("Somebody else changed this form a moment ago. Look at it again, then publish."))
    if not any(section["items"] for section in draft.body["sections"]):
        raise ActionNotAllowedError(_("A form needs at least one item."))
    version = instrument_publish(instrument=instrument, actor=actor, body=simplified(draft.body), note=note)
    FormDraft.objects.filter(pk=draft.pk).delete()
    return version


@transaction.atomic
def draft_discard(*, draft: FormDraft, actor: Actor, reason: str) -> Instrument | None:
    """Throw a draft away. A form that was never published goes with it: then there is nothing left to show."""
    instrument = draft.instrument
    actor.require(EDIT, instrument.org_path)
    activity(instrument, "discard", actor=actor, before={"revision": draft.revision}, reason=reason)
    FormDraft.objects.filter(pk=draft.pk).delete()
    if selectors.latest_version(instrument) is not None:
        return instrument
    Instrument.objects.filter(pk=instrument.pk).delete()
    return None


@transaction.atomic
def instrument_rename(*, instrument: Instrument, actor: Actor, title: str) -> Instrument:
    actor.require(EDIT, instrument.org_path)
    save_fields(instrument, {"title": title}, actor=actor)
    return instrument


@transaction.atomic
def instrument_retire(*, instrument: Instrument, actor: Actor, reason: str, is_retired: bool = True) -> Instrument:
    """Off the list of forms to choose from, or back on it; answers and surveys keep their version."""
    actor.require(EDIT, instrument.org_path)
    save_fields(instrument, {"is_retired": is_retired}, actor=actor, reason=reason)
    return instrument

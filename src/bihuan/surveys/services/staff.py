"""Acts on what staff hand in."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.accounts.selectors import users_of_unit_with
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor, system_actor
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.lifecycle import perform
from bihuan.organisation.models import OrgUnit
from bihuan.records.services import notification_send, number_take, search_index
from bihuan.surveys.models import StaffVoice
from bihuan.surveys.permissions import STAFF_ANSWER, STAFF_SPEAK, STAFF_VIEW

SERIES = "YG"
UNNAMED = system_actor("voice of staff")


@transaction.atomic
def staff_voice_hand_in(
    *,
    actor: Actor,
    unit: OrgUnit,
    kind: str,
    title: str,
    text: str,
    is_unnamed: bool = False,
    at: datetime | None = None,
) -> StaffVoice:
    """Hand in feedback or a suggestion. Without a name neither the row nor the log knows who it was."""
    actor.require(STAFF_SPEAK, unit.org_path)
    for name, value in (("title", title), ("text", text)):
        if not value.strip():
            raise BadInputError(_("This is needed for the step."), place=name)
    if kind not in StaffVoice.Kind.values:
        raise BadInputError(_("There is no such choice."), place="kind")
    at = at or timezone.now()
    if is_unnamed:
        # The minute would tell who sat at the screen.
        at = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    year = timezone.localtime(at).year
    voice = StaffVoice.objects.create(
        org_path=unit.org_path,
        state=StaffVoice.lifecycle.initial,
        number=f"{SERIES}-{year}-{number_take(series=SERIES, year=year):04d}",
        kind=kind,
        title=title.strip(),
        text=text.strip(),
        unit=unit,
        speaker_id=None if is_unnamed else actor.user_id,
        speaker_name="" if is_unnamed else actor.name[:150],
        is_unnamed=is_unnamed,
        handed_in_at=at,
    )
    activity(voice, "hand_in", actor=UNNAMED if is_unnamed else actor, after={"kind": kind}, at=at)
    _index(voice)
    # Whoever alone is not told would be the one who wrote it.
    told = [user for user in users_of_unit_with(STAFF_ANSWER, voice.org_path) if is_unnamed or user != actor.user_id]
    if told:
        message = gettext_noop("Voice of staff %(number)s: %(title)s")
        words = {"number": voice.number, "title": voice.title}
        notification_send(recipients=told, subject=voice, message=message, params=words)
    return voice


def _index(voice: StaffVoice) -> None:
    text = f"{voice.text} {voice.answer} {voice.unit.name}"
    search_index(record=voice, number=voice.number, title=voice.title, text=text, permission=STAFF_VIEW)


@transaction.atomic
def staff_voice_answer(
    *, actor: Actor, voice: StaffVoice, verdict: str, answer: str, at: datetime | None = None
) -> StaffVoice:
    if verdict not in StaffVoice.Verdict.values:
        raise BadInputError(_("There is no such choice."), place="verdict")
    at = at or timezone.now()
    data = {"answer": answer.strip(), "verdict": verdict, "answered_at": at, "answered_by_name": actor.name[:150]}
    perform(voice, "answer", actor=actor, data=data, at=at)
    _index(voice)
    if voice.speaker_id is not None:
        message = gettext_noop("Your %(number)s is answered: %(title)s")
        words = {"number": voice.number, "title": voice.title}
        notification_send(recipients=[voice.speaker_id], subject=voice, message=message, params=words)
    return voice


@transaction.atomic
def staff_voice_take_back(*, actor: Actor, voice: StaffVoice, reason: str, at: datetime | None = None) -> StaffVoice:
    return perform(voice, "take_back", actor=actor, data={"reason": reason.strip()}, at=at)


@transaction.atomic
def staff_voice_reopen(*, actor: Actor, voice: StaffVoice, reason: str, at: datetime | None = None) -> StaffVoice:
    return perform(voice, "reopen", actor=actor, data={"reason": reason.strip()}, at=at)

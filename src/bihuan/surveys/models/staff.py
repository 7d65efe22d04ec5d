"""The voice of staff: what those at the front see and propose, and what they were answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.accounts.models import User
from bihuan.foundation.actor import Actor
from bihuan.foundation.models import StatefulModel
from bihuan.organisation.models import OrgUnit
from bihuan.surveys import listening


class StaffVoice(StatefulModel):
    """Feedback or a suggestion of a member of staff. Kept without a name where its author wishes so."""

    class Kind(models.TextChoices):
        FEEDBACK = "feedback", pgettext_lazy("staff voice", "feedback from the front line")
        SUGGESTION = "suggestion", pgettext_lazy("staff voice", "work suggestion")
        INTERNAL = "internal", pgettext_lazy("staff voice", "service between departments")

    class Verdict(models.TextChoices):
        TAKEN_UP = "taken_up", pgettext_lazy("staff voice", "taken up")
        PARTLY = "partly", pgettext_lazy("staff voice", "taken up in part")
        EXPLAINED = "explained", pgettext_lazy("staff voice", "explained")
        DECLINED = "declined", pgettext_lazy("staff voice", "not taken up")

    lifecycle = listening.STAFF_VOICE
    state_labels = {
        "handed_in": pgettext_lazy("staff voice", "to be answered"),
        "answered": pgettext_lazy("staff voice", "answered"),
        "taken_back": pgettext_lazy("staff voice", "taken back"),
    }
    action_labels = {
        "answer": pgettext_lazy("log", "answered it"),
        "take_back": pgettext_lazy("log", "took it back"),
        "reopen": pgettext_lazy("log", "reopened it"),
    }

    number = models.CharField(_("number"), max_length=30, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("what you see or propose"))
    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="staff_voices", verbose_name=_("unit it goes to")
    )
    speaker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    speaker_name = models.CharField(_("handed in by"), max_length=150, blank=True, editable=False)
    is_unnamed = models.BooleanField(_("without my name"), default=False)
    handed_in_at = models.DateTimeField(_("handed in at"), editable=False)
    answer = models.TextField(_("answer"), blank=True)
    verdict = models.CharField(_("outcome"), max_length=10, choices=Verdict.choices, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    answered_by_name = models.CharField(_("answered by"), max_length=150, blank=True, editable=False)

    class Meta:
        ordering = ["-handed_in_at", "-pk"]
        verbose_name = _("voice of staff")
        indexes = [
            models.Index(fields=["state", "handed_in_at"], name="staff_voice_queue"),
            models.Index(fields=["speaker", "-handed_in_at"], name="staff_voice_mine"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("surveys:staff-voice", kwargs={"pk": self.pk})


def _other_than_speaker(voice: StaffVoice, actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    if actor.user_id is not None and actor.user_id == voice.speaker_id:
        return _("Somebody else than the one who handed it in has to answer.")
    return None


def _own(voice: StaffVoice, actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    if actor.user_id is None or actor.user_id != voice.speaker_id:
        return _("Only the one who handed it in may take it back.")
    return None


StaffVoice.guards = {"other_than_speaker": _other_than_speaker, "own": _own}

"""Telephone interviews: whom to call, what came of each call."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.accounts.models import User
from bihuan.foundation.models import ScopedModel
from bihuan.surveys.models.campaign import Campaign
from bihuan.surveys.models.contact import Invitation


class Outcome(models.TextChoices):
    """What came of a call; the groups follow the standard definitions of final disposition codes (AAPOR)."""

    COMPLETED = "completed", pgettext_lazy("call", "interview completed")
    PARTIAL = "partial", pgettext_lazy("call", "interview broken off, enough answered")
    REFUSED = "refused", pgettext_lazy("call", "refused")
    BROKEN_OFF = "broken_off", pgettext_lazy("call", "broken off early")
    CALL_BACK = "call_back", pgettext_lazy("call", "call back at")
    UNABLE = "unable", pgettext_lazy("call", "cannot take part (language, hearing, health)")
    NO_ANSWER = "no_answer", pgettext_lazy("call", "no answer")
    BUSY = "busy", pgettext_lazy("call", "engaged")
    MACHINE = "machine", pgettext_lazy("call", "answering machine")
    WRONG_NUMBER = "wrong_number", pgettext_lazy("call", "wrong number or out of service")
    NOT_ELIGIBLE = "not_eligible", pgettext_lazy("call", "does not belong to those asked")


FINAL = frozenset(
    {
        Outcome.COMPLETED,
        Outcome.PARTIAL,
        Outcome.REFUSED,
        Outcome.BROKEN_OFF,
        Outcome.UNABLE,
        Outcome.WRONG_NUMBER,
        Outcome.NOT_ELIGIBLE,
    }
)


class CallTask(ScopedModel):
    """One person to be called. ``held_by`` has it on the screen until ``held_until``; nobody else gets it meanwhile."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="calls")
    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, related_name="call")
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices, blank=True)
    is_done = models.BooleanField(_("finished"), default=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_at = models.DateTimeField(_("call not before"), null=True, blank=True)
    held_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", editable=False)
    held_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["next_at", "pk"]
        verbose_name = _("call to make")
        indexes = [models.Index(fields=["campaign", "is_done", "next_at"], name="call_queue")]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.invitation_id}"

    def get_absolute_url(self) -> str:
        return reverse("surveys:call", kwargs={"pk": self.pk})


class CallAttempt(ScopedModel):
    """One call. In an anonymous survey a completed one keeps its day only, so that no time leads to an answer."""

    task = models.ForeignKey(CallTask, on_delete=models.CASCADE, related_name="calls_made")
    interviewer = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    interviewer_name = models.CharField(_("interviewer"), max_length=150, editable=False)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices)
    day = models.DateField(_("day"), editable=False)
    at = models.DateTimeField(_("when"), null=True, editable=False)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("call")

    def __str__(self) -> str:
        return f"{self.task_id} {self.outcome}"

"""Letters to invited people: one mailing at a time, one message a person, each with its own fate."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.models import ScopedModel
from bihuan.surveys.models.campaign import Campaign
from bihuan.surveys.models.contact import Invitation


class Mailing(ScopedModel):
    """A round of invitations or reminders. ``texts`` are frozen when it starts."""

    class Kind(models.TextChoices):
        INVITATION = "invitation", pgettext_lazy("mailing", "invitation")
        REMINDER = "reminder", pgettext_lazy("mailing", "reminder")

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("mailing", "planned")
        RUNNING = "running", pgettext_lazy("mailing", "being sent")
        DONE = "done", pgettext_lazy("mailing", "sent")
        STOPPED = "stopped", pgettext_lazy("mailing", "stopped")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="mailings")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PLANNED)
    due_at = models.DateTimeField(_("to be sent at"), db_index=True)
    texts = models.JSONField(default=dict, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    problem = models.CharField(_("problem"), max_length=300, blank=True, editable=False)
    stop_reason = models.CharField(_("reason"), max_length=200, blank=True, editable=False)
    by_name = models.CharField(_("who"), max_length=150, editable=False)

    class Meta:
        ordering = ["due_at", "pk"]
        verbose_name = _("mailing")

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.kind} {self.due_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("surveys:mailing", kwargs={"pk": self.pk})


class Message(ScopedModel):
    """One letter. A crash may leave one in ``sending``: whether it left the house is then unknown, and said so."""

    class State(models.TextChoices):
        WAITING = "waiting", _("to be sent")
        SENDING = "sending", pgettext_lazy("message", "on its way")
        SENT = "sent", _("sent")
        FAILED = "failed", _("could not be sent")
        LEFT_OUT = "left_out", pgettext_lazy("message", "left out")

    class Reason(models.TextChoices):
        ANSWERED = "answered", pgettext_lazy("left out", "has answered")
        OPTED_OUT = "opted_out", pgettext_lazy("left out", "does not want to be asked")
        QUARANTINED = "quarantined", pgettext_lazy("left out", "asked too recently")
        NO_ADDRESS = "no_address", pgettext_lazy("left out", "has no address")
        ENOUGH = "enough", pgettext_lazy("left out", "was reminded often enough")

    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="messages")
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="messages")
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    reason = models.CharField(_("why"), max_length=12, choices=Reason.choices, blank=True)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    not_before = models.DateTimeField(null=True, editable=False)
    tried_at = models.DateTimeField(_("tried"), null=True, editable=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("message")
        constraints = [models.UniqueConstraint(fields=["mailing", "invitation"], name="message_once")]
        indexes = [models.Index(fields=["mailing", "state"], name="message_state")]

    def __str__(self) -> str:
        return f"{self.mailing_id} {self.invitation_id}"

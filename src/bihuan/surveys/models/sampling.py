"""Whom chance picked: everything that is needed to draw the same people again."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.models import ScopedModel
from bihuan.surveys.models.campaign import Campaign


class SampleDraw(ScopedModel):
    """One draw of contacts. ``frame`` maps a segment's code to the numbers of its contacts, and to nothing personal.

    Seed and frame decide the draw (servicequality.sampling_plans); ``wanted`` says how many of each segment.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        PHONE = "phone", _("telephone interview")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="draws")
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    seed = models.CharField(_("seed"), max_length=80)
    frame = models.JSONField(default=dict, editable=False)
    frame_hash = models.CharField(_("hash of the frame"), max_length=64, editable=False)
    frame_size = models.PositiveIntegerField(_("people to draw from"), editable=False)
    wanted = models.JSONField(_("to be drawn"), default=dict, editable=False)
    drawn = models.PositiveIntegerField(pgettext_lazy("sample", "drawn"), editable=False)
    drawn_hash = models.CharField(max_length=64, editable=False)
    left_out = models.JSONField(_("left out"), default=dict, editable=False)
    criteria = models.JSONField(_("drawn from"), default=dict, editable=False)
    at = models.DateTimeField(_("when"), editable=False)
    by_name = models.CharField(_("who"), max_length=150, editable=False)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("sample")

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.seed}"

    def get_absolute_url(self) -> str:
        return reverse("surveys:draw", kwargs={"pk": self.pk})

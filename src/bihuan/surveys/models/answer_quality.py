"""Signs of careless answering: which rules were in force, what they flagged, and what a person left out for it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.models import User
from bihuan.foundation.models import ScopedModel
from bihuan.instruments.models import Response
from bihuan.surveys.models.campaign import Campaign


class QualityRuleSet(ScopedModel):
    """The thresholds of one campaign in one version; a change makes the next version, so flags keep their reason."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="quality_rules")
    number = models.PositiveIntegerField(_("version"))
    rules = models.JSONField(default=dict)
    reason = models.CharField(_("what changed and why"), max_length=300)
    made_at = models.DateTimeField(_("made"))
    made_by_name = models.CharField(_("by"), max_length=150)

    class Meta:
        ordering = ["campaign", "-number"]
        verbose_name = _("rules of answer quality")
        constraints = [models.UniqueConstraint(fields=["campaign", "number"], name="quality_rules_once")]

    def __str__(self) -> str:
        return f"{self.campaign_id} v{self.number}"


class QualityCheck(ScopedModel):
    """What the last check of a campaign found, up to which answer; replaced by the next check."""

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="quality_check")
    rules = models.ForeignKey(QualityRuleSet, on_delete=models.PROTECT, related_name="+")
    upto = models.BigIntegerField(default=0)
    checked = models.PositiveIntegerField(_("answers checked"), default=0)
    flagged = models.PositiveIntegerField(_("answers flagged"), default=0)
    found = models.JSONField(default=dict)
    checked_at = models.DateTimeField(_("checked"))

    class Meta:
        verbose_name = _("check of answer quality")

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.checked_at:%Y-%m-%d %H:%M}"


class ResponseFlag(ScopedModel):
    """One flagged answer: rule by rule the value that raised the flag. A sign to look at, never a verdict."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="flags")
    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="flag")
    rules = models.ForeignKey(QualityRuleSet, on_delete=models.PROTECT, related_name="+")
    flags = models.JSONField(default=dict)
    count = models.PositiveSmallIntegerField(_("signs"))

    class Meta:
        ordering = ["-count", "response_id"]
        verbose_name = _("flagged answer")
        indexes = [models.Index(fields=["campaign", "-count", "response"], name="response_flag_order")]

    def __str__(self) -> str:
        return f"{self.response_id} {self.count}"


class ExcludedAnswer(ScopedModel):
    """An answer a person took out of the figures. The answer stays; taking this row away brings it back."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="excluded")
    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="excluded")
    reason = models.CharField(_("reason"), max_length=500)
    excluded_at = models.DateTimeField(_("taken out"))
    excluded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    excluded_by_name = models.CharField(_("by"), max_length=150)

    class Meta:
        ordering = ["-excluded_at", "-pk"]
        verbose_name = _("answer taken out of the figures")

    def __str__(self) -> str:
        return f"{self.response_id}"

"""Whole-number counts of a survey's answers, kept by the worker so that a page never walks through answers."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.models import ScopedModel
from bihuan.surveys.models.campaign import Campaign


class CampaignTally(ScopedModel):
    """How far the answers of a survey are counted. It moves together with the cells, in one transaction.

    ``layouts`` are lists of form versions; a cell names the one it was written under. ``revision`` is swapped by
    whoever writes: two workers never count the same answers twice.
    """

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="tally")
    watermark = models.BigIntegerField(_("counted up to"), default=0)
    revision = models.PositiveBigIntegerField(default=0)
    responses = models.PositiveBigIntegerField(_("answers counted"), default=0)
    counted_at = models.DateTimeField(_("counted"), null=True)
    layouts = models.JSONField(default=list)
    excluded = models.JSONField(default=list)  # numbers of answers a person took out, as far as that is done here
    checked_at = models.DateTimeField(_("checked against the answers"), null=True)
    checked_responses = models.PositiveBigIntegerField(default=0)
    differences = models.JSONField(default=list)
    themes = models.JSONField(default=dict)
    themes_watermark = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("counts of a survey")

    def __str__(self) -> str:
        return f"{self.campaign_id} @ {self.watermark}"


class TallyCell(ScopedModel):
    """Counts of one group of answers (see `tallying.keys`): whole numbers that add up, packed."""

    tally = models.ForeignKey(CampaignTally, on_delete=models.CASCADE, related_name="cells")
    key = models.CharField(max_length=200)
    scope = models.CharField(max_length=8)
    place = models.BigIntegerField(default=0)
    segment = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=20, blank=True)
    period = models.CharField(max_length=10, blank=True)
    cluster = models.CharField(max_length=60, blank=True)
    layout = models.PositiveSmallIntegerField(default=0)
    n = models.PositiveBigIntegerField(_("answers"), default=0)
    numbers = models.BinaryField()

    class Meta:
        verbose_name = _("counts of a group")
        constraints = [models.UniqueConstraint(fields=["tally", "key"], name="tally_cell_once")]
        indexes = [models.Index(fields=["tally", "scope", "channel", "period", "place"], name="tally_cell_group")]

    def __str__(self) -> str:
        return self.key


class CampaignRemark(ScopedModel):
    """What somebody wrote, copied beside the counts: with names of nobody, and whether it may be quoted.

    ``response`` is the number of the answer, no reference: nothing here ever locks a row that a submit writes.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="remarks")
    response = models.BigIntegerField()
    item = models.CharField(max_length=120)
    place = models.BigIntegerField(default=0)
    segment = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=20, blank=True)
    day = models.DateField(_("day"))
    language = models.CharField(max_length=10, blank=True)
    text = models.TextField()
    may_quote = models.BooleanField(default=False)
    sentiment = models.SmallIntegerField(default=0)
    themes = models.JSONField(default=list)

    class Meta:
        verbose_name = _("remark in a survey")
        constraints = [models.UniqueConstraint(fields=["campaign", "response", "item"], name="remark_once")]
        indexes = [
            models.Index(fields=["campaign", "-response"], name="remark_order"),
            models.Index(fields=["campaign", "may_quote", "sentiment"], name="remark_quotes"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

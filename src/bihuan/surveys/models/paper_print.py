"""Which sheet numbers were printed with which form: no number is given out twice."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.models import ScopedModel
from bihuan.instruments.models import InstrumentVersion
from bihuan.surveys.models.campaign import Campaign


class PaperPrint(ScopedModel):
    """A run of sheets. It keeps all that is needed to print exactly them again."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="paper_prints")
    version_of_form = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(_("language"), max_length=10)
    first = models.PositiveIntegerField(_("first number"))
    last = models.PositiveIntegerField(_("last number"))
    organisation = models.CharField(_("name of the organisation"), max_length=60)
    is_duplex = models.BooleanField(_("printed on both sides"), default=False)
    printed_at = models.DateTimeField(_("made on"))
    printed_by_name = models.CharField(_("who"), max_length=150)

    class Meta:
        ordering = ["-last"]
        verbose_name = _("run of paper sheets")
        constraints = [models.UniqueConstraint(fields=["campaign", "first"], name="paper_print_first_once")]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.first}-{self.last}"

    @property
    def count(self) -> int:
        return self.last - self.first + 1

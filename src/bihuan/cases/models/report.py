"""Weekly and monthly tables: computed, commented, and frozen once published."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.cases import lifecycle
from bihuan.foundation.models import ScopedModel, StatefulModel
from bihuan.organisation.models import OrgUnit


class CaseReport(StatefulModel):
    class Rhythm(models.TextChoices):
        WEEK = "week", pgettext_lazy("report", "weekly report")
        MONTH = "month", pgettext_lazy("report", "monthly report")

    lifecycle = lifecycle.REPORT
    state_labels = {
        "draft": pgettext_lazy("report", "draft"),
        "published": pgettext_lazy("report", "published"),
        "withdrawn": pgettext_lazy("report", "withdrawn"),
    }
    action_labels = {
        "refresh": pgettext_lazy("log", "computed the figures again"),
        "comment": pgettext_lazy("log", "changed the comment"),
        "publish": pgettext_lazy("log", "published it"),
        "withdraw": pgettext_lazy("log", "withdrew it"),
    }

    number = models.CharField(_("number"), max_length=30, blank=True, editable=False)
    rhythm = models.CharField(_("kind"), max_length=10, choices=Rhythm.choices)
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    since = models.DateField(_("from"))
    until = models.DateField(_("to"))
    cut_off_at = models.DateTimeField(_("data as of"))
    figures = models.JSONField(default=dict)
    comment = models.TextField(_("analysis and proposals"), blank=True)
    drafted_by_name = models.CharField(max_length=150)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    published_by_name = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-since", "-pk"]
        verbose_name = _("case report")

    def __str__(self) -> str:
        return f"{self.get_rhythm_display()} {self.since:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("cases:report", kwargs={"pk": self.pk})


class Exposure(ScopedModel):
    """What counts are divided by: passengers carried, calls answered, customers served, a day and unit."""

    class Measure(models.TextChoices):
        PASSENGERS = "passengers", pgettext_lazy("exposure", "passengers")
        CALLS = "calls", pgettext_lazy("exposure", "calls")
        CUSTOMERS = "customers", pgettext_lazy("exposure", "customers")

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    measure = models.CharField(pgettext_lazy("case", "measure"), max_length=12, choices=Measure.choices)
    since = models.DateField(_("from"))
    until = models.DateField(_("to"))
    number = models.PositiveBigIntegerField(pgettext_lazy("amount", "number"))
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        ordering = ["-since"]
        verbose_name = _("exposure")
        constraints = [
            models.UniqueConstraint(fields=["unit", "measure", "since", "until"], name="exposure_once_per_period"),
            models.CheckConstraint(
                condition=models.Q(until__gte=models.F("since")), name="exposure_ends_not_before_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.measure} {self.since}"


class MapLayer(ScopedModel):
    """An outline of the area, uploaded by the organisation; points are drawn over it, nothing is fetched."""

    name = models.CharField(_("name"), max_length=100)
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    shapes = models.JSONField(default=dict)
    origin = models.CharField(_("origin and licence"), max_length=200)
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        verbose_name = _("map outline")

    def __str__(self) -> str:
        return self.name

"""Files of single answers that somebody asked for: what was in them, who has them, until when they are kept."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.accounts.models import User
from bihuan.foundation.models import StatefulModel
from bihuan.surveys import lifecycle
from bihuan.surveys.models.campaign import Campaign
from bihuan.surveys.models.imports import SurveyImport


class SurveyExport(StatefulModel):
    """One file that left the house. A package is kept by its content until it expires; a single file is streamed.

    Row count and hash are those of what was written, so that a file found elsewhere can be matched to its line here.
    """

    class Kind(models.TextChoices):
        PACKAGE = "package", _("package: SAV, XLSX, CSV, codebook and scripts")
        SAV = "sav", _("SAV for SPSS")
        XLSX = "xlsx", _("XLSX")
        CSV = "csv", _("CSV")

    class Values(models.TextChoices):
        CODES = "codes", _("answers as codes")
        LABELS = "labels", _("answers in words")

    lifecycle = lifecycle.EXPORT
    state_labels = {
        "waiting": pgettext_lazy("export", "being made"),
        "ready": pgettext_lazy("export", "ready"),
        "sent": pgettext_lazy("export", "downloaded"),
        "broken": pgettext_lazy("export", "broken off"),
        "failed": pgettext_lazy("export", "failed"),
        "expired": pgettext_lazy("export", "removed"),
    }
    action_labels = {
        "finish": pgettext_lazy("log", "finished the file"),
        "send": pgettext_lazy("log", "downloaded the answers"),
        "break_off": pgettext_lazy("log", "broke the download off"),
        "fail": pgettext_lazy("log", "could not make the file"),
        "expire": pgettext_lazy("log", "removed the file when its time was up"),
        "remove": pgettext_lazy("log", "removed the file"),
    }

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, null=True, related_name="exports")
    survey = models.ForeignKey(SurveyImport, on_delete=models.CASCADE, null=True, related_name="exports")
    kind = models.CharField(_("file"), max_length=8, choices=Kind.choices, default=Kind.PACKAGE)
    values = models.CharField(_("answers"), max_length=6, choices=Values.choices, default=Values.CODES)
    language = models.CharField(_("language"), max_length=10)
    wanted = models.JSONField(_("filter"), default=dict)
    asked_at = models.DateTimeField(_("asked for"))
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    asked_by_name = models.CharField(_("by"), max_length=150)

    progress = models.PositiveSmallIntegerField(default=0, editable=False)
    rows = models.PositiveIntegerField(_("answers in it"), null=True, editable=False)
    size = models.PositiveBigIntegerField(_("size"), null=True, editable=False)
    digest = models.CharField("SHA-256", max_length=64, blank=True, editable=False)
    files = models.JSONField(default=list, editable=False)
    notes = models.JSONField(default=dict, editable=False)
    problem = models.CharField(_("problem"), max_length=300, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)
    expires_at = models.DateTimeField(_("kept until"), null=True, db_index=True, editable=False)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("export of answers")
        constraints = [
            models.CheckConstraint(
                condition=Q(campaign__isnull=False, survey__isnull=True)
                | Q(campaign__isnull=True, survey__isnull=False),
                name="export_of_one_survey",
            )
        ]
        indexes = [models.Index(fields=["digest"], name="survey_export_digest")]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind}"

    @property
    def of(self) -> Campaign | SurveyImport:
        """The survey whose answers it holds."""
        found = self.campaign or self.survey
        assert found is not None
        return found

    def get_absolute_url(self) -> str:
        return reverse("surveys:export", kwargs={"pk": self.pk})

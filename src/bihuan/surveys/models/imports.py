"""Survey files on their way in, what came out of them, and how their columns were read last time."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.accounts.models import User
from bihuan.foundation.models import ScopedModel, StatefulModel
from bihuan.foundation.reading import DataFileError
from bihuan.instruments.models import InstrumentVersion
from bihuan.organisation.models import OrgUnit
from bihuan.surveys import lifecycle
from bihuan.surveys.mapping import Mapping

if TYPE_CHECKING:
    from bihuan.surveys.analysis import Analysis

LIVE = ("importing", "imported")


class MappingMemory(ScopedModel):
    """How a unit last used the columns of files with these headings."""

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    shape = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    links = models.JSONField(default=dict)
    updated_at = models.DateTimeField(_("last used"))
    updated_by_name = models.CharField(max_length=150)

    class Meta:
        verbose_name = _("remembered mapping")
        constraints = [models.UniqueConstraint(fields=["unit", "shape"], name="mapping_memory_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.shape[:8]}"


class SurveyImport(StatefulModel):
    """One survey file: kept by its content, mapped by a person, imported whole or not at all."""

    lifecycle = lifecycle.SURVEY
    state_labels = {
        "reading": pgettext_lazy("survey", "being read"),
        "refused": pgettext_lazy("survey", "cannot be used"),
        "proposed": pgettext_lazy("survey", "columns to be confirmed"),
        "importing": pgettext_lazy("survey", "being imported"),
        "imported": pgettext_lazy("survey", "imported"),
        "withdrawn": pgettext_lazy("survey", "withdrawn"),
        "discarded": pgettext_lazy("survey", "discarded"),
    }
    action_labels = {
        "read": pgettext_lazy("log", "read the file"),
        "refuse": pgettext_lazy("log", "could not use the file"),
        "confirm": pgettext_lazy("log", "confirmed the columns"),
        "finish": pgettext_lazy("log", "finished the import"),
        "send_back": pgettext_lazy("log", "stopped the import: the columns do not fit the file"),
        "take_back": pgettext_lazy("log", "stopped the import"),
        "discard": pgettext_lazy("log", "discarded the upload"),
        "withdraw": pgettext_lazy("log", "withdrew the import"),
    }

    title = models.CharField(_("title"), max_length=150)
    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="surveys", verbose_name=_("responsible unit")
    )
    period_from = models.DateField(_("surveyed from"), null=True, blank=True)
    period_to = models.DateField(_("surveyed to"), null=True, blank=True)

    file_name = models.CharField(_("file"), max_length=200, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    size = models.PositiveBigIntegerField(_("size"), editable=False)
    codebook_name = models.CharField(_("codebook"), max_length=200, blank=True, editable=False)
    codebook_digest = models.CharField(max_length=64, blank=True, editable=False)
    uploaded_at = models.DateTimeField(_("uploaded"), editable=False)
    uploaded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    uploaded_by_name = models.CharField(max_length=150, editable=False)

    rows = models.PositiveIntegerField(_("respondents"), null=True, editable=False)
    shape = models.CharField(max_length=64, blank=True, editable=False)
    profile = models.JSONField(default=dict, editable=False)
    mapping = models.JSONField(default=dict, editable=False)
    mapping_hash = models.CharField(max_length=64, blank=True, editable=False)
    links = models.JSONField(default=dict, editable=False)
    memory = models.ForeignKey(
        MappingMemory, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("remembered mapping")
    )
    problem = models.JSONField(default=dict, editable=False)
    progress = models.PositiveSmallIntegerField(default=0, editable=False)

    imported_at = models.DateTimeField(_("imported on"), null=True, editable=False)
    imported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    imported_by_name = models.CharField(_("imported by"), max_length=150, blank=True, editable=False)
    headline = models.JSONField(default=dict, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, editable=False)
    withdraw_reason = models.TextField(_("reason"), blank=True, editable=False)

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("survey")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "digest", "mapping_hash"], condition=Q(state__in=LIVE), name="survey_imported_once"
            )
        ]
        indexes = [
            models.Index(fields=["unit", "digest"], name="survey_file"),
            models.Index(fields=["uploaded_at"], name="survey_uploaded"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("surveys:import", kwargs={"pk": self.pk})

    @property
    def collection(self) -> str:
        """The name under which the answers are stored."""
        return f"survey-import:{self.pk}"

    @property
    def plan(self) -> Mapping:
        """The mapping as it stands, unchangeable once imported; empty while the file is being read."""
        return Mapping.from_dict(self.mapping) if self.mapping else Mapping(())

    @property
    def problem_found(self) -> DataFileError | None:
        """What stopped the last attempt, in the reader's language."""
        return DataFileError.from_dict(self.problem) if self.problem else None

    @property
    def headline_text(self) -> str:
        """The first sentence of the results."""
        from bihuan.surveys.analysis import Note  # numerics take a second to load: only for who reads figures

        return str(Note(**self.headline)) if self.headline else ""


class SurveyResult(ScopedModel):
    """What an import brought: tallies (with their mapping) and figures, frozen with the form they rest on."""

    survey = models.OneToOneField(SurveyImport, on_delete=models.CASCADE, related_name="result")
    form_version = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="survey_results")
    counts = models.JSONField()
    analysis = models.JSONField()
    responses = models.PositiveIntegerField(default=0)
    comments = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("survey result")

    def __str__(self) -> str:
        return f"{self.survey_id}"

    @cached_property
    def figures(self) -> Analysis:
        from bihuan.surveys.analysis import Analysis

        return Analysis.from_dict(self.analysis)


class SurveyComment(ScopedModel):
    """What one respondent wrote, kept beside the answers so that a page need not walk through them."""

    survey = models.ForeignKey(SurveyImport, on_delete=models.CASCADE, related_name="comments")
    column = models.CharField(max_length=200)
    group = models.CharField(max_length=200, blank=True)
    text = models.TextField()

    class Meta:
        verbose_name = _("survey comment")
        indexes = [models.Index(fields=["survey", "id"], name="survey_comment_order")]

    def __str__(self) -> str:
        return self.text[:60]

"""Forms in immutable versions, and what people answered to them."""

from __future__ import annotations

from functools import cached_property

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.models import ScopedModel
from bihuan.instruments.definition import Definition, read_definition
from bihuan.organisation.models import Asset, OrgUnit


class Instrument(ScopedModel):
    """A form by name: questionnaire, checklist, scorecard, quiz."""

    class Kind(models.TextChoices):
        QUESTIONNAIRE = "questionnaire", _("questionnaire")
        CHECKLIST = "checklist", _("checklist")
        SCORECARD = "scorecard", _("scorecard")
        QUIZ = "quiz", _("quiz")

    title = models.CharField(_("title"), max_length=150)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.QUESTIONNAIRE)
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="instruments", verbose_name=_("unit"))
    is_retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        ordering = ["title"]
        verbose_name = _("form")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("instruments:instrument", kwargs={"pk": self.pk})


class InstrumentVersion(ScopedModel):
    """Published once, changed never: a change makes the next version."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    body = models.JSONField()
    content_hash = models.CharField(max_length=64)
    note = models.CharField(_("what changed"), max_length=200)
    published_at = models.DateTimeField(_("published"))
    published_by = models.CharField(_("published by"), max_length=60)

    class Meta:
        ordering = ["instrument", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["instrument", "number"], name="instrument_version_once"),
            models.UniqueConstraint(fields=["instrument", "content_hash"], name="instrument_content_once"),
        ]
        verbose_name = _("form version")

    def __str__(self) -> str:
        return f"{self.instrument} v{self.number}"

    @cached_property
    def definition(self) -> Definition:
        return read_definition(self.body)


class Response(ScopedModel):
    """One answered form. ``answers`` holds typed values by item code, ``states`` why a value is missing."""

    version = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="responses")
    collection = models.CharField(max_length=60)
    client_uuid = models.UUIDField()
    content_hash = models.CharField(max_length=64)
    channel = models.CharField(_("channel"), max_length=20)
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, null=True, related_name="responses")
    answered_at = models.DateTimeField(_("answered"), null=True)
    business_date = models.DateField(_("day"))
    answers = models.JSONField()
    states = models.JSONField(default=dict)
    # How it came, frozen with it: language, unit, segment, door, seconds, interviewer; never who answered.
    context = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("response")
        constraints = [models.UniqueConstraint(fields=["client_uuid"], name="response_once_per_client")]
        indexes = [models.Index(fields=["collection", "id"], name="response_collection")]

    def __str__(self) -> str:
        return f"{self.collection} {self.pk}"


class FormDraft(ScopedModel):
    """What is being written: the next version of a form. ``revision`` goes up with every change (compare-and-swap)."""

    instrument = models.OneToOneField(Instrument, on_delete=models.CASCADE, related_name="draft")
    body = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    based_on = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, null=True, related_name="+")
    edited_at = models.DateTimeField(_("edited"))
    edited_by = models.CharField(_("edited by"), max_length=60)

    class Meta:
        verbose_name = _("form draft")

    def __str__(self) -> str:
        return f"{self.instrument} (draft)"


class DraftStep(ScopedModel):
    """The body after one change, kept so that it can be taken back. Old ones are dropped, published ones too."""

    draft = models.ForeignKey(FormDraft, on_delete=models.CASCADE, related_name="steps")
    revision = models.PositiveIntegerField()
    body = models.JSONField()
    # The browser's own number of the act: sent again after a broken connection, it is known and not done twice.
    mark = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft", "revision"], name="draft_step_once")]
        verbose_name = _("step of a draft")

    def __str__(self) -> str:
        return f"{self.draft_id} r{self.revision}"


class ScaleEntry(ScopedModel):
    """A scale of the library: kept once, used by many forms. A form takes its words along, so it never changes later.

    ``words`` maps a language to ``{"title", "labels": {level: text}, "na"}``; its first language is ``languages[0]``.
    """

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="scales", verbose_name=_("unit"))
    code = models.SlugField(_("code"), max_length=60)
    low = models.SmallIntegerField(_("lowest"))
    high = models.SmallIntegerField(_("highest"))
    step = models.PositiveSmallIntegerField(_("step"), default=1)
    title = models.CharField(_("title"), max_length=100)
    languages = models.JSONField(default=list)
    words = models.JSONField(default=dict)
    is_retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        ordering = ["title", "pk"]
        constraints = [models.UniqueConstraint(fields=["unit", "code"], name="scale_code_once")]
        verbose_name = _("scale")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("instruments:scale-edit", kwargs={"pk": self.pk})

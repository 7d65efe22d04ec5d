"""On-site study of what customers perceive: the year's plan, a visit a unit, interviews, forums and notes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.accounts.models import User
from bihuan.foundation.actor import Actor
from bihuan.foundation.models import ScopedModel, StatefulModel
from bihuan.instruments.models import InstrumentVersion
from bihuan.organisation.models import OrgUnit, Person
from bihuan.surveys import listening

WANTED = 3


class StudyPlan(ScopedModel):
    """A year's studies. ``frame`` and ``seed`` decide the draw, so that anybody can repeat it."""

    year = models.PositiveSmallIntegerField(_("year"))
    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="study_plans", verbose_name=_("units below")
    )
    purpose = models.TextField(_("purpose"), blank=True)
    wanted = models.PositiveSmallIntegerField(_("units to be visited"), default=WANTED)
    frame = models.JSONField(_("units drawn from"), default=dict, editable=False)
    frame_hash = models.CharField(_("hash of the frame"), max_length=64, blank=True, editable=False)
    seed = models.CharField(_("seed"), max_length=80, blank=True, editable=False)
    drawn = models.JSONField(_("units drawn"), default=list, editable=False)
    drawn_at = models.DateTimeField(_("drawn at"), null=True, editable=False)
    drawn_by_name = models.CharField(_("drawn by"), max_length=150, blank=True, editable=False)

    class Meta:
        ordering = ["-year", "org_path"]
        verbose_name = _("study plan")
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="study_plan_once_a_year")]

    def __str__(self) -> str:
        return f"{self.year} {self.unit.name}"

    def get_absolute_url(self) -> str:
        return reverse("surveys:study-plan", kwargs={"pk": self.pk})


class StudyVisit(StatefulModel):
    """One unit's study; its notes become findings or needs, and the report says what was learnt."""

    class Choice(models.TextChoices):
        DRAWN = "drawn", pgettext_lazy("study", "drawn")
        CHOSEN = "chosen", pgettext_lazy("study", "chosen with a reason")

    lifecycle = listening.STUDY_VISIT
    state_labels = {
        "planned": pgettext_lazy("study", "planned"),
        "under_way": pgettext_lazy("study", "under way"),
        "reported": pgettext_lazy("study", "reported, to be closed"),
        "closed": pgettext_lazy("study", "closed"),
        "cancelled": pgettext_lazy("study", "cancelled"),
    }
    action_labels = {
        "arrange": pgettext_lazy("log", "arranged the study"),
        "begin": pgettext_lazy("log", "began the study"),
        "report": pgettext_lazy("log", "reported the study"),
        "send_back": pgettext_lazy("log", "sent the report back"),
        "close": pgettext_lazy("log", "closed the study"),
        "cancel": pgettext_lazy("log", "cancelled the study"),
        "restore": pgettext_lazy("log", "planned the study again"),
        "reopen": pgettext_lazy("log", "reopened the study"),
    }

    number = models.CharField(_("number"), max_length=30, unique=True, editable=False)
    plan = models.ForeignKey(StudyPlan, on_delete=models.PROTECT, related_name="visits", verbose_name=_("study plan"))
    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="study_visits", verbose_name=_("unit studied")
    )
    choice = models.CharField(_("how it was chosen"), max_length=8, choices=Choice.choices, editable=False)
    why_chosen = models.CharField(_("why it was chosen"), max_length=300, blank=True, editable=False)
    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    lead = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("in charge")
    )
    team = models.CharField(pgettext_lazy("study", "team"), max_length=200, blank=True)
    purpose = models.TextField(_("what we want to learn"), blank=True)
    guide = models.ForeignKey(
        InstrumentVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("interview guide"),
    )
    begun_at = models.DateTimeField(_("begun at"), null=True, editable=False)
    conclusion = models.TextField(_("conclusion"), blank=True, editable=False)
    proposals = models.TextField(_("proposals"), blank=True, editable=False)
    reported_at = models.DateTimeField(_("reported at"), null=True, editable=False)
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    reported_by_name = models.CharField(_("reported by"), max_length=150, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    close_note = models.TextField(_("what follows from it"), blank=True, editable=False)

    class Meta:
        ordering = ["-plan__year", "planned_on", "pk"]
        verbose_name = _("on-site study")
        indexes = [models.Index(fields=["state", "planned_on"], name="study_visit_due")]
        constraints = [models.UniqueConstraint(fields=["plan", "unit"], name="study_visit_once_a_plan")]

    def __str__(self) -> str:
        return f"{self.number} {self.unit.name}"

    def get_absolute_url(self) -> str:
        return reverse("surveys:study", kwargs={"pk": self.pk})

    def is_late(self, today: date) -> bool:
        return self.state == "planned" and self.planned_on is not None and self.planned_on < today

    @property
    def takes_notes(self) -> bool:
        return self.state == "under_way"


class StudyTalk(ScopedModel):
    """An interview with one customer, or a forum with several. Nobody is named: role or segment only."""

    class Kind(models.TextChoices):
        INTERVIEW = "interview", pgettext_lazy("study", "one-to-one interview")
        FORUM = "forum", pgettext_lazy("study", "customer forum")

    visit = models.ForeignKey(StudyVisit, on_delete=models.PROTECT, related_name="talks")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    position = models.PositiveSmallIntegerField(_("number"), editable=False)
    who = models.CharField(_("role or segment"), max_length=150)
    participants = models.PositiveSmallIntegerField(_("participants"), default=1)
    topics = models.TextField(_("topics"), blank=True)
    held_on = models.DateField(_("held on"))
    place = models.CharField(_("place"), max_length=100, blank=True)
    held_by_name = models.CharField(_("held by"), max_length=150)
    at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["kind", "position"]
        verbose_name = _("interview or forum")
        constraints = [models.UniqueConstraint(fields=["visit", "kind", "position"], name="study_talk_position")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.position}"

    def get_absolute_url(self) -> str:
        return f"{reverse('surveys:study', kwargs={'pk': self.visit_id})}#talk-{self.pk}"


class StudyNote(ScopedModel):
    """One thing that was said. It is never deleted: it is withdrawn, with a reason."""

    class Kind(models.TextChoices):
        PROBLEM = "problem", pgettext_lazy("study note", "problem")
        WISH = "wish", pgettext_lazy("study note", "wish")
        PRAISE = "praise", pgettext_lazy("study note", "praise")
        REMARK = "remark", pgettext_lazy("study note", "remark")

    visit = models.ForeignKey(StudyVisit, on_delete=models.PROTECT, related_name="notes")
    talk = models.ForeignKey(
        StudyTalk, on_delete=models.PROTECT, null=True, blank=True, related_name="notes", verbose_name=_("said in")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    text = models.TextField(_("what was said"))
    theme = models.CharField(_("dimension or theme"), max_length=100, blank=True)
    at = models.DateTimeField(_("noted at"), editable=False)
    by_name = models.CharField(_("noted by"), max_length=150, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdraw_reason = models.CharField(max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["talk__kind", "talk__position", "pk"]
        verbose_name = _("note of a study")

    def __str__(self) -> str:
        return f"{self.visit} · {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        return f"{reverse('surveys:study', kwargs={'pk': self.visit_id})}#note-{self.pk}"


def _heard_customers(visit: StudyVisit, _actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    kinds = set(visit.talks.values_list("kind", flat=True))
    if kinds >= set(StudyTalk.Kind.values):
        return None
    return _("A study has at least one interview and one customer forum.")


def _other_than_reporter(visit: StudyVisit, actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    if actor.user_id is not None and actor.user_id == visit.reported_by_id:
        return _("Somebody else than the one who reported has to close it.")
    return None


StudyVisit.guards = {"heard_customers": _heard_customers, "other_than_reporter": _other_than_reporter}

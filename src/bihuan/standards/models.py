"""Answering standards (业务解答规范) and agreed wordings (口径): what the desk may say, and from which day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.actor import Actor
from bihuan.foundation.models import ScopedModel, StatefulModel
from bihuan.organisation.models import OrgUnit, Person
from bihuan.standards import lifecycle
from bihuan.standards.enums import AnswerKind


class AnsweringStandard(StatefulModel):
    """The text being worked on. What the desk is offered is the edition in force, never this row."""

    lifecycle = lifecycle.ANSWER
    state_labels = {
        "draft": pgettext_lazy("standard", "draft"),
        "in_force": pgettext_lazy("standard", "in force"),
        "abolished": pgettext_lazy("standard", "abolished"),
    }
    action_labels = {
        "edit": pgettext_lazy("log", "changed the text"),
        "publish": pgettext_lazy("log", "published it"),
        "confirm": pgettext_lazy("log", "reviewed it and kept it"),
        "abolish": pgettext_lazy("log", "abolished it"),
        "restore": pgettext_lazy("log", "took it up again"),
    }

    number = models.CharField(_("number"), max_length=30, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=AnswerKind.choices, default=AnswerKind.STANDARD)
    topic = models.CharField(_("topic"), max_length=60, blank=True, db_index=True)
    question = models.CharField(_("question"), max_length=200)
    answer = models.TextField(_("answer"))
    keywords = models.JSONField(_("words it is found by"), default=list, blank=True)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="answering_standards", verbose_name=_("unit")
    )
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    review_on = models.DateField(pgettext_lazy("standard", "next review"), null=True, blank=True, db_index=True)
    edition = models.PositiveIntegerField(_("edition"), default=0, editable=False)
    effective_from = models.DateField(_("effective from"), null=True, blank=True, editable=False)
    is_changed = models.BooleanField(_("changed since it was published"), default=True, editable=False)
    written_at = models.DateTimeField(_("written at"), editable=False)
    written_by_name = models.CharField(max_length=150, editable=False)

    class Meta:
        ordering = ["topic", "number"]
        verbose_name = _("answering standard")
        indexes = [models.Index(fields=["state", "topic"], name="answering_state")]

    def __str__(self) -> str:
        return f"{self.number} {self.question}"

    def get_absolute_url(self) -> str:
        return reverse("standards:answer", kwargs={"pk": self.pk})

    def is_due_for_review(self, today: date) -> bool:
        return self.state == "in_force" and self.review_on is not None and self.review_on <= today


class AnsweringEdition(ScopedModel):
    """One published text, never changed. In force from its first day until the day before its last."""

    standard = models.ForeignKey(AnsweringStandard, on_delete=models.PROTECT, related_name="editions")
    edition = models.PositiveIntegerField(_("edition"))
    kind = models.CharField(_("kind"), max_length=10, choices=AnswerKind.choices)
    topic = models.CharField(_("topic"), max_length=60, blank=True)
    question = models.CharField(_("question"), max_length=200)
    answer = models.TextField(_("answer"))
    keywords = models.JSONField(_("words it is found by"), default=list, blank=True)
    basis = models.CharField(_("basis"), max_length=200, blank=True)
    effective_from = models.DateField(_("effective from"))
    effective_to = models.DateField(_("no longer in force from"), null=True, blank=True)
    reason = models.TextField(_("reason for the change"), blank=True)
    published_at = models.DateTimeField(_("published at"))
    published_by_name = models.CharField(max_length=150)

    class Meta:
        ordering = ["standard", "-edition"]
        verbose_name = _("edition of an answering standard")
        constraints = [
            models.UniqueConstraint(fields=["standard", "edition"], name="answering_edition_once"),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=models.F("effective_from")),
                name="answering_edition_days",
            ),
        ]
        indexes = [models.Index(fields=["org_path", "effective_from", "effective_to"], name="answering_in_force")]

    def __str__(self) -> str:
        return f"{self.standard.number}/{self.edition} {self.question}"

    def get_absolute_url(self) -> str:
        return f"{reverse('standards:answer', kwargs={'pk': self.standard_id})}#edition-{self.edition}"


def _changed(standard: AnsweringStandard, _actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    return None if standard.is_changed else _("Nothing has changed since the last edition.")


AnsweringStandard.guards = {"changed": _changed}

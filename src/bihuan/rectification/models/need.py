"""What customers need, where it was heard, what kind of need it is and how pressing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.accounts.models import User
from bihuan.foundation.actor import Actor
from bihuan.foundation.models import ScopedModel, StatefulModel
from bihuan.foundation.references import Reference
from bihuan.organisation.models import OrgUnit, Person
from bihuan.rectification import lifecycle
from bihuan.rectification.enums import Factor, KanoBasis, KanoClass, NeedSource, ResearchMethod
from bihuan.rectification.models.finding import Finding

RANKING = (F("priority").desc(nulls_last=True), "-effect", "-urgency", "registered_at", "pk")
"""Highest product first; of equals the one that moves satisfaction more, then the more urgent, then the older."""


def mark(label: Any) -> models.PositiveSmallIntegerField:  # type: ignore[type-arg]
    return models.PositiveSmallIntegerField(label, null=True, blank=True, editable=False)


class Need(StatefulModel):
    """One customer need. What judged it (answers for the Kano class, anchors of the marks) is frozen with it."""

    lifecycle = lifecycle.NEED
    state_labels = {
        "registered": pgettext_lazy("need", "registered, to be studied"),
        "studied": pgettext_lazy("need", "studied, to be decided"),
        "accepted": pgettext_lazy("need", "accepted"),
        "declined": pgettext_lazy("need", "declined"),
        "in_work": pgettext_lazy("need", "in work"),
        "met": pgettext_lazy("need", "met, to be reviewed"),
        "reviewed": pgettext_lazy("need", "reviewed"),
    }
    action_labels = {
        "edit": pgettext_lazy("log", "changed the need"),
        "classify": pgettext_lazy("log", "set the Kano class"),
        "rate": pgettext_lazy("log", "rated the priority"),
        "assign": pgettext_lazy("log", "named the owner"),
        "study": pgettext_lazy("log", "recorded the study"),
        "accept": pgettext_lazy("log", "accepted the need"),
        "decline": pgettext_lazy("log", "declined the need"),
        "start": pgettext_lazy("log", "began the work"),
        "meet": pgettext_lazy("log", "reported the need met"),
        "review": pgettext_lazy("log", "reviewed whether it is met"),
        "reopen": pgettext_lazy("log", "reopened the need"),
    }

    number = models.CharField(_("number"), max_length=30, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("what customers need"))
    unit = models.ForeignKey(
        OrgUnit, on_delete=models.PROTECT, related_name="needs", verbose_name=_("responsible unit")
    )
    customers = models.CharField(_("customers who need it"), max_length=150, blank=True)
    dimension = models.CharField(_("dimension or theme"), max_length=100, blank=True)
    clause = models.CharField(_("clause"), max_length=200, blank=True)

    source_kind = models.CharField(_("heard in"), max_length=20, choices=NeedSource.choices, db_index=True)
    source_type = models.CharField(max_length=80, blank=True, editable=False)
    source_id = models.BigIntegerField(null=True, blank=True, editable=False)
    source_label = models.CharField(_("source"), max_length=200, blank=True)
    method = models.CharField(_("research method"), max_length=20, choices=ResearchMethod.choices, blank=True)
    evidence = models.JSONField(_("evidence"), default=dict, blank=True)

    kano_class = models.CharField(_("Kano class"), max_length=1, choices=KanoClass.choices, blank=True, editable=False)
    kano_basis = models.CharField(
        _("Kano class from"), max_length=10, choices=KanoBasis.choices, blank=True, editable=False
    )
    kano_counts = models.JSONField(_("answers behind the Kano class"), default=dict, blank=True, editable=False)
    kano_result = models.JSONField(_("Kano figures"), default=dict, blank=True, editable=False)
    kano_reason = models.TextField(_("reason for the Kano class"), blank=True, editable=False)
    kano_at = models.DateTimeField(_("Kano class set"), null=True, blank=True, editable=False)

    urgency = mark(Factor.URGENCY.label)
    effect = mark(Factor.EFFECT.label)
    capability = mark(Factor.CAPABILITY.label)
    rating = models.JSONField(_("rating"), default=dict, blank=True, editable=False)
    priority = models.GeneratedField(
        expression=F("urgency") * F("effect") * F("capability"),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
        verbose_name=_("priority"),
    )

    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="owned_needs", verbose_name=_("owner")
    )
    due_on = models.DateField(_("to be met by"), null=True, blank=True)
    review_on = models.DateField(_("to be reviewed on"), null=True, blank=True)

    registered_at = models.DateTimeField(_("registered at"), editable=False)
    registered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    registered_by_name = models.CharField(max_length=150, editable=False)
    study = models.TextField(_("what the study found"), blank=True, editable=False)
    studied_at = models.DateTimeField(_("studied at"), null=True, blank=True, editable=False)
    decision = models.TextField(_("decision"), blank=True, editable=False)
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)
    decided_by_name = models.CharField(max_length=150, blank=True, editable=False)
    met_note = models.TextField(_("how it was met"), blank=True, editable=False)
    met_at = models.DateTimeField(_("met at"), null=True, blank=True, editable=False)
    met_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    review_note = models.TextField(_("what the review found"), blank=True, editable=False)
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True, editable=False)

    class Meta:
        ordering = [*RANKING]
        verbose_name = _("customer need")
        indexes = [
            models.Index(fields=["state", "-priority"], name="need_rank"),
            models.Index(fields=["owner", "state", "due_on"], name="need_mine"),
            models.Index(fields=["registered_at"], name="need_new"),
            models.Index(fields=["source_type", "source_id"], name="need_source"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 1, f"{name}__lte": 5}),
                name=f"need_{name}_1_to_5",
            )
            for name in Factor.values
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("rectification:need", kwargs={"pk": self.pk})

    @property
    def source(self) -> Reference | None:
        if not self.source_type or self.source_id is None:
            return None
        return Reference(self.source_type, self.source_id)

    @property
    def is_rated(self) -> bool:
        return None not in (self.urgency, self.effect, self.capability)

    def is_late(self, today: date) -> bool:
        return self.state in {"accepted", "in_work"} and self.due_on is not None and self.due_on < today


class NeedFinding(ScopedModel):
    """A finding that shows a need, or that was raised to meet it; seen from both."""

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="links")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="need_links")
    linked_at = models.DateTimeField(_("linked"), editable=False)
    linked_by_name = models.CharField(max_length=150, editable=False)

    class Meta:
        ordering = ["linked_at", "pk"]
        verbose_name = _("finding of a need")
        constraints = [models.UniqueConstraint(fields=["need", "finding"], name="need_finding_once")]

    def __str__(self) -> str:
        return f"{self.need_id} {self.finding_id}"

    def get_absolute_url(self) -> str:
        return f"{reverse('rectification:need', kwargs={'pk': self.need_id})}#findings"


class NeedTerm(models.Model):
    """The office's own words for a factor, a research method or a Kano class; without a row the shipped ones hold."""

    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=20)
    text = models.TextField(_("meaning"))
    anchors = models.JSONField(_("anchors"), default=list, blank=True)

    class Meta:
        ordering = ["kind", "key"]
        verbose_name = _("words for needs")
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="need_term_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


def _rated(need: Need, _actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    return None if need.is_rated else _("Rate urgency, effect and capability first: the decision rests on them.")


def _owned(need: Need, _actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    return None if need.owner_id else _("Name the owner first.")


def _other_than_meeter(need: Need, actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    if actor.user_id is None:
        return _("A person has to look at it.")
    if actor.is_user(need.met_by_id):
        return _("Somebody else than the one who reported it met has to review it.")
    return None


Need.guards = {"rated": _rated, "owned": _owned, "other_than_meeter": _other_than_meeter}

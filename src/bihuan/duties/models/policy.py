"""Deadline policies in immutable versions."""

from __future__ import annotations

from functools import cached_property

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.models import ScopedModel
from bihuan.organisation.models import OrgUnit
from servicequality.deadlines import Rule


class DeadlinePolicy(ScopedModel):
    """A promise of time, known by its key. A unit without its own goes by the nearest above."""

    key = models.SlugField(_("key"), max_length=50)
    name = models.CharField(_("name"), max_length=80)
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="policies", verbose_name=_("unit"))
    current = models.ForeignKey(
        "PolicyVersion", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("version in force")
    )

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["unit", "key"], name="policy_key_once_per_unit")]
        verbose_name = _("deadline policy")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("duties:policy", kwargs={"pk": self.pk})


class PolicyVersion(ScopedModel):
    """``rule`` is what the engine reads; ``quiet_*`` keep alerts out of the night unless ``is_urgent``."""

    policy = models.ForeignKey(DeadlinePolicy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    rule = models.JSONField()
    clause = models.CharField(_("clause it enforces"), max_length=200, blank=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    is_urgent = models.BooleanField(_("alerts ignore quiet hours"), default=False)
    note = models.CharField(_("what changed"), max_length=200)
    published_at = models.DateTimeField(_("published"))
    published_by = models.CharField(_("published by"), max_length=60)

    class Meta:
        ordering = ["policy", "-number"]
        constraints = [models.UniqueConstraint(fields=["policy", "number"], name="policy_version_once")]
        verbose_name = _("policy version")

    def __str__(self) -> str:
        return f"{self.policy} v{self.number}"

    @cached_property
    def engine_rule(self) -> Rule:
        return Rule.from_dict(self.rule)

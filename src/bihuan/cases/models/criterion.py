"""The written criteria a class rests on, and the themes cases are counted by."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.cases.enums import Grade
from bihuan.foundation.models import ScopedModel


class Criterion(ScopedModel):
    """One written criterion; words that speak for it make the proposal explain itself."""

    grade = models.CharField(_("class"), max_length=10, choices=Grade.choices)
    code = models.CharField(_("code"), max_length=20)
    text = models.CharField(_("criterion"), max_length=300)
    words = models.JSONField(_("words that speak for it"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["-grade", "position", "pk"]
        verbose_name = _("criterion")
        constraints = [models.UniqueConstraint(fields=["org_path", "code"], name="criterion_code_once_per_unit")]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    def get_absolute_url(self) -> str:
        return reverse("cases:criteria")


class CaseTheme(ScopedModel):
    """What a case is about, for counting: one theme a case."""

    name = models.CharField(_("theme"), max_length=60)
    words = models.JSONField(_("words that speak for it"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("theme")
        constraints = [models.UniqueConstraint(fields=["org_path", "name"], name="case_theme_once_per_unit")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("cases:criteria")

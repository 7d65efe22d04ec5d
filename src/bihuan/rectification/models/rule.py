"""What the five-fixed check asks for, by tier."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.rectification.enums import Severity


class PlanRule(models.Model):
    """The parts a rectification plan must fix; an answer keeps the list it was judged by."""

    severity = models.CharField(_("severity"), max_length=20, choices=Severity.choices, unique=True)
    required = models.JSONField(_("required parts"), default=list, blank=True)

    class Meta:
        ordering = ["severity"]
        verbose_name = _("five-fixed check")

    def __str__(self) -> str:
        return str(self.severity)

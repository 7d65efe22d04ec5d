"""A file of another system's cases on its way in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.cases import lifecycle
from bihuan.foundation.actor import Actor
from bihuan.foundation.models import StatefulModel
from bihuan.organisation.models import OrgUnit


class CaseImport(StatefulModel):
    """What the file holds, which column says what and what the check found; the file itself goes when it is in."""

    lifecycle = lifecycle.IMPORT
    state_labels = {
        "uploaded": pgettext_lazy("case import", "to be checked"),
        "running": pgettext_lazy("case import", "being taken in"),
        "done": pgettext_lazy("case import", "taken in"),
        "discarded": pgettext_lazy("case import", "discarded"),
    }
    action_labels = {
        "start": pgettext_lazy("log", "began to take it in"),
        "stop": pgettext_lazy("log", "stopped taking it in"),
        "finish": pgettext_lazy("log", "took all of it in"),
        "discard": pgettext_lazy("log", "discarded it"),
    }

    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("desk"))
    origin = models.CharField(_("origin"), max_length=50)
    file_name = models.CharField(_("file name"), max_length=200)
    digest = models.CharField(max_length=64, editable=False)
    size = models.PositiveBigIntegerField(_("size"))
    columns = models.JSONField(default=list)
    sample = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    # What the check found: {"fresh", "there", "open", "overdue", "wrong", "wrongs": [[place, words], …]}
    found = models.JSONField(default=dict)
    checked_at = models.DateTimeField(pgettext_lazy("case import", "checked at"), null=True, blank=True)
    made = models.PositiveIntegerField(pgettext_lazy("case import", "new cases"), default=0)
    there = models.PositiveIntegerField(_("rows that were there already"), default=0)
    uploaded_at = models.DateTimeField(_("uploaded at"))
    uploaded_by_id = models.BigIntegerField(null=True, editable=False)
    uploaded_by_name = models.CharField(_("uploaded by"), max_length=150)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    started_by_id = models.BigIntegerField(null=True, editable=False)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        ordering = ["-uploaded_at", "-pk"]
        verbose_name = _("case import")

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("cases:import", kwargs={"pk": self.pk})

    @property
    def source(self) -> str:
        """What the cases name as their origin."""
        return f"file:{self.origin}"

    @property
    def taken(self) -> int:
        return self.made + self.there


def _sound(batch: CaseImport, _actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    if batch.checked_at is None:
        return _("The file has not been checked yet.")
    if batch.found.get("wrong"):
        return _("Mend the wrong cells in the file first, or choose other columns: nothing is taken in by halves.")
    if not batch.found.get("fresh"):
        return _("Every row of this file is there already.")
    return None


CaseImport.guards = {"sound": _sound}

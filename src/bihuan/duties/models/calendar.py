"""Working calendars in immutable versions."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.models import ScopedModel
from bihuan.organisation.models import OrgUnit
from servicequality.calendars import Calendar


class WorkCalendar(ScopedModel):
    """When a unit works. A unit without one goes by the nearest above it."""

    name = models.CharField(_("name"), max_length=60)
    unit = models.OneToOneField(OrgUnit, on_delete=models.PROTECT, related_name="calendar", verbose_name=_("unit"))
    current = models.ForeignKey(
        "CalendarVersion", on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("version in force")
    )

    class Meta:
        ordering = ["org_path"]
        verbose_name = _("working calendar")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("duties:calendar", kwargs={"pk": self.pk})


class CalendarVersion(ScopedModel):
    """What the engine read on the day: never changed once written, only followed by another."""

    calendar = models.ForeignKey(WorkCalendar, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    body = models.JSONField()
    published_through = models.DateField(_("holidays announced through"), null=True)
    note = models.CharField(_("what changed"), max_length=200)
    published_at = models.DateTimeField(_("published"))
    published_by = models.CharField(_("published by"), max_length=60)
    differences = models.JSONField(default=list)

    class Meta:
        ordering = ["calendar", "-number"]
        constraints = [models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version_once")]
        verbose_name = _("calendar version")

    def __str__(self) -> str:
        return f"{self.calendar} v{self.number}"

    @cached_property
    def table(self) -> Calendar:
        """Read once a process: a version never changes, and building its table costs more than a clock."""
        key = (self.pk, self.published_at)
        found = _tables.get(key)
        if found is None:
            found = _tables[key] = Calendar.from_dict(self.body)
        return found


_tables: dict[tuple[int, datetime], Calendar] = {}

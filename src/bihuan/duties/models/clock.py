"""Running clocks: what was stored so that nobody has to compute to know what is due."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.duties.enums import OPEN, ClockStatus, Level
from bihuan.duties.models.calendar import CalendarVersion
from bihuan.duties.models.policy import PolicyVersion
from bihuan.foundation.models import ScopedModel
from bihuan.foundation.references import Reference


class Clock(ScopedModel):
    """One promise on one record. ``due_at`` is empty while paused; ``next_alert_at`` is all the scanner reads."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    subject_label = models.CharField(_("record"), max_length=120, blank=True)
    policy_key = models.CharField(max_length=50)
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="clocks")
    calendar = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, related_name="clocks")
    clause = models.CharField(_("clause"), max_length=200, blank=True)
    started_at = models.DateTimeField(_("started"))
    due_at = models.DateTimeField(_("due"), null=True)
    original_due_at = models.DateTimeField(_("due before extensions"), null=True)
    warn_at = models.DateTimeField(_("early warning"), null=True)
    status = models.CharField(_("status"), max_length=10, choices=ClockStatus.choices)
    is_provisional = models.BooleanField(_("provisional"), default=False)
    outcome = models.CharField(max_length=20, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    cycle = models.PositiveIntegerField(default=1)
    next_alert_at = models.DateTimeField(null=True)
    next_level = models.CharField(max_length=10, blank=True, choices=Level.choices)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["due_at"]
        verbose_name = _("clock")
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="clock_subject"),
            models.Index(fields=["next_alert_at"], name="clock_alert", condition=Q(next_alert_at__isnull=False)),
            models.Index(fields=["due_at"], name="clock_due", condition=Q(status__in=OPEN)),
            # SQLite cannot tell that a bound status meets the condition above: the scanner asks by both.
            models.Index(fields=["status", "due_at"], name="clock_running"),
            models.Index(fields=["calendar"], name="clock_open_calendar", condition=Q(status__in=OPEN)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_id", "policy_key"], name="clock_once_per_promise")
        ]

    def __str__(self) -> str:
        return f"{self.subject_label} {self.policy_key}"

    def get_absolute_url(self) -> str:
        return reverse("duties:ledger", kwargs={"pk": self.pk})

    @property
    def subject(self) -> Reference:
        return Reference(self.subject_type, self.subject_id)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def kind_label(self) -> str:
        from bihuan.duties.enums import ClockKind

        return str(ClockKind(self.policy.rule["clock"]).label)


class ClockEntry(ScopedModel):
    """Something that happened to a clock; only added, never changed."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="entries")
    type = models.CharField(max_length=12)
    at = models.DateTimeField()
    source_id = models.CharField(max_length=80)
    body = models.JSONField()
    actor_name = models.CharField(max_length=60)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["clock", "type", "source_id"], name="clock_entry_once_per_source")
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.at:%Y-%m-%d %H:%M}"


class ClockCycle(ScopedModel):
    """A closed cycle, frozen with the rule and calendar it was judged by and the ledger that explains it."""

    clock = models.ForeignKey(Clock, on_delete=models.PROTECT, related_name="cycles")
    number = models.PositiveIntegerField()
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    calendar = models.ForeignKey(CalendarVersion, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField()
    is_met = models.BooleanField()
    outcome = models.CharField(max_length=20)
    state = models.JSONField()

    class Meta:
        ordering = ["clock", "number"]
        constraints = [models.UniqueConstraint(fields=["clock", "number"], name="clock_cycle_once")]

    def __str__(self) -> str:
        return f"{self.clock_id} · {self.number}"


class ClockAlert(ScopedModel):
    """A level that was reached; the unique row is what keeps it from firing twice."""

    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="alerts")
    cycle = models.PositiveIntegerField()
    level = models.CharField(max_length=10, choices=Level.choices)
    at = models.DateTimeField()
    fired_at = models.DateTimeField()
    is_skipped = models.BooleanField(default=False)

    class Meta:
        ordering = ["clock", "at"]
        constraints = [models.UniqueConstraint(fields=["clock", "cycle", "level"], name="clock_alert_once")]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.level}"

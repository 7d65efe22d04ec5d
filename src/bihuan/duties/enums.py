"""Words of the duties app."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ClockStatus(models.TextChoices):
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    OVERDUE = "overdue", _("overdue")
    MET = "met", pgettext_lazy("clock", "kept")
    BROKEN = "broken", _("broken")


OPEN = (ClockStatus.RUNNING, ClockStatus.PAUSED, ClockStatus.OVERDUE)


class ClockKind(models.TextChoices):
    ELAPSED = "elapsed", _("hours day and night, holidays included")
    BUSINESS = "business", _("business hours only")
    WORKING_DAYS = "working_days", _("working days")
    CALENDAR_DAYS = "calendar_days", _("calendar days")
    SAME_DAY = "same_day", _("same service day")


class Level(models.TextChoices):
    """Steps of the escalation chain; T is the due instant."""

    WARN = "warn", _("early warning")
    DUE = "due", _("overdue")
    AFTER_1 = "after_1", _("overdue by 1 working day")
    AFTER_3 = "after_3", _("overdue by 3 working days")


LEVELS = (Level.WARN, Level.DUE, Level.AFTER_1, Level.AFTER_3)

"""Working calendars: which days are worked, which hours, and what is known about days not yet announced."""

from servicequality.calendars.days import DayData, DayKind, NoWorkingTimeError, load_day_data
from servicequality.calendars.versions import (
    Calendar,
    add_working_days,
    is_working_day,
    next_working_day,
    previous_working_day,
)

__all__ = [
    "Calendar",
    "DayData",
    "DayKind",
    "NoWorkingTimeError",
    "add_working_days",
    "is_working_day",
    "load_day_data",
    "next_working_day",
    "previous_working_day",
]

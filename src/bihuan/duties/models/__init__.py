from bihuan.duties.models.calendar import CalendarVersion, WorkCalendar
from bihuan.duties.models.clock import Clock, ClockAlert, ClockCycle, ClockEntry
from bihuan.duties.models.policy import DeadlinePolicy, PolicyVersion

__all__ = [
    "CalendarVersion",
    "Clock",
    "ClockAlert",
    "ClockCycle",
    "ClockEntry",
    "DeadlinePolicy",
    "PolicyVersion",
    "WorkCalendar",
]

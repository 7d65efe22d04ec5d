from bihuan.duties.services.calendars import calendar_create, calendar_publish, shipped_calendar_body
from bihuan.duties.services.clocks import (
    clock_close,
    clock_extend,
    clock_pause,
    clock_reclassify,
    clock_reopen,
    clock_resume,
    clock_start,
    clock_stop,
    clocks_place,
)
from bihuan.duties.services.policies import policies_ship, policy_create, policy_publish
from bihuan.duties.services.recompute import recompute_open_clocks
from bihuan.duties.services.scanner import scan

__all__ = [
    "calendar_create",
    "calendar_publish",
    "clock_close",
    "clock_extend",
    "clock_pause",
    "clock_reclassify",
    "clock_reopen",
    "clock_resume",
    "clock_start",
    "clock_stop",
    "clocks_place",
    "policies_ship",
    "policy_create",
    "policy_publish",
    "recompute_open_clocks",
    "scan",
    "shipped_calendar_body",
]

"""Services that foundation needs and a higher floor provides at start-up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from bihuan.foundation.actor import NOBODY, Actor
from bihuan.foundation.references import Reference


@dataclass(frozen=True)
class ActivityEntry:
    """One line of the append-only log: who did what to which record, before and after, and why."""

    subject: Reference
    org_path: str
    actor: Actor
    action: str
    at: datetime
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""


def _no_activity(_entry: ActivityEntry) -> None:
    raise RuntimeError("no app provides the activity log")


def _nobody(_request: HttpRequest) -> Actor:
    return NOBODY


class Ports:
    """Filled by `records` (write_activity) and `accounts` (actor_of_request) in their AppConfig.ready."""

    write_activity: Callable[[ActivityEntry], None] = staticmethod(_no_activity)
    actor_of_request: Callable[[HttpRequest], Actor] = staticmethod(_nobody)


ports = Ports()

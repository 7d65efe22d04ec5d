"""Whether a door stands open, and the refusals at it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.errors import DomainError
from bihuan.instruments.walk import Problem, Walk

Opening = Literal["open", "early", "paused", "closed", "unknown"]


def opening(
    *, is_active: bool, state: str, opens_at: datetime | None, closes_at: datetime | None, now: datetime
) -> Opening:
    """A campaign that was discarded never was; one in preparation has not begun."""
    if state == "discarded":
        return "unknown"
    if state == "closed" or not is_active or (closes_at is not None and closes_at <= now and state != "draft"):
        return "closed"
    if state == "draft" or (opens_at is not None and opens_at > now):
        return "early"
    return "paused" if state == "paused" else "open"


class AnsweringError(DomainError):
    """A refusal at the door. ``page`` names the page that says so."""

    page: ClassVar[str] = "closed"


class DoorShutError(AnsweringError):
    code = "door_shut"
    messages: ClassVar[dict[str, Promise]] = {
        "early": _("This survey has not begun yet."),
        "paused": _("This survey is interrupted for the moment."),
        "closed": _("This survey has ended."),
        "unknown": _("There is no such survey."),
    }

    def __init__(self, reason: Opening) -> None:
        super().__init__(self.messages[reason])
        self.reason = reason


class TokenUnknownError(AnsweringError):
    code = "token_unknown"
    page = "token_unknown"
    default = _("This survey takes answers by invitation only, and this link belongs to no invitation.")


class TokenSpentError(AnsweringError):
    code = "token_spent"
    page = "token_spent"
    default = _("This invitation has been answered already.")


class QuotaFullError(AnsweringError):
    """Enough answers of a cell. The one who was turned away is counted."""

    code = "quota_full"
    page = "quota_full"
    default = _("Enough answers of this group have come in already.")

    def __init__(self, cell: int) -> None:
        super().__init__()
        self.cell = cell


class AnswersNotValidError(AnsweringError):
    """Nothing was stored; ``walk`` holds what could be read and ``problems`` what is wrong, item by item."""

    status = 422
    code = "answers_not_valid"
    default = _("Some answers cannot be taken as they are.")

    def __init__(self, walk: Walk) -> None:
        first = walk.problems[0]
        super().__init__(first.message, place=first.item)
        self.walk = walk

    @property
    def problems(self) -> Sequence[Problem]:
        return self.walk.problems

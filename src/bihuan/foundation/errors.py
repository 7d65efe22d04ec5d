"""Refusals of the domain. Each maps once to a status and one translated message."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Message = str | Promise


class DomainError(Exception):
    """Base: ``message`` is shown to the user, ``place`` names the field, row or cell where there is one."""

    status: ClassVar[int] = 409
    code: ClassVar[str] = "refused"
    default: ClassVar[Message] = _("This is not possible.")

    def __init__(self, message: Message | None = None, *, place: str | None = None) -> None:
        self.message: Message = message if message is not None else self.default
        self.place = place
        super().__init__(str(self.message))


class ActionNotAllowedError(DomainError):
    code = "action_not_allowed"
    default = _("This step is not possible in the present state.")


class StaleRecordError(DomainError):
    code = "stale_record"
    default = _("Somebody else changed this record a moment ago. Look at it again, then decide.")


class BadInputError(DomainError):
    status = 422
    code = "bad_input"
    default = _("The input cannot be used.")


class NotPermittedError(DomainError):
    """The actor may see the record but lacks the right for this act."""

    status = 403
    code = "not_permitted"
    default = _("Your post does not include this right.")


class OutOfScopeError(DomainError):
    """To a stranger a record outside their units does not exist."""

    status = 404
    code = "not_found"
    default = _("There is nothing here that you may see.")


class NoScopeError(RuntimeError):
    """A programming error: scoped rows were asked for without saying on whose behalf."""

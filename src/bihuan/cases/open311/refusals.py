"""Refusals in the words of the reference: an HTTP status and one or more errors with code and description."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


class RefusedError(Exception):
    def __init__(self, status: int, *descriptions: Words, wait: int = 0) -> None:
        self.status, self.descriptions, self.wait = status, descriptions, wait
        super().__init__(status, *descriptions)

    def rows(self) -> list[dict[str, str]]:
        return [{"code": str(self.status), "description": str(words)} for words in self.descriptions]


def unknown_jurisdiction() -> RefusedError:
    return RefusedError(404, _("jurisdiction_id was given and is not known here."))


def unknown_service() -> RefusedError:
    return RefusedError(404, _("service_code was given and is not known here."))


def unknown_request() -> RefusedError:
    return RefusedError(404, _("service_request_id was given and is not known here."))


def unknown_token() -> RefusedError:
    return RefusedError(404, _("token was given and is not known here."))


def unknown_place() -> RefusedError:
    return RefusedError(404, _("There is nothing at this address; formats are xml and json."))


def no_key() -> RefusedError:
    return RefusedError(403, _("api_key is missing."))


def bad_key() -> RefusedError:
    return RefusedError(403, _("api_key is not known or may not take in requests."))


def too_many(wait: int) -> RefusedError:
    return RefusedError(429, _("Too many calls with this key; wait a moment."), wait=wait)


def wrong_method() -> RefusedError:
    return RefusedError(405, _("This address does not take this method."))


def unusable(descriptions: Iterable[Words]) -> RefusedError:
    return RefusedError(400, *descriptions)

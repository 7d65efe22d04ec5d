"""Number each request for the log, and leave a line where rows changed past it."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from bihuan.records.guard import watch_writes
from bihuan.records.services import unrecorded_write_log
from bihuan.records.trace import request_id

log = logging.getLogger("bihuan.records")
SAFE = {"GET", "HEAD", "OPTIONS"}


class RecordsMiddleware:
    """Behind ActorMiddleware. A proxy's X-Request-ID is taken over where it is harmless, and is sent back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        number = given if re.fullmatch(r"[\w.-]{8,64}", given, re.ASCII) else uuid.uuid4().hex
        token = request_id.set(number)
        try:
            response = self._watched(request)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = number
        return response

    def _watched(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in SAFE:
            return self.get_response(request)
        with watch_writes() as watch:
            response = self.get_response(request)
        if response.status_code < 400:  # what was refused was rolled back
            for write in watch.unrecorded:
                log.error("unrecorded %s of %s rows in %s", write.statement, write.rows, write.table)
                unrecorded_write_log(table=write.table, label=write.label, statement=write.statement, rows=write.rows)
        return response

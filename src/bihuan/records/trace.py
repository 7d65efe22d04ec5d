"""The request under whose number the log writes; set by the middleware, empty in jobs and commands."""

from __future__ import annotations

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("bihuan_request_id", default="")

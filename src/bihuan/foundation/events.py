"""Typed events: sent upwards and sideways, handled at once in the sender's transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection

from bihuan.foundation.actor import Actor
from bihuan.foundation.references import Reference

E = TypeVar("E", bound="Event")


@dataclass(frozen=True)
class Event:
    """Base of all events; subclasses are frozen dataclasses in an app's ``events.py``."""


@dataclass(frozen=True)
class StateChanged(Event):
    """Emitted by `perform` for every transition."""

    subject: Reference
    org_path: str
    action: str
    source: str
    target: str
    actor: Actor
    data: Mapping[str, Any]


_handlers: dict[type[Event], list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a handler; the handlers module is imported in the app's AppConfig.ready."""

    def register(handler: Callable[[E], None]) -> Callable[[E], None]:
        if handler not in _handlers[event]:
            _handlers[event].append(handler)
        return handler

    return register


def emit(event: Event) -> None:
    if not connection.in_atomic_block:
        raise RuntimeError(f"{type(event).__name__} was emitted outside a transaction")
    for handler in _handlers[type(event)]:
        handler(event)

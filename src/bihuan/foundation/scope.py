"""Fence 1: whose rows may be seen and written right now. Nothing scoped is readable outside a scope."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from bihuan.foundation.actor import Actor, covers
from bihuan.foundation.errors import NoScopeError, OutOfScopeError


@dataclass(frozen=True)
class Scope:
    """``paths`` None means every unit; ``models`` None means every model (labels like "duties.clock")."""

    name: str
    paths: tuple[str, ...] | None
    models: frozenset[str] | None = None

    def check_model(self, label: str) -> None:
        if self.models is not None and label not in self.models:
            raise NoScopeError(f"scope {self.name!r} does not include {label}")

    def check_path(self, org_path: str) -> None:
        if self.paths is not None and not covers(self.paths, org_path):
            raise OutOfScopeError()


_current: ContextVar[Scope | None] = ContextVar("bihuan_scope", default=None)
_system_scopes: dict[str, Scope] = {}


def register_system_scope(name: str, *, models: set[str] | None = None) -> None:
    """Declare a named system scope once, at start-up; ``models`` are the only ones it may touch.

    Declaring the same name again adds to its models: several apps may serve one worker.
    """
    known = _system_scopes.get(name)
    if known is not None and known.models is not None and models is not None:
        models = models | known.models
    _system_scopes[name] = Scope(name, None, None if models is None else frozenset(models))


def current_scope() -> Scope:
    scope = _current.get()
    if scope is None:
        raise NoScopeError("scoped rows were asked for outside a scope")
    return scope


@contextmanager
def in_scope(scope: Scope) -> Iterator[Scope]:
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)


@contextmanager
def actor_scope(actor: Actor) -> Iterator[Scope]:
    """See and write what ``actor`` holds any right on; the gate asks for the right itself."""
    paths = None if actor.is_system else actor.all_paths()
    with in_scope(Scope(f"{actor.kind}:{actor.name}", paths)) as scope:
        yield scope


@contextmanager
def system_scope(name: str) -> Iterator[Scope]:
    if name not in _system_scopes:
        raise NoScopeError(f"no system scope {name!r} is declared")
    with in_scope(_system_scopes[name]) as scope:
        yield scope


# Set-up commands (first administrator, demo data, migrations of content) work on everything.
register_system_scope("setup")

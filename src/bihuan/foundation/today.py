"""What the Today page asks every app: what is due, late and new for this person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bihuan.foundation.actor import Actor

Group = Literal["due", "late", "new"]


@dataclass(frozen=True)
class TodayItem:
    """One line: ``what`` is the act asked of the reader, ``title`` the record, ``unit`` whose it is."""

    group: Group
    title: str
    what: str
    url: str
    unit: str
    at: datetime
    kind: str = ""
    provisional: bool = False


@dataclass(frozen=True)
class TodayShare:
    """An app's answer: the first few lines of each group and how many there are in all."""

    items: tuple[TodayItem, ...]
    totals: dict[Group, int]


Provider = Callable[[Actor, datetime, datetime], TodayShare]
_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Add ``provider(actor, now, last_seen)``; it must be cheap at any size (indexed, limited)."""
    if provider not in _providers:
        _providers.append(provider)


def providers() -> tuple[Provider, ...]:
    return tuple(_providers)


Headline = Callable[[Actor, datetime], str]


@dataclass(frozen=True)
class HeadlineSource:
    """Who says the line, and the page that says more."""

    words: Headline
    url_name: str
    icon: str


@dataclass(frozen=True)
class HeadlineShown:
    text: str
    url_name: str
    icon: str


_headlines: list[HeadlineSource] = []


def register_headline(headline: Headline, *, url_name: str, icon: str) -> None:
    """Add one line of plain words above the lists ("" says nothing); as cheap as a provider."""
    source = HeadlineSource(headline, url_name, icon)
    if source not in _headlines:
        _headlines.append(source)


def headlines(actor: Actor, now: datetime) -> list[HeadlineShown]:
    said = [HeadlineShown(one.words(actor, now), one.url_name, one.icon) for one in _headlines]
    return [line for line in said if line.text]

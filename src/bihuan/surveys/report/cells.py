"""Tables as rows of values, and how a value is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.utils.translation import gettext as _

from bihuan.surveys.analysis.words import number, percent
from servicequality.results import Estimate

CellKind = Literal["text", "count", "number", "percent", "estimate", "share", "p", "lettered"]


@dataclass(frozen=True)
class Heading:
    """A column of a report table; an "estimate" carries its interval, a "share" one in percent."""

    title: str
    kind: CellKind = "text"
    decimals: int = 2
    is_core: bool = True  # also shown on a narrow terminal
    is_brief: bool = False  # there without its limits


@dataclass(frozen=True)
class Lettered:
    """A mean with the letters of the sets it belongs to."""

    estimate: Estimate
    letters: str


@dataclass(frozen=True)
class Section:
    """One table with what the reader must know about it. ``bars`` are the level counts beside each row."""

    key: str
    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Any, ...], ...]
    note: str = ""
    bars: tuple[tuple[int, ...], ...] = ()
    is_long: bool = field(default=False)


def cell_text(value: Any, heading: Heading) -> str:
    """A cell as a reader sees it; "no data" is a dash."""
    if value is None:
        return "–"
    if isinstance(value, Lettered):
        shown = (
            number(value.estimate.value, heading.decimals)
            if heading.is_brief
            else estimate_text(value.estimate, heading)
        )
        return f"{shown} {value.letters}".rstrip()
    if isinstance(value, Estimate):
        return estimate_text(value, heading)
    if heading.kind == "p":
        return "< 0.001" if value < 0.001 else number(value, 3)
    if heading.kind == "percent":
        return percent(value, 1)
    return number(value, heading.decimals) if heading.kind == "number" else str(value)


def estimate_text(value: Estimate, heading: Heading) -> str:
    """A figure with its interval in brackets; shares in percent."""
    if value.value is None:
        return "–"
    shown = percent(value.value, 1) if heading.kind == "share" else number(value.value, heading.decimals)
    limits = limits_text(value, heading)
    return _("%(value)s (%(limits)s)") % {"value": shown, "limits": limits} if limits else shown


def limits_text(value: Estimate, heading: Heading) -> str:
    if value.low is None or value.high is None:
        return ""
    factor, decimals = (100, 1) if heading.kind == "share" else (1, heading.decimals)
    return _("%(low)s to %(high)s") % {
        "low": number(factor * value.low, decimals),
        "high": number(factor * value.high, decimals),
    }


def scale_text(scale: tuple[int, int, int]) -> str:
    low, high, step = scale
    return (
        f"{low}–{high}"
        if step == 1
        else _("%(low)d–%(high)d in steps of %(step)d") % {"low": low, "high": high, "step": step}
    )


def levels_text(levels: Sequence[int]) -> str:
    return str(levels[0]) if len(levels) == 1 else f"{levels[0]}–{levels[-1]}"

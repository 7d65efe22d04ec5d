"""Bars with intervals as SVG and as a small picture: drawn here, no script, no style attributes (CSP)."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

NO_DATA = "—"


def cell_text(value: object) -> str:
    return NO_DATA if value is None or value == "" else str(value)


@dataclass(frozen=True)
class Bar:
    """One bar: value None is "no data"; interval and n stand beside it."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    text: str = ""  # how the value is written, where the plain number will not do

    @property
    def value_text(self) -> str:
        return self.text or (NO_DATA if self.value is None else f"{self.value:g}")

    @property
    def interval_text(self) -> str:
        return NO_DATA if self.low is None or self.high is None else f"{self.low:g} – {self.high:g}"

    @property
    def n_text(self) -> str:
        return cell_text(self.n)


WIDTH, LABEL, ROW, TOP, FOOT = 640, 170, 26, 8, 26
PLOT = WIDTH - LABEL - 130
INK, BAR, WHISKER, TARGET, GRID = "#1f2933", "#9db8d2", "#1f2933", "#b42318", "#d5dae0"


def axis(
    bars: Sequence[Bar], target: float | None, minimum: float | None, maximum: float | None
) -> tuple[float, float]:
    """Return the ends of the axis: what was asked for, else 0 (or the lowest below it) to a round number above all."""
    seen = [one for bar in bars for one in (bar.value, bar.low, bar.high) if one is not None]
    seen += [] if target is None else [target]
    low = minimum if minimum is not None else min([0.0, *seen])
    high = maximum if maximum is not None else max([low, *seen])
    if high <= low:
        return low, low + 1
    if maximum is None:
        step = 10 ** math.floor(math.log10(high - low)) / 2
        high = low + math.ceil((high - low) / step) * step
    return low, high


def ticks(low: float, high: float) -> list[float]:
    """Return about five round numbers from ``low`` to ``high``."""
    rough = (high - low) / 5
    base = 10 ** math.floor(math.log10(rough))
    step = next(size * base for size in (1, 2, 2.5, 5, 10) if size * base >= rough - 1e-12)
    first = math.ceil(low / step - 1e-9) * step
    return [round(first + i * step, 10) for i in range(int((high - first) / step + 1e-9) + 1)]


def shorten(label: str, room: int = 22) -> str:
    """Cut a label to what fits beside the bars; Chinese characters take two places."""
    taken, kept = 0, ""
    for character in label:
        taken += 1 if ord(character) < 0x2E80 else 2
        if taken > room:
            return kept + "…"
        kept += character
    return kept


def svg_chart(
    *,
    bars: Sequence[Bar],
    title: str,
    target: float | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
) -> SafeString:
    """Return one SVG element: a bar, its interval, value and n a row; a row without data says so."""
    low, high = axis(bars, target, minimum, maximum)

    def x(value: float) -> str:
        return f"{LABEL + PLOT * (min(max(value, low), high) - low) / (high - low):.1f}"

    bottom = TOP + ROW * len(bars)
    parts: list[SafeString] = []
    for tick in ticks(low, high):
        parts.append(
            format_html(
                '<line x1="{0}" y1="{1}" x2="{0}" y2="{2}" stroke="{3}"/>'
                '<text x="{0}" y="{4}" text-anchor="middle" font-size="11" fill="{5}">{6}</text>',
                x(tick), TOP, bottom, GRID, bottom + 16, INK, f"{tick:g}",
            )
        )  # fmt: skip
    start = x(max(low, 0.0) if high > 0 else high)
    for number, bar in enumerate(bars):
        middle = TOP + ROW * number + ROW / 2
        parts.append(
            format_html(
                '<text x="{}" y="{}" text-anchor="end" font-size="12" fill="{}">{}</text>',
                LABEL - 8, middle + 4, INK, shorten(bar.label),
            )
        )  # fmt: skip
        if bar.value is None:
            parts.append(
                format_html(
                    '<text x="{}" y="{}" font-size="12" fill="{}">{}</text>', LABEL + 6, middle + 4, INK, NO_DATA
                )
            )
            continue
        left, right = sorted((float(start), float(x(bar.value))))
        parts.append(
            format_html(
                '<rect x="{}" y="{}" width="{}" height="14" fill="{}"/>',
                f"{left:.1f}", middle - 7, f"{max(right - left, 0.5):.1f}", BAR,
            )
        )  # fmt: skip
        if bar.low is not None and bar.high is not None:
            parts.append(
                format_html(
                    '<path d="M{0} {2}H{1}M{0} {3}V{4}M{1} {3}V{4}" stroke="{5}" stroke-width="1.4" fill="none"/>',
                    x(bar.low), x(bar.high), middle, middle - 4, middle + 4, WHISKER,
                )
            )  # fmt: skip
        said = bar.value_text if bar.n is None else f"{bar.value_text}  (n={bar.n})"
        parts.append(
            format_html('<text x="{}" y="{}" font-size="12" fill="{}">{}</text>', WIDTH - 122, middle + 4, INK, said)
        )
    if target is not None:
        parts.append(
            format_html(
                '<line x1="{0}" y1="{1}" x2="{0}" y2="{2}" stroke="{3}" stroke-width="1.6" stroke-dasharray="5 3"/>'
                '<text x="{0}" y="{4}" text-anchor="middle" font-size="11" fill="{3}">{5}</text>',
                x(target), TOP, bottom, TARGET, bottom + 16 + (10 if bars else 0),
                _("Target %(value)s") % {"value": f"{target:g}"},
            )
        )  # fmt: skip
    body = mark_safe("".join(parts))  # noqa: S308  every part went through format_html
    height = bottom + FOOT + (10 if target is not None else 0)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="{}" height="{}" role="img" '
        'font-family="sans-serif"><title>{}</title>{}</svg>',
        WIDTH, height, WIDTH, height, title, body,
    )  # fmt: skip


def bar_png(bar: Bar, low: float, high: float, target: float | None, *, width: int = 360, height: int = 40) -> bytes:
    """Return one bar with its interval as PNG: Word takes no SVG without a picture beside it."""

    def column(value: float) -> int:
        return round((width - 1) * (min(max(value, low), high) - low) / (high - low))

    white, fill, ink, red = b"\xff\xff\xff", b"\x9d\xb8\xd2", b"\x1f\x29\x33", b"\xb4\x23\x18"
    rows = [[white] * width for _row in range(height)]
    middle = height // 2

    def paint(left: int, right: int, top: int, bottom: int, colour: bytes) -> None:
        for row in rows[max(top, 0) : bottom]:
            row[max(left, 0) : min(right, width)] = [colour] * (min(right, width) - max(left, 0))

    if bar.value is not None:
        left, right = sorted((column(max(low, 0.0) if high > 0 else high), column(bar.value)))
        paint(left, right + 1, middle - 10, middle + 10, fill)
        if bar.low is not None and bar.high is not None:
            left, right = column(bar.low), column(bar.high)
            paint(left, right + 1, middle - 1, middle + 2, ink)
            paint(left, left + 3, middle - 6, middle + 7, ink)
            paint(right - 2, right + 1, middle - 6, middle + 7, ink)
    if target is not None:
        paint(column(target) - 1, column(target) + 2, 0, height, red)

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    pixels = zlib.compress(b"".join(b"\x00" + b"".join(row) for row in rows), 9)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")

"""Take phone numbers, identity numbers and plates out of a text: all of them, however they are typed."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from servicequality.errors import ParameterError
from servicequality.results import Result
from servicequality.text.normalise import fold

PersonalKind = Literal["phone", "identity", "bank_card", "plate", "email"]

_GAP = r"[ \t\u3000\-‐‑–—·.・_/]{0,2}"
_NUMERALS = str.maketrans("零〇一幺壹二贰两三叁四肆五伍六陆七柒八捌九玖", "0011122233445566778899")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"


def _digits(count: str) -> str:
    """A pattern of digits with gaps; ``count`` as in a regular expression, e.g. "9" or "6,7"."""
    return rf"(?:{_GAP}\d){{{count}}}"


_MOBILE = re.compile(rf"(?<!\d)(?:\+?{_GAP}0{{0,2}}86{_GAP})?1{_GAP}[3-9]{_digits('9')}(?!\d)")
_LANDLINE = re.compile(
    rf"(?<!\d)(?:\+?86{_GAP})?\(?0\d{{2,3}}\)?{_digits('7,8')}(?!\d)|(?<!\d)[48]00{_digits('7')}(?!\d)"
)
_NAMED = re.compile(rf"(?:电话|手机|联系方式|联系|座机|致电|TEL|PHONE)[^\d\n]{{0,6}}(\d{_digits('6,11')})(?!\d)")
_IDENTITY = re.compile(
    rf"(?<!\d)[1-9]{_digits('5')}{_GAP}(?:1{_GAP}[89]|2{_GAP}0){_digits('2')}{_GAP}[01]{_digits('1')}"
    rf"{_GAP}[0-3]{_digits('1')}{_digits('3')}{_GAP}[\dX](?![\dA-Z])"
    rf"|(?<![\dA-Z])\d{{17}}[\dX](?![\dA-Z])|(?<!\d)[1-9]\d{{5}}\d{{2}}[01]\d[0-3]\d\d{{3}}(?!\d)"
)
_CARD = re.compile(rf"(?<!\d)[2-6]{_digits('15,18')}(?!\d)")
_PLATE = re.compile(
    rf"[{_PROVINCES}]{_GAP}[A-HJ-NP-Z]{_GAP}(?:[0-9A-HJ-NP-Z]{_GAP}){{4}}"
    rf"(?:[挂学警港澳]|[0-9A-HJ-NP-Z]{_GAP}[0-9A-HJ-NP-Z]|[0-9A-HJ-NP-Z])(?![0-9A-Z])"
)
_EMAIL = re.compile(r"[A-Z0-9._%+\-]+@[A-Z0-9.\-]+\.[A-Z]{2,}")

# Order matters: a mobile number is never part of a longer run of digits, an identity number may hold one.
_PATTERNS: tuple[tuple[PersonalKind, re.Pattern[str]], ...] = (
    ("email", _EMAIL),
    ("plate", _PLATE),
    ("phone", _MOBILE),
    ("identity", _IDENTITY),
    ("bank_card", _CARD),
    ("phone", _LANDLINE),
    ("phone", _NAMED),
)
KINDS: tuple[PersonalKind, ...] = ("phone", "identity", "bank_card", "plate", "email")
MARKS: dict[PersonalKind, str] = {
    "phone": "[电话]",
    "identity": "[证件号]",
    "bank_card": "[卡号]",
    "plate": "[车牌]",
    "email": "[邮箱]",
}


@dataclass(frozen=True)
class Span(Result):
    """One place in the original text: characters ``start`` to ``end`` (exclusive), and what stood there."""

    kind: PersonalKind
    start: int
    end: int


@dataclass(frozen=True)
class Redaction(Result):
    """Text with marks in place of personal numbers, and where they stood in the original."""

    text: str
    spans: tuple[Span, ...]


def redact(text: str, *, kinds: Collection[PersonalKind] = KINDS) -> Redaction:
    """Replace every phone, identity and card number, plate and e-mail address by a mark.

    Args:
        text: any text; digits may be full-width, Chinese numerals (一三八, 幺三八), parted by single spaces,
            dots or dashes.
        kinds: what to look for.

    Returns:
        Redaction. **All** occurrences go. Numbers are taken by their shape, without check digits: a
        mistyped identity number is still personal. Order numbers of 11 digits that look like a mobile number
        go too. Service numbers of three to six digits (12345, 96166) stay.

    Errors: ParameterError for an unknown kind.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise ParameterError(f"there are {', '.join(KINDS)}", place=str(kind))
    folded, source = fold(text)
    plain = folded.translate(_NUMERALS)
    taken = [False] * len(plain)
    found: list[Span] = []
    for kind, pattern in _PATTERNS:
        if kind not in kinds:
            continue
        for match in pattern.finditer(plain):
            first, last = match.span(1 if pattern.groups else 0)
            while first < last and plain[first].isspace():
                first += 1
            while last > first and plain[last - 1].isspace():
                last -= 1
            if any(taken[first:last]) or first == last:
                continue
            taken[first:last] = [True] * (last - first)
            found.append(Span(kind, source[first], source[last - 1] + 1))
    found.sort(key=lambda span: span.start)
    out, at = [], 0
    for span in found:
        out += [text[at : span.start], MARKS[span.kind]]
        at = span.end
    return Redaction("".join([*out, text[at:]]), tuple(found))

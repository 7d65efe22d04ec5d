"""Take phone numbers, identity numbers and plates out of a text: all of them, however they are typed."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from servicequality.errors import ParameterError
from servicequality.results import Result
from servicequality.text.normalise import fold

PersonalKind = Literal["phone", "identity", "bank_card", "plate", "email", "name"]

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
    "name": "[姓名]",
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


# The hundred or so surnames that nearly everybody in China has, and the double ones still in use.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_SURNAME = rf"(?:欧阳|上官|司马|诸葛|司徒|[{_SURNAMES}])"
_TITLES = "师傅|先生|女士|小姐|太太|经理|主任|站长|队长|班长|组长|老师|大哥|大姐|阿姨|驾驶员"
_TITLED = re.compile(rf"({_SURNAME}[\u4e00-\u9fff]{{0,2}}?)(?={_TITLES})")
_END = r"(?=的|[,，。.;；!！?？\s]|$)"
_CALLED = re.compile(rf"(?:名叫|叫做|叫|姓名(?:是|为|[:：])?)\s*({_SURNAME}[\u4e00-\u9fff]{{1,2}}?){_END}")
_FAMILY = re.compile(rf"姓({_SURNAME}){_END}")
_ENGLISH = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr)\.?\s+([A-Z][\w'-]+(?:\s+[A-Z][\w'-]+)?)")


def redact_names(text: str, *, names: Collection[str] = ()) -> Redaction:
    """Replace names of people: those listed, and those the words around give away.

    Args:
        text: any text.
        names: people known by name, the staff of a company say; every occurrence of two characters or more goes.

    Returns:
        Redaction with spans of kind "name". Found without a list: surname with a title (张师傅, 李晓明主任), "叫…的",
        "姓…的", English titles. A bare name of somebody not listed is **not** found: whoever publishes quotes reads
        them first. Words that merely look like a name may go; that is the safer mistake.
    """
    found: list[tuple[int, int]] = []
    for name in sorted({one.strip() for one in names if len(one.strip()) > 1}, key=len, reverse=True):
        found += [match.span() for match in re.finditer(re.escape(name), text)]
    for pattern in (_TITLED, _CALLED, _FAMILY, _ENGLISH):
        found += [match.span(1) for match in pattern.finditer(text)]
    out, spans, at = [], [], 0
    for first, last in sorted(found, key=lambda span: (span[0], -span[1])):
        if first < at:
            continue
        out += [text[at:first], MARKS["name"]]
        spans.append(Span("name", first, last))
        at = last
    return Redaction("".join([*out, text[at:]]), tuple(spans))

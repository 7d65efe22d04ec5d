"""Languages as XLSForm writes them, ``label::English (en)``, and as a form names them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language_info

SIMPLE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
TAGGED = re.compile(r"^(.*?)\s*\(([^()]+)\)\s*$")
# Collectors know languages by two or three letters; ours says which script.
SHORT = {"zh-hans": "zh"}
LONG = {"zh": "zh-hans", "zh-cn": "zh-hans", "zh-hans-cn": "zh-hans", "zh-tw": "zh-hant", "zh-hk": "zh-hant"}
BY_NAME = {
    "english": "en", "chinese": "zh-hans", "中文": "zh-hans", "简体中文": "zh-hans", "汉语": "zh-hans",
    "français": "fr", "french": "fr", "español": "es", "spanish": "es", "русский": "ru", "deutsch": "de",
    "日本語": "ja", "한국어": "ko", "العربية": "ar",
}  # fmt: skip
HAN = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Spoken:
    """One language of a form: its code here and its name in the headings."""

    code: str
    heading: str


def display_name(code: str) -> str:
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code


def headings_for(codes: Sequence[str]) -> tuple[list[Spoken], bool]:
    """A heading for each language; and whether the codes can be told from the headings alone."""
    found: list[Spoken] = []
    for number, code in enumerate(codes, 1):
        if SIMPLE.fullmatch(code):
            tag = SHORT.get(code, code)
            name = display_name(code)
            found.append(Spoken(code, f"{name} ({tag})" if not re.search(r"[()]", name) else f"{code} ({tag})"))
        else:
            found.append(Spoken(code, f"Language {number} (q{number})"))
    can_be_told = [code_of(one.heading) for one in found] == list(codes)
    return found, can_be_told


def code_of(heading: str) -> str:
    """The code of a language from its heading: what stands in brackets, or the name where it is known."""
    match = TAGGED.match(heading)
    tag = (match[2] if match else heading).strip().lower().replace("_", "-")
    if not match:
        tag = BY_NAME.get(tag, tag)
    return LONG.get(tag, tag)


def guessed(texts: Iterable[str]) -> str:
    """The language of headings that name none."""
    return "zh-hans" if any(HAN.search(text) for text in texts) else "en"

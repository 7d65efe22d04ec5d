"""Forms and scales an office starts from: content as data, in our own words, Chinese first with English beside it.

In the files a text is a list in the order of the file's ``languages``; here it becomes a definition's body, with the
further languages under ``translations``. What is taken from the shelf is the office's own: it may change every word.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

# In the order of the gallery: the yearly work first, then the short ones.
KEYS = ("quality_questionnaire", "common", "servqual", "servperf", "kano", "pulse", "nps", "csat", "ces")
TEXTS = ("title", "intro", "thanks", "label", "help", "na_label")


@dataclass(frozen=True)
class Template:
    """One form of the shelf; ``names`` and ``purposes`` are by language."""

    key: str
    kind: str
    names: dict[str, str]
    purposes: dict[str, str]
    body: dict[str, Any]

    def name(self, language: str) -> str:
        return self.names.get(language) or next(iter(self.names.values()))

    def purpose(self, language: str) -> str:
        return self.purposes.get(language) or next(iter(self.purposes.values()))

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.names)

    @property
    def item_count(self) -> int:
        return sum(len(section["items"]) for section in self.body["sections"])


class Spreader:
    """Takes the first language of every text and keeps the others under their keys."""

    def __init__(self, languages: list[str]) -> None:
        self.languages = languages
        self.translations: dict[str, dict[str, str]] = {language: {} for language in languages[1:]}

    def text(self, key: str, given: list[str]) -> str:
        for language, words in zip(self.languages[1:], given[1:], strict=True):
            self.translations[language][key] = words
        return given[0]

    def texts(self, part: dict[str, Any], prefix: str) -> dict[str, Any]:
        return {
            name: self.text(f"{prefix}{name}", value) if name in TEXTS and isinstance(value, list) else value
            for name, value in part.items()
        }

    def scale(self, part: dict[str, Any]) -> dict[str, Any]:
        prefix = f"scale.{part['code']}."
        found = {**part, "title": part["title"][0]}
        if "na_label" in part:
            found["na_label"] = self.text(f"{prefix}na", part["na_label"])
        found["labels"] = {level: self.text(prefix + level, words) for level, words in part.get("labels", {}).items()}
        return found

    def item(self, part: dict[str, Any]) -> dict[str, Any]:
        found = self.texts(part, f"item.{part['code']}.")
        if "choices" in part:
            found["choices"] = [
                {**choice, "label": self.text(f"choice.{part['code']}.{choice['code']}", choice["label"])}
                for choice in part["choices"]
            ]
        return found

    def section(self, part: dict[str, Any]) -> dict[str, Any]:
        found = self.texts(part, f"section.{part['code']}.")
        return {**found, "items": [self.item(item) for item in part["items"]]}


def read(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / f"{name}.toml").read_text("utf-8"))


@cache
def scale_shelf() -> dict[str, dict[str, Any]]:
    """The shipped scales as they stand in the file, by code."""
    return {scale["code"]: scale for scale in read("scales")["scales"]}


@cache
def block_shelf() -> dict[str, Any]:
    """The frames of the blocks that one click inserts; texts as lists in the order of ``languages``."""
    return read("blocks")


@cache
def library_entry(code: str) -> dict[str, Any]:
    """A shipped scale in the form of the library: ends, and words by language."""
    scale = scale_shelf()[code]
    words = {
        language: {
            "title": scale["title"][place],
            "labels": {level: texts[place] for level, texts in scale.get("labels", {}).items()},
            "na": scale["na_label"][place] if "na_label" in scale else "",
        }
        for place, language in enumerate(read("scales")["languages"])
    }
    ends = {"code": code, "low": scale["low"], "high": scale["high"], "step": scale.get("step", 1)}
    return {**ends, "languages": list(words), "words": words}


def raw_items(key: str, codes: Collection[str]) -> list[dict[str, Any]]:
    """Items of a template as they stand in the file, texts in all languages."""
    return [item for section in read(key)["sections"] for item in section["items"] if item["code"] in codes]


@cache
def template(key: str) -> Template:
    source = read(key)
    languages = source.pop("languages")
    kind, name, purpose = source.pop("kind"), source.pop("name"), source.pop("purpose")
    spread = Spreader(languages)
    used = dict.fromkeys(
        item["scale_code"] for section in source["sections"] for item in section["items"] if "scale_code" in item
    )
    body = {
        **spread.texts({name: value for name, value in source.items() if name != "sections"}, ""),
        "languages": languages,
        "scales": [spread.scale(scale_shelf()[code]) for code in used],
        "sections": [spread.section(section) for section in source["sections"]],
        "translations": spread.translations,
    }
    by_language = [dict(zip(languages, texts, strict=True)) for texts in (name, purpose)]
    return Template(key, kind, by_language[0], by_language[1], body)


def templates() -> tuple[Template, ...]:
    return tuple(template(key) for key in KEYS)


def template_body(key: str) -> dict[str, Any]:
    """A fresh copy of the body of a template, for the office to make its own."""
    return deepcopy(template(key).body)

"""Any form as A4 sheets to hand out: numbered questions, circles and boxes with the digits to key in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from bihuan.documents.services import pdf_render, picture_render, qr_drawings, set_value
from bihuan.instruments.definition import SCALED, Choice, Definition, Item, ItemType, Section
from bihuan.instruments.rendering import level_words, na_words, offers_na
from bihuan.instruments.rendering.form import stands_with
from bihuan.surveys.papers.conditions import Instructions
from bihuan.surveys.papers.keys import NOT_ON_PAPER, choice_keys, na_key, numbers_of

# How many choices stand side by side, by the places the longest takes; a Chinese character takes two.
COLUMNS = ((4, 14), (3, 22), (2, 36))
SHORT = 36  # places of a question that leaves room for its answer on the same line
LONG_LINES = 4


@dataclass(frozen=True)
class PaperWords:
    """What the sheets say beside the form; ``privacy`` tells who will see the answers."""

    organisation: str
    privacy: str = ""


def width_of(text: str) -> int:
    return sum(1 if ord(character) < 0x2E80 else 2 for character in text)


class Printer:
    """Turns a form into the plain values the template sets. The language of the paper must be active."""

    def __init__(self, definition: Definition, language: str) -> None:
        self.definition, self.language = definition, language
        self.numbers = numbers_of(definition)
        self.instructions = Instructions(definition, language, self.numbers)

    def text(self, key: str, own: str) -> str:
        return self.instructions.text(self.definition.text(key, own, self.language))

    def sections(self) -> list[dict[str, Any]]:
        return [found for section in self.definition.sections if (found := self.section(section))["blocks"]]

    def section(self, section: Section) -> dict[str, Any]:
        return {
            "title": self.text(f"section.{section.code}.title", section.title),
            "intro": self.text(f"section.{section.code}.intro", section.intro),
            "condition": self.instructions.only_if(section.visible_if),
            "blocks": list(self.blocks(section)),
        }

    def blocks(self, section: Section) -> Iterator[dict[str, Any]]:
        """Questions one by one; neighbours of a battery on the same scale as one grid."""
        rows: list[Item] = []
        for item in section.items:
            if item.type in NOT_ON_PAPER:
                continue
            joins = section.layout == "battery" and item.type in SCALED
            if rows and not (joins and stands_with(self.definition, rows[-1], item)):
                yield self.battery(rows)
                rows = []
            if joins:
                rows.append(item)
            else:
                yield self.block(item)
        if rows:
            yield self.battery(rows)

    def head(self, item: Item) -> dict[str, Any]:
        return {
            "number": self.numbers.get(item.code),
            "label": self.text(f"item.{item.code}.label", item.label) or item.code,
            "help": self.text(f"item.{item.code}.help", item.help),
            "condition": self.instructions.only_if(item.visible_if),
            "is_required": item.is_required,
            "is_short": False,
        }

    def levels(self, item: Item) -> list[dict[str, str]]:
        words = level_words(self.definition, item, self.language)
        found = [{"key": str(level), "words": words.get(level, "")} for level in sorted(item.levels)]
        if offers_na(self.definition, item):
            found.append({"key": na_key(item), "words": na_words(self.definition, item, self.language), "is_na": "1"})
        return found

    def battery(self, rows: Sequence[Item]) -> dict[str, Any]:
        return {
            "kind": "battery",
            "is_worded": self.is_worded(rows[0]),
            "levels": self.levels(rows[0]),
            "rows": [self.head(item) for item in rows],
        }

    def is_worded(self, item: Item) -> bool:
        """Every level has words, not the ends alone."""
        return len(level_words(self.definition, item, self.language)) == len(item.levels)

    def block(self, item: Item) -> dict[str, Any]:
        if item.type in SCALED:
            body: dict[str, Any] = {"kind": "scale", "is_worded": self.is_worded(item), "levels": self.levels(item)}
        elif item.choices:
            body = self.choices(item)
        else:
            body = self.free(item)
        head = self.head(item)
        stands_alone = (
            not (head["condition"] or head["help"] or body.get("further")) and body.get("lines") != LONG_LINES
        )
        head["is_short"] = stands_alone and width_of(head["label"]) <= SHORT
        return {**head, **body}

    def choices(self, item: Item) -> dict[str, Any]:
        options = [self.option(item, key, choice) for key, choice in choice_keys(item)]
        longest = max(width_of(one["label"] + one["condition"]) for one in options)
        kind = {ItemType.RANKING: "ranking", ItemType.SPLIT: "split", ItemType.MULTIPLE: "multiple"}
        return {
            "kind": kind.get(item.type, "choice"),
            "options": options,
            "columns": next((count for count, room in COLUMNS if longest <= room), 1),
            "further": self.further(item),
            "total": item.total,
        }

    def option(self, item: Item, key: str, choice: Choice) -> dict[str, str]:
        label = self.text(f"choice.{item.code}.{choice.code}", choice.label or choice.code)
        return {"key": key, "label": label, "condition": self.instructions.only_if(choice.visible_if)}

    def further(self, item: Item) -> str:
        """How many are to be chosen, ranked or given out."""
        if item.type is ItemType.RANKING:
            text = _("Write 1 beside the most important, then 2 and so on.")
            is_partial = item.highest is not None and item.highest < len(item.choices)
            return text + " " + _("Stop at %(most)d.") % {"most": item.highest} if is_partial else text
        if item.type is ItemType.SPLIT:
            return _("Divide %(total)d points among them; more points mean more important.") % {"total": item.total}
        return self.how_many(item) if item.type is ItemType.MULTIPLE else ""

    def how_many(self, item: Item) -> str:
        if item.lowest is not None and item.highest is not None:
            return _("Tick %(least)d to %(most)d.") % {"least": item.lowest, "most": item.highest}
        if item.highest is not None:
            return _("Tick at most %(most)d.") % {"most": item.highest}
        if item.lowest is not None:
            return _("Tick at least %(least)d.") % {"least": item.lowest}
        return _("You may tick several.")

    def free(self, item: Item) -> dict[str, Any]:
        match item.type:
            case ItemType.NUMBER:
                return {"kind": "number", "further": self.between(item)}
            case ItemType.DATE:
                return {"kind": "date"}
            case ItemType.CONSENT:
                return {"kind": "consent"}
            case ItemType.NOTE:
                return {"kind": "note"}
        return {"kind": "text", "lines": LONG_LINES if item.is_long else 1}

    def between(self, item: Item) -> str:
        if item.lowest is not None and item.highest is not None:
            return _("from %(low)s to %(high)s") % {"low": f"{item.lowest:g}", "high": f"{item.highest:g}"}
        if item.lowest is not None:
            return _("at least %(low)s") % {"low": f"{item.lowest:g}"}
        return _("at most %(high)s") % {"high": f"{item.highest:g}"} if item.highest is not None else ""


def paper_data(definition: Definition, language: str, words: PaperWords) -> dict[str, Any]:
    """The form itself, the same on every sheet."""
    with override(language):
        printer = Printer(definition, language)
        has_required = any(item.is_required and item.type not in NOT_ON_PAPER for item in definition.items)
        return {
            "language": language,
            "organisation": words.organisation,
            "title": printer.text("title", definition.title),
            "intro": printer.text("intro", definition.intro),
            "thanks": printer.text("thanks", definition.thanks),
            "privacy": words.privacy,
            "how": _("Please put a tick into the circle or box. The small digits are for keying in.")
            + (" " + _("Questions marked * need an answer.") if has_required else ""),
            "sections": printer.sections(),
            "words": {
                "sheet": _("Sheet"),
                "year": pgettext("date to fill in", "year"),
                "month": pgettext("date to fill in", "month"),
                "day": pgettext("date to fill in", "day"),
                "remarks": _("Handler's remarks"),
                "office_use": _("for the office, please leave blank"),
                "handler": _("Handled by"),
                "on": _("Date"),
                "total": _("together"),
            },
        }


def numbered_data(
    definition: Definition, language: str, *, numbers: Sequence[str], words: PaperWords, is_duplex: bool
) -> dict[str, Any]:
    """The set form with the number and code of each sheet: setting it once is what makes many sheets cheap."""
    if language not in definition.languages:
        language = definition.languages[0]
    data = paper_data(definition, language, words)
    return {
        "title": data["title"],
        "form": list(pdf_render("surveys/questionnaire", data, is_tagged=False)),
        "pages": set_value("surveys/questionnaire", data, "pages"),
        "sheet": data["words"]["sheet"],
        "is_duplex": is_duplex,
        "sheets": [
            {"number": number, "qr": drawing} for number, drawing in zip(numbers, qr_drawings(numbers), strict=True)
        ],
    }


def paper_questionnaire(
    definition: Definition, language: str, *, numbers: Sequence[str], words: PaperWords, is_duplex: bool = False
) -> bytes:
    """Return one questionnaire for each of ``numbers`` as PDF; each starts a new leaf where printed on both sides."""
    data = numbered_data(definition, language, numbers=numbers, words=words, is_duplex=is_duplex)
    return pdf_render("surveys/numbered", data, is_tagged=False)


def paper_pictures(definition: Definition, language: str, *, number: str, words: PaperWords) -> list[bytes]:
    """Return the pages of one questionnaire as PNG."""
    data = numbered_data(definition, language, numbers=[number], words=words, is_duplex=False)
    return picture_render("surveys/numbered", data, dots=72)

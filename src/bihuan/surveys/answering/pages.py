"""Pages of a survey, made once a process and filled for each visitor by putting a few texts between fixed bytes."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from bihuan.instruments.definition import Definition
from bihuan.instruments.rendering import form_html, html_language, takes_files
from bihuan.surveys.selectors.answering import DoorCard

# Two characters of the private use area around a name: nobody's text can hold them, see `Skeleton.of`.
OPEN, CLOSE = "\ue0f0", "\ue0f1"
SLOT = re.compile(f"{OPEN}(\\w+){CLOSE}")
KEPT = 400
THEMES = {"kiosk": "kiosk", "frame": "frame"}


def slot(name: str) -> str:
    return mark_safe(f"{OPEN}{name}{CLOSE}")  # noqa: S308  a constant


@dataclass(frozen=True)
class Skeleton:
    """Fixed bytes and, between each two, the name of what is put there."""

    texts: tuple[bytes, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, html: str) -> Skeleton:
        pieces = SLOT.split(html)
        return cls(tuple(piece.encode() for piece in pieces[::2]), tuple(pieces[1::2]))

    def filled(self, values: Mapping[str, bytes]) -> bytes:
        parts = [self.texts[0]]
        for name, text in zip(self.names, self.texts[1:], strict=True):
            parts += (values.get(name, b""), text)
        return b"".join(parts)


_kept: OrderedDict[Hashable, Any] = OrderedDict()


def kept(key: Hashable, make: Callable[[], Any]) -> Any:
    found = _kept.get(key)
    if found is None:
        found = _kept[key] = make()
        if len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


@dataclass(frozen=True, slots=True)
class Look:
    """What decides how a page looks, apart from the visitor: the key under which it is kept."""

    version: tuple[int, str, Any]
    language: str
    theme: str
    title: str
    host: str
    is_anonymous: bool
    is_invited: bool
    is_remembered: bool
    resume_days: int
    kiosk_seconds: int

    @classmethod
    def of(cls, card: DoorCard, language: str, *, is_invited: bool) -> Look:
        return cls(
            (card.version_id, card.content_hash, card.published_at),
            language,
            THEMES.get(card.kind, "public"),
            card.title,
            card.host,
            card.is_anonymous,
            is_invited,
            card.is_remembered,
            0 if card.is_kiosk else card.resume_days,
            card.kiosk_seconds if card.is_kiosk else 0,
        )


def languages_of(definition: Definition, language: str) -> list[dict[str, str]]:
    """The other languages of a form, each by its own name."""
    found = []
    for code in definition.languages:
        if code != language:
            found.append({"code": code, "lang": html_language(code), "name": language_name(code)})
    return found


def language_name(code: str) -> str:
    try:
        return str(translation.get_language_info(code)["name_local"])
    except KeyError:
        return code


def form_page(
    definition: Definition,
    look: Look,
    *,
    section: str = "",
    order: int = 0,
    is_first: bool = True,
    is_last: bool = True,
) -> Skeleton:
    """The page around the questions; the questions themselves stand in the slot "questions"."""
    key = ("form", look, section, order, is_first, is_last)
    found: Skeleton = kept(key, lambda: made_form_page(definition, look, section, is_first, is_last))
    return found


def blank_page(
    definition: Definition,
    look: Look,
    *,
    section: str = "",
    order: int = 0,
    is_first: bool = True,
    is_last: bool = True,
) -> Skeleton:
    """The same with the questions unanswered: what a fresh visitor gets."""

    def made() -> Skeleton:
        around = form_page(definition, look, section=section, is_first=is_first, is_last=is_last)
        questions = form_html(definition, look.language, theme=look.theme, section=section, order=order)
        at = around.names.index("questions")
        texts = list(around.texts)
        texts[at : at + 2] = [texts[at] + questions.encode() + texts[at + 1]]
        return Skeleton(tuple(texts), around.names[:at] + around.names[at + 1 :])

    found: Skeleton = kept(("blank", look, section, order, is_first, is_last), made)
    return found


def made_form_page(definition: Definition, look: Look, section: str, is_first: bool, is_last: bool) -> Skeleton:
    language = look.language
    with translation.override(language):
        html = render_to_string(
            "surveys/answering/form.html",
            {
                "look": look,
                "theme": look.theme,
                "host": look.host,
                "title": definition.text("title", definition.title, language) or look.title,
                "intro": definition.text("intro", definition.intro, language) if is_first else "",
                "is_first": is_first,
                "is_last": is_last,
                "section": section,
                "progress": progress_of(definition, section),
                "languages": languages_of(definition, language),
                "takes_files": takes_files(definition, section),
                "slot": {name: slot(name) for name in ("token", "questions", "place", "notice", "hidden", "revision")},
            },
        )
    return Skeleton.of(html)


def progress_of(definition: Definition, section: str) -> dict[str, int] | None:
    if not section or len(definition.sections) < 2:
        return None
    codes = [one.code for one in definition.sections]
    at = codes.index(section) if section in codes else len(codes)
    return {"done": at, "all": len(definition.sections), "percent": round(100 * at / len(definition.sections))}


def thanks_page(definition: Definition, look: Look, path: str) -> bytes:
    key = ("thanks", look, path if look.theme == "kiosk" else "")

    def made() -> bytes:
        with translation.override(look.language):
            context = {
                "look": look,
                "theme": look.theme,
                "host": look.host,
                "path": path,
                "title": definition.text("title", definition.title, look.language) or look.title,
                "thanks": definition.text("thanks", definition.thanks, look.language),
                "seconds": min(look.kiosk_seconds, 15),
            }
            return render_to_string("surveys/answering/thanks.html", context).encode()

    found: bytes = kept(key, made)
    return found


@dataclass(frozen=True)
class Message:
    """A page that says one thing. The texts are lazy: they are said in the visitor's language."""

    heading: Any
    text: Any
    icon: str = "info-circle"
    action: Any = ""
    href: str = ""
    detail: str = ""


def message_page(message: Message, language: str, *, theme: str = "public", host: str = "") -> bytes:
    with translation.override(language):
        context = {"message": message, "theme": theme, "host": host, "title": message.heading}
        return render_to_string("surveys/answering/message.html", context).encode()


def place_html(card: DoorCard, language: str) -> bytes:
    """What the visitor is rating, where the door knows it: line and vehicle, counter or site."""
    if not card.asset_name:
        return b""

    def made() -> bytes:
        with translation.override(language):
            names = [name for name in (card.line_name, card.asset_name) if name]
            return render_to_string(
                "surveys/answering/place.html",
                {"names": names, "icon": "bus" if card.asset_kind in {"vehicle", "line"} else "map-pin"},
            ).encode()

    found: bytes = kept(("place", card.line_name, card.asset_name, card.asset_kind, language), made)
    return found


def notice_html(text: Any, language: str, kind: str = "") -> bytes:
    css = f"notice notice-{kind}" if kind else "notice"
    with translation.override(language):
        return f'<div class="{css}" role="status"><p>{escape(text)}</p></div>'.encode()


def end_html(language: str) -> bytes:
    with translation.override(language):
        return render_to_string("surveys/answering/last.html").encode()


def saved_html(*, link: str, onward: str, until: date, language: str, host: str) -> bytes:
    with translation.override(language):
        context = {
            "link": link,
            "onward": onward,
            "until": until,
            "host": host,
            "title": _("Your answers so far are kept."),
        }
        return render_to_string("surveys/answering/saved.html", context).encode()


def pages_clear() -> None:
    """For tests and for a process that changes its languages: forget every page."""
    _kept.clear()

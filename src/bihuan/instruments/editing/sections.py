"""Sections: added, changed, moved, copied, deleted; and the form's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bihuan.instruments.editing.items import item_copied
from bihuan.instruments.editing.parts import (
    NOTHING,
    Body,
    Taken,
    Words,
    copied,
    copy_words,
    drop_words,
    fresh,
    item_codes,
    name_of,
    named,
    put_words,
    quoters_of,
    readers_of,
    refuse,
    section_named,
)

FORM_FIELDS = ("title", "intro", "thanks", "paging")
SECTION_FIELDS = ("title", "intro", "layout", "is_shuffled")


def form_change(given: Body, values: Mapping[str, Any]) -> Body:
    return {**copied(given), **{name: value for name, value in values.items() if name in FORM_FIELDS}}


def section_codes(body: Body) -> set[str]:
    return {section["code"] for section in body["sections"]}


def section_add(
    given: Body, *, after: str = "", title: Words | None = None, layout: str = "list", taken: Taken = NOTHING
) -> tuple[Body, str]:
    """A new empty section behind ``after`` (or at the end); returns its code too."""
    body = copied(given)
    code = fresh("s", section_codes(body) | taken.sections)
    section = {"code": code, "title": put_words(body, f"section.{code}.title", title or {}), "items": []}
    body["sections"].insert(place_after(body, after), {**section, "layout": layout})
    return body, code


def place_after(body: Body, after: str) -> int:
    codes = [section["code"] for section in body["sections"]]
    return codes.index(after) + 1 if after in codes else len(codes)


def section_change(given: Body, code: str, values: Mapping[str, Any]) -> Body:
    body = copied(given)
    section_named(body, code).update({name: value for name, value in values.items() if name in SECTION_FIELDS})
    return body


def section_move(given: Body, code: str, index: int) -> Body:
    body = copied(given)
    section = section_named(body, code)
    body["sections"].remove(section)
    body["sections"].insert(max(0, min(index, len(body["sections"]))), section)
    return body


def section_duplicate(given: Body, code: str, *, taken: Taken = NOTHING) -> tuple[Body, str]:
    """A copy behind the original; its items get codes of their own, its pairs stay pairs among themselves."""
    body = copied(given)
    original = section_named(body, code)
    new = fresh("s", section_codes(body) | taken.sections)
    copy_words(body, f"section.{code}", f"section.{new}")
    codes = item_codes(body) | taken.items
    items = []
    for item in original["items"]:
        items.append(item_copied(body, item, codes))
        codes.add(items[-1]["code"])
    body["sections"].insert(place_after(body, code), {**original, "code": new, "items": items})
    return body, new


def section_delete(given: Body, code: str) -> Body:
    body = copied(given)
    section = section_named(body, code)
    if len(body["sections"]) == 1:
        refuse(_("A form keeps at least one section."))
    body["sections"].remove(section)
    for item in section["items"]:
        readers = [*readers_of(body, item["code"]), *quoters_of(body, item["code"])]
        if readers:
            refuse(
                _("“%(item)s” is needed by %(readers)s; change that first.")
                % {"item": name_of(item), "readers": named(readers)}
            )
        drop_words(body, [f"item.{item['code']}.", f"choice.{item['code']}."])
    drop_words(body, [f"section.{code}."])
    return body

"""The way through a form that has a page a section: which page comes next, and whether one is the last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bihuan.instruments.conditions import evaluate
from bihuan.instruments.definition import Definition, ItemType, Section
from bihuan.instruments.walk import Walk, walk

END = "~end"  # after the last page, where nothing is left but to send


def is_paged(definition: Definition) -> bool:
    return definition.paging == "sections" and len(definition.sections) > 1


def has_face(section: Section) -> bool:
    return any(item.type is not ItemType.HIDDEN for item in section.items)


def own_items(definition: Definition, section: str) -> frozenset[str]:
    """Codes of the items on a page; of all items where the form is one page."""
    return frozenset(item.code for one in definition.sections if section in ("", one.code) for item in one.items)


def first_page(definition: Definition, values: Mapping[str, Any] | None = None) -> str:
    """The first page somebody sees; empty where the form is one page."""
    if not is_paged(definition):
        return ""
    shown = walk(definition, values or {}, complete=False).visible_sections
    return shown[0] if shown else END


def page_after(walked: Walk, definition: Definition, section: str) -> str:
    order = [one.code for one in definition.sections]
    at = order.index(section) if section in order else len(order)
    return next((code for code in order[at + 1 :] if code in walked.visible_sections), END)


def page_before(walked: Walk, definition: Definition, section: str) -> str:
    order = [one.code for one in definition.sections]
    at = order.index(section) if section in order else len(order)
    return next((code for code in reversed(order[:at]) if code in walked.visible_sections), section)


def may_go_on(definition: Definition, section: str, values: Mapping[str, Any]) -> bool:
    """Whether a page may follow, as far as can be told before this one is answered."""
    order = [one.code for one in definition.sections]
    later = definition.sections[order.index(section) + 1 :] if section in order else ()
    own = own_items(definition, section)
    elsewhere = {code: value for code, value in values.items() if code not in own}
    return any(
        has_face(one) and (one.visible_if is None or evaluate(one.visible_if, elsewhere) is not False) for one in later
    )


def page_with(definition: Definition, walked: Walk) -> str:
    """The first page that holds a problem."""
    wrong = {problem.item for problem in walked.problems}
    return next((one.code for one in definition.sections if any(item.code in wrong for item in one.items)), END)

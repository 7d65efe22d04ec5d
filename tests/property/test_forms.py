"""Python and the browser show the same of 10,000 random forms, whatever is answered."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

from bihuan.instruments.definition import Definition, ItemType, read_definition
from bihuan.instruments.logic import logic_of, reads
from bihuan.instruments.piping import piped
from bihuan.instruments.walk import Walk, walk
from tests.property.browser_rules import in_browser
from tests.property.random_forms import random_form, random_given

FORMS = 10_000


def seen_by(walked: Walk, definition: Definition, logic: dict[str, Any]) -> dict[str, Any]:
    """A walk in the words of the driver: the items the page's logic names."""
    told = {item["code"] for section in logic["sections"] for item in section["items"]}
    quoted = logic.get("words", {})
    needed = needed_in(definition, logic)
    return {
        "sections": sorted(walked.visible_sections),
        "items": sorted(told & set(walked.visible_items)),
        "hidden": {code: sorted(choices) for code, choices in walked.hidden_choices.items()},
        "answers": {code: value for code, value in walked.values.items() if code in needed},
        "words": {code: piped("${%s}" % code, definition, walked.values, "en") for code in quoted},  # noqa: UP031
    }


def needed_in(definition: Definition, logic: dict[str, Any]) -> set[str]:
    """Items that conditions read or texts quote: of the others the page need not understand the answer."""
    return {*reads(list(definition.sections)), *logic.get("words", {})}


def is_file_junk(definition: Definition, code: str, walked: Walk) -> bool:
    """The page does not judge references to files: the server names them."""
    return definition.by_code[code].type is ItemType.FILE and any(one.item == code for one in walked.problems)


def test_the_browser_shows_what_the_server_shows(tmp_path: Path) -> None:
    dice = Random(20261009)
    cases: list[dict[str, Any]] = []
    expected: list[dict[str, Any]] = []
    needed: list[set[str]] = []
    parts = hidden = 0
    for _form in range(FORMS):
        body = random_form(dice)
        given = random_given(dice, body)
        definition = read_definition(body)
        walked = walk(definition, given)
        given = {code: value for code, value in given.items() if not is_file_junk(definition, code, walked)}
        logic = logic_of(definition, "en")
        needed.append(needed_in(definition, logic))
        cases.append({"logic": logic, "given": given})
        expected.append(seen_by(walked, definition, logic))
        parts += len(definition.items)
        hidden += len(definition.items) - len(walked.visible_items)

    found = in_browser(cases, tmp_path)

    assert 0.2 < hidden / parts < 0.8  # the forms do hide and show
    assert len(found) == FORMS
    for case, codes, here, there in zip(cases, needed, expected, found, strict=True):
        there["answers"] = {code: value for code, value in there["answers"].items() if code in codes}
        assert here == there, case


def test_walking_again_over_what_was_accepted_changes_nothing() -> None:
    dice = Random(7)
    for _form in range(500):
        body = random_form(dice)
        definition = read_definition(body)
        first = walk(definition, random_given(dice, body), complete=False)

        again = walk(definition, first.values, first.states, complete=False)

        assert (again.values, again.states) == (first.values, first.states)
        assert (again.visible_sections, again.visible_items) == (first.visible_sections, first.visible_items)
        assert again.dropped == {}

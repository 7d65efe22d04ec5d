"""Conditions by clicking: the tree is changed at a path, a row at a time, and is whole after every click.

A path is the way down the tree: places in `every`/`some`, and `no` goes down with its one child. What is shown to the
writer is a group (all or any of these) whose rows are single tests or groups again; each may be turned round.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.instruments.definition import ONE_OF, SCALED, ItemType
from bihuan.instruments.editing.parts import (
    Body,
    Part,
    copied,
    item_named,
    items_in,
    kind_of,
    refuse,
    section_named,
)

Tree = dict[str, Any]
COMPARED = ("=", "!=", "<=", "<", ">=", ">", "in", "answered")
OPERATORS: dict[ItemType, tuple[str, ...]] = {
    **dict.fromkeys(SCALED, COMPARED),
    **dict.fromkeys(ONE_OF, ("=", "!=", "in", "answered")),
    ItemType.MULTIPLE: ("has", "has_any", "has_all", "count>=", "count<=", "answered"),
    ItemType.RANKING: ("answered",),
    ItemType.SPLIT: ("answered",),
    ItemType.NUMBER: ("=", "!=", "<=", "<", ">=", ">", "answered"),
    ItemType.DATE: ("=", "!=", "<=", "<", ">=", ">", "answered"),
    ItemType.TEXT: ("answered", "="),
    ItemType.FILE: ("answered",),
    ItemType.CONSENT: ("=", "answered"),
    ItemType.HIDDEN: ("=", "!=", "in", "answered"),
}
MANY = frozenset({"in", "has_any", "has_all"})
COUNTS = frozenset({"count>=", "count<="})


def askable(body: Mapping[str, Any], *, before: str) -> list[Part]:
    """Items a condition at ``before`` (item or section code) may read: those asked earlier that take an answer."""
    found: list[Part] = []
    for section in body["sections"]:
        if section["code"] == before:
            break
        stop = False
        for item in section["items"]:
            if item["code"] == before:
                stop = True
                break
            found.append(item)
        if stop:
            break
    return [item for item in found if kind_of(item) is not ItemType.NOTE]


def levels_of(item: Mapping[str, Any]) -> list[int]:
    low, high, step = item.get("scale") or (0, -1, 1)
    return list(range(low, high + 1, step))


def first_value(item: Mapping[str, Any], operator: str) -> Any:
    """A value to start from, so that the test is whole before the writer chooses another."""
    kind = kind_of(item)
    if operator == "answered":
        return None
    if operator in COUNTS:
        return 1
    if kind in SCALED:
        levels = levels_of(item)
        value: Any = levels[(len(levels) - 1) // 2] if operator in {"<=", "<"} else levels[0]
    elif item.get("choices"):
        value = item["choices"][0]["code"]
    elif kind is ItemType.NUMBER:
        value = 0
    elif kind is ItemType.CONSENT:
        value = True
    elif kind is ItemType.DATE:
        value = timezone.localdate().isoformat()
    else:
        value = ""
    return [value] if operator in MANY else value


def clause_on(item: Mapping[str, Any], operator: str = "") -> Tree:
    operators = OPERATORS[kind_of(item)]
    chosen = operator if operator in operators else "<=" if kind_of(item) in SCALED else operators[0]
    test: Tree = {"item": item["code"], "op": chosen}
    if chosen != "answered":
        test["value"] = first_value(item, chosen)
    return test


def as_group(tree: Tree | None) -> Tree:
    """The tree with a group on top, which is how it is shown."""
    if not tree:
        return {"every": []}
    return tree if "every" in tree or "some" in tree else {"every": [tree]}


def kept(tree: Tree | None) -> Tree | None:
    """The tree as a draft keeps it: empty groups go, a group of one stays, for the writer may add to it."""
    if not tree:
        return None
    if "no" in tree:
        inner = kept(tree["no"])
        return None if inner is None else {"no": inner}
    for joint in ("every", "some"):
        if joint in tree:
            parts = [part for part in (kept(one) for one in tree[joint]) if part]
            return {joint: parts} if parts else None
    return tree


def plain(tree: Tree | None) -> Tree | None:
    """The tree as it is published: groups of one, groups of none and double negations melt away."""
    if not tree:
        return None
    if "no" in tree:
        inner = plain(tree["no"])
        return None if inner is None else inner.get("no", {"no": inner})
    for joint in ("every", "some"):
        if joint in tree:
            parts = [part for part in (plain(one) for one in tree[joint]) if part]
            return None if not parts else parts[0] if len(parts) == 1 else {joint: parts}
    return tree


def rows_of_group(group: Tree) -> list[Tree]:
    rows: list[Tree] = group["every"] if "every" in group else group["some"]
    return rows


def bare(tree: Tree) -> Tree:
    inner: Tree = tree.get("no", tree)
    return inner


def node_at(tree: Tree, path: Sequence[int]) -> Tree:
    node = tree
    for place in path:
        inner = bare(node)
        if "item" in inner or place >= len(rows_of_group(inner)):
            refuse(_("This part of the condition is no longer there."))
        node = rows_of_group(inner)[place]
    return node


def group_at(tree: Tree, path: Sequence[int]) -> Tree:
    group = bare(node_at(tree, path))
    if "item" in group:
        refuse(_("This part of the condition is no longer there."))
    return group


def put_at(tree: Tree, path: Sequence[int], change: Callable[[Tree], Tree | None]) -> Tree:
    """Replace the node at a path; None takes it out."""
    if not path:
        return change(tree) or {"every": []}
    rows = rows_of_group(group_at(tree, path[:-1]))
    node_at(tree, path)
    changed = change(rows[path[-1]])
    rows[path[-1] : path[-1] + 1] = [] if changed is None else [changed]
    return tree


def clause_add(tree: Tree | None, path: Sequence[int], test: Tree) -> Tree:
    whole = copied(as_group(tree))
    rows_of_group(group_at(whole, path)).append(test)
    return whole


def group_add(tree: Tree | None, path: Sequence[int], test: Tree, joint: str = "some") -> Tree:
    whole = copied(as_group(tree))
    rows_of_group(group_at(whole, path)).append({joint: [test]})
    return whole


def node_drop(tree: Tree | None, path: Sequence[int]) -> Tree:
    return put_at(copied(as_group(tree)), path, lambda _node: None)


def node_turn(tree: Tree | None, path: Sequence[int]) -> Tree:
    """Turn a row round: not."""
    return put_at(copied(as_group(tree)), path, lambda node: node.get("no", {"no": node}))


def group_join(tree: Tree | None, path: Sequence[int], joint: str) -> Tree:
    """All of these, or any of them."""
    if joint not in {"every", "some"}:
        refuse(_("This part of the condition is no longer there."))

    def joined(node: Tree) -> Tree:
        group = {joint: rows_of_group(bare(node))}
        return {"no": group} if "no" in node else group

    return put_at(copied(as_group(tree)), path, joined)


def clause_set(tree: Tree | None, path: Sequence[int], test: Tree) -> Tree:
    return put_at(copied(as_group(tree)), path, lambda node: {"no": test} if "no" in node else test)


def condition_put(given: Body, place: str, tree: Tree | None, *, kind: str = "item", choice: str = "") -> Body:
    """Set the condition of a section, an item or one of its choices."""
    body = copied(given)
    part = section_named(body, place) if kind == "section" else item_named(body, place).item
    if choice:
        part = next((one for one in part.get("choices") or () if one["code"] == choice), part)
    tree = kept(tree)
    if tree is None:
        part.pop("visible_if", None)
    else:
        part["visible_if"] = tree
    return body


def condition_at(body: Body, place: str, *, kind: str = "item", choice: str = "") -> Tree | None:
    part = section_named(body, place) if kind == "section" else item_named(body, place).item
    if choice:
        part = next((one for one in part.get("choices") or () if one["code"] == choice), {})
    found: Tree | None = part.get("visible_if")
    return found


def item_of(body: Mapping[str, Any], code: str) -> Part | None:
    return next((item for item in items_in(body) if item["code"] == code), None)


def simplified(given: Body) -> Body:
    """The body with every condition in its plain form: what is published."""
    body = copied(given)
    for section in body["sections"]:
        for part in (section, *section["items"], *(c for item in section["items"] for c in item.get("choices") or ())):
            if part.get("visible_if"):
                condition = plain(part.pop("visible_if"))
                if condition is not None:
                    part["visible_if"] = condition
    return body

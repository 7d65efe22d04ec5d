"""Random forms with conditions and quotations everywhere, and what browsers might send for them."""

from __future__ import annotations

from random import Random
from typing import Any

from bihuan.instruments.walk import NA

CODES = ("1", "2", "10", "yes", "乙", "late bus", "other")
DAYS = ("2025-12-31", "2026-01-01", "2026-02-28", "2026-10-09")
NUMBERS = ("0", "3", " 7 ", "12", "4.5", "-2", "100", "8", "4.0", "-0", "007")
JUNK = ("x", " ", "\u3000", "9999999999999999", "2026-02-30", "0000-01-01", "1e3", "1.", "好", "\x00", "True")
TEXTS = ("late", " late ", "10", "晚点", "2026-01-01", "a\r\nb", "yes")
TYPES = (
    *("rating", "nps", "csat", "choice", "choice", "dropdown", "multiple", "multiple"),
    *("ranking", "split", "number", "number", "date", "text", "consent", "hidden", "file", "note"),
)
CHOOSING = {"choice", "dropdown", "multiple", "ranking", "split"}
SCALES = {"nps": (0, 10), "csat": (1, 5), "rating": (1, 7)}


def random_form(dice: Random) -> dict[str, Any]:
    """One form as plain data; conditions and quotations look back only."""
    before: list[dict[str, Any]] = []
    sections = []
    for number in range(dice.randint(1, 3)):
        section: dict[str, Any] = {"code": f"s{number}", "items": []}
        maybe_condition(dice, section, before, 0.5)
        for _place in range(dice.randint(1, 4)):
            item = random_item(dice, f"q{len(before)}", before)
            section["items"].append(item)
            before.append(item)
        sections.append(section)
    scale = {"code": "seven", "low": 1, "high": 7, "labels": {"1": "never", "7": "always"}}
    return {"languages": ["en"], "scales": [scale], "sections": sections}


def random_item(dice: Random, code: str, before: list[dict[str, Any]]) -> dict[str, Any]:
    kind = dice.choice(TYPES)
    item: dict[str, Any] = {"code": code, "type": kind, "is_required": dice.random() < 0.2}
    if kind == "rating":
        item["scale_code"] = "seven"
    if kind in CHOOSING:
        chosen = dice.sample(CODES, dice.randint(2, 5))
        item["choices"] = [{"code": one, "label": dice.choice(("", f"label of {one}"))} for one in chosen]
        for choice in item["choices"]:
            maybe_condition(dice, choice, before, 0.25)
        item["choices"][-1]["is_exclusive"] = dice.random() < 0.3
    if before and dice.random() < 0.2:
        item["label"] = "Because of ${%s}:" % dice.choice(before)["code"]  # noqa: UP031
    maybe_condition(dice, item, before, 0.5)
    return item


def maybe_condition(dice: Random, part: dict[str, Any], before: list[dict[str, Any]], share: float) -> None:
    if before and dice.random() < share:
        part["visible_if"] = random_condition(dice, before, 2)


def random_condition(dice: Random, before: list[dict[str, Any]], depth: int) -> dict[str, Any]:
    sign = dice.choice(("test", "test", "every", "some", "no")) if depth else "test"
    if sign in {"every", "some"}:
        return {sign: [random_condition(dice, before, depth - 1) for _part in range(dice.randint(1, 3))]}
    if sign == "no":
        return {"no": random_condition(dice, before, depth - 1)}
    item = dice.choice(before)
    sign = dice.choice(("=", "=", "!=", "<", "<=", ">", ">=", "in", "has", "has_any", "has_all", "answered"))
    if dice.random() < 0.1:
        return {"item": item["code"], "op": dice.choice(("count>=", "count<=")), "value": dice.randint(0, 4)}
    if sign in {"in", "has_any", "has_all"}:
        return {"item": item["code"], "op": sign, "value": [value_of(dice, item) for _one in range(dice.randint(1, 3))]}
    return {"item": item["code"], "op": sign, "value": value_of(dice, item)}


def value_of(dice: Random, item: dict[str, Any]) -> Any:
    """Mostly something the item can take, in its own kind or as a text; now and then something else."""
    if dice.random() < 0.1:
        return dice.choice((None, True, False, 3, 4.5, "10", "2026-01-01", [], ["1", "yes"], "乙"))
    kind = item["type"]
    if kind in CHOOSING:
        code = dice.choice(item["choices"])["code"]
        return int(code) if code.isdigit() and dice.random() < 0.3 else code
    if kind in SCALES:
        level = dice.randint(*SCALES[kind])
        return dice.choice((level, level, str(level), float(level)))
    if kind == "number":
        return dice.choice((0, 3, 7, 4.5, -2, "12", "4.5"))
    return dice.choice({"date": DAYS, "consent": (True, False)}.get(kind, TEXTS))


def random_given(dice: Random, form: dict[str, Any]) -> dict[str, Any]:
    """What the fields of a page may hold, sense and nonsense."""
    items = [item for section in form["sections"] for item in section["items"]]
    return {item["code"]: sent(dice, item) for item in items if dice.random() < 0.85}


def sent(dice: Random, item: dict[str, Any]) -> Any:
    luck = dice.random()
    if luck < 0.05:
        return NA
    if luck < 0.12:
        return dice.choice(JUNK)
    kind = item["type"]
    codes = [choice["code"] for choice in item.get("choices", ())]
    if codes:
        return taken(dice, kind, codes)
    if kind in SCALES:
        return str(dice.randint(*SCALES[kind]))
    known = {"number": NUMBERS, "date": DAYS, "consent": ("1", "0", "on"), "file": (["a-1"], ["a-1", "b"])}
    return dice.choice(known.get(kind, TEXTS))


def taken(dice: Random, kind: str, codes: list[str]) -> Any:
    if kind == "multiple":
        return dice.sample(codes, dice.randint(0, len(codes)))
    if kind == "ranking":
        ranks = list(range(1, len(codes) + 1))
        dice.shuffle(ranks)
        return {code: str(rank) for code, rank in zip(codes, ranks, strict=True) if dice.random() < 0.9 or rank < 3}
    if kind == "split":
        return {code: dice.choice(("0", "25", "50", "", "100")) for code in codes}
    return dice.choice(codes)

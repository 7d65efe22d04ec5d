"""Forms of every shape: all kinds of items, all fields, texts and codes that nobody would type but somebody might."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from bihuan.instruments.definition import PIPE, SCALED, WITH_CHOICES, Definition, ItemType, read_definition

SIGNS = st.characters(exclude_categories=("Cs",))
ODD = st.sampled_from(
    ["=1+1", "@x", "_x000D_", "_x005F_x0041_", "_x005F\x01", "a\nb", " 两边 ", "\u2028", "\x01\x0b", "\ufffe\uffff",
     "'", "\"'", "${a b}", "‘“”’", "yes", "no", "0", "a;b", "x(1)", "-", "😀", "\t", "\r\n", "中文（全角）"]
)  # fmt: skip
TEXTS = st.one_of(st.just(""), st.text(SIGNS, max_size=12), ODD)
PLAIN = TEXTS.filter(lambda text: not PIPE.search(text))
CODES = st.one_of(
    st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_.\-]{0,8}", fullmatch=True),
    st.text(SIGNS, min_size=1, max_size=10),
    st.sampled_from(["准点", "1", "a", "A", "meta", "form_intro", "q 1", "a/b", "-", ".", "q_1"]),
)
FLOATS = st.one_of(
    st.integers(-1000, 1000).map(float),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0.5, -0.0, 1e20]),
)
SIDES = ["expectation", "perception", "importance", "performance", "minimum", "functional", "dysfunctional"]
INTEGERS = st.integers(-(10**9), 10**9)
LANGUAGES = st.lists(
    st.one_of(st.sampled_from(["zh-hans", "en", "zh", "zh-hant", "fr", "ug", "en-gb"]), st.text(SIGNS, max_size=6)),
    min_size=1, max_size=4, unique=True,
)  # fmt: skip
SCALES = st.tuples(st.integers(-20, 20), st.integers(1, 12), st.integers(1, 5)).map(
    lambda one: (one[0], one[0] + one[1] * one[2], one[2])
)


@st.composite
def pieces(draw: st.DrawFn, earlier: list[dict[str, Any]]) -> str:
    """A text that may quote earlier answers."""
    quotable = [item["code"] for item in earlier if PIPE.fullmatch(f"${{{item['code']}}}")]
    text = draw(PLAIN)
    if quotable and draw(st.booleans()):
        text += f"${{{draw(st.sampled_from(quotable))}}}" + draw(PLAIN.filter(lambda one: "{" not in one))
    return text


def values(item: dict[str, Any]) -> st.SearchStrategy[Any]:
    codes = [choice["code"] for choice in item.get("choices", [])]
    own: list[st.SearchStrategy[Any]] = [st.sampled_from(codes)] if codes else []
    return st.one_of(*own, INTEGERS, FLOATS, st.booleans(), PLAIN, st.just("2026-11-26"), st.integers(0, 12))


@st.composite
def tests(draw: st.DrawFn, earlier: list[dict[str, Any]]) -> dict[str, Any]:
    item = draw(st.sampled_from(earlier))
    operator = draw(st.sampled_from(
        ["=", "!=", "<", "<=", ">", ">=", "in", "has", "has_any", "has_all", "count>=", "count<=", "answered"]
    ))  # fmt: skip
    found: dict[str, Any] = {"item": item["code"], "op": operator}
    if operator in {"in", "has_any", "has_all"}:
        found["value"] = draw(st.lists(values(item), max_size=3))
    elif operator != "answered":
        found["value"] = draw(values(item))
    return found


def conditions(earlier: list[dict[str, Any]]) -> st.SearchStrategy[Any]:
    if not earlier:
        return st.none()
    tree = st.recursive(
        tests(earlier),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"every": parts}),
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"some": parts}),
            inner.map(lambda part: {"no": part}),
        ),
        max_leaves=5,
    )
    return st.one_of(st.none(), tree)


@st.composite
def items(draw: st.DrawFn, earlier: list[dict[str, Any]], scales: list[dict[str, Any]]) -> dict[str, Any]:
    taken = {item["code"] for item in earlier}
    kind = draw(st.sampled_from(list(ItemType)))
    item: dict[str, Any] = {
        "code": draw(CODES.filter(lambda code: code not in taken)),
        "type": kind.value,
        "label": draw(pieces(earlier)),
        "help": draw(pieces(earlier)),
        "visible_if": draw(conditions(earlier)),
    }
    if scales and draw(st.booleans()):
        item["scale_code"] = draw(st.sampled_from(scales))["code"]
    elif kind in SCALED or draw(st.integers(0, 9)) == 0:
        item["scale"] = draw(SCALES)
    if kind in WITH_CHOICES or draw(st.integers(0, 9)) == 0:
        codes = draw(st.lists(CODES, min_size=1, max_size=4, unique=True))
        item["choices"] = [
            {
                "code": code,
                "label": draw(pieces(earlier)),
                "is_exclusive": draw(st.booleans()),
                "visible_if": draw(conditions(earlier)),
            }
            for code in codes
        ]
    for flag in (
        "is_required",
        "allows_na",
        "is_reversed",
        "is_critical",
        "is_common",
        "is_long",
        "is_personal",
        "is_shuffled",
    ):
        if draw(st.integers(0, 3)) == 0:
            item[flag] = draw(st.booleans())
    limits = sorted(draw(st.lists(FLOATS, max_size=2)))
    item |= dict(
        zip(
            draw(st.permutations(["lowest", "highest"])) if len(limits) == 1 else ["lowest", "highest"],
            limits,
            strict=False,
        )
    )
    further: dict[str, st.SearchStrategy[Any]] = {
        "total": st.integers(1, 1000),
        "files": st.sampled_from(["photo", "any"]),
        "permits": st.sampled_from(["", "quote", "contact"]),
        "expected": INTEGERS,
        "weight": FLOATS.map(abs),
        "top": INTEGERS,
        "dimension": TEXTS,
        "quality": st.sampled_from(["", "technical", "functional", "image"]),
        "side": st.sampled_from(SIDES),
        "pair": TEXTS,
        "clause": TEXTS,
        "touchpoint": TEXTS,
    }  # fmt: skip
    for name in draw(st.lists(st.sampled_from(sorted(further)), max_size=4, unique=True)):
        item[name] = draw(further[name])
    return item


@st.composite
def scale_bodies(draw: st.DrawFn) -> list[dict[str, Any]]:
    found = []
    for code in draw(st.lists(CODES, max_size=3, unique=True)):
        low, high, step = draw(st.one_of(SCALES, st.just((0, 100, 1))))
        labels = draw(st.dictionaries(st.one_of(st.integers(low, high), INTEGERS), TEXTS, max_size=4))
        found.append(
            {
                "code": code,
                "title": draw(TEXTS),
                "low": low,
                "high": high,
                "step": step,
                "labels": labels,
                "na_label": draw(TEXTS),
            }
        )
    return found


@st.composite
def forms(draw: st.DrawFn) -> Definition:
    scales = draw(scale_bodies())
    languages = draw(LANGUAGES)
    sections: list[dict[str, Any]] = []
    asked: list[dict[str, Any]] = []
    for code in draw(st.lists(CODES, min_size=1, max_size=3, unique=True)):
        section: dict[str, Any] = {
            "code": code,
            "title": draw(pieces(asked)),
            "intro": draw(pieces(asked)),
            "layout": draw(st.sampled_from(["list", "battery"])),
            "is_shuffled": draw(st.booleans()),
            "visible_if": draw(conditions(asked)),
            "items": [],
        }
        for _number in range(draw(st.integers(0 if asked else 1, 3))):
            section["items"].append(draw(items(asked, scales)))
            asked.append(section["items"][-1])
        sections.append(section)
    body: dict[str, Any] = {
        "title": draw(TEXTS),
        "intro": draw(TEXTS),
        "thanks": draw(TEXTS),
        "languages": languages,
        "scales": scales,
        "paging": draw(st.sampled_from(["single", "sections"])),
        "sections": sections,
        "scorecard": draw(st.one_of(st.none(), st.dictionaries(PLAIN, INTEGERS, max_size=2))),
    }
    keys = sorted({key for key, _text in read_definition(body).texts()} | {"item.gone.label"})
    body["translations"] = {
        language: draw(st.dictionaries(st.sampled_from(keys), PLAIN, max_size=6))
        for language in draw(st.lists(st.sampled_from([*languages, "xx"]), max_size=3, unique=True))
    }
    return read_definition(body)

"""Items: added, changed, moved, copied, deleted; their choices."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from bihuan.instruments.definition import PIPE, SCALED, WITH_CHOICES, Item, ItemType
from bihuan.instruments.editing.parts import (
    NOTHING,
    Body,
    Part,
    Taken,
    Words,
    conditions_in,
    copied,
    copy_words,
    drop_words,
    fresh,
    item_codes,
    item_named,
    items_in,
    kind_of,
    languages_of,
    name_of,
    named,
    own_texts,
    put_words,
    quoters_of,
    readers_of,
    refuse,
    rename_words,
    section_named,
    tests_of,
)

# What a plain change may set; code, type, choices, scale and condition have acts of their own.
ITEM_FIELDS = frozenset(Item.model_fields) - {"code", "type", "choices", "scale", "scale_code", "visible_if"}
# Properties that mean something for some kinds only; a change of kind leaves the others behind.
KINDS_WITH: dict[str, frozenset[ItemType]] = {
    "is_reversed": frozenset({ItemType.RATING}),
    "top": SCALED,
    "expected": frozenset({ItemType.RATING}),
    "is_long": frozenset({ItemType.TEXT}),
    "is_shuffled": frozenset(WITH_CHOICES),
    "total": frozenset({ItemType.SPLIT}),
    "files": frozenset({ItemType.FILE}),
    "permits": frozenset({ItemType.CONSENT}),
    "lowest": frozenset({ItemType.MULTIPLE, ItemType.RANKING, ItemType.NUMBER, ItemType.TEXT, ItemType.FILE}),
    "highest": frozenset({ItemType.MULTIPLE, ItemType.RANKING, ItemType.NUMBER, ItemType.TEXT, ItemType.FILE}),
}
CHOICE_WORDS: Words = {"zh-hans": "选项 {n}", "en": "Choice {n}"}
START_CHOICES = 3


def words_numbered(words: Words, number: int) -> dict[str, str]:
    return {language: text.format(n=number) for language, text in words.items()}


def item_add(
    given: Body,
    kind: ItemType,
    *,
    section: str,
    after: str = "",
    values: Mapping[str, Any] | None = None,
    words: Mapping[str, Words] | None = None,
    code: str = "",
    taken: Taken = NOTHING,
) -> tuple[Body, str]:
    """A new item behind ``after`` (or at the end of the section); returns its code too.

    ``words`` are its texts by language; ``code`` is a wish, granted where the code is free.
    """
    body = copied(given)
    home = section_named(body, section)
    used = item_codes(body) | taken.items
    code = fresh(code, used, plain=True) if code else fresh("q", used)
    item: Part = {"code": code, "type": kind.value, **(values or {})}
    for name, text in (words or {}).items():
        item[name] = put_words(body, f"item.{code}.{name}", text)
    if kind in WITH_CHOICES and "choices" not in item:
        item["choices"] = [
            {
                "code": f"c{number}",
                "label": put_words(body, f"choice.{code}.c{number}", words_numbered(CHOICE_WORDS, number)),
            }
            for number in range(1, START_CHOICES + 1)
        ]
    if kind in SCALED and "scale_code" not in item and "scale" not in item:
        item["scale"] = [0, 10, 1] if kind is ItemType.NPS else [1, 7, 1] if kind is ItemType.CES else [1, 5, 1]
    places = [one["code"] for one in home["items"]]
    home["items"].insert(places.index(after) + 1 if after in places else len(places), item)
    return body, code


def item_change(given: Body, code: str, values: Mapping[str, Any]) -> Body:
    body = copied(given)
    item = item_named(body, code).item
    for name, value in values.items():
        if name not in ITEM_FIELDS:
            continue
        if value is None or value == "":
            item.pop(name, None)
        else:
            item[name] = value
    return body


def item_retype(given: Body, code: str, kind: ItemType) -> Body:
    """Another kind of question under the same code; what the new kind cannot carry is left behind."""
    body = copied(given)
    item = item_named(body, code).item
    readers = readers_of(body, code)
    if readers and {kind_of(item), kind} - (WITH_CHOICES - {ItemType.RANKING, ItemType.SPLIT}):
        refuse(
            _("The condition of %(readers)s reads the answer to this item; change it before the kind.")
            % {"readers": named(readers)},
            place="type",
        )
    item["type"] = kind.value
    for name, kinds in KINDS_WITH.items():
        if kind not in kinds:
            item.pop(name, None)
    if kind not in WITH_CHOICES:
        item.pop("choices", None)
        drop_words(body, [f"choice.{code}."])
    elif not item.get("choices"):
        item["choices"] = [
            {
                "code": f"c{number}",
                "label": put_words(body, f"choice.{code}.c{number}", words_numbered(CHOICE_WORDS, number)),
            }
            for number in range(1, START_CHOICES + 1)
        ]
    if kind not in SCALED:
        for name in ("scale", "scale_code", "side", "pair"):
            item.pop(name, None)
    elif not item.get("scale"):
        item["scale"] = [0, 10, 1] if kind is ItemType.NPS else [1, 7, 1] if kind is ItemType.CES else [1, 5, 1]
    if kind is ItemType.NPS:
        item["scale"] = [0, 10, 1]
        if item.get("scale_code") and ends_of(body, item["scale_code"]) != [0, 10, 1]:
            item.pop("scale_code")
    if kind in {ItemType.NOTE, ItemType.HIDDEN}:
        item.pop("is_required", None)
    return body


def ends_of(body: Body, code: str) -> list[int] | None:
    return next(
        ([one["low"], one["high"], one.get("step", 1)] for one in body.get("scales") or () if one["code"] == code), None
    )


def item_recode(given: Body, code: str, new: str, *, taken: Taken = NOTHING) -> Body:
    """A speaking code instead of a number, as long as nothing was published under it."""
    body = copied(given)
    item = item_named(body, code).item
    new = new.strip()
    if new == code:
        return body
    if not new or any(character.isspace() or character in "{}$" for character in new):
        refuse(_("A code is one word."), place="code")
    if code in taken.items:
        refuse(
            _("This item was published under its code and keeps it for life; answers are joined by it."), place="code"
        )
    if new in item_codes(body) | taken.items:
        refuse(_("The code “%(code)s” is taken, now or in an earlier version.") % {"code": new}, place="code")
    for condition, _part in conditions_in(body):
        for test in tests_of(condition):
            if test["item"] == code:
                test["item"] = new
    quoted = "${" + code + "}"
    for _key, part, name in own_texts(body):
        if quoted in (part.get(name) or ""):
            part[name] = part[name].replace(quoted, "${" + new + "}")
    for texts in (body.get("translations") or {}).values():
        for key, text in texts.items():
            texts[key] = text.replace(quoted, "${" + new + "}")
    for prefix in ("item", "choice"):
        rename_words(body, f"{prefix}.{code}", f"{prefix}.{new}")
    item["code"] = new
    return body


def item_move(given: Body, code: str, *, section: str, index: int) -> Body:
    """Put an item at ``index`` of a section, counted without the item itself."""
    body = copied(given)
    found = item_named(body, code)
    home = section_named(body, section)
    found.section["items"].remove(found.item)
    home["items"].insert(max(0, min(index, len(home["items"]))), found.item)
    return body


def item_nudge(given: Body, code: str, steps: int) -> Body:
    """One place up or down, over the border into the neighbouring section."""
    body = copied(given)
    found = item_named(body, code)
    sections = body["sections"]
    at = next(place for place, section in enumerate(sections) if section is found.section)
    index = found.index + steps
    if 0 <= index < len(found.section["items"]):
        return item_move(body, code, section=found.section["code"], index=index)
    if not 0 <= at + steps < len(sections):
        return body
    neighbour = sections[at + steps]
    return item_move(body, code, section=neighbour["code"], index=len(neighbour["items"]) if steps < 0 else 0)


def item_copied(body: Body, item: Part, used: Collection[str]) -> Part:
    new = fresh("q", used)
    for prefix in ("item", "choice"):
        copy_words(body, f"{prefix}.{item['code']}", f"{prefix}.{new}")
    return {**copied(item), "code": new}


def item_duplicate(given: Body, code: str, *, taken: Taken = NOTHING) -> tuple[Body, str]:
    body = copied(given)
    found = item_named(body, code)
    item = item_copied(body, found.item, item_codes(body) | taken.items)
    item.pop("pair", None)
    found.section["items"].insert(found.index + 1, item)
    return body, item["code"]


def item_renew(given: Body, code: str, *, taken: Taken = NOTHING) -> tuple[Body, str]:
    """The same question under a new code: what to do where a change would make old and new answers incomparable."""
    body = copied(given)
    new = fresh("q", item_codes(body) | taken.items)
    return item_recode(body, code, new), new


def item_delete(given: Body, code: str) -> Body:
    body = copied(given)
    found = item_named(body, code)
    found.section["items"].remove(found.item)
    readers = [*readers_of(body, code), *quoters_of(body, code)]
    if readers:
        refuse(
            _("“%(item)s” is needed by %(readers)s; change that first.")
            % {"item": name_of(found.item), "readers": named(readers)}
        )
    drop_words(body, [f"item.{code}.", f"choice.{code}."])
    return body


def choices_set(given: Body, code: str, rows: Iterable[Mapping[str, Any]], *, taken: Taken = NOTHING) -> Body:
    """The choices as they shall stand. A row with a known code keeps it; one without gets a code never used before."""
    body = copied(given)
    item = item_named(body, code).item
    before = {choice["code"]: choice for choice in item.get("choices") or ()}
    used = set(before) | taken.choices.get(code, frozenset())
    choices: list[Part] = []
    for row in rows:
        known = before.get(row.get("code") or "")
        if known is None:
            new = fresh("c", used)
            used.add(new)
            known = {"code": new}
        label = str(row.get("label") or "").strip()
        choices.append({**known, "label": label, "is_exclusive": bool(row.get("is_exclusive"))})
    if not choices:
        refuse(_("A question to choose from keeps at least one choice."), place="choices")
    for gone in set(before) - {choice["code"] for choice in choices}:
        readers = readers_of(body, code, value=gone)
        if readers:
            refuse(
                _("The choice “%(choice)s” is needed by the condition of %(readers)s; change that first.")
                % {"choice": before[gone].get("label") or gone, "readers": named(readers)},
                place="choices",
            )
        drop_words(body, [f"choice.{code}.{gone}"])
    item["choices"] = choices
    return body


def choice_move(given: Body, code: str, choice: str, steps: int) -> Body:
    body = copied(given)
    choices = item_named(body, code).item.get("choices") or []
    at = next((place for place, one in enumerate(choices) if one["code"] == choice), None)
    if at is None:
        refuse(_("This choice is no longer there."))
    moved = choices.pop(at)
    choices.insert(max(0, min(at + steps, len(choices))), moved)
    return body


def scale_numbers(given: Body, code: str, low: int, high: int, step: int = 1) -> Body:
    """A scale of bare numbers for one item."""
    body = copied(given)
    item = item_named(body, code).item
    if kind_of(item) is ItemType.NPS and (low, high, step) != (0, 10, 1):
        refuse(_("NPS is asked from 0 to 10; another scale makes another figure."), place="scale")
    if high <= low or step < 1 or (high - low) % step or (high - low) // step > 20:
        refuse(
            _("From %(low)s to %(high)s by %(step)s is no scale of 2 to 21 levels.")
            % {"low": low, "high": high, "step": step},
            place="scale",
        )
    item.pop("scale_code", None)
    item["scale"] = [low, high, step]
    return body


def scale_use(given: Body, codes: Iterable[str], entry: Mapping[str, Any]) -> Body:
    """Give items a scale of the library (see `ScaleEntry`), its words copied into the form."""
    body = copied(given)
    code = scale_put(body, entry)
    for one in codes:
        item = item_named(body, one).item
        if kind_of(item) not in SCALED:
            refuse(_("Only rated items have a scale."), place="scale")
        if kind_of(item) is ItemType.NPS and [entry["low"], entry["high"], entry["step"]] != [0, 10, 1]:
            refuse(_("NPS is asked from 0 to 10; another scale makes another figure."), place="scale")
        item["scale_code"] = code
        item["scale"] = [entry["low"], entry["high"], entry["step"]]
    return body


def scale_share(given: Body, code: str, scale: str) -> Body:
    """Give an item a scale that the form has already."""
    body = copied(given)
    ends = ends_of(body, scale)
    item = item_named(body, code).item
    if ends is None or kind_of(item) not in SCALED:
        refuse(_("The form has no such scale."), place="scale")
    if kind_of(item) is ItemType.NPS and ends != [0, 10, 1]:
        refuse(_("NPS is asked from 0 to 10; another scale makes another figure."), place="scale")
    item["scale_code"], item["scale"] = scale, ends
    return body


def scale_renew(given: Body, entry: Mapping[str, Any]) -> Body:
    """The words the library has now, for a scale of the form."""
    body = copied(given)
    if ends_of(body, entry["code"]) != [entry["low"], entry["high"], entry["step"]]:
        refuse(_("The form has no such scale."), place="scale")
    scale_put(body, entry)
    return body


def scale_put(body: Body, entry: Mapping[str, Any]) -> str:
    """Bring a library scale into the body, or its present words where it is there; returns its code in the form."""
    scales = body.setdefault("scales", [])
    ends = [entry["low"], entry["high"], entry["step"]]
    code = entry["code"]
    known = next((one for one in scales if one["code"] == code), None)
    if known is not None and [known["low"], known["high"], known.get("step", 1)] != ends:
        code = fresh(code, {one["code"] for one in scales}, plain=True)
        known = None
    scale: Part = {"code": code, "low": ends[0], "high": ends[1], "step": ends[2]}
    words = entry["words"]
    drop_words(body, [f"scale.{code}."])
    scale["title"] = first_words(body, words, "title")
    scale["na_label"] = put_words(
        body, f"scale.{code}.na", {language: each.get("na", "") for language, each in words.items()}
    )
    levels = sorted({int(level) for each in words.values() for level in each.get("labels") or {}})
    scale["labels"] = {
        str(level): put_words(
            body,
            f"scale.{code}.{level}",
            {language: (each.get("labels") or {}).get(str(level), "") for language, each in words.items()},
        )
        for level in levels
    }
    if known is None:
        scales.append(scale)
    else:
        scales[scales.index(known)] = scale
    return str(code)


def first_words(body: Body, words: Mapping[str, Mapping[str, Any]], name: str) -> str:
    first = languages_of(body)[0]
    return str((words.get(first) or next(iter(words.values()), {})).get(name) or "")


def usual_scale(body: Body, kind: ItemType) -> str:
    """The scale most items of this kind have in the form already; "" for none."""
    codes = [item["scale_code"] for item in items_in(body) if kind_of(item) is kind and item.get("scale_code")]
    return str(max(codes, key=codes.count)) if codes else ""


def quoted_codes(text: str) -> list[str]:
    return PIPE.findall(text)

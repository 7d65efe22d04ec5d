"""Languages of a form: added, taken away, put first; single texts translated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bihuan.instruments.definition import Definition
from bihuan.instruments.editing.parts import Body, copied, languages_of, lenient, own_texts, refuse


@dataclass(frozen=True)
class TextRow:
    """One text beside its translation."""

    key: str
    own: str
    translated: str

    @property
    def is_missing(self) -> bool:
        return not self.translated


def rows_of(definition: Definition, language: str) -> Iterator[TextRow]:
    texts = definition.translations.get(language, {})
    for key, own in definition.texts():
        if own:
            yield TextRow(key, own, texts.get(key, ""))


def missing_count(definition: Definition, language: str) -> int:
    return sum(row.is_missing for row in rows_of(definition, language))


def language_add(given: Body, language: str) -> Body:
    body = copied(given)
    if language not in languages_of(body):
        body["languages"] = [*languages_of(body), language]
    return body


def language_remove(given: Body, language: str) -> Body:
    body = copied(given)
    if language == languages_of(body)[0]:
        refuse(_("The first language stays: the others are translated from it."))
    body["languages"] = [one for one in languages_of(body) if one != language]
    (body.get("translations") or {}).pop(language, None)
    return body


def language_first(given: Body, language: str) -> Body:
    """Let the form be written in another of its languages; every text must be there in it."""
    body = copied(given)
    old, *_others = languages_of(body)
    if language == old:
        return body
    definition = lenient(body)
    missing = missing_count(definition, language)
    if language not in definition.languages or missing:
        refuse(_("Translate the remaining %(count)s texts first.") % {"count": missing})
    swapped = {key: (own, definition.translations[language][key]) for key, own in definition.texts() if own}
    for name in ("title", "intro", "thanks"):
        if name in swapped:
            body[name] = swapped[name][1]
    for key, part, name in own_texts(body):
        if key in swapped:
            part[name] = swapped[key][1]
    for scale in body.get("scales") or ():
        code = scale["code"]
        scale["labels"] = {
            level: swapped.get(f"scale.{code}.{level}", ("", text))[1]
            for level, text in (scale.get("labels") or {}).items()
        }
        if f"scale.{code}.na" in swapped:
            scale["na_label"] = swapped[f"scale.{code}.na"][1]
    body["languages"] = [language, *(one for one in languages_of(body) if one != language)]
    translations = body.setdefault("translations", {})
    translations.pop(language, None)
    translations[old] = {key: own for key, (own, _new) in swapped.items()}
    return body


def translate(given: Body, language: str, key: str, text: str) -> Body:
    body = copied(given)
    if language not in languages_of(body)[1:]:
        refuse(_("The form does not have this language."))
    texts = body.setdefault("translations", {}).setdefault(language, {})
    if text.strip():
        texts[key] = text.strip()
    else:
        texts.pop(key, None)
    return body

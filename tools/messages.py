"""Message catalogues, one an app: update APP… | check | compile. English is the message id, Chinese the translation."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "bihuan"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "system_actor": None,
    "_t": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def catalogue_path(app: Path) -> Path:
    return app / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def apps() -> list[Path]:
    return sorted(path for path in SOURCE.iterdir() if path.is_dir() and (path / "__init__.py").exists())


def template_as_python(text: str) -> str:
    from django.utils.translation.template import templatize

    # Indentation means nothing in a template and everything to a tokeniser.
    return "\n".join(line.lstrip() for line in str(templatize(text)).split("\n"))


def messages_of(app: Path) -> Iterator[tuple[str | tuple[str, ...], str | None, str]]:
    """Every message of an app's code and templates: id (or ids), context, where."""
    for path in sorted([*app.rglob("*.py"), *app.rglob("*.html"), *app.rglob("*.txt")]):
        if "migrations" in path.parts or "static" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            if "{%" not in text:
                continue
            text = template_as_python(text)
        stream = io.BytesIO(text.encode())
        for line, function, found, _comments in extract_python(stream, list(KEYWORDS), [], {"encoding": "utf-8"}):
            parts = [part for part in (found if isinstance(found, tuple | list) else [found]) if isinstance(part, str)]
            if not parts:
                continue
            context = parts.pop(0) if function in {"pgettext", "pgettext_lazy", "npgettext"} else None
            ids: str | tuple[str, ...] = (
                (parts[0], parts[1])
                if function.startswith(("n", "np")) and len(parts) > 1 and function not in {"gettext_noop"}
                else parts[0]
            )
            yield ids, context, f"{path.relative_to(ROOT)}:{line}"


def load(app: Path) -> Catalog:
    path = catalogue_path(app)
    if path.exists():
        with path.open("rb") as stream:
            return read_po(stream, locale="zh_Hans")
    return Catalog(locale="zh_Hans", project="Bihuan", charset="utf-8")


def save(app: Path, catalogue: Catalog) -> None:
    path = catalogue_path(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=120, no_location=True, sort_output=True, omit_header=True)
    path.write_bytes(HEADER + buffer.getvalue())


HEADER = b"""msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


def update(app: Path) -> None:
    """Add new messages with an empty translation, drop those no longer used, keep the rest."""
    known = load(app)
    fresh = Catalog(locale="zh_Hans", charset="utf-8")
    missing = 0
    for ids, context, _where in messages_of(app):
        key = ids if isinstance(ids, str) else ids[0]
        old = known.get(key, context)
        translation = old.string if old is not None else None
        if isinstance(ids, tuple) and isinstance(translation, str):
            translation = (translation,)
        fresh.add(ids, translation or ("" if isinstance(ids, str) else ("",)), context=context)
        if not translation or not any(translation):
            missing += 1
    save(app, fresh)
    print(f"{app.name}: {len(fresh)} messages, {missing} without a translation")  # noqa: T201


def lacking() -> list[str]:
    """Messages of the code that no catalogue of any app translates."""
    known: set[tuple[str, str | None]] = set()
    for app in apps():
        for message in load(app):
            key = message.id if isinstance(message.id, str) else message.id[0]
            text = message.string if isinstance(message.string, str) else (message.string or ("",))[0]
            if key and text and not message.fuzzy:
                known.add((key, message.context))
    found = []
    for app in apps():
        for ids, context, where in messages_of(app):
            key = ids if isinstance(ids, str) else ids[0]
            if key and (key, context) not in known:
                found.append(f"{where}: {key!r}")
    return sorted(set(found))


HALF_WIDTH = re.compile("[\u4e00-\u9fff][,;:?!]|[,;?!][\u4e00-\u9fff]")


def half_width() -> list[str]:
    """Translations with Western punctuation beside a Chinese character."""
    found = []
    for app in apps():
        for message in load(app):
            texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
            found += [
                f"{app.name}: {text!r}: Chinese takes full-width marks" for text in texts if HALF_WIDTH.search(text)
            ]
    return found


def two_ways() -> list[str]:
    """Messages that two apps translate differently: whichever app comes first would speak for both."""
    said: dict[tuple[str, str | None], dict[str, str]] = {}
    for app in apps():
        for message in load(app):
            key = message.id if isinstance(message.id, str) else message.id[0]
            text = message.string if isinstance(message.string, str) else (message.string or ("",))[0]
            if key and text:
                said.setdefault((key, message.context), {}).setdefault(text, app.name)
    return [
        f"{key!r} ({context or 'no context'}): " + ", ".join(f"{app} says {text}" for text, app in texts.items())
        for (key, context), texts in sorted(said.items(), key=str)
        if len(texts) > 1
    ]


def compile_all() -> None:
    for app in apps():
        path = catalogue_path(app)
        if not path.exists():
            continue
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime > path.stat().st_mtime:
            continue
        with target.open("wb") as stream:
            write_mo(stream, load(app))


def main(arguments: list[str]) -> int:
    match arguments:
        case ["update", *names]:
            for app in apps():
                if not names or app.name in names:
                    update(app)
        case ["check"]:
            problems = [*lacking(), *half_width(), *two_ways()]
            for line in problems:
                print(line)  # noqa: T201
            print(f"{len(problems)} messages lack one Chinese translation or its punctuation")  # noqa: T201
            return 1 if problems else 0
        case ["compile"]:
            compile_all()
        case _:
            print(__doc__)  # noqa: T201
            return 2
    return 0


if __name__ == "__main__":
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    raise SystemExit(main(sys.argv[1:]))

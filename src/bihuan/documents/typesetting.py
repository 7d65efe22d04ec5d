"""PDF: typst templates of the apps, filled from data, set in fonts that come with the product."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst
from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.errors import DomainError

FONTS = Path(__file__).resolve().parent / "fonts"
FAMILY = "Noto Sans SC"


class FontsMissingError(DomainError):
    """Without a Chinese font the typesetter prints empty boxes and reports nothing."""

    status = 503
    code = "fonts_missing"
    default = _(
        "PDF files cannot be made: the Chinese fonts of the installation are missing. Build them with tools/assets.py, "
        "or put Noto Sans SC (regular and bold) into the folder “fonts” beside the database."
    )


@lru_cache(maxsize=4)
def fonts_in(*folders: str) -> typst.Fonts:
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders))
    if FAMILY not in found.families():
        raise FontsMissingError
    return found


def fonts() -> typst.Fonts:
    """Our fonts and the house's own (licensed ones for official papers) from ``fonts`` beside the database."""
    return fonts_in(*(str(folder) for folder in (FONTS, Path(settings.HOME) / "fonts") if folder.is_dir()))


def template_path(name: str) -> Path:
    """The file of "app/name": ``name.typ`` in the folder ``typst`` of that app."""
    app, _slash, stem = name.partition("/")
    return Path(apps.get_app_config(app).path) / "typst" / f"{stem}.typ"


def pdf_render(template_name: str, data: Mapping[str, Any], *, is_tagged: bool = True) -> bytes:
    """Set the template "app/name" with ``data`` (plain JSON values) and return the PDF.

    Data reaches the template as a value and never becomes part of its text, so nothing in it is run.
    Tags tell a screen reader the structure; what is only printed is smaller and faster without them.
    """
    return _compiled(template_name, data, "pdf", pdf_tags=is_tagged)[0]


def picture_render(template_name: str, data: Mapping[str, Any], *, dots: int = 96) -> list[bytes]:
    """The same as PNG pictures, one a page: for previews. ``dots`` are pixels an inch."""
    return _compiled(template_name, data, "png", ppi=dots)


def set_value(template_name: str, data: Mapping[str, Any], label: str) -> Any:
    """What the set template says of itself under a label, such as how many pages it has."""
    found = typst.query(template_path(template_name), f"<{label}>", field="value", one=True, **_setting(data))
    return json.loads(found)


def _setting(data: Mapping[str, Any]) -> dict[str, Any]:
    """A template reads files of the product only, and no font of the machine."""
    text = json.dumps(data, ensure_ascii=False)
    return {"root": settings.PACKAGE, "font_paths": fonts(), "sys_inputs": {"data": text}}


def _compiled(template_name: str, data: Mapping[str, Any], form: Any, **options: Any) -> list[bytes]:
    made = typst.compile(template_path(template_name), format=form, **_setting(data), **options)
    pages: list[bytes] = made if isinstance(made, list) else [made]
    return pages

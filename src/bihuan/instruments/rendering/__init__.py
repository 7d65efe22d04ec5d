"""Forms as plain HTML pages, for visitors, previews, interviewers and whoever types in returned sheets."""

from bihuan.instruments.rendering.form import THEMES, form_html, sheet_for, takes_files
from bihuan.instruments.rendering.order import order_of
from bihuan.instruments.rendering.sheet import Sheet
from bihuan.instruments.rendering.words import html_language, level_words, na_words, offers_na

__all__ = [
    "THEMES",
    "Sheet",
    "form_html",
    "html_language",
    "level_words",
    "na_words",
    "offers_na",
    "order_of",
    "sheet_for",
    "takes_files",
]

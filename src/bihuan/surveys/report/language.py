"""Words for a report made without a server: Django's translations and templates, nothing else of it."""

from __future__ import annotations

import locale
import os
from pathlib import Path

SURVEYS = Path(__file__).resolve().parent.parent
LANGUAGES = {"zh": "zh-hans", "en": "en"}


def prepare() -> None:
    """Configure translations and templates unless the product has done so; quick, needs no database."""
    from django.conf import settings

    if settings.configured or os.environ.get("DJANGO_SETTINGS_MODULE"):
        return
    import django

    settings.configure(
        USE_I18N=True,
        USE_TZ=True,
        TIME_ZONE="Asia/Shanghai",
        LANGUAGE_CODE="en",
        LANGUAGES=[("zh-hans", "简体中文"), ("en", "English")],
        LOCALE_PATHS=[str(SURVEYS / "locale"), str(SURVEYS.parent / "foundation" / "locale")],
        INSTALLED_APPS=[],
        TEMPLATES=[],
    )
    django.setup()


def language_of(stated: str | None) -> str:
    """The language code asked for, else the one of the machine: Chinese only where it speaks Chinese."""
    if stated:
        return LANGUAGES[stated]
    names = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    spoken = next((name for name in names if name), None) or (locale.getlocale()[0] or "")
    return "zh-hans" if spoken.casefold().startswith(("zh", "chinese")) else "en"

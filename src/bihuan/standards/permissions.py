"""Rights of standards."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bihuan.foundation.permissions import declare

VIEW = "standards.view"
EDIT = "standards.edit"
PUBLISH = "standards.publish"


def declare_all() -> None:
    declare(
        _("Standards"),
        {
            VIEW: _("See answering standards"),
            EDIT: _("Write answering standards"),
            PUBLISH: _("Publish and abolish answering standards"),
        },
    )

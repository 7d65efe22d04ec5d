"""Rights of surveys."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bihuan.foundation.permissions import declare

VIEW = "surveys.view"
IMPORT = "surveys.import"
WITHDRAW = "surveys.withdraw"


def register() -> None:
    declare(
        _("Surveys"),
        {
            VIEW: _("See survey results"),
            IMPORT: _("Import survey files and download their answers"),
            WITHDRAW: _("Withdraw survey imports"),
        },
    )

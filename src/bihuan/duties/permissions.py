"""Rights of the duties app."""

from django.utils.translation import gettext_lazy as _

from bihuan.foundation.permissions import declare

CLOCKS_VIEW = "clocks.view"
CALENDARS_VIEW = "calendars.view"
CALENDARS_MANAGE = "calendars.manage"


def register() -> None:
    declare(
        _("Deadlines"),
        {
            CLOCKS_VIEW: _("See clocks and their day-by-day ledger"),
            CALENDARS_VIEW: _("See working calendars and deadline policies"),
            CALENDARS_MANAGE: _("Publish calendars and deadline policies"),
        },
    )

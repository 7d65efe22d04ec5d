"""Rights of the loop page."""

from django.utils.translation import gettext_lazy as _

from bihuan.foundation.permissions import declare

LOOP_VIEW = "loop.view"


def register() -> None:
    declare(_("Loop"), {LOOP_VIEW: _("See the loop: stages, open ends, closure rate, cycle time")})

"""Rights of the records app."""

from django.utils.translation import gettext_lazy as _

from bihuan.foundation.permissions import declare

ACTIVITY_VIEW = "activity.view"
WITHDRAW = "records.withdraw"


def register() -> None:
    declare(
        _("Records"),
        {
            ACTIVITY_VIEW: _("See the activity log"),
            WITHDRAW: _("Withdraw comments and files of others"),
        },
    )

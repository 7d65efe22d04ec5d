"""Rights of the accounts app."""

from django.utils.translation import gettext_lazy as _

from bihuan.foundation.permissions import declare

USERS_VIEW = "users.view"
USERS_MANAGE = "users.manage"
ROLES_VIEW = "roles.view"
ROLES_MANAGE = "roles.manage"


def register() -> None:
    declare(
        _("Accounts"),
        {
            USERS_VIEW: _("See users and their grants"),
            USERS_MANAGE: _("Add users, give and end grants"),
            ROLES_VIEW: _("See roles"),
            ROLES_MANAGE: _("Change what a role may do"),
        },
    )

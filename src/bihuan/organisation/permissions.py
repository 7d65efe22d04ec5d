"""Rights of the organisation app."""

from django.utils.translation import gettext_lazy as _

from bihuan.foundation.permissions import declare

VIEW = "organisation.view"
MANAGE = "organisation.manage"


def register() -> None:
    declare(
        _("Organisation"),
        {VIEW: _("See units, people, posts and assets"), MANAGE: _("Change units, people, posts and assets")},
    )

"""Rights of the instruments app."""

from django.utils.translation import gettext_lazy as _

from bihuan.foundation.permissions import declare

VIEW = "instruments.view"
EDIT = "instruments.edit"
PUBLISH = "instruments.publish"
ANSWER = "instruments.answer"


def register() -> None:
    declare(
        _("Forms"),
        {
            VIEW: _("See forms"),
            EDIT: _("Write forms and scales"),
            PUBLISH: _("Publish forms"),
            ANSWER: _("Enter answers to a form"),
        },
    )

"""Rights of the instruments app."""

from django.utils.translation import gettext_lazy as _

from bihuan.foundation.permissions import declare

VIEW = "instruments.view"
PUBLISH = "instruments.publish"
ANSWER = "instruments.answer"


def register() -> None:
    declare(
        _("Forms"),
        {VIEW: _("See forms"), PUBLISH: _("Publish forms"), ANSWER: _("Enter answers to a form")},
    )

"""Rights of surveys."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bihuan.foundation.permissions import declare

VIEW = "surveys.view"
IMPORT = "surveys.import"
WITHDRAW = "surveys.withdraw"
MANAGE = "surveys.manage"
FIELD = "surveys.field"
CONTACTS = "surveys.contacts"
EXPORT = "surveys.export"
BOOKS_VIEW = "books.view"
BOOKS_REGISTER = "books.register"
BOOKS_ANSWER = "books.answer"
BOOKS_MANAGE = "books.manage"
STUDIES_VIEW = "studies.view"
STUDIES_PLAN = "studies.plan"
STUDIES_CARRY_OUT = "studies.carry_out"
STUDIES_CLOSE = "studies.close"
STAFF_SPEAK = "staff_voice.speak"
STAFF_VIEW = "staff_voice.view"
STAFF_ANSWER = "staff_voice.answer"


def register() -> None:
    declare(
        _("Surveys"),
        {
            VIEW: _("See survey results"),
            IMPORT: _("Import survey files and download their answers"),
            WITHDRAW: _("Withdraw survey imports"),
            MANAGE: _("Prepare, open and close surveys"),
            FIELD: _("Enter returned sheets and telephone interviews"),
            CONTACTS: _("See and invite survey contacts"),
            EXPORT: _("Download single answers"),
        },
    )
    declare(
        _("Comment book"),
        {
            BOOKS_VIEW: _("See comment books and their entries, writers masked"),
            BOOKS_REGISTER: _("Collect books, upload pages, register entries"),
            BOOKS_ANSWER: _("Answer entries and hand the replies over"),
            BOOKS_MANAGE: _("Set up comment books and their QR codes"),
        },
    )
    declare(
        _("On-site studies"),
        {
            STUDIES_VIEW: _("See on-site perception studies"),
            STUDIES_PLAN: _("Plan the year's studies and draw the units"),
            STUDIES_CARRY_OUT: _("Hold interviews and forums, take notes, report"),
            STUDIES_CLOSE: _("Close and reopen reported studies"),
        },
    )
    declare(
        _("Voice of staff"),
        {
            STAFF_SPEAK: _("Hand in feedback and suggestions, see one's own"),
            STAFF_VIEW: _("See what staff handed in"),
            STAFF_ANSWER: _("Answer what staff handed in"),
        },
    )

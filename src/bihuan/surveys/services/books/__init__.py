"""The acts on comment books."""

from bihuan.surveys.services.books.checking import book_day_record, books_day_record
from bihuan.surveys.services.books.deadlines import (
    book_entry_mark_overdue,
    book_entry_mark_warned,
    book_entry_tell,
    books_follow_unit,
)
from bihuan.surveys.services.books.entries import (
    book_entry_correct,
    book_entry_forget_writer,
    book_entry_receive,
    book_entry_register,
    book_entry_remark,
    book_entry_restore,
    book_entry_set_aside,
)
from bihuan.surveys.services.books.photos import (
    book_photo_finish,
    book_photo_reopen,
    book_photo_set_aside,
    book_photo_turn,
    book_photos_add,
)
from bihuan.surveys.services.books.replies import (
    book_entries_deliver,
    book_entry_answer,
    book_entry_deliver,
    book_entry_reopen,
    book_reply_mail,
    book_reply_mail_again,
)
from bihuan.surveys.services.books.setting_up import (
    book_code_renew,
    book_edit,
    book_retire,
    book_revive,
    book_set_up,
    books_set_up,
)

__all__ = [
    "book_code_renew",
    "book_day_record",
    "book_edit",
    "book_entries_deliver",
    "book_entry_answer",
    "book_entry_correct",
    "book_entry_deliver",
    "book_entry_forget_writer",
    "book_entry_mark_overdue",
    "book_entry_mark_warned",
    "book_entry_receive",
    "book_entry_register",
    "book_entry_remark",
    "book_entry_reopen",
    "book_entry_restore",
    "book_entry_set_aside",
    "book_entry_tell",
    "book_photo_finish",
    "book_photo_reopen",
    "book_photo_set_aside",
    "book_photo_turn",
    "book_photos_add",
    "book_reply_mail",
    "book_reply_mail_again",
    "book_retire",
    "book_revive",
    "book_set_up",
    "books_day_record",
    "books_follow_unit",
    "books_set_up",
]

"""Jobs of the comment book."""

from __future__ import annotations

from bihuan.foundation.jobs import task
from bihuan.foundation.scope import system_scope
from bihuan.surveys.services.books import book_reply_mail


@task()
def mail_book_reply(entry_id: int) -> bool:
    with system_scope("comment_book_mail"):
        return book_reply_mail(entry_id=entry_id)

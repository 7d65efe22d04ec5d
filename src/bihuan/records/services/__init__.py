"""What any app may hang on a record."""

from bihuan.records.services.activities import (
    activity_port,
    activity_seal,
    activity_write,
    record_activity,
    unrecorded_write_log,
)
from bihuan.records.services.contributions import (
    attachment_add,
    attachment_for,
    attachment_withdraw,
    comment_add,
    comment_withdraw,
)
from bihuan.records.services.filing import StoredFile, file_open, file_store
from bihuan.records.services.notices import notification_read, notification_send, tell
from bihuan.records.services.numbering import number_take
from bihuan.records.services.searching import search_drop, search_index
from bihuan.records.subjects import (
    register_actions,
    register_fields,
    register_own_page,
    register_subject,
    register_values,
)

__all__ = [
    "StoredFile",
    "activity_port",
    "activity_seal",
    "activity_write",
    "attachment_add",
    "attachment_for",
    "attachment_withdraw",
    "comment_add",
    "comment_withdraw",
    "file_open",
    "file_store",
    "notification_read",
    "notification_send",
    "number_take",
    "record_activity",
    "register_actions",
    "register_fields",
    "register_own_page",
    "register_subject",
    "register_values",
    "search_drop",
    "search_index",
    "tell",
    "unrecorded_write_log",
]

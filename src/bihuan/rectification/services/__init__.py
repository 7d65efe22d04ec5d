"""The acts of rectification. Other apps call these and nothing deeper."""

from bihuan.rectification.services.actions import (
    action_cancel,
    action_plan,
    action_report_done,
    action_reschedule,
    action_revive,
    action_send_back,
    action_verify,
)
from bihuan.rectification.services.deadlines import (
    notice_mark_overdue,
    notice_mark_warned,
    notice_move_due,
    notices_follow_clocks,
)
from bihuan.rectification.services.extensions import (
    extension_approve,
    extension_ask,
    extension_refuse,
    extension_take_back,
)
from bihuan.rectification.services.findings import (
    finding_close,
    finding_confirm,
    finding_correct_on_spot,
    finding_dismiss,
    finding_not_corrected,
    finding_raise,
    finding_reassign,
    finding_regrade,
    finding_reopen,
    finding_restore,
)
from bihuan.rectification.services.moves import rectification_follow_unit
from bihuan.rectification.services.notices import (
    notice_acknowledge,
    notice_draft,
    notice_edit,
    notice_issue,
    notice_withdraw,
)
from bihuan.rectification.services.replies import notice_reply, notice_retract, notice_return
from bihuan.rectification.services.rules import plan_rule_set
from bihuan.rectification.services.verifications import notice_reopen, notice_verify, rechecks_ask

__all__ = [
    "action_cancel",
    "action_plan",
    "action_report_done",
    "action_reschedule",
    "action_revive",
    "action_send_back",
    "action_verify",
    "extension_approve",
    "extension_ask",
    "extension_refuse",
    "extension_take_back",
    "finding_close",
    "finding_confirm",
    "finding_correct_on_spot",
    "finding_dismiss",
    "finding_not_corrected",
    "finding_raise",
    "finding_reassign",
    "finding_regrade",
    "finding_reopen",
    "finding_restore",
    "notice_acknowledge",
    "notice_draft",
    "notice_edit",
    "notice_issue",
    "notice_mark_overdue",
    "notice_mark_warned",
    "notice_move_due",
    "notice_reopen",
    "notice_reply",
    "notice_retract",
    "notice_return",
    "notice_verify",
    "notice_withdraw",
    "notices_follow_clocks",
    "plan_rule_set",
    "rechecks_ask",
    "rectification_follow_unit",
]

from django.urls import URLPattern, URLResolver, path

from bihuan.rectification.views import actions, findings, notices

app_name = "rectification"


def act(prefix: str, word: str, view: type, name: str) -> URLPattern:
    return path(f"{prefix}/<int:pk>/{word}/", view.as_view(), name=name)  # type: ignore[attr-defined]


urlpatterns: list[URLPattern | URLResolver] = [
    path("findings/", findings.FindingList.as_view(), name="findings"),
    path("findings/raise/", findings.FindingRaise.as_view(), name="finding-raise"),
    path("findings/<int:pk>/", findings.FindingPage.as_view(), name="finding"),
    act("findings", "correct", findings.FindingCorrect, "finding-correct"),
    act("findings", "confirm", findings.FindingConfirm, "finding-confirm"),
    act("findings", "close", findings.FindingClose, "finding-close"),
    act("findings", "not-corrected", findings.FindingNotCorrected, "finding-not-corrected"),
    act("findings", "reopen", findings.FindingReopen, "finding-reopen"),
    act("findings", "dismiss", findings.FindingDismiss, "finding-dismiss"),
    act("findings", "restore", findings.FindingRestore, "finding-restore"),
    act("findings", "regrade", findings.FindingRegrade, "finding-regrade"),
    act("findings", "reassign", findings.FindingReassign, "finding-reassign"),
    act("findings", "plan", findings.ActionPlan, "action-plan"),
    act("findings", "notice", notices.NoticeDraft, "notice-draft"),
    path("notices/", notices.NoticeList.as_view(), name="notices"),
    path("notices/<int:pk>/", notices.NoticePage.as_view(), name="notice"),
    act("notices", "edit", notices.NoticeEdit, "notice-edit"),
    act("notices", "issue", notices.NoticeIssue, "notice-issue"),
    act("notices", "acknowledge", notices.NoticeAcknowledge, "notice-acknowledge"),
    act("notices", "reply", notices.NoticeReply, "notice-reply"),
    act("notices", "retract", notices.NoticeRetract, "notice-retract"),
    act("notices", "return", notices.NoticeReturn, "notice-return"),
    act("notices", "verify", notices.NoticeVerify, "notice-verify"),
    act("notices", "reopen", notices.NoticeReopen, "notice-reopen"),
    act("notices", "withdraw", notices.NoticeWithdraw, "notice-withdraw"),
    act("notices", "extension", notices.ExtensionAsk, "extension-ask"),
    act("notices", "print", notices.NoticePrint, "notice-print"),
    act("notices", "docx", notices.NoticeDocx, "notice-docx"),
    act("extensions", "decide", notices.ExtensionDecide, "extension-decide"),
    act("extensions", "take-back", notices.ExtensionTakeBack, "extension-take-back"),
    act("actions", "done", actions.ActionDone, "action-done"),
    act("actions", "verify", actions.ActionVerify, "action-verify"),
    act("actions", "send-back", actions.ActionSendBack, "action-send-back"),
    act("actions", "cancel", actions.ActionCancel, "action-cancel"),
    act("actions", "revive", actions.ActionRevive, "action-revive"),
    act("actions", "reschedule", actions.ActionReschedule, "action-reschedule"),
    path("five-fixed/", actions.PlanRules.as_view(), name="plan-rules"),
]

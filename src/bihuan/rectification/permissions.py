"""Rights of rectification."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bihuan.foundation.permissions import declare

FINDINGS_VIEW = "findings.view"
FINDINGS_RAISE = "findings.raise"
FINDINGS_CORRECT = "findings.correct"
FINDINGS_CLOSE = "findings.close"
FINDINGS_DISMISS = "findings.dismiss"
NOTICES_VIEW = "notices.view"
NOTICES_ISSUE = "notices.issue"
NOTICES_REPLY = "notices.reply"
NOTICES_VERIFY = "notices.verify"
NOTICES_EXTEND = "notices.extend"
ACTIONS_MANAGE = "actions.manage"
PLAN_RULES = "rectification.settings"
NEEDS_VIEW = "needs.view"
NEEDS_REGISTER = "needs.register"
NEEDS_MANAGE = "needs.manage"
NEEDS_DECIDE = "needs.decide"


def declare_all() -> None:
    declare(
        _("Findings and rectification"),
        {
            FINDINGS_VIEW: _("See findings"),
            FINDINGS_RAISE: _("Raise findings"),
            FINDINGS_CORRECT: _("Log a correction made on the spot"),
            FINDINGS_CLOSE: _("Confirm corrections, close and reopen findings"),
            FINDINGS_DISMISS: _("Dismiss, restore, re-grade and reassign findings"),
            NOTICES_VIEW: _("See rectification notices"),
            NOTICES_ISSUE: _("Draft, issue and withdraw rectification notices"),
            NOTICES_REPLY: _("Answer rectification notices and ask for more time"),
            NOTICES_VERIFY: _("Verify answers: return, accept, reopen"),
            NOTICES_EXTEND: _("Decide on extension requests"),
            ACTIONS_MANAGE: _("Plan actions and report them done"),
            PLAN_RULES: _("Set what the five-fixed check asks for"),
        },
    )
    declare(
        _("Customer needs"),
        {
            NEEDS_VIEW: _("See the needs register"),
            NEEDS_REGISTER: _("Register customer needs"),
            NEEDS_MANAGE: _("Study, classify and rate needs, work on them"),
            NEEDS_DECIDE: _("Accept, decline, review and reopen needs"),
        },
    )

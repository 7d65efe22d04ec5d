"""Rights of cases."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bihuan.foundation.permissions import declare

VIEW = "cases.view"
INTAKE = "cases.intake"
CLASSIFY = "cases.classify"
DISPATCH = "cases.dispatch"
INVESTIGATE = "cases.investigate"
FEEDBACK = "cases.feedback"
CLOSE = "cases.close"
REOPEN = "cases.reopen"
EXTEND = "cases.extend"
IDENTITY = "cases.identity"
LEAD = "cases.lead"
REVIEW = "cases.review"
PROPOSE = "cases.propose"
DECIDE = "cases.decide"
ROSTER = "cases.roster"
REPORT = "cases.report"
CRITERIA = "cases.settings"


def declare_all() -> None:
    declare(
        _("Cases"),
        {
            VIEW: _("See cases"),
            INTAKE: _("Take in cases"),
            CLASSIFY: _("Classify cases, mark them invalid or duplicate"),
            DISPATCH: _("Dispatch cases to units and transfer them out"),
            INVESTIGATE: _("Investigate and answer cases, ask for more time"),
            FEEDBACK: _("Tell customers the result and ask for their satisfaction"),
            CLOSE: _("Close cases"),
            REOPEN: _("Reopen and restore cases"),
            EXTEND: _("Decide on more time for cases"),
            IDENTITY: _("See who complained, with a reason"),
            LEAD: _("Be told of major events and overdue cases at once"),
            REVIEW: _("Set up and conclude reviews of disputed complaints"),
            PROPOSE: _("Propose compensation and rewards"),
            DECIDE: _("Decide on compensation, rewards and suggestions"),
            ROSTER: _("Keep the duty roster and hand over shifts"),
            REPORT: _("Compute and publish case reports, enter passengers and calls"),
            CRITERIA: _("Set criteria, themes, rosters and services of cases"),
        },
    )

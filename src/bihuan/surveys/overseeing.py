"""What exports, answer quality and progress declare at start-up: scopes of their jobs, words of their log."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bihuan.foundation import today
from bihuan.foundation.jobs import declare_recurring
from bihuan.foundation.scope import register_system_scope
from bihuan.records.services import register_actions, register_fields, register_subject
from bihuan.surveys.permissions import EXPORT

READS = {
    "organisation.orgunit",
    "organisation.asset",
    "instruments.instrument",
    "instruments.instrumentversion",
    "instruments.response",
    *(f"surveys.{name}" for name in ("campaign", "campaignunit", "segment", "door", "surveyimport")),
}
QUALITY = {f"surveys.{name}" for name in ("qualityruleset", "qualitycheck", "responseflag", "excludedanswer")}
NOTICES = {"surveys.campaigntally", "surveys.tallycell"}
ACTIONS = {
    "export_answers": _("asked for a file of single answers"),
    "download": _("downloaded the file"),
    "quality_rules": _("changed the rules of answer quality"),
    "exclude_answer": _("took an answer out of the figures"),
    "restore_answer": _("let an answer count again"),
}
FIELDS = {
    "export": _("export number"),
    "file": _("file"),
    "filter": _("filter"),
    "sha256": _("SHA-256"),
    "answer": _("answer number"),
}


def declare() -> None:
    from bihuan.surveys.oversight_today import share

    register_system_scope("survey_exports", models=READS | QUALITY | {"surveys.surveyexport"})
    register_system_scope("survey_quality", models=READS | QUALITY)
    today.register(share)
    register_system_scope("survey_notices", models=READS | NOTICES)
    declare_recurring("surveys.notices", "bihuan.surveys.tasks.tell_of_progress", "FREQ=DAILY;BYHOUR=8;BYMINUTE=10")
    declare_recurring("surveys.tidy_exports", "bihuan.surveys.tasks.tidy_exports", "FREQ=HOURLY")
    declare_recurring("surveys.check_quality", "bihuan.surveys.tasks.check_quality", "FREQ=HOURLY;BYMINUTE=25")
    register_subject("surveys.surveyexport", EXPORT, EXPORT)
    register_actions(ACTIONS)
    register_fields(FIELDS)

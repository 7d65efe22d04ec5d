"""Ready-made views of a list, one click each."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.saved_views import Query, marked_views
from bihuan.rectification.models import Finding, Notice
from bihuan.rectification.models.finding import HOLDERS as FINDING_HOLDERS
from bihuan.rectification.models.notice import HOLDERS as NOTICE_HOLDERS


def unfinished(holders: dict[str, Any]) -> Query:
    return [("state", state) for state, holder in holders.items() if holder.value]


COMMON: list[tuple[str | Promise, Query]] = [
    (_("Overdue"), [("overdue", "true")]),
    (_("With the unit"), [("waits_for", "unit")]),
    (_("To be verified"), [("waits_for", "checker")]),
]
FINDINGS: list[tuple[str | Promise, Query]] = [
    (_("All"), []),
    (_("Not closed"), unfinished(FINDING_HOLDERS)),
    *COMMON,
    (_("Happened before"), [("recurring", "true")]),
]
NOTICES: list[tuple[str | Promise, Query]] = [(_("All"), []), (_("Not closed"), unfinished(NOTICE_HOLDERS)), *COMMON]
LISTS = {Finding: FINDINGS, Notice: NOTICES}


def saved_views(request: HttpRequest, model: type[Finding] | type[Notice]) -> list[dict[str, Any]]:
    return marked_views(request, LISTS[model])

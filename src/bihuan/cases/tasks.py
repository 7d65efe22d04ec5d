"""Jobs of cases."""

from __future__ import annotations

from bihuan.cases.letterbox import fetch
from bihuan.cases.models import CaseImport, CentreCheck
from bihuan.cases.services import (
    case_import_check,
    case_import_go_on,
    cases_follow_clocks,
    centres_pull,
    check_make,
    pushes_send,
    reports_draft_due,
)
from bihuan.foundation.jobs import task
from bihuan.foundation.scope import system_scope


@task()
def follow_clocks() -> int:
    """After a new calendar year was published, lists show the new instants; running twice changes nothing."""
    with system_scope("cases.clocks"):
        return cases_follow_clocks()


@task()
def send_pushes() -> int:
    """Results that are due go to the city's centre; each is claimed first, so two workers never send one twice."""
    with system_scope("cases.pushes"):
        return pushes_send()


@task()
def pull_tickets() -> int:
    with system_scope("cases.pulls"):
        return centres_pull()


@task()
def make_check(pk: int) -> None:
    with system_scope("cases.pulls"):
        check = CentreCheck.objects.filter(pk=pk, checked_at=None).select_related("centre").first()
        if check is not None:
            check_make(check=check)


@task()
def check_import(pk: int) -> None:
    with system_scope("cases.imports"):
        batch = CaseImport.objects.select_related("unit").filter(pk=pk, state="uploaded").first()
        if batch is not None:
            case_import_check(batch=batch)


@task()
def take_import_in(pk: int) -> str:
    with system_scope("cases.imports"):
        return case_import_go_on(batch=CaseImport.objects.select_related("unit").get(pk=pk)).state


@task()
def draft_reports() -> int:
    """The report of each week and month that has ended, for the units that publish them; a person publishes it."""
    with system_scope("cases.reports"):
        return reports_draft_due()


@task()
def fetch_mail() -> int:
    """Letters in the box; without a box there is nothing to do."""
    return fetch()

"""Jobs of cases."""

from __future__ import annotations

from bihuan.cases.letterbox import fetch
from bihuan.cases.models import CentreCheck
from bihuan.cases.services import cases_follow_clocks, centres_pull, check_make, pushes_send
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
def fetch_mail() -> int:
    """Letters in the box; without a box there is nothing to do."""
    return fetch()

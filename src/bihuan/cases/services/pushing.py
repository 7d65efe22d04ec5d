"""Results on their way back to the city's centre: noted with the step itself, sent by a job, once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from bihuan.accounts.selectors import users_of_unit_with
from bihuan.cases import permissions as may
from bihuan.cases.identity import MARK
from bihuan.cases.models import Case, CityCentre, CityPush
from bihuan.cases.open311.client import CentreError, call, checked
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError
from bihuan.foundation.jobs import enqueue
from bihuan.records.services import tell

# Which steps the centre hears of, and what it reads besides the state.
TOLD: dict[str, str] = {
    "answer": "",
    "feed_back": "result_told",
    "close": "result_told",
    "answer_at_intake": "answer",
    "transfer": "transferred_to",
    "merge": "",
    "withdraw": "",
    "invalidate": "",
    "reopen": "",
    "restore": "",
}
WAITS = tuple(timedelta(minutes=count) for count in (1, 5, 15, 60, 240, 720, 1440))
ATTEMPTS = len(WAITS) + 1
# While one worker sends, no other takes the same result; after a crash it is tried again.
LEASE = timedelta(minutes=10)
GIVEN_UP = gettext_noop("The result of %(number)s could not be sent back to %(centre)s: %(why)s")


def body_of(case: Case, action: str, at: datetime) -> dict[str, str]:
    """In the language of the house, whoever took the step."""
    with override(settings.LANGUAGE_CODE):
        return _body(case, action, at)


def _body(case: Case, action: str, at: datetime) -> dict[str, str]:
    words = [case.state_label, str(getattr(case, TOLD[action]) or "") if TOLD[action] else ""]
    return {
        "service_request_id": case.origin_id,
        "status": "CLOSED" if case.is_final else "OPEN",
        "description": "\n".join(word for word in words if word)[:4000],
        "updated_datetime": timezone.localtime(at).isoformat(timespec="seconds"),
    }


def push_note(*, case: Case, action: str, at: datetime | None = None) -> CityPush | None:
    """Put the result of a step on its way, where the case came from a centre and has its number there."""
    if action not in TOLD or not case.origin_id or case.origin_id.startswith(MARK):
        return None
    # The centre belongs to the desk; whoever answers in a station does not see it.
    centre = CityCentre._base_manager.filter(origin=case.origin, is_active=True).exclude(base_url="").first()
    if centre is None:
        return None
    at = at or timezone.now()
    push = CityPush(
        case=case,
        org_path=case.org_path,
        centre=centre,
        key=f"{case.number}-v{case.version}-{action}",
        body=body_of(case, action, at),
        next_at=at,
        created_at=at,
    )
    push.save(force_insert=True)
    enqueue("bihuan.cases.tasks.send_pushes")
    return push


def send(push: CityPush) -> str:
    """Deliver one result; returns the centre's receipt."""
    centre = push.centre
    fields: dict[str, str] = {
        **push.body,
        "update_id": push.key,
        "api_key": centre.api_key,
        "jurisdiction_id": centre.jurisdiction,
    }
    reply = call("POST", f"{centre.base_url.rstrip('/')}/servicerequestupdates.json", fields)
    if reply.status == 409:
        return str(_("was there already"))
    checked(reply)
    try:
        rows = reply.rows()
    except CentreError:
        rows = []  # taken all the same; only its receipt cannot be read
    return str(rows[0].get("update_id", "") if rows else "")[:120] or f"HTTP {reply.status}"


def claimed(push: CityPush, now: datetime) -> bool:
    taken = CityPush.objects.filter(pk=push.pk, attempts=push.attempts, sent_at=None, next_at__lte=now).update(
        attempts=push.attempts + 1, next_at=now + LEASE
    )
    push.attempts += taken
    return bool(taken)


def failed(push: CityPush, error: CentreError, now: datetime) -> None:
    """Try again later, at growing distances; in the end give up where everybody sees it."""
    is_over = error.is_final or push.attempts >= ATTEMPTS
    later = None if is_over else now + WAITS[push.attempts - 1]
    with transaction.atomic():
        CityPush.objects.filter(pk=push.pk).update(next_at=later, error=str(error)[:300])
        if is_over:
            case = push.case
            people = users_of_unit_with(may.DISPATCH, push.centre.desk.org_path)
            words = {"number": case.number, "centre": push.centre.name, "why": str(error)[:120]}
            tell(subject=case, message=GIVEN_UP, params=words, people=people)


def pushes_send(*, now: datetime | None = None) -> int:
    """Send every result that is due; returns how many were taken."""
    now = now or timezone.now()
    due = CityPush.objects.filter(next_at__lte=now, sent_at=None).select_related("centre__desk", "case")
    count = 0
    for push in due.order_by("created_at", "pk")[:200]:
        if not claimed(push, now):
            continue
        try:
            receipt = send(push)
        except CentreError as error:
            failed(push, error, now)
            continue
        CityPush.objects.filter(pk=push.pk).update(sent_at=timezone.now(), next_at=None, receipt=receipt, error="")
        count += 1
    return count


@transaction.atomic
def push_retry(*, actor: Actor, push: CityPush, at: datetime | None = None) -> CityPush:
    """Try now, from the first attempt on: somebody mended what was wrong."""
    actor.require(may.DISPATCH, push.org_path)
    at = at or timezone.now()
    again: dict[str, Any] = {"attempts": 0, "next_at": at, "error": ""}
    if not CityPush.objects.filter(pk=push.pk, sent_at=None).update(**again):
        raise ActionNotAllowedError(_("The centre has it already."))
    activity(push.case, "push_retry", actor=actor, after={"key": push.key}, at=at)
    enqueue("bihuan.cases.tasks.send_pushes")
    return push

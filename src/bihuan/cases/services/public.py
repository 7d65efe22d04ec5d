"""What customers do themselves: send a case, say that it is not solved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from bihuan.accounts.selectors import users_of_unit_with
from bihuan.cases import permissions as may
from bihuan.cases.enums import Channel, EntryKind, Side
from bihuan.cases.identity import code_mark, code_typed, pin_mark
from bihuan.cases.models import Case, CaseEntry, IntakeDoor
from bihuan.cases.services.intake import TakenIn, Told, case_take_in
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import system_actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.records.services import attachment_add, tell

PUBLIC = system_actor("public form")
MESSAGES_A_DAY = 3


@transaction.atomic
def public_take_in(*, door: IntakeDoor, told: Told, client: str, files: Iterable[Any] = ()) -> TakenIn:
    """A form sent twice is one case: the number its page carried names it. A bad file leaves nothing behind."""
    asset = door.asset
    is_line = asset is not None and asset.kind == "line"
    said = replace(
        told,
        channel=Channel.QR if asset is not None else Channel.WEB,
        line=asset if is_line else None,
        asset=None if is_line else asset,
        origin="form",
        origin_id=client,
    )
    taken = case_take_in(actor=PUBLIC, desk=door.desk, told=said, page=client)
    for upload in files if taken.is_new else ():
        attachment_add(subject=taken.case, actor=PUBLIC, name=upload.name, content=upload)
    return taken


def case_followed(code: str, pin: str) -> Case | None:
    """The case of a code, if the second factor fits; the work is the same whether there is one or not."""
    code_hash = code_mark(code_typed(code))
    wanted = pin_mark(code_hash, pin)
    case = Case.objects.filter(code_hash=code_hash).select_related("desk").first()
    return case if case is not None and constant_time_compare(case.pin_hash, wanted) else None


@transaction.atomic
def customer_message(*, case: Case, text: str, keeps: bool = False) -> CaseEntry:
    """The customer says it is not solved. A person decides whether the case is opened again.

    Above the day's number a page is refused, and its writer still has the words; a letter (``keeps``) has left its
    writer, so it is kept and the desk is not told once more.
    """
    said = text.replace("\x00", "").strip()
    if not said:
        raise BadInputError(_("Write something first."), place="text")
    now = timezone.now()
    today = case.entries.filter(kind=EntryKind.MESSAGE, at__gte=now - timedelta(days=1)).count()
    is_too_much = today >= MESSAGES_A_DAY
    if is_too_much and not keeps:
        raise ActionNotAllowedError(_("We have your messages and will look at them. Please wait for our answer."))
    entry = CaseEntry.objects.create(
        case=case,
        org_path=case.org_path,
        kind=EntryKind.MESSAGE,
        side=Side.CUSTOMER,
        text=said[:2000],
        at=now,
        by_name=PUBLIC.name,
    )
    activity(case, "customer_message", actor=PUBLIC, at=now)
    if is_too_much:
        return entry
    tell(
        subject=case,
        message=gettext_noop("The customer of %(number)s says it is not solved"),
        params={"number": case.number},
        people=users_of_unit_with(may.REOPEN, case.desk.org_path),
        holders_of=may.FEEDBACK,
    )
    return entry

"""Letters by e-mail become cases or messages of cases, once; machines are kept and never answered."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from email.utils import parseaddr
from io import BytesIO
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.cases.enums import Channel
from bihuan.cases.identity import code_shown, email_mark
from bihuan.cases.mailing import OUR_MARK, Letter, LetterError, read_letter, thread_id
from bihuan.cases.models import Case, InboundMail
from bihuan.cases.services.intake import Person, TakenIn, Told, case_take_in
from bihuan.cases.services.public import customer_message
from bihuan.foundation.actor import system_actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.organisation.models import OrgUnit
from bihuan.records.services import attachment_add

MAIL = system_actor("complaint mailbox")
CASES_A_DAY = 10  # of one sender: a program gone wild fills no desk
Fate = InboundMail.Fate


def mail_take_in(*, raw: bytes, desk: OrgUnit, at: datetime | None = None) -> InboundMail:
    """Take one letter in. The same Message-ID twice is the letter there is; nothing raises for a bad letter."""
    at = at or timezone.now()
    try:
        letter = read_letter(raw, own=parseaddr(settings.MAIL_FROM)[1])
    except LetterError as wrong:
        known = "sha256:" + hashlib.sha256(raw).hexdigest()
        letter = Letter(known, "", "", "", "", "", None)
        return once(letter, desk, at, fate=Fate.REFUSED, reason=str(wrong))[0]
    if letter.machine:
        return once(letter, desk, at, fate=Fate.MACHINE, reason=letter.machine)[0]
    try:
        mail, taken = person_wrote(letter, desk, at)
    except (BadInputError, ActionNotAllowedError) as refused:
        return once(letter, desk, at, fate=Fate.REFUSED, reason=str(refused.message))[0]
    if taken is not None and settings.MAIL_RECEIPTS:
        receipt_send(mail=mail, letter=letter, taken=taken, at=at)
    return mail


def once(
    letter: Letter, desk: OrgUnit, at: datetime, *, fate: str, reason: str = "", case: Case | None = None
) -> tuple[InboundMail, bool]:
    values = {
        "org_path": case.org_path if case is not None else desk.org_path,
        "sender_hash": email_mark(letter.sender),
        "subject": letter.subject,
        "received_at": at,
        "fate": fate,
        "reason": reason[:200],
        "case": case,
    }
    return InboundMail.objects.get_or_create(message_id=letter.message_id, defaults=values)


def person_wrote(letter: Letter, desk: OrgUnit, at: datetime) -> tuple[InboundMail, TakenIn | None]:
    known = InboundMail.objects.filter(message_id=letter.message_id).first()
    if known is not None:
        return known, None
    try:
        with transaction.atomic():
            case = Case.objects.filter(pk=letter.case).select_related("desk").first() if letter.case else None
            if case is not None:
                return entry_of(letter, case, at), None
            return case_of_letter(letter, desk, at)
    except IntegrityError:  # another process reads the same box
        return InboundMail.objects.get(message_id=letter.message_id), None


def entry_of(letter: Letter, case: Case, at: datetime) -> InboundMail:
    """A reply is a message of the case and tells the desk. It opens nothing: a person decides that."""
    customer_message(case=case, text=letter.text or letter.subject or _("(no text)"), keeps=True)
    hang_on(letter, case)
    mail = InboundMail(
        message_id=letter.message_id,
        org_path=case.org_path,
        sender_hash=email_mark(letter.sender),
        subject=letter.subject,
        received_at=at,
        fate=Fate.ENTRY,
        case=case,
    )
    mail.save(force_insert=True)
    return mail


def case_of_letter(letter: Letter, desk: OrgUnit, at: datetime) -> tuple[InboundMail, TakenIn]:
    mark = email_mark(letter.sender)
    today = InboundMail.objects.filter(sender_hash=mark, fate=Fate.CASE, received_at__gt=at - timedelta(days=1))
    if today.count() >= CASES_A_DAY:
        raise ActionNotAllowedError(_("Too many letters of one sender in a day."))
    told = Told(
        text=letter.text or letter.subject,
        channel=Channel.EMAIL,
        title=letter.subject,
        origin="email",
        origin_id=hashlib.sha256(letter.message_id.encode()).hexdigest(),
        person=Person(name=letter.name, email=letter.sender),
    )
    taken = case_take_in(actor=MAIL, desk=desk, told=told, at=at)
    missing = hang_on(letter, taken.case) + letter.left_out
    reason = _("%(count)s files were not taken") % {"count": missing} if missing else ""
    mail = InboundMail(
        message_id=letter.message_id,
        org_path=taken.case.org_path,
        sender_hash=mark,
        subject=letter.subject,
        received_at=at,
        fate=Fate.CASE,
        reason=reason,
        case=taken.case,
    )
    mail.save(force_insert=True)
    return mail, taken


def hang_on(letter: Letter, case: Case) -> int:
    """Keep what hangs on the letter; returns how many files are of a kind we do not keep."""
    refused = 0
    for name, content in letter.files:
        try:
            attachment_add(subject=case, actor=MAIL, name=name, content=BytesIO(content))
        except BadInputError:
            refused += 1
    return refused


def receipt_send(*, mail: InboundMail, letter: Letter, taken: TakenIn, at: datetime) -> bool:
    """Number and what tracking asks for, nothing of what was written, one an address and day, marked as a machine's."""
    try:
        validate_email(letter.sender)
    except ValidationError:
        return False
    day = at - timedelta(days=1)
    if InboundMail.objects.filter(sender_hash=mail.sender_hash, answered_at__gt=day).exists():
        return False
    # Noted before it leaves: better no receipt than two.
    InboundMail.objects.filter(pk=mail.pk).update(answered_at=at)
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    given = {
        "number": taken.case.number,
        "code": code_shown(taken.code),
        "pin": taken.pin,
        "page": settings.PUBLIC_URL + reverse("publiccases:follow"),
    }
    body = _("We have your letter. Its number is %(number)s, its tracking code %(code)s.") % given
    if taken.pin:
        body += "\n" + _("PIN %(pin)s") % given
    if settings.PUBLIC_URL:
        body += "\n" + _("Follow the case: %(page)s") % given
    headers = {
        "Message-ID": thread_id(taken.case.pk, host),
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        "Precedence": "auto_reply",
        OUR_MARK: "receipt",
    }
    subject = _("Received: %(number)s") % {"number": taken.case.number}
    EmailMessage(subject, body, settings.MAIL_FROM, [letter.sender], headers=headers).send(fail_silently=True)
    return True

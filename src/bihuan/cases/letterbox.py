"""Where letters come from: a pipe, or a box that is looked into every other minute."""

from __future__ import annotations

import imaplib
import logging
import ssl
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import DatabaseError

from bihuan.cases.mailing import LIMIT_BYTES
from bihuan.cases.models import InboundMail
from bihuan.cases.services.mails import mail_take_in
from bihuan.foundation.scope import system_scope
from bihuan.organisation.models import OrgUnit

MOST_AT_ONCE, PATIENCE = 50, 30
log = logging.getLogger("bihuan.cases.mail")


class NoDeskError(LookupError):
    """No unit is there for letters to come to."""


def desk_for_letters() -> OrgUnit:
    rows = OrgUnit.objects.filter(is_active=True)
    found = rows.filter(code=settings.MAIL_DESK).first() if settings.MAIL_DESK else rows.order_by("org_path").first()
    if found is None:
        raise NoDeskError(settings.MAIL_DESK)
    return found


def take_in(raw: bytes) -> InboundMail:
    with system_scope("cases.mail"):
        return mail_take_in(raw=raw, desk=desk_for_letters())


def connected(url: str) -> imaplib.IMAP4:
    parts = urlsplit(url)
    host = parts.hostname or ""
    trusted = ssl.create_default_context()  # without one imaplib believes any certificate
    box: imaplib.IMAP4
    if parts.scheme == "imaps":
        box = imaplib.IMAP4_SSL(host, parts.port or 993, ssl_context=trusted, timeout=PATIENCE)
    else:
        box = imaplib.IMAP4(host, parts.port or 143, timeout=PATIENCE)
        box.starttls(trusted)
    box.login(unquote(parts.username or ""), unquote(parts.password or ""))
    box.select(unquote(parts.path.strip("/")) or "INBOX")
    return box


def size_of(answer: object) -> int:
    digits = "".join(sign for sign in str(answer).partition("RFC822.SIZE")[2] if sign.isdigit())
    return int(digits or 0)


def fetch() -> int:
    """Take in what is unread. A letter counts as read only once it is kept, so a crash loses none."""
    if not settings.IMAP_URL:
        return 0
    try:
        box = connected(settings.IMAP_URL)
    except (OSError, imaplib.IMAP4.error) as error:
        log.warning("the box for letters cannot be opened: %s", error)
        return 0
    count = 0
    try:
        _status, found = box.search(None, "UNSEEN")
        for number in (found[0] or b"").split()[:MOST_AT_ONCE]:
            try:
                count += one(box, number.decode())
            except (DatabaseError, ValueError):
                log.exception("letter %s stays unread in the box; the next ones are taken in", number.decode())
    finally:
        box.logout()
    return count


def one(box: imaplib.IMAP4, number: str) -> int:
    _status, size = box.fetch(number, "(RFC822.SIZE)")
    if size_of(size) <= LIMIT_BYTES:
        _status, parts = box.fetch(number, "(BODY.PEEK[])")
        raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
        take_in(raw)
    else:
        log.warning("a letter larger than 25 MB stays in the box, marked as read")
    box.store(number, "+FLAGS", "\\Seen")
    return 1

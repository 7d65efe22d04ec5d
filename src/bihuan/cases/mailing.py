"""One letter as it came over the wire: who, what, what hangs on it, whether a machine wrote it, whose thread it is.

A thread is known by a mark of ours in an earlier Message-ID, never by a number in the subject: anybody can type one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import getaddresses
from html.parser import HTMLParser

from django.utils.crypto import constant_time_compare

from bihuan.foundation.secrets import keyed_hash

LIMIT_BYTES, MOST_FILES, MOST_PARTS, TEXT_LIMIT = 25 * 1024 * 1024, 20, 200, 8000
OUR_MARK = "X-Bihuan-Case"
MACHINE_PRECEDENCE = {"bulk", "list", "junk", "auto_reply"}
MACHINE_SENDERS = {"mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply"}
MACHINE_HEADERS = ("X-Auto-Response-Suppress", "X-Loop", "X-Autoreply", "X-Autorespond", "List-Id", OUR_MARK)
THREAD = re.compile(r"<case-([0-9]{1,12})-([0-9a-f]{32})@[^>\s]{1,200}>")
WEAK_MARK = 32


class LetterError(ValueError):
    """It cannot be read as a letter; the text says why."""


@dataclass(frozen=True)
class Letter:
    message_id: str
    sender: str
    name: str
    subject: str
    text: str
    machine: str  # why it counts as a machine's, else empty
    case: int | None
    files: tuple[tuple[str, bytes], ...] = ()
    left_out: int = field(default=0)  # files above the most we take


def thread_mark(case: int) -> str:
    return keyed_hash("cases.mail", str(case))[:WEAK_MARK]


def thread_id(case: int, host: str) -> str:
    """What goes into Message-ID of what we write about a case."""
    return f"<case-{case}-{thread_mark(case)}@{host or 'localhost'}>"


def case_of(text: str) -> int | None:
    """The case whose mark stands in the references; a mark that is not ours is no mark."""
    for number, mark in THREAD.findall(text[:20_000]):
        if constant_time_compare(mark, thread_mark(int(number))):
            return int(number)
    return None


class Words(HTMLParser):
    """The words of an HTML letter, without its looks."""

    BREAKS = frozenset({"p", "br", "div", "tr", "li", "h1", "h2", "h3"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.hidden += tag in {"script", "style", "head"}
        if tag in self.BREAKS:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(0, self.hidden - (tag in {"script", "style", "head"}))

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.found.append(data)


def plain(html: str) -> str:
    words = Words()
    words.feed(html)
    return re.sub(r"\n\s*\n+", "\n\n", "".join(words.found))


def content_of(part: EmailMessage) -> str:
    """Text in whatever letters it claims to be; a false claim spoils a few signs, never the letter."""
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    try:
        return raw.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        return raw.decode("utf-8", "replace")


def header(message: EmailMessage, name: str) -> str:
    """Unfolded and printable; a header that cannot be read counts as its raw self."""
    try:
        value = str(message.get(name, ""))
    except (ValueError, IndexError, AttributeError, TypeError):
        value = next((str(raw) for key, raw in message.raw_items() if key.lower() == name.lower()), "")
    return " ".join("".join(sign for sign in value if sign.isprintable() or sign.isspace()).split())


def machine_reason(message: EmailMessage, sender: str, own: str) -> str:
    """Answering a machine starts a loop: each of these says that no person waits for an answer."""
    signs = {
        "Auto-Submitted": header(message, "Auto-Submitted").partition(";")[0].strip().lower() not in {"", "no"},
        "Precedence": header(message, "Precedence").lower() in MACHINE_PRECEDENCE,
        **{name: message.get(name) is not None for name in MACHINE_HEADERS},
        "Return-Path": message.get("Return-Path") is not None and header(message, "Return-Path") in {"", "<>"},
        "multipart/report": message.get_content_type() == "multipart/report",
        "Message-ID": THREAD.fullmatch(header(message, "Message-ID")) is not None,
        "From": not sender or sender.partition("@")[0].lower() in MACHINE_SENDERS or sender.lower() == own.lower(),
    }
    return next((name for name, is_so in signs.items() if is_so), "")


def leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    for count, part in enumerate(message.walk()):
        if count > MOST_PARTS:
            raise LetterError("too many parts")
        if not part.is_multipart() and isinstance(part, EmailMessage):
            yield part


def contents(message: EmailMessage) -> tuple[str, list[tuple[str, bytes]], int]:
    files: list[tuple[str, bytes]] = []
    plain_text, html, left_out = "", "", 0
    for part in leaves(message):
        kind, name = part.get_content_type(), part.get_filename() or ""
        if not name and kind == "text/plain":
            plain_text = plain_text or content_of(part)
        elif not name and kind == "text/html":
            html = html or content_of(part)
        elif len(files) >= MOST_FILES:
            left_out += 1
        else:
            raw = part.get_payload(decode=True)
            files.append((name or "attachment", raw if isinstance(raw, bytes) else b""))
    return (plain_text.strip() or plain(html)).replace("\x00", "").strip(), files, left_out


def read_letter(raw: bytes, *, own: str = "") -> Letter:
    """Raises LetterError for what is too large or nested without end."""
    if len(raw) > LIMIT_BYTES:
        raise LetterError("larger than 25 MB")
    try:
        message = BytesParser(EmailMessage, policy=policy.default).parsebytes(raw)
        text, files, left_out = contents(message)
    except RecursionError as error:
        raise LetterError("nested without end") from error
    people = [pair for pair in getaddresses([header(message, "From")]) if "@" in pair[1]]
    name, sender = people[0] if people else ("", "")
    references = f"{header(message, 'In-Reply-To')} {header(message, 'References')}"
    said = header(message, "Message-ID")
    known = said if 3 < len(said) <= 250 else "sha256:" + hashlib.sha256(raw).hexdigest()
    return Letter(
        message_id=known,
        sender=sender[:120],
        name=name[:80],
        subject=header(message, "Subject")[:200],
        text=text[:TEXT_LIMIT],
        machine=machine_reason(message, sender, own),
        case=case_of(references),
        files=tuple(files),
        left_out=left_out,
    )

"""The box that letters are fetched from: each once, none lost, and only from a server that proves who it is."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Callable
from typing import Any

import pytest

from bihuan.cases import letterbox
from bihuan.cases.mailing import LIMIT_BYTES
from bihuan.cases.models import Case
from tests.db.cases.house import House
from tests.db.cases.test_mails import letter


class Box:
    """What a server of letters answers; a number is seen once it is stored so."""

    letters: dict[str, bytes]
    seen: set[str]
    context: ssl.SSLContext | None = None
    is_open = True

    def __init__(self, host: str, port: int, *, ssl_context: ssl.SSLContext, timeout: int) -> None:
        Box.context, self.address = ssl_context, (host, port)

    def login(self, user: str, password: str) -> None:
        if (user, password) != ("desk", "geheim/1"):
            raise imaplib.IMAP4.error("[AUTHENTICATIONFAILED] no")

    def select(self, folder: str) -> None:
        assert folder == "INBOX"

    def search(self, _charset: None, _what: str) -> tuple[str, list[bytes]]:
        return "OK", [" ".join(each for each in self.letters if each not in self.seen).encode()]

    def fetch(self, number: str, what: str) -> tuple[str, list[Any]]:
        raw = self.letters[number]
        if "SIZE" in what:
            return "OK", [f"{number} (RFC822.SIZE {len(raw)})".encode()]
        return "OK", [(f"{number} (BODY[] {{{len(raw)}}}".encode(), raw), b")"]

    def store(self, number: str, _how: str, _flag: str) -> None:
        self.seen.add(number)

    def logout(self) -> None:
        Box.is_open = False


@pytest.fixture
def box(house: House, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., type[Box]]:
    def filled(*letters: bytes) -> type[Box]:
        Box.letters, Box.seen, Box.is_open = {str(place): raw for place, raw in enumerate(letters, 1)}, set(), True
        settings.IMAP_URL = "imaps://desk:geheim%2F1@mail.example.com/INBOX"
        monkeypatch.setattr(imaplib, "IMAP4_SSL", Box)
        return Box

    return filled


def test_each_unread_letter_is_taken_in_once(box: Callable[..., type[Box]]) -> None:
    there = box(letter().as_bytes(), letter(Message_ID="<a2@example.com>").as_bytes())

    assert letterbox.fetch() == 2
    assert (there.seen, there.is_open) == ({"1", "2"}, False)
    assert letterbox.fetch() == 0
    assert Case.objects.count() == 2


def test_a_server_must_prove_who_it_is(box: Callable[..., type[Box]]) -> None:
    there = box()
    letterbox.fetch()
    assert there.context is not None
    assert (there.context.verify_mode, there.context.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_a_letter_that_cannot_be_kept_holds_up_no_other(
    box: Callable[..., type[Box]], monkeypatch: pytest.MonkeyPatch
) -> None:
    there = box(b"breaks", letter().as_bytes())
    kept = letterbox.take_in

    def breaks(raw: bytes) -> Any:
        if raw == b"breaks":
            raise ValueError("unexpected")
        return kept(raw)

    monkeypatch.setattr(letterbox, "take_in", breaks)

    assert letterbox.fetch() == 1
    assert there.seen == {"2"}


def test_a_letter_too_large_to_read_is_left_in_the_box(box: Callable[..., type[Box]]) -> None:
    there = box(b"x" * (LIMIT_BYTES + 1))
    letterbox.fetch()
    assert there.seen == {"1"}
    assert not Case.objects.exists()


def test_a_refused_sign_in_is_said_and_loses_nothing(
    box: Callable[..., type[Box]], settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    there = box(letter().as_bytes())
    settings.IMAP_URL = "imaps://desk:wrong@mail.example.com/INBOX"

    assert letterbox.fetch() == 0
    assert "AUTHENTICATIONFAILED" in caplog.text
    assert "wrong" not in caplog.text
    assert there.seen == set()

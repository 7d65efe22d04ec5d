"""Visitors over real HTTP: they open the form, fill it in, send it, and send it again where nothing came back."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from tests.load.server import HOST, Server

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
RATING = re.compile(r'name="(q\.P[0-9]+)" value="4"')
T = TypeVar("T")


@dataclass
class Answer:
    status: int
    text: str
    cookies: dict[str, str]


NOTHING = Answer(0, "", {})
PATIENCE = 120


@dataclass
class Visitor:
    """One browser: its own cookies, a connection a request (the server's processes take one at a time)."""

    server: Server
    survey: str = "plain"
    cookies: dict[str, str] = field(default_factory=dict)
    timeout: float = 60

    @property
    def address(self) -> str:
        return self.server.surveys[self.survey].address

    def request(self, method: str, path: str, data: dict[str, str] | None = None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = urlencode(data) if data is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(HOST, self.server.port, timeout=self.timeout)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
            for line in answer.headers.get_all("Set-Cookie") or ():
                name, _sep, rest = line.partition("=")
                self.cookies[name] = rest.partition(";")[0]
            return Answer(answer.status, text, dict(self.cookies))
        finally:
            connection.close()

    def open(self) -> dict[str, str]:
        """The form, filled in: every rating 4, a daily customer."""
        page = self.until_there(lambda: self.request("GET", self.address))
        if page.status != 200:
            raise AssertionError(f"{page.status} for the form: {page.text[:300]}")
        fields = dict(HIDDEN.findall(page.text))
        fields |= dict.fromkeys(RATING.findall(page.text), "4")
        return {**fields, "q.group": "daily"}

    def send(self, fields: dict[str, str]) -> int:
        """The status of one attempt; 0 where no answer came back."""
        try:
            return self.request("POST", self.address, fields).status
        except (OSError, http.client.HTTPException):
            return 0

    def send_until_told(self, fields: dict[str, str]) -> int:
        """As a browser with a person before it: no answer, or "busy", and the same form goes out again."""
        return self.until_there(lambda: self.request("POST", self.address, fields)).status

    def until_there(self, ask: Callable[[], Answer]) -> Answer:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                answer = ask()
            except (OSError, http.client.HTTPException):
                answer = NOTHING
            if answer.status not in {0, 502, 503} or time.monotonic() > deadline:
                return answer
            time.sleep(0.1)


def client_of(fields: dict[str, str]) -> str:
    """The number a form page gave its visitor, as the database stores it: the third part of the signed token."""
    return fields["f"].split(".")[2]


def together(act: Callable[[Any], T], items: Iterable[Any], threads: int) -> list[T]:
    """Run an act for each item, so many at a time; results in order."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(act, items))

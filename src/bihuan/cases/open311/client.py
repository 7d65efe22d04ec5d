"""Speaking to a city's centre. One request, one answer: no redirect is followed, no private address reached.

The address is resolved once, judged, and then connected to as it was judged: a name that changes its mind between the
two cannot lead us into our own network.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

TIMEOUT = 20
LIMIT_BYTES = 8 * 1024 * 1024
TAKEN = range(200, 300)


class CentreError(Exception):
    """The centre could not be reached or did not take it. ``is_final``: trying again changes nothing."""

    def __init__(self, message: str, *, is_final: bool = False) -> None:
        self.is_final = is_final
        super().__init__(message)


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes

    def rows(self) -> list[dict[str, Any]]:
        """The list inside a JSON answer, wrapped or not. Raises CentreError where there is none."""
        try:
            content = json.loads(self.body or b"[]")
        except ValueError as error:
            raise CentreError(_("The centre's answer is no JSON.")) from error
        if isinstance(content, dict):
            content = next((value for value in content.values() if isinstance(value, list)), [content])
        return [row for row in content if isinstance(row, dict)] if isinstance(content, list) else []


def judged_address(host: str, port: int) -> str:
    """The first address of ``host`` we may connect to. Raises CentreError for one inside the house."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise CentreError(_("The host name %(host)s is not known.") % {"host": host}) from error
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    for address in addresses:
        # ::ffff:127.0.0.1 and the like reach the address they carry.
        seen = ipaddress.ip_address(address)
        inner = getattr(seen, "ipv4_mapped", None) or seen
        if not settings.PRIVATE_CENTRES and not inner.is_global:
            raise CentreError(_("%(host)s is an address inside the house; that is not allowed.") % {"host": host})
    return addresses[0]


def connection_to(scheme: str, host: str, port: int) -> http.client.HTTPConnection:
    address = judged_address(host, port)
    made = (
        http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=ssl.create_default_context())
        if scheme == "https"
        else http.client.HTTPConnection(host, port, timeout=TIMEOUT)
    )
    # The certificate is asked of the name, the connection goes to the judged address.
    made._create_connection = lambda _place, *more: socket.create_connection((address, port), *more)  # type: ignore[attr-defined]
    return made


def call(method: str, url: str, fields: Mapping[str, str]) -> Reply:
    """GET with a query or POST of a form. Raises CentreError where no answer came."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise CentreError(_("%(url)s is no web address.") % {"url": url}, is_final=True)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    connection = connection_to(parts.scheme, parts.hostname, port)
    form = urlencode({name: value for name, value in fields.items() if value})
    path = parts.path or "/"
    headers = {"Accept": "application/json", "User-Agent": "Bihuan"}
    try:
        if method == "GET":
            connection.request("GET", f"{path}?{form}" if form else path, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
            connection.request("POST", path, body=form.encode(), headers=headers)
        answer = connection.getresponse()
        body = answer.read(LIMIT_BYTES + 1)
    except (OSError, http.client.HTTPException) as error:
        raise CentreError(_("No answer: %(why)s") % {"why": error or type(error).__name__}) from error
    finally:
        connection.close()
    if len(body) > LIMIT_BYTES:
        raise CentreError(_("The answer is too large."))
    return Reply(answer.status, body)


# What another attempt cannot mend; a key, a limit and a broken server can be.
HOPELESS = {400, 404, 405, 410, 413, 415, 422}


def checked(reply: Reply) -> Reply:
    if reply.status in TAKEN:
        return reply
    words = reply.body[:160].decode("utf-8", "replace")
    raise CentreError(f"HTTP {reply.status} {words}".strip(), is_final=reply.status in HOPELESS)

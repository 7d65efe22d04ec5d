"""Visitors of a survey over real HTTP: each opens the page, takes its token, sends the form and reads the thanks.

A closed loop of threads on plain sockets, nothing but the standard library, so that it costs the machine little.

    python bench/load_client.py '{"port": 8000, "path": "/s/x", "clients": 8, "seconds": 6, ...}'
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import time
from typing import Any


def exchange(port: int, request: bytes) -> bytes:
    """One request on one connection, answered until the server closes it."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(request)
        parts = []
        while part := line.recv(65536):
            parts.append(part)
    return b"".join(parts)


class Visitors:
    def __init__(self, plan: dict[str, Any]) -> None:
        self.port, self.body = plan["port"], plan["body"].encode()
        host = f"Host: 127.0.0.1:{self.port}\r\nConnection: close\r\n"
        self.get = f"GET {plan['path']} HTTP/1.1\r\n{host}\r\n".encode()
        self.post = f"POST {plan['path']} HTTP/1.1\r\n{host}".encode()
        self.token = re.compile(plan["token"].encode())
        self.field = plan["field"].encode()
        self.ends = time.monotonic() + plan["seconds"]
        self.times: list[float] = []
        self.errors: list[str] = []

    def one(self) -> bool:
        page = exchange(self.port, self.get)
        found = self.token.search(page)
        if found is None:
            self.errors.append(page[:80].decode(errors="replace"))
            return False
        cookie = re.search(rb"Set-Cookie: (csrftoken=[^;]+)", page)
        body = self.field + b"=" + found[1].replace(b":", b"%3A") + b"&" + self.body
        head = self.post + (b"Cookie: " + cookie[1] + b"\r\n" if cookie else b"")
        head += b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(body)
        answer = exchange(self.port, head + body)
        if answer[9:12] != b"200":
            self.errors.append(answer[:80].decode(errors="replace"))
            return False
        return True

    def loop(self) -> None:
        while time.monotonic() < self.ends:
            begin = time.perf_counter()
            try:
                if self.one():
                    self.times.append(time.perf_counter() - begin)
            except OSError as error:
                self.errors.append(repr(error))


def main(plan: dict[str, Any]) -> dict[str, Any]:
    visitors = Visitors(plan)
    threads = [threading.Thread(target=visitors.loop) for _number in range(plan["clients"])]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begin
    times = sorted(visitors.times)

    def at(share: float) -> float:
        return 1000 * times[min(len(times) - 1, int(share * len(times)))] if times else 0.0

    return {
        "done": len(times),
        "rate": len(times) / took,
        "p50": at(0.5),
        "p95": at(0.95),
        "p99": at(0.99),
        "errors": len(visitors.errors),
        "first_error": visitors.errors[0] if visitors.errors else "",
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(json.loads(sys.argv[1]))))

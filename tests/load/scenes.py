"""What the tests try briefly and the benchmark at length: a rush into a quota, a crowd beside a script, kills."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from tests.load.server import Server
from tests.load.visitors import Visitor, client_of, together


def rush(server: Server, survey: str, visitors: int) -> Counter[int]:
    """Everybody has the form open and sends it at the same instant; how many got which status."""
    crowd = [Visitor(server, survey) for _visitor in range(visitors)]
    forms = together(Visitor.open, crowd, 16)
    start = threading.Barrier(visitors)

    def send(pair: tuple[Visitor, dict[str, str]]) -> int:
        start.wait()
        return pair[0].send_until_told(pair[1])

    return Counter(together(send, zip(crowd, forms, strict=True), visitors))


@dataclass(frozen=True)
class Crowd:
    """``seconds``: from opening the form to the thanks, visitor by visitor."""

    visitors: Counter[int]
    script: Counter[int]
    seconds: list[float]
    lasted: float


def crowd_beside_script(
    server: Server, survey: str, *, visitors: int, script: int, threads: int = 12, per_minute: float = 0
) -> Crowd:
    """Different browsers at one address, and one that opens and sends as fast as it can, then one page again and again.

    ``per_minute`` spaces the visitors evenly; without it they come as fast as ``threads`` can.
    """
    begin = time.monotonic()

    def answer(number: int) -> tuple[int, float]:
        if per_minute:
            time.sleep(max(0.0, begin + number * 60 / per_minute - time.monotonic()))
        visitor, started = Visitor(server, survey), time.monotonic()
        status = visitor.send_until_told(visitor.open())
        return status, time.monotonic() - started

    def run_script() -> list[int]:
        browser = Visitor(server, survey)
        found = [browser.send(browser.open()) for _time in range(script)]
        page = browser.open()
        return found + [browser.send(page) for _time in range(2 * script)]

    found: list[int] = []
    machine = threading.Thread(target=lambda: found.extend(run_script()))
    machine.start()
    told = together(answer, range(visitors), threads)
    lasted = time.monotonic() - begin
    machine.join()
    return Crowd(Counter(status for status, _ in told), Counter(found), [seconds for _, seconds in told], lasted)


def killed_under_load(
    server: Server, survey: str, *, kills: int, between: int, threads: int = 8, restarted: Callable[[float], None]
) -> dict[str, int]:
    """Visitors send without a break; after ``between`` receipts each time the server is killed and started again.

    Returns the last status by client number: everybody who got no answer sent the same form again. ``restarted`` is
    told how long nobody was served.
    """
    told: dict[str, int] = {}
    ending = threading.Event()

    def visit() -> None:
        while not ending.is_set():
            visitor = Visitor(server, survey)
            fields = visitor.open()
            told[client_of(fields)] = visitor.send_until_told(fields)

    crowd = [threading.Thread(target=visit, daemon=True) for _visitor in range(threads)]

    def wait_for(more: int) -> None:
        goal = len(told) + more
        while len(told) < goal:
            if not any(one.is_alive() for one in crowd):
                raise AssertionError(f"every visitor gave up after {len(told)} receipts")
            time.sleep(0.01)

    for one in crowd:
        one.start()
    for _kill in range(kills):
        wait_for(between)
        begin = time.monotonic()
        server.kill()
        server.start()
        restarted(time.monotonic() - begin)
    wait_for(between)
    ending.set()
    for one in crowd:
        one.join()
    return told

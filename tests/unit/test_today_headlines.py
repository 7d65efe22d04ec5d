"""Lines above the lists of Today lead where they say more."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bihuan.foundation import today
from bihuan.foundation.actor import NOBODY

NOW = datetime(2026, 11, 26, tzinfo=UTC)


def test_a_line_leads_to_its_own_page_and_silence_gives_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(today, "_headlines", [])
    speaks: Any = lambda _actor, _now: "At the desk: Mei"  # noqa: E731
    silent: Any = lambda _actor, _now: ""  # noqa: E731
    today.register_headline(speaks, url_name="cases:desk-roster", icon="headset")
    today.register_headline(speaks, url_name="cases:desk-roster", icon="headset")
    today.register_headline(silent, url_name="loop:page", icon="refresh")

    lines = today.headlines(NOBODY, NOW)

    assert [(line.text, line.url_name) for line in lines] == [("At the desk: Mei", "cases:desk-roster")]

"""The only place that reads the environment; a name nobody knows is an error, not a surprise later."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

KNOWN = {
    "BIHUAN_HOME": "folder for the SQLite database, attachments and the secret key",
    "BIHUAN_DATABASE_URL": "sqlite:///path or postgres://user:password@host:port/name",
    "BIHUAN_SECRET_KEY": "signing key; made and kept in BIHUAN_HOME when absent",
    "BIHUAN_HOSTS": "host names served, separated by commas",
    "BIHUAN_HTTPS": "1 when served behind HTTPS: secure cookies and HSTS",
    "BIHUAN_PUBLIC_URL": "address under which people reach the house, like https://quality.example.com; for letters",
    "BIHUAN_SMTP_URL": "mail server: smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465",
    "BIHUAN_MAIL_FROM": "sender of letters, like Service office <service@example.com>",
    "BIHUAN_MAIL_REPLY_TO": "where answers to letters go, if not to the sender",
    "BIHUAN_IMAP_URL": "box that letters of customers are fetched from: imaps://user:password@host/INBOX",
    "BIHUAN_MAIL_DESK": "code of the unit whose desk letters come to; the top one when absent",
    "BIHUAN_MAIL_RECEIPTS": "1 sends a neutral receipt, one an address and day",
    "BIHUAN_JURISDICTION": "our jurisdiction_id in Open311; the host name of the public address when absent",
    "BIHUAN_PRIVATE_CENTRES": "1 lets a city's centre have an address inside the house network",
    "BIHUAN_DEBUG": "1 for tracebacks in the browser; never in production",
    "BIHUAN_REFERENCE_DATA": "tests only: folder with reference data sets",
    "BIHUAN_TEST_POSTGRES_URL": "tests only: PostgreSQL to repeat the database tests on",
    "BIHUAN_REQUIRE_BROWSER": "tests only: 1 fails instead of skipping where no browser is found",
}

SQLITE_OPTIONS: dict[str, Any] = {
    # IMMEDIATE takes the write lock at the start: a deferred transaction that upgrades later dies at once.
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA busy_timeout=20000;PRAGMA foreign_keys=ON;"
        "PRAGMA temp_store=MEMORY;PRAGMA mmap_size=134217728;"
        "PRAGMA journal_size_limit=67108864;PRAGMA cache_size=-20000"
    ),
}


class SettingError(SystemExit):
    """Stops the program with one readable line."""


def check_names(environ: Mapping[str, str]) -> None:
    unknown = sorted(name for name in environ if name.startswith("BIHUAN_") and name not in KNOWN)
    if unknown:
        raise SettingError(f"unknown setting {', '.join(unknown)}; known are {', '.join(sorted(KNOWN))}")


def flag(name: str) -> bool:
    return os.environ.get(name, "") in {"1", "true", "yes", "on"}


def home() -> Path:
    place = Path(os.environ.get("BIHUAN_HOME", "var")).resolve()
    place.mkdir(parents=True, exist_ok=True)
    return place


def secret_key(place: Path) -> str:
    given = os.environ.get("BIHUAN_SECRET_KEY")
    if given:
        return given
    kept = place / "secret_key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(48))
    return kept.read_text().strip()


def mail(url: str) -> dict[str, Any]:
    """Django's mail settings from one address; without one letters are refused, never lost silently."""
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise SettingError(f"BIHUAN_SMTP_URL: cannot use {url.partition('@')[2] or url!r}, only smtp:// or smtps://")
    is_wrapped = parts.scheme == "smtps"
    given = dict(parse_qsl(parts.query))
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if is_wrapped else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": is_wrapped,
        # "?tls=0" for a server inside the house that speaks no TLS.
        "EMAIL_USE_TLS": not is_wrapped and given.get("tls", "1") not in {"0", "no", "false"},
    }


def public_url(given: str) -> str:
    """The address without a slash at its end; nothing but scheme, host and perhaps a port and folder."""
    parts = urlsplit(given)
    if given and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment):
        raise SettingError(f"BIHUAN_PUBLIC_URL: {given!r} is no address like https://quality.example.com")
    return given.rstrip("/")


def database(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        name = parts.path[1:] or ":memory:"
        # Kept open: the last one to close empties the write-ahead log, which costs a request more than all else.
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": name,
            "OPTIONS": dict(SQLITE_OPTIONS),
            "CONN_MAX_AGE": None,
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": dict(parse_qsl(parts.query)),
        }
    raise SettingError(f"BIHUAN_DATABASE_URL: cannot use {parts.scheme!r}, only sqlite:// or postgres://")

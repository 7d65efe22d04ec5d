"""Secrets and signed texts that visitors carry. Each is bound to its purpose and ends some day.

Of a secret only the hash is stored. What is signed can be read by whoever holds it, but not changed, and a text
signed for one purpose is worth nothing for another.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from datetime import timedelta
from functools import cache

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac


def new_secret() -> str:
    """128 random bits in the letters of an address."""
    return secrets.token_urlsafe(16)


def secret_hash(secret: str) -> str:
    """What is stored of a secret: enough to know it again."""
    return hashlib.sha256(secret.encode()).hexdigest()


@cache
def signer(purpose: str, _key: str) -> signing.Signer:
    """One object a purpose and key; making it costs more than signing."""
    return signing.Signer(salt=f"bihuan.{purpose}")


def sealed(purpose: str, text: str, *, lasts: timedelta) -> str:
    ends = int(time.time() + lasts.total_seconds())
    return signer(purpose, settings.SECRET_KEY).sign(f"{text}.{ends:x}")


def unsealed(purpose: str, token: str) -> str | None:
    """The text, or None where it was not signed for this, was changed or has ended."""
    try:
        text, _sep, ends = signer(purpose, settings.SECRET_KEY).unsign(token).rpartition(".")
        return text if int(ends, 16) > time.time() else None
    except (signing.BadSignature, ValueError):
        return None


def keyed_hash(purpose: str, text: str) -> str:
    """The same text gives the same hash here, and nobody without our key can try texts against it."""
    return salted_hmac(f"bihuan.{purpose}", text, algorithm="sha256").hexdigest()

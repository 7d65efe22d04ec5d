"""The hash that chains lines of the log: what is hashed, in which form."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

FIELDS = (
    "subject_type", "subject_id", "org_path", "position", "actor_kind", "actor_user_id", "actor_name", "on_behalf",
    "action", "at", "recorded_at", "before", "after", "reason", "request_id", "previous_hash",
)  # fmt: skip


def plain(value: Any) -> Any:
    """Return what both databases give back unchanged: no NaN, no 5.0 beside 5, no NUL characters."""
    if isinstance(value, Mapping):
        return {str(key).replace("\x00", "\ufffd"): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() else value
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    return value


def as_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``values`` as they will be read back from a JSON column."""
    given = json.loads(json.dumps(values, cls=DjangoJSONEncoder, default=None))
    found: dict[str, Any] = plain(given)
    return found


def _text(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def line_hash(line: Any) -> str:
    """Return the SHA-256 of a line's fields (the previous line's hash among them) as sorted JSON."""
    facts = {name: _text(getattr(line, name)) for name in FIELDS}
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seal_digest(previous: str, hashes: Iterable[str]) -> tuple[int, str]:
    """Return how many lines there are, and the hash over the previous seal and theirs."""
    digest, count = hashlib.sha256(previous.encode()), 0
    for one in hashes:
        digest.update(one.encode())
        count += 1
    return count, digest.hexdigest()

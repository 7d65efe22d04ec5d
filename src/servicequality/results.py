"""Result types shared by every method: frozen, with plain-data export."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import numpy as np


def plain(value: Any) -> Any:  # noqa: PLR0911
    """Turn a result into what JSON can hold: NaN and infinities become null, arrays lists, dates ISO text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return value


class Result:
    """Mixin of every frozen result dataclass."""

    def to_dict(self) -> dict[str, Any]:
        """Return the result as plain data (dicts, lists, numbers, text, null), ready for JSON."""
        exported = plain(self)
        assert isinstance(exported, dict)
        return exported


@dataclass(frozen=True)
class Estimate(Result):
    """A number with its uncertainty and base.

    ``value`` is None where there is no data (never 0); ``low``/``high`` are None where no interval can be
    given (one answer, say). ``n`` counts the answers used. ``level`` is the confidence level, ``method`` the
    name of the interval ("t", "wilson", "bca", "cluster", ...).
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    level: float = 0.95
    method: str = ""

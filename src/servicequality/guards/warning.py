"""A reservation in words, in two languages, with its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from servicequality.results import Result


@dataclass(frozen=True)
class Warning(Result):
    """One reservation: ``code`` for programs, the words in two languages, ``values`` the numbers behind them."""

    code: str
    message_en: str
    message_zh: str
    values: Mapping[str, float]


Warnings = tuple[Warning, ...]


def few(n: float, minimum: int, code: str, noun_en: str = "answers", noun_zh: str = "份回答") -> Warnings:
    """Return a warning when ``n`` is below ``minimum``."""
    if n >= minimum:
        return ()
    return (
        Warning(
            code,
            f"Only {n:.0f} {noun_en}; below {minimum} the figure says little.",
            f"只有 {n:.0f} {noun_zh}，少于 {minimum}，数字说明不了什么。",
            {"n": float(n), "minimum": float(minimum)},
        ),
    )


def warn(code: str, message_en: str, message_zh: str, /, **values: float) -> Warning:
    """Return a warning with its numbers put into the words of both languages."""
    return Warning(
        code,
        message_en.format(**values),
        message_zh.format(**values),
        {name: float(value) for name, value in values.items()},
    )


def listed(values: Mapping[str, float]) -> str:
    """Return named figures as text."""
    return ", ".join(f"{name.upper()} {value:.3f}" for name, value in values.items())

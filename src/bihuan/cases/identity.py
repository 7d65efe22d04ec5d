"""Marks by which the same person is found again, without keeping in an index who it is."""

from __future__ import annotations

import re
import secrets

from bihuan.foundation.secrets import keyed_hash, secret_hash

# Letters and digits that are not taken for one another when read out on the telephone.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LETTERS = 26  # 130 bits
PIN_DIGITS = 4


def phone_digits(phone: str) -> str:
    """The digits of a number without the country's prefix: 138-0013 8000 and +86 13800138000 are the same."""
    digits = re.sub(r"\D", "", phone)
    return digits[2:] if digits.startswith("86") and len(digits) > 11 else digits


def phone_mark(phone: str) -> str:
    digits = phone_digits(phone)
    return keyed_hash("cases.phone", digits) if len(digits) >= 5 else ""


def email_mark(email: str) -> str:
    folded = email.strip().casefold()
    return keyed_hash("cases.email", folded) if folded else ""


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LETTERS))


def code_of(page: str) -> str:
    """The code of the case that a page brought: sent again after a lost answer, the page gets it told again."""
    number = int(keyed_hash("cases.code", page), 16)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(CODE_LETTERS))


def pin_of(page: str) -> str:
    return f"{int(keyed_hash('cases.page_pin', page), 16) % 10**PIN_DIGITS:0{PIN_DIGITS}d}"


def code_shown(code: str) -> str:
    """In groups, as people read it out."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def code_typed(text: str) -> str:
    return re.sub(r"[\s-]", "", text).upper()


def code_mark(code: str) -> str:
    return secret_hash(code_typed(code))


def new_pin() -> str:
    return f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}d}"


def pin_mark(code_hash: str, pin: str) -> str:
    """Bound to its case: the same four digits look different on every case."""
    return keyed_hash("cases.pin", f"{code_hash}.{pin.strip()}")


# A number we made ourselves from what was said; no number of another system begins like this.
MARK = "~"

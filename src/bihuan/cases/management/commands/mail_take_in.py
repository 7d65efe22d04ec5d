"""Take in one letter from standard input, as a mail server or fetchmail hands it over."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from bihuan.cases.letterbox import take_in
from bihuan.cases.mailing import LIMIT_BYTES


class Command(BaseCommand):
    help = "Read one RFC 822 letter from standard input and keep it as a case or a message of a case."

    def handle(self, *_args: Any, **_options: Any) -> None:
        mail = take_in(sys.stdin.buffer.read(LIMIT_BYTES + 1))
        self.stdout.write(f"{mail.fate} {mail.case.number if mail.case else mail.reason}")

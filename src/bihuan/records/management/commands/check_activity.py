"""Check every chain and every seal of the activity log; exit 1 and name what does not hold."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bihuan.records.models import Activity
from bihuan.records.selectors import broken_links, broken_seals


class Command(BaseCommand):
    help = "Check the chains and seals of the activity log."

    def handle(self, *args: Any, **options: Any) -> None:
        lines, seals = broken_links(Activity._base_manager.all()), broken_seals()
        for line in lines:
            self.stderr.write(f"line {line.pk} of {line.subject}, position {line.position}: does not hold")
        for seal in seals:
            self.stderr.write(f"seal up to line {seal.upto_id}: lines were taken out or put in")
        if lines or seals:
            raise CommandError(f"{len(lines)} lines and {len(seals)} seals do not hold")
        self.stdout.write(f"{Activity._base_manager.count()} lines hold")

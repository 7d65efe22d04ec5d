from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AnswerKind(models.TextChoices):
    """An answering standard says what is so; an agreed wording says it in words nobody changes."""

    STANDARD = "standard", _("answering standard")
    WORDING = "wording", _("agreed wording")

"""Photos and files that visitors send along with their answers."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.models import ScopedModel
from bihuan.instruments.models import Response
from bihuan.surveys.models.campaign import Campaign


class AnswerFile(ScopedModel):
    """One file. The answer names it by ``handle``, which cannot be guessed; without a response it was never sent.

    Only a day is kept, so that a file cannot tell when an anonymous answer was given.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="files")
    response = models.ForeignKey(Response, on_delete=models.CASCADE, null=True, related_name="files")
    client_uuid = models.UUIDField(db_index=True)
    item = models.CharField(_("item"), max_length=120)
    handle = models.CharField(max_length=40, unique=True, editable=False)
    name = models.CharField(_("file name"), max_length=160, editable=False)
    media_type = models.CharField(_("file type"), max_length=100, editable=False)
    size = models.PositiveBigIntegerField(_("size"), editable=False)
    digest = models.CharField(max_length=64, editable=False)
    day = models.DateField(_("day"), db_index=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("file with an answer")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("surveys:answer-file", kwargs={"pk": self.pk})

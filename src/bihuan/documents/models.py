"""Papers as they were issued."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bihuan.accounts.models import User
from bihuan.foundation.models import ScopedModel
from bihuan.foundation.references import Reference


class IssuedDocument(ScopedModel):
    """What was sent out, word for word: it can be printed again exactly. The database refuses UPDATE and DELETE."""

    subject_type = models.CharField(max_length=100, editable=False)
    subject_id = models.BigIntegerField(editable=False)
    kind = models.CharField(_("kind"), max_length=60, editable=False)
    version = models.PositiveIntegerField(_("version"), editable=False)
    number = models.CharField(_("number"), max_length=100, blank=True, editable=False)
    title = models.CharField(_("title"), max_length=300, editable=False)
    content = models.JSONField(encoder=DjangoJSONEncoder, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    issued_at = models.DateTimeField(_("issued"), editable=False)
    issued_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("issued by")
    )
    issued_by_name = models.CharField(_("issued by"), max_length=150, editable=False)

    class Meta:
        ordering = ["-issued_at", "-id"]
        verbose_name = _("issued document")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "kind", "version"], name="issued_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    def get_absolute_url(self) -> str:
        return reverse("documents:paper", kwargs={"pk": self.pk})

    @property
    def subject(self) -> Reference:
        return Reference(self.subject_type, self.subject_id)

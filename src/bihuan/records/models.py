"""What hangs on any record: who did what, files, comments, numbers, notices to people, the search index."""

from __future__ import annotations

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.accounts.models import User
from bihuan.foundation.models import ScopedModel
from bihuan.foundation.references import Reference


class OfSubject(ScopedModel):
    """A row about another record, named by label and number; ``org_path`` is that record's path of the day."""

    subject_type = models.CharField(_("kind of record"), max_length=100, editable=False)
    subject_id = models.BigIntegerField(_("record"), editable=False)

    class Meta:
        abstract = True

    @property
    def subject(self) -> Reference:
        return Reference(self.subject_type, self.subject_id)


class Activity(OfSubject):
    """One line of the log. The database refuses UPDATE and DELETE; each line is chained to its record's last.

    The chain runs per record, not through the whole log: one chain for all would make every writer of the
    house wait for every other (and lock each other out across records). What a chain per record cannot show,
    a tail or a whole chain cut off, the daily `ActivitySeal` over all lines does.
    """

    position = models.PositiveIntegerField(editable=False)
    actor_kind = models.CharField(max_length=10, editable=False)
    actor_user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, editable=False, related_name="activities", verbose_name=_("who")
    )
    actor_name = models.CharField(_("who"), max_length=150, editable=False)
    on_behalf = models.CharField(_("on behalf of"), max_length=150, blank=True, editable=False)
    action = models.CharField(pgettext_lazy("activity log", "action"), max_length=60, db_index=True, editable=False)
    at = models.DateTimeField(_("when"), db_index=True, editable=False)
    recorded_at = models.DateTimeField(_("recorded"), editable=False)
    before = models.JSONField(_("before"), default=dict, encoder=DjangoJSONEncoder, editable=False)
    after = models.JSONField(_("after"), default=dict, encoder=DjangoJSONEncoder, editable=False)
    reason = models.TextField(_("reason"), blank=True, editable=False)
    request_id = models.CharField(_("request"), max_length=64, blank=True, editable=False)
    previous_hash = models.CharField(max_length=64, blank=True, editable=False)
    hash = models.CharField(max_length=64, editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("activity")
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_id", "position"], name="activity_never_forks")
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.action}"


class ActivitySeal(models.Model):
    """A stamp over every line up to ``upto_id``: a line that goes missing later no longer adds up."""

    upto_id = models.BigIntegerField(unique=True, editable=False)
    count = models.BigIntegerField(editable=False)
    sealed_at = models.DateTimeField(editable=False)
    digest = models.CharField(max_length=64, editable=False)

    class Meta:
        ordering = ["upto_id"]
        verbose_name = _("activity seal")

    def __str__(self) -> str:
        return f"{self.upto_id} {self.digest[:8]}"


class Contribution(OfSubject):
    """What a person adds to a record. It is never deleted: it is withdrawn, with a reason, and says so."""

    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    author_name = models.CharField(_("author"), max_length=150, editable=False)
    at = models.DateTimeField(_("when"), editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_by = models.CharField(max_length=150, blank=True, editable=False)
    withdraw_reason = models.TextField(blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None


class Attachment(Contribution):
    """A file by its content: the same bytes are kept once, however often they are attached."""

    name = models.CharField(_("file name"), max_length=160, editable=False)
    media_type = models.CharField(_("file type"), max_length=100, editable=False)
    size = models.PositiveBigIntegerField(_("size"), editable=False)
    digest = models.CharField(max_length=64, db_index=True, editable=False)

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("file")
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="attachment_subject")]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        return reverse("records:attachment", kwargs={"pk": self.pk})


class Comment(Contribution):
    """A remark among colleagues; citizens never see it."""

    text = models.TextField(_("text"), max_length=5000, editable=False)

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("comment")
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="comment_subject")]

    def __str__(self) -> str:
        return self.text[:60]


class NumberCounter(models.Model):
    """The last number given in a series and year; the row is the lock."""

    series = models.CharField(max_length=60)
    year = models.PositiveIntegerField()
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["series", "year"]
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="number_series_once")]

    def __str__(self) -> str:
        return f"{self.series} {self.year}: {self.last}"


class Notification(models.Model):
    """A line for one person. ``message`` is an English message id, put into words when it is read."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notifications")
    subject_type = models.CharField(max_length=100)
    subject_id = models.BigIntegerField()
    message = models.CharField(max_length=300)
    params: ClassVar[models.JSONField[dict[str, str], dict[str, str]]] = models.JSONField(default=dict)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("notification")
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_newest"),
            models.Index(fields=["user"], condition=models.Q(read_at__isnull=True), name="notification_unread"),
        ]

    def __str__(self) -> str:
        return self.message

    @property
    def subject(self) -> Reference:
        return Reference(self.subject_type, self.subject_id)


class SearchEntry(OfSubject):
    """What search knows of one record; ``permission`` is the right that opens the record."""

    permission = models.CharField(max_length=80)
    number = models.CharField(max_length=100, blank=True, db_index=True)
    title = models.CharField(max_length=300)
    excerpt = models.CharField(max_length=300, blank=True)
    words = models.TextField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering = ["-updated_at"]
        constraints = [models.UniqueConstraint(fields=["subject_type", "subject_id"], name="search_entry_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

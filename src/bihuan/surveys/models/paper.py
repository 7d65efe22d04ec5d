"""Questionnaires on paper: handed out, returned and valid ones counted apart; keyed once or twice."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.accounts.models import User
from bihuan.foundation.models import ScopedModel, StatefulModel
from bihuan.instruments.models import InstrumentVersion, Response
from bihuan.organisation.models import OrgUnit
from bihuan.surveys import lifecycle
from bihuan.surveys.models.campaign import Campaign
from bihuan.surveys.models.door import Door


class PaperBatch(ScopedModel):
    """What one unit handed out of one survey. ``returned`` is counted by hand; valid are the sheets keyed."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="paper_batches")
    door = models.ForeignKey(Door, on_delete=models.PROTECT, related_name="paper_batches")
    unit = models.ForeignKey(OrgUnit, on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    number = models.PositiveIntegerField(_("batch"), editable=False)
    label = models.CharField(_("where it was handed out"), max_length=100, blank=True)
    issued = models.PositiveIntegerField(_("handed out"), validators=[MinValueValidator(1)])
    returned = models.PositiveIntegerField(pgettext_lazy("paper", "returned"), default=0)
    issued_on = models.DateField(_("handed out on"))
    by_name = models.CharField(_("who"), max_length=150, editable=False)

    class Meta:
        ordering = ["campaign", "number"]
        verbose_name = _("paper batch")
        constraints = [models.UniqueConstraint(fields=["campaign", "number"], name="paper_batch_once")]

    def __str__(self) -> str:
        return f"{self.campaign} · {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("surveys:paper-batch", kwargs={"pk": self.pk})


class PaperSheet(StatefulModel):
    """One returned sheet by its number.

    The keyed answers are kept only until they are submitted; a sheet of an anonymous survey then leads to no answer.
    ``differences``: item, and after settling why; ``compared`` and ``differing`` count items of sheets keyed twice.
    """

    lifecycle = lifecycle.PAPER_SHEET
    state_labels = {
        "keyed": pgettext_lazy("paper sheet", "to be keyed a second time"),
        "differs": pgettext_lazy("paper sheet", "differences to be settled"),
        "submitted": pgettext_lazy("paper sheet", "valid"),
        "void": pgettext_lazy("paper sheet", "not valid"),
    }
    action_labels = {
        "differ": pgettext_lazy("log", "keyed it a second time, with differences"),
        "submit": pgettext_lazy("log", "entered it as an answer"),
        "void": pgettext_lazy("log", "set it aside as not valid"),
    }

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="paper_sheets")
    batch = models.ForeignKey(PaperBatch, on_delete=models.CASCADE, related_name="sheets")
    version_of_form = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(_("sheet number"), max_length=20)
    answered_on = models.DateField(_("answered on"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    remark = models.TextField(_("handler's remark"), blank=True, max_length=2000)
    remark_by = models.CharField(_("remark by"), max_length=150, blank=True, editable=False)
    is_chosen = models.BooleanField(_("chosen for double entry"), default=False, editable=False)

    first = models.JSONField(default=dict, editable=False)
    first_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    first_by_name = models.CharField(_("keyed by"), max_length=150, editable=False)
    keyed_on = models.DateField(_("keyed on"), editable=False)
    second = models.JSONField(default=dict, editable=False)
    second_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", editable=False)
    second_by_name = models.CharField(_("keyed again by"), max_length=150, blank=True, editable=False)
    compared = models.PositiveSmallIntegerField(_("items compared"), default=0, editable=False)
    differing = models.PositiveSmallIntegerField(_("items that differ"), default=0, editable=False)
    differences = models.JSONField(_("differences"), default=list, editable=False)
    settled_by_name = models.CharField(_("settled by"), max_length=150, blank=True, editable=False)
    void_reason = models.CharField(_("why it is not valid"), max_length=200, blank=True, editable=False)
    submitted_on = models.DateField(_("entered on"), null=True, editable=False)
    response = models.OneToOneField(Response, on_delete=models.SET_NULL, null=True, related_name="paper_sheet")

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("paper sheet")
        constraints = [models.UniqueConstraint(fields=["campaign", "number"], name="paper_sheet_once")]
        indexes = [models.Index(fields=["batch", "state"], name="paper_sheet_state")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("surveys:paper-sheet", kwargs={"pk": self.pk})

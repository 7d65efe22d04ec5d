"""What somebody will do about it, by when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.accounts.models import User
from bihuan.foundation.actor import Actor
from bihuan.foundation.models import StatefulModel
from bihuan.organisation.models import Person
from bihuan.rectification import lifecycle
from bihuan.rectification.enums import ActionKind
from bihuan.rectification.models.finding import Finding
from bihuan.rectification.models.notice import Notice


class Action(StatefulModel):
    """A correction, corrective or preventive action on a finding, with one owner and one date."""

    lifecycle = lifecycle.ACTION
    state_labels = {
        "planned": pgettext_lazy("action", "planned"),
        "done": pgettext_lazy("action", "reported done"),
        "verified": pgettext_lazy("action", "verified"),
        "cancelled": pgettext_lazy("action", "cancelled"),
    }
    action_labels = {
        "report_done": pgettext_lazy("log", "reported it done"),
        "verify": pgettext_lazy("log", "verified it"),
        "send_back": pgettext_lazy("log", "sent it back"),
        "cancel": pgettext_lazy("log", "cancelled it"),
        "revive": pgettext_lazy("log", "took it up again"),
        "reschedule": pgettext_lazy("log", "changed owner or date"),
    }

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="actions")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, null=True, blank=True, related_name="actions")
    kind = models.CharField(_("kind"), max_length=20, choices=ActionKind.choices)
    title = models.CharField(_("what will be done"), max_length=200)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="owned_actions", verbose_name=_("owner"))
    due_on = models.DateField(_("due on"))
    result = models.TextField(_("what was done"), blank=True)
    planned_at = models.DateTimeField(editable=False)
    planned_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("planned by")
    )
    done_at = models.DateTimeField(_("done at"), null=True, blank=True, editable=False)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("done by"))
    verified_at = models.DateTimeField(_("verified at"), null=True, blank=True, editable=False)
    verified_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("verified by")
    )

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("action")
        indexes = [models.Index(fields=["owner", "state", "due_on"], name="action_mine")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{reverse('rectification:finding', kwargs={'pk': self.finding_id})}#actions"

    def is_late(self, today: date) -> bool:
        return self.state == "planned" and self.due_on < today


def _other_than_owner(action: Action, actor: Actor, _data: Mapping[str, Any]) -> str | Promise | None:
    if actor.user_id is None:
        return _("A person has to verify.")
    if actor.person_id == action.owner_id or actor.is_user(action.done_by_id):
        return _("Somebody else than the owner has to verify.")
    return None


Action.guards = {"other_than_owner": _other_than_owner}

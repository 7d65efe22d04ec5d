"""Reads of contacts, samples and letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.actor import Actor
from bihuan.surveys.models import Campaign, Contact, Invitation, Mailing, Message, SampleDraw
from bihuan.surveys.permissions import CONTACTS

LEFT_OUT: dict[str, str | Promise] = {
    "quarantined": _("asked too recently, by this or another survey"),
    "opted_out": _("do not want to be asked"),
    "no_address": _("have no address for this channel"),
    "invited": _("are invited to this survey already"),
    "same_person": _("stand in the list more than once"),
}


def contacts_for(actor: Actor) -> QuerySet[Contact]:
    return Contact.objects.for_permission(actor, CONTACTS).filter(erased_at=None).select_related("unit")


def left_out_words(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(str(label), counts[name]) for name, label in LEFT_OUT.items() if counts.get(name)]


def participation_of(contact: Contact) -> QuerySet[Invitation]:
    """The surveys somebody was asked to. Whether they answered is kept apart from what was answered."""
    rows = Invitation.objects.filter(contact=contact).select_related("campaign", "door", "segment")
    return rows.order_by("-pk")


def draws_of(campaign: Campaign) -> QuerySet[SampleDraw]:
    return SampleDraw.objects.filter(campaign=campaign).defer("frame").order_by("-at", "-pk")


def mailings_of(campaign: Campaign) -> QuerySet[Mailing]:
    """Rounds of letters with what became of theirs."""
    states = {name: Count("messages", filter=Q(messages__state=name)) for name in Message.State.values}
    counted = {f"n_{name}": count for name, count in states.items()}
    return Mailing.objects.filter(campaign=campaign).annotate(**counted).order_by("-due_at", "-pk")


@dataclass(frozen=True)
class StratumPlan:
    """One segment of a draw: how many there are, how many are wanted by share, how many can be drawn."""

    name: str
    size: int
    wanted: int


def strata_words(campaign: Campaign, sizes: Mapping[str, int], wanted: Mapping[str, int]) -> list[StratumPlan]:
    names = dict(campaign.segments.values_list("code", "name"))
    order = [*names, ""]
    return [
        StratumPlan(names.get(code) or str(_("no segment")), sizes.get(code, 0), wanted.get(code, 0))
        for code in order
        if code in sizes or code in wanted
    ]

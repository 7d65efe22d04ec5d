"""What all pages of one survey in the field share: where one is, and the pages beside it."""

from __future__ import annotations

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import pgettext_lazy

from bihuan.foundation.actor import Actor
from bihuan.surveys.models import Campaign
from bihuan.surveys.permissions import CONTACTS, EXPORT, FIELD, MANAGE, VIEW
from bihuan.surveys.tables.campaigns import CAMPAIGN_LOOK

TABS: tuple[tuple[str, str | Promise, str], ...] = (
    ("campaign", pgettext_lazy("page of a survey", "Overview"), VIEW),
    ("campaign-units", pgettext_lazy("page of a survey", "Units and segments"), MANAGE),
    ("campaign-doors", pgettext_lazy("page of a survey", "Ways in"), MANAGE),
    ("campaign-quotas", pgettext_lazy("page of a survey", "Quotas"), MANAGE),
    ("campaign-invitations", pgettext_lazy("page of a survey", "Invitations"), CONTACTS),
    ("campaign-batches", pgettext_lazy("page of a survey", "Paper"), FIELD),
    ("campaign-calls", pgettext_lazy("page of a survey", "Telephone"), FIELD),
    ("campaign-progress", pgettext_lazy("page of a survey", "Progress"), VIEW),
    ("campaign-results", pgettext_lazy("page of a survey", "Results"), VIEW),
    ("campaign-quality", pgettext_lazy("page of a survey", "Answer quality"), VIEW),
    ("campaign-exports", pgettext_lazy("page of a survey", "Exports"), EXPORT),
)

OF_A_PART = {"campaign-progress", "campaign-results", "campaign-quality"}  # also for the head of a unit that takes part


def address(name: str, campaign: Campaign) -> str:
    """The page of this name, or "" where there is none."""
    try:
        return reverse(f"surveys:{name}", kwargs={"pk": campaign.pk})
    except NoReverseMatch:
        return ""


def tabs_of(campaign: Campaign, actor: Actor, current: str) -> list[dict[str, Any]]:
    """Pages of the survey this person may open, in the shape of saved views."""
    has_part = any(path.startswith(campaign.org_path) for path in actor.paths(VIEW))
    found = [
        {"label": label, "url": address(name, campaign), "active": name == current}
        for name, label, permission in TABS
        if actor.can(permission, campaign.org_path) or (has_part and name in OF_A_PART)
    ]
    return [tab for tab in found if tab["url"]]


def frame_of(campaign: Campaign, actor: Actor, current: str, title: str = "") -> dict[str, Any]:
    """Context of any page of the survey; ``current`` is the name of the page."""
    crumbs = [{"label": _t("Survey campaigns"), "url": reverse("surveys:campaigns")}]
    if current != "campaign":
        may_open = actor.can(VIEW, campaign.org_path)
        crumbs.append({"label": campaign.title, "url": campaign.get_absolute_url() if may_open else ""})
    return {
        "record": campaign,
        "campaign": campaign,
        "title": title or campaign.title,
        "state_look": CAMPAIGN_LOOK[campaign.state],
        "tabs": tabs_of(campaign, actor, current),
        "breadcrumbs": [*crumbs, {"label": title or campaign.title}],
        "may_manage": actor.can(MANAGE, campaign.org_path),
    }

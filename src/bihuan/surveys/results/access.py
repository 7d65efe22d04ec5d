"""Who may see what of a survey's results.

Whoever holds the right on the survey's unit sees everything but small cells. Whoever holds it on a part only sees that
part, and beside it the figures of the whole survey: these are public inside the house, as long as they do not give
another single unit away.
"""

from __future__ import annotations

from dataclasses import dataclass

from bihuan.foundation.actor import Actor, covers
from bihuan.foundation.errors import NotPermittedError, OutOfScopeError
from bihuan.foundation.models import within
from bihuan.foundation.scope import system_scope
from bihuan.surveys.models import Campaign, CampaignUnit, TallyCell
from bihuan.surveys.permissions import VIEW
from bihuan.surveys.tallying import Scope

FEWEST_OTHERS = 2  # a total of two units tells each of them the other's figures


@dataclass(frozen=True)
class Access:
    """``units`` are the topmost units of a part; empty for whoever may see the whole."""

    is_whole: bool
    units: tuple[int, ...] = ()
    paths: tuple[str, ...] = ()

    def covers(self, path: str) -> bool:
        return self.is_whole or covers(self.paths, path)


def opened(actor: Actor, pk: int) -> tuple[Campaign, Access]:
    """A survey and what the actor may see of its results.

    To a stranger it does not exist; whoever is inside its unit without the right is refused.
    """
    rows = Campaign.objects.select_related("unit", "version_of_form__instrument").filter(pk=pk)
    mine = rows.first()
    with system_scope("survey_results"):
        rows = Campaign.objects.select_related("unit", "version_of_form__instrument").filter(pk=pk)
        campaign = mine or rows.first()
    access = access_of(actor, campaign) if campaign is not None else None
    if campaign is None or access is None:
        raise NotPermittedError() if mine is not None else OutOfScopeError()
    return campaign, access


def access_of(actor: Actor, campaign: Campaign) -> Access | None:
    """None for whoever has no part in the survey."""
    if actor.can(VIEW, campaign.org_path):
        return Access(is_whole=True)
    held = [path for path in actor.paths(VIEW) if path.startswith(campaign.org_path)]
    if not held:
        return None
    with system_scope("survey_results"):
        cells = TallyCell.objects.filter(tally__campaign=campaign, scope=Scope.TREE.value, channel="", period="")
        known = set(cells.filter(within("org_path", held)).values_list("place", "org_path"))
        asked = CampaignUnit.objects.filter(campaign=campaign)
        known |= set(asked.filter(within("org_path", held)).values_list("unit_id", "org_path"))
    tops = sorted(
        (one for one in known if not any(one[1] != path and one[1].startswith(path) for _unit, path in known)),
        key=lambda one: one[1],
    )
    if not tops:
        return None
    return Access(False, tuple(unit for unit, _path in tops), tuple(path for _unit, path in tops))

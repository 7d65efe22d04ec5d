"""Reads of answer quality."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from bihuan.accounts.models import User
from bihuan.foundation.actor import Actor
from bihuan.instruments.models import Response
from bihuan.organisation.models import Asset
from bihuan.surveys.models import Campaign, Door, ExcludedAnswer, QualityCheck, QualityRuleSet, ResponseFlag
from bihuan.surveys.permissions import VIEW


def campaigns_to_look_at() -> list[Campaign]:
    """Surveys with answers that came after their last check."""
    rows = Campaign.objects.filter(Q(state__in=("open", "paused")) | Q(state="closed", quality_check__isnull=True))
    found = []
    for campaign in rows.select_related("quality_check").order_by("pk"):
        last = Response.objects.filter(collection=campaign.collection).aggregate(last=Max("pk"))["last"] or 0
        check = getattr(campaign, "quality_check", None)
        if last > (check.upto if check else 0):
            found.append(campaign)
    return found


def check_of(campaign: Campaign) -> QualityCheck | None:
    return QualityCheck.objects.filter(campaign=campaign).select_related("rules").first()


def rule_sets_of(campaign: Campaign) -> QuerySet[QualityRuleSet]:
    return QualityRuleSet.objects.filter(campaign=campaign).order_by("-number")


def flagged_of(campaign: Campaign, actor: Actor) -> QuerySet[ResponseFlag]:
    """Flagged answers of the units somebody sees, most signs first; whether a person took them out stands with each."""
    taken_out = ExcludedAnswer.objects.filter(response=OuterRef("response_id"))
    rows = ResponseFlag.objects.for_permission(actor, VIEW).filter(campaign=campaign)
    return rows.select_related("response").annotate(is_excluded=Exists(taken_out))


def excluded_of(campaign: Campaign, actor: Actor) -> QuerySet[ExcludedAnswer]:
    return ExcludedAnswer.objects.for_permission(actor, VIEW).filter(campaign=campaign).select_related("response")


def campaign_of(response: Response) -> Campaign | None:
    """The survey an answer belongs to; None for answers of other kinds."""
    kind, _, number = response.collection.partition(":")
    if kind != "campaign" or not number.isdigit():
        return None
    return Campaign.objects.filter(pk=int(number)).select_related("unit").first()


def cluster_names(clusters: Iterable[str]) -> dict[str, str]:
    """What a cluster is called: the vehicle or counter, the interviewer, the way in."""
    keys: dict[str, set[int]] = {}
    for cluster in clusters:
        kind, _, number = cluster.partition(":")
        if number.isdigit():
            keys.setdefault(kind, set()).add(int(number))
    found: dict[str, str] = {}
    for asset in Asset.objects.filter(pk__in=keys.get("asset", ())):
        found[f"asset:{asset.pk}"] = asset.name if asset.name == asset.code else f"{asset.name} {asset.code}"
    for user in User.objects.filter(pk__in=keys.get("interviewer", ())).select_related("person"):
        found[f"interviewer:{user.pk}"] = user.display_name
    for door in Door.objects.filter(pk__in=keys.get("door", ())):
        found[f"door:{door.pk}"] = f"{door.get_kind_display()} {door.label}".strip()
    return found


def flags_in_words(
    flags: Mapping[str, Mapping[str, Any]], *, is_anonymous: bool, names: Mapping[str, str]
) -> list[dict[str, str]]:
    """Why one answer was flagged: the sign, and the sentence with its numbers."""
    from bihuan.surveys.quality.words import RULE_LABELS, flag_sentence

    found = []
    for rule, values in flags.items():
        shown = dict(values)
        if "cluster" in shown:
            shown["cluster"] = names.get(shown["cluster"], shown["cluster"])
        found.append(
            {
                "rule": rule,
                "label": str(RULE_LABELS.get(rule, rule)),
                "text": flag_sentence(rule, shown, is_anonymous=is_anonymous),
            }
        )
    return found

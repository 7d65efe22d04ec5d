"""Acts on answer quality: rules in versions, the check, and what a person takes out of the figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bihuan.accounts.selectors import users_with
from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.foundation.events import emit
from bihuan.foundation.jobs import enqueue
from bihuan.instruments.models import Response
from bihuan.instruments.services import collection_horizon
from bihuan.records.services import notification_send
from bihuan.surveys.events import AnswerExcluded, AnswerRestored
from bihuan.surveys.models import Campaign, ExcludedAnswer, QualityCheck, QualityRuleSet, ResponseFlag
from bihuan.surveys.permissions import MANAGE

if TYPE_CHECKING:
    from bihuan.surveys.quality.checking import Found
    from bihuan.surveys.quality.reading import Sheets
    from servicequality.response_quality import QualityRules

ALIKE = 4.0
SUSPICIOUS = gettext_noop("Survey “%(title)s”: the answers of %(count)s places or interviewers are unusually alike.")


def usual_rules() -> dict[str, Any]:
    """The thresholds a campaign begins with.

    Even-odd is off: whoever is equally content with everything has no pattern to agree with, and would be flagged by
    chance. Unusual patterns and synonyms need long questionnaires.
    """
    from servicequality.response_quality import QualityRules

    rules = QualityRules(mahalanobis_p=None, synonyms=None, even_odd=None, cluster=ALIKE)
    return {name: value for name, value in rules.to_dict().items() if name != "version"}


@transaction.atomic
def rules_in_force(*, campaign: Campaign) -> QualityRuleSet:
    """The newest rules of a campaign; the first are made when they are first needed."""
    found = QualityRuleSet.objects.filter(campaign=campaign).first()
    if found is not None:
        return found
    made, _is_new = QualityRuleSet.objects.get_or_create(
        campaign=campaign,
        number=1,
        defaults={
            "org_path": campaign.org_path,
            "rules": usual_rules(),
            "reason": "",
            "made_at": timezone.now(),
            "made_by_name": "",
        },
    )
    return made


def thresholds_of(rules: QualityRuleSet) -> QualityRules:
    """The rules as the library applies them; their version names this row."""
    from servicequality.response_quality import QualityRules

    known = {field.name for field in fields(QualityRules)} - {"version"}
    return QualityRules(
        version=str(rules.number), **{name: value for name, value in rules.rules.items() if name in known}
    )


@transaction.atomic
def rules_change(*, campaign: Campaign, actor: Actor, rules: Mapping[str, Any], reason: str) -> QualityRuleSet:
    """Make the next version of the thresholds and have everything checked by it; the same values change nothing."""
    actor.require(MANAGE, campaign.org_path)
    if not reason.strip():
        raise BadInputError(_("Say why the rules change."), place="reason")
    before = rules_in_force(campaign=campaign)
    changed = {**before.rules, **rules}
    if changed == before.rules:
        return before
    try:
        with transaction.atomic():
            made = QualityRuleSet.objects.create(
                campaign=campaign,
                org_path=campaign.org_path,
                number=before.number + 1,
                rules=changed,
                reason=reason.strip()[:300],
                made_at=timezone.now(),
                made_by_name=actor.name,
            )
    except IntegrityError as error:
        raise ActionNotAllowedError(_("Somebody else changed the rules a moment ago. Look at them again.")) from error
    told = {name for name in changed if changed[name] != before.rules.get(name)}
    activity(
        campaign,
        "quality_rules",
        actor=actor,
        before={name: before.rules[name] for name in sorted(told)},
        after={"version": made.number, **{name: changed[name] for name in sorted(told)}},
        reason=reason.strip(),
    )
    enqueue("bihuan.surveys.tasks.check_answers", campaign.pk)
    return made


def check_ask(*, campaign: Campaign, actor: Actor) -> None:
    """Have the answers checked now."""
    actor.require(MANAGE, campaign.org_path)
    enqueue("bihuan.surveys.tasks.check_answers", campaign.pk)


def quality_check(*, campaign: Campaign) -> QualityCheck:
    """Check every answer there is by the rules in force; earlier flags give way. The worker calls this."""
    from bihuan.surveys.exporting.source import source_of  # numerics take a second to load
    from bihuan.surveys.quality.checking import check
    from bihuan.surveys.quality.comparing import compared
    from bihuan.surveys.quality.reading import sheets_of

    rules = rules_in_force(campaign=campaign)
    thresholds = thresholds_of(rules)
    upto = collection_horizon(collection=campaign.collection)
    source = source_of(campaign)
    sheets = sheets_of(source, upto)
    found = check(source, sheets, thresholds)
    flags_keep(campaign=campaign, rules=rules, sheets=sheets, found=found)
    excluded = list(ExcludedAnswer.objects.filter(campaign=campaign).values_list("response_id", flat=True))
    figures = compared(source, sheets, flagged=found.flags, excluded=excluded)
    from servicequality.response_quality import RULES

    applied = [name for name, rule in RULES.items() if rule.is_on(thresholds) and name not in found.not_applied]
    applied.append("machine")
    facts = {
        "rules": applied,
        "counts": {name: found.counts.get(name, 0) for name in applied},
        "not_applied": found.not_applied,
        "clusters": [one.to_dict() for one in found.clusters],
        "figures": figures,
        "excluded": len(excluded),
    }
    return check_keep(campaign=campaign, rules=rules, upto=upto, checked=len(sheets), found=found, facts=facts)


def flags_keep(*, campaign: Campaign, rules: QualityRuleSet, sheets: Sheets, found: Found) -> None:
    """Put the new flags in the place of the old, a stretch of answers at a time."""
    from bihuan.surveys.quality.checking import in_batches

    paths = dict(zip(sheets.ids.tolist(), sheets.paths.tolist(), strict=True)) if found.flags else {}
    for first, last, flagged in in_batches(found, sheets.ids):
        with transaction.atomic():
            before = ResponseFlag.objects.filter(campaign=campaign, response_id__gte=first, response_id__lte=last)
            before.exclude(response_id__in=flagged).delete()
            ResponseFlag.objects.bulk_create(
                [
                    ResponseFlag(
                        campaign=campaign,
                        response_id=pk,
                        rules=rules,
                        flags=found.flags[pk],
                        count=len(found.flags[pk]),
                        org_path=paths[pk],
                    )
                    for pk in flagged
                ],
                batch_size=500,
                update_conflicts=True,
                unique_fields=["response"],
                update_fields=["rules", "flags", "count"],
            )


@transaction.atomic
def check_keep(
    *, campaign: Campaign, rules: QualityRuleSet, upto: int, checked: int, found: Found, facts: dict[str, Any]
) -> QualityCheck:
    before = QualityCheck.objects.filter(campaign=campaign).first()
    known = {one["cluster"] for one in before.found.get("clusters", ())} if before else set()
    row, _is_new = QualityCheck.objects.update_or_create(
        campaign=campaign,
        defaults={
            "org_path": campaign.org_path,
            "rules": rules,
            "upto": upto,
            "checked": checked,
            "flagged": len(found.flags),
            "found": facts,
            "checked_at": timezone.now(),
        },
    )
    fresh = [one for one in found.clusters if one.cluster not in known]
    if fresh:
        notification_send(
            recipients=users_with(MANAGE, campaign.org_path),
            subject=campaign,
            message=SUSPICIOUS,
            params={"title": campaign.title, "count": str(len(found.clusters))},
        )
    return row


@transaction.atomic
def answer_exclude(*, campaign: Campaign, response: Response, actor: Actor, reason: str) -> ExcludedAnswer:
    """Take one answer out of the figures, with the reason; the answer itself stays."""
    actor.require(MANAGE, campaign.org_path)
    if response.collection != campaign.collection:
        raise BadInputError(_("This answer belongs to another survey."))
    if not reason.strip():
        raise BadInputError(_("Say why the answer is taken out."), place="reason")
    try:
        with transaction.atomic():
            row = ExcludedAnswer.objects.create(
                campaign=campaign,
                response=response,
                org_path=response.org_path,
                reason=reason.strip()[:500],
                excluded_at=timezone.now(),
                excluded_by_id=actor.user_id,
                excluded_by_name=actor.name,
            )
    except IntegrityError as error:
        raise ActionNotAllowedError(_("This answer is already taken out.")) from error
    activity(campaign, "exclude_answer", actor=actor, after={"answer": response.pk}, reason=reason.strip())
    emit(AnswerExcluded(campaign.pk, response.pk))
    return row


@transaction.atomic
def answers_exclude(*, campaign: Campaign, numbers: Iterable[int], actor: Actor, reason: str) -> int:
    """Take several answers out for one reason; those already out stay as they are. Returns how many."""
    known = set(ExcludedAnswer.objects.filter(campaign=campaign).values_list("response_id", flat=True))
    rows = Response.objects.filter(collection=campaign.collection, pk__in=[one for one in numbers if one not in known])
    found = list(rows)
    if not found:
        raise BadInputError(_("These answers are already taken out."), place="answers")
    for response in found:
        answer_exclude(campaign=campaign, response=response, actor=actor, reason=reason)
    return len(found)


@transaction.atomic
def answer_restore(*, excluded: ExcludedAnswer, actor: Actor, reason: str = "") -> None:
    """Let an answer count again."""
    actor.require(MANAGE, excluded.campaign.org_path)
    campaign, response = excluded.campaign, excluded.response_id
    deleted, _rows = ExcludedAnswer.objects.filter(pk=excluded.pk).delete()
    if not deleted:
        raise ActionNotAllowedError(_("This answer counts already."))
    activity(
        campaign,
        "restore_answer",
        actor=actor,
        before={"reason": excluded.reason},
        after={"answer": response},
        reason=reason,
    )
    emit(AnswerRestored(campaign.pk, response))

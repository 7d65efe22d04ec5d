"""From voice to revised standard: the chain of one finding, read from the records themselves."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bihuan.foundation.actor import Actor
from bihuan.foundation.openings import may_open
from bihuan.rectification.models import Finding
from bihuan.rectification.selectors.spine import living_notice


@dataclass(frozen=True)
class TrailStep:
    """``state``: met, soon, late, info, or none where the chain has not come yet."""

    key: str
    stage: str
    label: str = ""
    url: str = ""
    state: str = "none"
    current: bool = False
    note: str = ""


def _actions_step(finding: Finding) -> TrailStep:
    rows = list(finding.actions.exclude(state="cancelled"))
    if not rows:
        return TrailStep("actions", _("Actions"))
    verified = sum(row.state == "verified" for row in rows)
    late = any(row.is_late(timezone.localdate()) for row in rows)
    words = _("%(done)s of %(all)s verified") % {"done": verified, "all": len(rows)}
    state = "met" if verified == len(rows) else "late" if late else "info"
    return TrailStep("actions", _("Actions"), words, f"{finding.get_absolute_url()}#actions", state)


def _verification_step(finding: Finding, notice_url: str) -> TrailStep:
    last = None
    notice = living_notice(finding)
    if notice is not None:
        last = notice.verifications.order_by("-verified_at", "-pk").first()
    if last is not None:
        state = {"effective": "met", "not_effective": "late"}.get(last.verdict, "soon")
        words = str(last.get_verdict_display())
        return TrailStep("verification", _("Verification"), words, notice_url, state, note=last.verified_by_name)
    if finding.state == "closed":
        url = finding.get_absolute_url()
        return TrailStep("verification", _("Verification"), _("checked and closed"), url, "met")
    return TrailStep("verification", _("Verification"))


def trail_of(finding: Finding, actor: Actor, *, current: str = "") -> list[TrailStep]:
    """Voice or supervision → finding → notice → actions → verification → standard revised."""
    notice = living_notice(finding)
    source = finding.source.load() if finding.source else None
    source_url = source.get_absolute_url() if source is not None and may_open(actor, source) else ""
    if finding.source_label:
        voice = TrailStep("voice", _("Voice or supervision"), finding.source_label, source_url, "met")
    else:
        voice = TrailStep(
            "voice", _("Voice or supervision"), _("raised by %(who)s") % {"who": finding.raised_by_name}, "", "met"
        )
    found = [
        voice,
        TrailStep(
            "finding",
            _("Finding"),
            finding.number,
            finding.get_absolute_url(),
            "met" if finding.is_final else "info",
            note=finding.state_label,
        ),
    ]
    if notice is not None:
        state = "late" if notice.is_overdue else "met" if notice.is_final else "info"
        label, url = notice.number or pgettext("notice", "draft"), notice.get_absolute_url()
        found.append(TrailStep("notice", _("Notice"), label, url, state, note=notice.state_label))
    elif finding.correction:
        words = _("corrected on the spot")
        found.append(TrailStep("notice", _("Notice"), words, finding.get_absolute_url(), "met"))
    else:
        found.append(TrailStep("notice", _("Notice")))
    found += [
        _actions_step(finding),
        _verification_step(finding, notice.get_absolute_url() if notice else ""),
        TrailStep("standard", _("Standard revised")),
    ]
    return [TrailStep(**{**vars(step), "current": step.key == current}) for step in found]

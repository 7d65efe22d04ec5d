"""Whose customers are asked, in which groups, and how many of each."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from bihuan.foundation.views import ActionView, RecordPage
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.forms import campaigns as forms
from bihuan.surveys.models import Campaign, QuotaCell, Segment
from bihuan.surveys.permissions import MANAGE
from bihuan.surveys.selectors import campaigns as selectors
from bihuan.surveys.services import fielding as services
from bihuan.surveys.views.frame import address, frame_of

MANY_UNITS = 500


def crumbs(campaign: Campaign, name: str, title: Any) -> list[dict[str, Any]]:
    """Where a form below one of the survey's pages stands."""
    return [
        {"label": _t("Survey campaigns"), "url": reverse("surveys:campaigns")},
        {"label": campaign.title, "url": campaign.get_absolute_url()},
        {"label": str(title), "url": address(name, campaign)},
    ]


class UnitsPage(ActionView[Campaign]):
    """Units with their numbers, and the segments below."""

    required_permission = MANAGE
    model = Campaign
    form_class = forms.UnitsForm
    template_name = "surveys/field/units.html"
    title = _("Units and segments")
    success_message = _("Saved.")

    def form_arguments(self) -> dict[str, Any]:
        campaign = self.record
        units = OrgUnit.objects.filter(org_path__within=campaign.org_path, is_active=True).order_by("org_path")
        chosen = dict(campaign.units.values_list("unit_id", "target"))
        return {"units": list(units[:MANY_UNITS]), "targets": chosen}

    def initial(self) -> dict[str, Any]:
        return {}

    def context(self) -> dict[str, Any]:
        campaign = self.record
        segments = selectors.segments_of(campaign)
        shares = [segment.sample_share for segment in segments if segment.sample_share is not None]
        definition = campaign.version_of_form.definition
        return {
            **frame_of(campaign, self.actor, "campaign-units", str(self.title)),
            "is_living": campaign.state in services.LIVING,
            "is_draft": campaign.state == "draft",
            "segments": [{"row": segment, "rule": rule_words(segment, definition)} for segment in segments],
            "share_total": sum(shares),
            "has_shares": bool(shares),
            "shares_open": bool(shares) and sum(shares) < 1,
        }

    def submit(self, form: Any) -> str:
        services.campaign_units_set(campaign=self.record, actor=self.actor, targets=form.targets())
        return address("campaign-units", self.record)


def rule_words(segment: Segment, definition: Any) -> str:
    """Who belongs to a segment, in the words of the form."""
    item = definition.by_code.get(segment.item)
    if item is None:
        return _t("by the contact's entry, or as the interviewer says")
    words = dict(services.answer_words(definition, item))
    return f"{item.label or item.code}: {', '.join(words.get(str(code), str(code)) for code in segment.answers)}"


def answer_choices(campaign: Campaign) -> list[Any]:
    definition = campaign.version_of_form.definition
    return [
        (
            item.label or item.code,
            [(f"{item.code}={code}", words) for code, words in services.answer_words(definition, item)],
        )
        for item in services.deciding_items(definition)
    ]


class SegmentNew(ActionView[Campaign]):
    required_permission = MANAGE
    model = Campaign
    form_class = forms.SegmentForm
    title, submit_label = _("New segment"), _("Add")

    def form_arguments(self) -> dict[str, Any]:
        return {"choices": answer_choices(self.record)}

    def initial(self) -> dict[str, Any]:
        return {}

    def context(self) -> dict[str, Any]:
        back = address("campaign-units", self.record)
        return {"cancel_url": back, "breadcrumbs": crumbs(self.record, "campaign-units", _("Units and segments"))}

    def submit(self, form: Any) -> str:
        services.segment_save(campaign=self.record, actor=self.actor, **form.values())
        return address("campaign-units", self.record)


class SegmentAct(ActionView[Segment]):
    required_permission = MANAGE
    model = Segment

    def context(self) -> dict[str, Any]:
        campaign = self.record.campaign
        back = address("campaign-units", campaign)
        return {"cancel_url": back, "breadcrumbs": crumbs(campaign, "campaign-units", _("Units and segments"))}


class SegmentEdit(SegmentAct):
    form_class = forms.SegmentForm
    title, submit_label = _("Change segment"), _("Save")

    def form_arguments(self) -> dict[str, Any]:
        segment = self.record
        share = segment.sample_share
        known = {
            "name": segment.name,
            "weight": segment.weight.normalize(),
            "share": None if share is None else (share * 100).normalize(),
            "answers": [f"{segment.item}={code}" for code in segment.answers],
        }
        is_fixed = segment.campaign.state != "draft"
        return {"choices": answer_choices(segment.campaign), "known": known, "is_fixed": is_fixed}

    def submit(self, form: Any) -> str:
        segment = self.record
        services.segment_save(campaign=segment.campaign, segment=segment, actor=self.actor, **form.values())
        return address("campaign-units", segment.campaign)


class SegmentRemove(SegmentAct):
    form_class = forms.PressForm
    title, submit_label = _("Remove segment"), _("Remove")

    def context(self) -> dict[str, Any]:
        return {**super().context(), "intro": self.record.name}

    def submit(self, form: Any) -> str:
        campaign = services.segment_remove(segment=self.record, actor=self.actor)
        return address("campaign-units", campaign)


class QuotasPage(RecordPage[Campaign]):
    required_permission = MANAGE
    model = Campaign
    template_name = "surveys/field/quotas.html"

    def context(self) -> dict[str, Any]:
        campaign = self.record
        cells = list(selectors.quotas_of(campaign))
        return {
            **frame_of(campaign, self.actor, "campaign-quotas", _t("Quotas")),
            "cells": cells,
            "planned": services.quotas_planned(campaign) if not cells else [],
            "form": forms.QuotasForm(),
            "is_living": campaign.state in services.LIVING,
            "is_draft": campaign.state == "draft",
            "full": sum(1 for cell in cells if cell.taken >= cell.limit),
        }


class QuotasGenerate(ActionView[Campaign]):
    required_permission = MANAGE
    model = Campaign
    form_class = forms.QuotasForm
    title, submit_label = _("Make quotas from the numbers wanted"), _("Make quotas")

    def submit(self, form: Any) -> str:
        count = services.quotas_generate(campaign=self.record, actor=self.actor, **form.cleaned_data)
        messages.success(self.request, ngettext("%(n)d quota.", "%(n)d quotas.", count) % {"n": count})
        return address("campaign-quotas", self.record)


class QuotasRemove(ActionView[Campaign]):
    required_permission = MANAGE
    model = Campaign
    form_class = forms.PressForm
    title, submit_label = _("Do without quotas"), _("Remove all quotas")

    def submit(self, form: Any) -> str:
        services.quotas_remove(campaign=self.record, actor=self.actor)
        return address("campaign-quotas", self.record)


class QuotaEdit(ActionView[QuotaCell]):
    required_permission = MANAGE
    model = QuotaCell
    form_class = forms.LimitForm
    title, submit_label = _("Change a quota"), _("Save")

    def initial(self) -> dict[str, Any]:
        return {"limit": self.record.limit}

    def context(self) -> dict[str, Any]:
        cell = self.record
        named = " · ".join(str(part) for part in (cell.unit, cell.segment) if part) or _t("the whole survey")
        note = _t("%(named)s: %(taken)s taken, %(held)s held for people who are answering now.")
        return {
            "intro": note % {"named": named, "taken": cell.taken, "held": cell.held},
            "cancel_url": address("campaign-quotas", cell.campaign),
            "breadcrumbs": crumbs(cell.campaign, "campaign-quotas", _("Quotas")),
        }

    def submit(self, form: Any) -> str:
        services.quota_set(cell=self.record, actor=self.actor, **form.cleaned_data)
        return address("campaign-quotas", self.record.campaign)

"""List and record page of surveys in the field, and the acts on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.steps import NextStep, Way, next_steps
from bihuan.foundation.views import ActionView, FormView, ListPage, RecordPage
from bihuan.surveys.form_changes import form_changes
from bihuan.surveys.forms import campaigns as forms
from bihuan.surveys.models import Campaign
from bihuan.surveys.permissions import CONTACTS, FIELD, MANAGE, VIEW
from bihuan.surveys.selectors import campaigns as selectors
from bihuan.surveys.services import campaigns as services
from bihuan.surveys.tables.campaigns import CampaignFilter, CampaignTable
from bihuan.surveys.views.frame import address, frame_of

SAVED: list[tuple[str | Promise, list[tuple[str, str]]]] = [
    (pgettext_lazy("saved view", "All"), []),
    (pgettext_lazy("saved view", "In the field"), [("state", "open"), ("state", "paused")]),
    (pgettext_lazy("saved view", "Closing soon"), [("closing", "true")]),
    (pgettext_lazy("saved view", "Too few answers"), [("below", "true")]),
    (pgettext_lazy("saved view", "Results not read"), [("unread", "true")]),
    (pgettext_lazy("saved view", "In preparation"), [("state", "draft")]),
]
STEPS: Mapping[str, Way] = {
    "open": Way(pgettext_lazy("survey step", "Open now"), "surveys:campaign-open", "player-play", press=True),
    "resume": Way(pgettext_lazy("survey step", "Resume"), "surveys:campaign-resume", "player-play", press=True),
    "pause": Way(pgettext_lazy("survey step", "Pause"), "surveys:campaign-pause", "player-pause", turns=True),
    "close": Way(pgettext_lazy("survey step", "Close"), "surveys:campaign-close", "player-stop"),
    "reopen": Way(pgettext_lazy("survey step", "Open again"), "surveys:campaign-reopen", "refresh", turns=True),
    "discard": Way(pgettext_lazy("survey step", "Discard"), "surveys:campaign-discard", "trash", turns=True),
}


def saved_views(request: HttpRequest, table: list[tuple[str | Promise, list[tuple[str, str]]]]) -> list[dict[str, Any]]:
    """One-click filters; the one in force is marked, whatever the sorting."""
    apart = {"sort", "page", "columns", "export"}
    now = sorted((name, v) for name, values in request.GET.lists() for v in values if name not in apart and v)
    return [
        {"label": label, "url": f"{request.path}?{urlencode(query)}", "active": now == sorted(query)}
        for label, query in table
    ]


class CampaignList(ListPage[Campaign]):
    required_permission = VIEW
    model = Campaign
    table_class = CampaignTable
    filterset_class = CampaignFilter
    template_name = "surveys/field/list.html"
    title = _("Survey campaigns")
    empty_hint = _("Prepare a survey: choose a form, whose customers are asked, and until when.")
    create_url_name, create_label, create_permission = "surveys:campaign-new", _("New survey"), MANAGE

    def rows(self) -> QuerySet[Campaign]:
        rows = selectors.with_answers(selectors.campaigns_for(self.actor))
        return rows if self.request.GET.getlist("state") else rows.exclude(state="discarded")

    def context(self) -> dict[str, Any]:
        return {"saved_views": saved_views(self.request, SAVED)}


class CampaignPage(RecordPage[Campaign]):
    """What it is, how far it is, what to do next."""

    required_permission = VIEW
    model = Campaign
    template_name = "surveys/field/campaign.html"

    def queryset(self) -> QuerySet[Campaign]:
        return Campaign.objects.select_related("unit", "version_of_form__instrument", "previous")

    def context(self) -> dict[str, Any]:
        campaign, actor = self.record, self.actor
        answers = selectors.answers_count(campaign)
        need = selectors.wanted(campaign)
        steps = next_steps(campaign, actor, STEPS, tells_refusal={"open", "resume"})
        return {
            **frame_of(campaign, actor, "campaign"),
            "primary": self.primary(steps),
            "answers": answers,
            "wanted": need,
            "missing": max(0, need - answers),
            "percent": min(100, answers * 100 // need) if need else 0,
            "answers_today": selectors.answers_today(campaign),
            "units": selectors.unit_progress(campaign),
            "segments": selectors.segments_of(campaign),
            "doors": selectors.door_counts(campaign),
            "quotas": campaign.quotas.count(),
            "turned_away": selectors.turned_away(campaign),
            "invitations": selectors.invitation_counts(campaign),
            "languages": campaign.version_of_form.definition.languages,
            "steps": steps,
            "more_links": self.more_links(),
            "checklist": checklist(campaign) if campaign.state == "draft" else [],
            "may_read_off": campaign.state == "closed" and not campaign.results_read_at,
            "later": selectors.later_wave_of(campaign),
            "may_enter": actor.can(FIELD, campaign.org_path),
            "may_invite": actor.can(CONTACTS, campaign.org_path),
        }

    def primary(self, steps: list[NextStep]) -> NextStep | None:
        """The one thing to do next: what is missing, then opening, then looking at what comes in."""
        campaign = self.record
        for step in steps:
            if not step.refused and step.url in {address(f"campaign-{name}", campaign) for name in ("open", "resume")}:
                return step
        progress, results = address("campaign-progress", campaign), address("campaign-results", campaign)
        if campaign.state == "draft" and self.actor.can(MANAGE, campaign.org_path):
            return NextStep(_t("Add ways in"), address("campaign-doors", campaign), "qrcode")
        if campaign.state == "closed" and results:
            return NextStep(_t("Read the results"), results, "chart-bar")
        if campaign.state in {"open", "paused"} and progress:
            return NextStep(_t("Progress in detail"), progress, "chart-line")
        return None

    def more_links(self) -> list[dict[str, Any]]:
        campaign = self.record
        if not self.actor.can(MANAGE, campaign.org_path):
            return []
        links = []
        if services.EDITABLE.get(campaign.state):
            links.append({"label": _t("Edit"), "url": address("campaign-edit", campaign), "icon": "edit"})
        if campaign.state in {"open", "paused"} and selectors.newer_versions(campaign):
            label = _t("Move to another version of the form")
            links.append({"label": label, "url": address("campaign-form", campaign), "icon": "versions"})
        if campaign.state in {"closed", "open", "paused"}:
            url = f"{reverse('surveys:campaign-new')}?wave={campaign.pk}"
            links.append({"label": _t("Prepare the next wave"), "url": url, "icon": "copy"})
        return links


def checklist(campaign: Campaign) -> list[dict[str, Any]]:
    """What is there and what is missing before people can be asked."""
    doors = campaign.doors.filter(is_active=True).count()
    return [
        {
            "done": True,
            "label": _t("Form"),
            "note": str(campaign.version_of_form),
            "url": campaign.version_of_form.instrument.get_absolute_url(),
        },
        {
            "done": campaign.units.exists(),
            "label": _t("Units whose customers are asked"),
            "note": _t("Without any, answers are counted for the survey as a whole."),
            "url": address("campaign-units", campaign),
            "optional": True,
        },
        {
            "done": bool(doors),
            "label": _t("Ways in"),
            "note": _t("A link, QR codes, e-mail, paper, telephone: at least one."),
            "url": address("campaign-doors", campaign),
        },
        {
            "done": campaign.quotas.exists(),
            "label": _t("Quotas"),
            "note": _t("Only where a group must not exceed its share."),
            "url": address("campaign-quotas", campaign),
            "optional": True,
        },
        {
            "done": campaign.closes_at is not None,
            "label": _t("Closing time"),
            "note": _t("Without one somebody has to close it."),
            "url": address("campaign-edit", campaign),
            "optional": True,
        },
    ]


class CampaignNew(FormView):
    required_permission = MANAGE
    form_class = forms.CampaignForm
    template_name = "surveys/field/campaign_form.html"
    title, submit_label = _("New survey"), _("Prepare survey")

    def initial(self) -> dict[str, Any]:
        """The next wave begins with what the last one was."""
        given: dict[str, Any] = self.request.GET.dict()
        wave = given.pop("wave", "")
        last = selectors.campaigns_for(self.actor).filter(pk=int(wave)).first() if wave.isdigit() else None
        if last is not None:
            kept = forms.initial_of(last)
            for name in ("opens_at", "closes_at", "opens_itself"):
                kept.pop(name)
            kept["form"] = f"form:{last.version_of_form.instrument_id}"
            return {**kept, "previous": last.pk, **given}
        unit = self.form_class(actor=self.actor).fields["unit"].queryset.first()  # type: ignore[attr-defined]
        return {"unit": unit.pk if unit else None, **given}

    def context(self) -> dict[str, Any]:
        return {"cancel_url": reverse("surveys:campaigns"), "autosave": "campaign-new"}

    def submit(self, form: Any) -> str:
        return services.campaign_create(actor=self.actor, **form.values()).get_absolute_url()


class CampaignAct(ActionView[Campaign]):
    required_permission = MANAGE
    model = Campaign
    form_class: type[Form] = forms.WhyForm

    def context(self) -> dict[str, Any]:
        return {**super().context(), "intro": self.record.title}


class CampaignEdit(CampaignAct):
    form_class = forms.CampaignForm
    template_name = "surveys/field/campaign_form.html"
    title, submit_label = _("Edit survey"), _("Save")

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor, "record": self.record, "locked": self.locked()}

    def locked(self) -> list[str]:
        allowed = {"form" if name == "version_of_form" else name for name in services.EDITABLE[self.record.state]}
        return [name for name in forms.CampaignForm.base_fields if name not in allowed]

    def context(self) -> dict[str, Any]:
        return {**super().context(), "intro": "", "is_locked": self.record.state != "draft"}

    def act(self, record: Campaign, form: Any) -> None:
        locked = self.locked()
        values = {name: value for name, value in form.values().items() if name not in locked}
        template, version = values.pop("template", ""), values.pop("version", None)
        if template:
            version = services.version_from_template(
                template, actor=self.actor, unit=record.unit, title=values["title"]
            )
        if "form" not in locked:
            values["version_of_form"] = version
        services.campaign_edit(campaign=record, actor=self.actor, **values)


class CampaignOpen(CampaignAct):
    form_class = forms.PressForm
    title, submit_label = _("Open the survey"), pgettext_lazy("survey step", "Open now")
    success_message = _("The survey is open: answers can come in.")

    def act(self, record: Campaign, form: Any) -> None:
        services.campaign_open(campaign=record, actor=self.actor)


class CampaignResume(CampaignAct):
    form_class = forms.PressForm
    title, submit_label = _("Resume the survey"), pgettext_lazy("survey step", "Resume")

    def act(self, record: Campaign, form: Any) -> None:
        services.campaign_resume(campaign=record, actor=self.actor)


class CampaignPause(CampaignAct):
    title, submit_label = _("Pause the survey"), pgettext_lazy("survey step", "Pause")

    def context(self) -> dict[str, Any]:
        note = _t("Who opens it is told that it is interrupted; letters and reminders wait. What was begun is kept.")
        return {**super().context(), "intro": note}

    def act(self, record: Campaign, form: Any) -> None:
        services.campaign_pause(campaign=record, actor=self.actor, **form.cleaned_data)


class CampaignClose(CampaignAct):
    form_class = forms.PressForm
    title, submit_label = _("Close the survey"), pgettext_lazy("survey step", "Close")

    def context(self) -> dict[str, Any]:
        answers, need = selectors.answers_count(self.record), selectors.wanted(self.record)
        note = _t("%(answers)s answers of %(needed)s needed have come in. It can be opened again with a reason.")
        return {**super().context(), "intro": note % {"answers": answers, "needed": need}}

    def act(self, record: Campaign, form: Any) -> None:
        services.campaign_close(campaign=record, actor=self.actor)


class CampaignReopen(CampaignAct):
    form_class = forms.ReopenForm
    title, submit_label = _("Open the survey again"), pgettext_lazy("survey step", "Open again")

    def act(self, record: Campaign, form: Any) -> None:
        services.campaign_reopen(campaign=record, actor=self.actor, **form.cleaned_data)


class CampaignDiscard(CampaignAct):
    form_class = forms.PressForm
    title, submit_label = _("Discard the survey"), pgettext_lazy("survey step", "Discard")

    def context(self) -> dict[str, Any]:
        note = _t("It has not been opened; nobody has answered. Its form stays.")
        return {**super().context(), "intro": note}

    def submit(self, form: Any) -> str:
        services.campaign_discard(campaign=self.record, actor=self.actor)
        return reverse("surveys:campaigns")


class CampaignResultsRead(CampaignAct):
    form_class = forms.PressForm
    title, submit_label = _("Results are read"), _("Results are read")

    def act(self, record: Campaign, form: Any) -> None:
        services.campaign_results_read(campaign=record, actor=self.actor)


class CampaignForm(CampaignAct):
    """Go on with another version; what that means for the results stands beside each version."""

    form_class = forms.ChangeFormForm
    template_name = "surveys/field/change_form.html"
    title, submit_label = _("Move to another version of the form"), _("Go on with this version")

    def form_arguments(self) -> dict[str, Any]:
        return {"versions": selectors.newer_versions(self.record)}

    def context(self) -> dict[str, Any]:
        present = self.record.version_of_form
        changes = [
            {"version": version, "changes": list(form_changes(present.definition, version.definition))}
            for version in selectors.newer_versions(self.record)
        ]
        return {**super().context(), "present": present, "changes": changes, "now": timezone.now()}

    def act(self, record: Campaign, form: Any) -> None:
        services.campaign_change_form(
            campaign=record, actor=self.actor, version=form.chosen(), reason=form.cleaned_data["reason"]
        )

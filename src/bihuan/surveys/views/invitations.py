"""Drawing people, inviting them, reminding them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from bihuan.foundation.views import ActionView, RecordListPage, RecordPage
from bihuan.surveys.forms import campaigns as plain
from bihuan.surveys.forms import contacts as forms
from bihuan.surveys.letters import KINDS, PREFIX, letter_for, mail_of
from bihuan.surveys.models import Campaign, Invitation, Mailing, Message, SampleDraw
from bihuan.surveys.permissions import CONTACTS, VIEW
from bihuan.surveys.selectors import campaigns as campaign_selectors
from bihuan.surveys.selectors import contacts as selectors
from bihuan.surveys.services import mailings as services
from bihuan.surveys.services import sampling
from bihuan.surveys.tables.contacts import InvitationFilter, InvitationTable, MessageFilter, MessageTable
from bihuan.surveys.views.frame import address, frame_of

LIVING = ("draft", "open", "paused")


def crumbs(campaign: Campaign, may_open: bool) -> list[dict[str, Any]]:
    return [
        {"label": campaign.title, "url": campaign.get_absolute_url() if may_open else ""},
        {"label": _t("Invitations"), "url": address("campaign-invitations", campaign)},
    ]


class InvitationsPage(RecordPage[Campaign]):
    """Whom chance picked, what was sent, who has answered, and what to do next."""

    required_permission = CONTACTS
    model = Campaign
    template_name = "surveys/field/invitations.html"

    def context(self) -> dict[str, Any]:
        campaign = self.record
        counts = campaign_selectors.invitation_counts(campaign)
        missing = services.mail_missing()
        is_living = campaign.state in LIVING
        return {
            **frame_of(campaign, self.actor, "campaign-invitations", _t("Invitations")),
            "counts": counts,
            "by_phone": campaign.invitations.filter(door__kind="phone").count(),
            "draws": list(selectors.draws_of(campaign)[:50]),
            "mailings": list(selectors.mailings_of(campaign)[:50]),
            "unsent": services.invitations_unsent(campaign).exclude(messages__mailing__kind="invitation").count(),
            "unanswered": services.invitations_unanswered(campaign).count(),
            "missing_settings": missing,
            "is_living": is_living,
            "letters": [
                {"language": language, "kind": kind, "label": label, "is_own": self.is_own(language, kind)}
                for language in campaign.version_of_form.definition.languages
                for kind, label in Mailing.Kind.choices
            ],
        }

    def is_own(self, language: str, kind: str) -> bool:
        own = self.record.mail_texts.get(language, {})
        return bool(own.get(f"{PREFIX[kind]}body"))


class DrawNew(ActionView[Campaign]):
    """Count who may be asked, then draw and invite; counting changes nothing."""

    required_permission = CONTACTS
    model = Campaign
    form_class = forms.DrawForm
    template_name = "surveys/field/draw_form.html"
    title, submit_label = _("Draw people and invite them"), _("Draw and invite")
    counted: dict[str, Any] | None = None

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor, "campaign": self.record}

    def initial(self) -> dict[str, Any]:
        return {"channel": "email", **self.request.GET.dict()}

    def context(self) -> dict[str, Any]:
        may_open = self.actor.can(VIEW, self.record.org_path)
        return {
            "record": self.record,
            "campaign": self.record,
            "counted": self.counted,
            "cancel_url": address("campaign-invitations", self.record),
            "breadcrumbs": crumbs(self.record, may_open),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.record  # noqa: B018
        if request.POST.get("then") != "count":
            return super().post(request, *args, **kwargs)
        form = self.form_class(request.POST, **self.form_arguments())
        if not form.is_valid():
            return self.show(form, 422)
        self.counted = self.count(form.cleaned_data)
        return self.show(form)

    def count(self, given: dict[str, Any]) -> dict[str, Any]:
        campaign = self.record
        frame = sampling.frame_for(
            campaign=campaign,
            channel=given["channel"],
            units=given["units"],
            segments=given.get("segments") or (),
        )
        sizes = {stratum: len(ids) for stratum, ids in frame.strata.items()}
        wanted = sampling.numbers_wanted(campaign, frame, given["n"])
        return {
            "frame": frame,
            "drawn": sum(wanted.values()),
            "strata": selectors.strata_words(campaign, sizes, wanted),
            "left_out": selectors.left_out_words(frame.left_out),
            "short": max(0, (given["n"] or 0) - sum(wanted.values())),
        }

    def submit(self, form: Any) -> str:
        draw = sampling.sample_draw(campaign=self.record, actor=self.actor, **form.cleaned_data)
        note = ngettext("%(n)d person was drawn.", "%(n)d people were drawn.", draw.drawn) % {"n": draw.drawn}
        messages.success(self.request, note)
        return address("campaign-invitations", self.record)


class DrawPage(RecordPage[SampleDraw]):
    """How a sample was drawn, and whether drawing again gives the same people."""

    required_permission = CONTACTS
    model = SampleDraw
    template_name = "surveys/field/draw.html"

    def queryset(self) -> QuerySet[SampleDraw]:
        return SampleDraw.objects.select_related("campaign")

    def context(self) -> dict[str, Any]:
        draw = self.record
        title = _t("Sample of %(day)s") % {"day": f"{timezone.localtime(draw.at):%Y-%m-%d}"}
        sizes = {stratum: len(ids) for stratum, ids in draw.frame.items()}
        return {
            **frame_of(draw.campaign, self.actor, "campaign-invitations", title),
            "draw": draw,
            "strata": selectors.strata_words(draw.campaign, sizes, draw.wanted),
            "left_out": selectors.left_out_words(draw.left_out),
            "check": sampling.draw_check(draw) if draw.frame else None,
        }


class InvitedList(RecordListPage[Campaign]):
    required_permission = CONTACTS
    model = Campaign
    table_class = InvitationTable
    filterset_class = InvitationFilter
    template_name = "surveys/field/sublist.html"
    title = _("Invited people")
    empty_hint = _("Nobody is invited yet: draw people on the page of invitations.")

    def rows(self) -> QuerySet[Invitation]:
        rows = Invitation.objects.filter(campaign=self.record)
        return rows.select_related("contact", "unit", "segment", "door")

    def context(self) -> dict[str, Any]:
        return frame_of(self.record, self.actor, "campaign-invitations", str(self.title))


class MailingNew(ActionView[Campaign]):
    required_permission = CONTACTS
    model = Campaign
    form_class = forms.MailingForm
    title, submit_label = _("Plan letters"), _("Plan")

    def initial(self) -> dict[str, Any]:
        return {"kind": "invitation", **self.request.GET.dict()}

    def context(self) -> dict[str, Any]:
        campaign = self.record
        waiting = services.invitations_unsent(campaign).count()
        silent = services.invitations_unanswered(campaign).count()
        note = _t("%(waiting)s people wait for their invitation; %(silent)s were invited and have not answered.")
        return {
            "intro": note % {"waiting": waiting, "silent": silent},
            "cancel_url": address("campaign-invitations", campaign),
            "breadcrumbs": crumbs(campaign, self.actor.can(VIEW, campaign.org_path)),
        }

    def submit(self, form: Any) -> str:
        services.mailing_plan(campaign=self.record, actor=self.actor, **form.cleaned_data)
        return address("campaign-invitations", self.record)


class MailingPage(RecordListPage[Mailing]):
    """One round of letters, letter by letter."""

    required_permission = CONTACTS
    model = Mailing
    table_class = MessageTable
    filterset_class = MessageFilter
    template_name = "surveys/field/mailing.html"
    title = pgettext_lazy("mail", "Letters")
    empty_hint = _("The letters are written when the round begins.")

    def queryset(self) -> QuerySet[Mailing]:
        return Mailing.objects.select_related("campaign")

    def rows(self) -> QuerySet[Message]:
        return Message.objects.filter(mailing=self.record).select_related("invitation__contact")

    def context(self) -> dict[str, Any]:
        mailing = self.record
        counts = selectors.mailings_of(mailing.campaign).get(pk=mailing.pk)
        return {
            **frame_of(mailing.campaign, self.actor, "campaign-invitations", str(mailing.get_kind_display())),
            "mailing": mailing,
            "counts": counts,
            "may_stop": mailing.state in {"planned", "running"},
            "may_retry": bool(counts.n_failed) and mailing.state != "stopped" and mailing.campaign.state == "open",  # type: ignore[attr-defined]
        }


class MailingAct(ActionView[Mailing]):
    required_permission = CONTACTS
    model = Mailing

    def queryset(self) -> QuerySet[Mailing]:
        return Mailing.objects.select_related("campaign")

    def context(self) -> dict[str, Any]:
        mailing = self.record
        trail = crumbs(mailing.campaign, self.actor.can(VIEW, mailing.org_path))
        return {"cancel_url": mailing.get_absolute_url(), "breadcrumbs": trail}


class MailingStop(MailingAct):
    form_class = plain.WhyForm
    title, submit_label = _("Stop these letters"), pgettext_lazy("survey step", "Stop")

    def act(self, record: Mailing, form: Any) -> None:
        services.mailing_stop(mailing=record, actor=self.actor, **form.cleaned_data)


class MailingRetry(MailingAct):
    form_class = plain.PressForm
    title, submit_label = _("Try failed letters again"), _("Try again")

    def act(self, record: Mailing, form: Any) -> None:
        services.mailing_retry(mailing=record, actor=self.actor)


class LetterPage(ActionView[Campaign]):
    """The words of a letter in one language, and how it will look."""

    required_permission = CONTACTS
    model = Campaign
    form_class = forms.LetterForm
    template_name = "surveys/field/letter_form.html"
    title, submit_label = _("Words of a letter"), _("Save")
    success_message = _("Saved.")

    def chosen(self) -> tuple[str, str]:
        languages = self.record.version_of_form.definition.languages
        language, kind = self.request.GET.get("language", ""), self.request.GET.get("kind", "")
        return language if language in languages else languages[0], kind if kind in KINDS else KINDS[0]

    def initial(self) -> dict[str, Any]:
        language, kind = self.chosen()
        return vars(letter_for(self.record, kind, language))

    def context(self) -> dict[str, Any]:
        campaign = self.record
        language, kind = self.chosen()
        mail = mail_of(
            campaign=campaign,
            letter=letter_for(campaign, kind, language),
            language=language,
            name=_t("(name)"),
            link="https://…/s/…",
            opt_out="https://…",
        )
        return {
            "record": campaign,
            "campaign": campaign,
            "language": language,
            "kind_label": Mailing.Kind(kind).label,
            "preview": mail,
            "cancel_url": address("campaign-invitations", campaign),
            "breadcrumbs": crumbs(campaign, self.actor.can(VIEW, campaign.org_path)),
        }

    def submit(self, form: Any) -> str:
        language, kind = self.chosen()
        services.mail_text_save(
            campaign=self.record, actor=self.actor, language=language, kind=kind, **form.cleaned_data
        )
        return f"{reverse('surveys:letter', kwargs={'pk': self.record.pk})}?language={language}&kind={kind}"

"""Paper of a survey: stickers with QR codes, and questionnaires to hand out."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bihuan.documents.services import SIZES, Sticker, StickerWords, sticker_pictures, sticker_sheet
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.foundation.views import ActionView, RecordView
from bihuan.surveys import selectors, services
from bihuan.surveys.forms.papers import CALL, CALL_ENGLISH, PaperForm, StickersForm, language_name
from bihuan.surveys.models import Campaign, Door, PaperPrint
from bihuan.surveys.papers import PaperWords, paper_pictures, paper_questionnaire, sheet_number
from bihuan.surveys.permissions import MANAGE

MOST_STICKERS = 1_000  # a PDF of that many takes about five seconds


def sticker_of(door: Door, request: HttpRequest) -> Sticker:
    """What stands on the sticker of a door; a vehicle also names its line."""
    address = request.build_absolute_uri(door.get_absolute_url())
    asset = door.asset
    if asset is None:
        place = door.label or (door.unit.name if door.unit else "")
        return Sticker(address, place)
    name = asset.line.name if asset.line else asset.name
    return Sticker(address, asset.code, "" if name == asset.code else name)


class StickersView(RecordView[Campaign]):
    """What is asked and what is printed share one form; it comes by GET, so an address prints the same again."""

    required_permission = MANAGE
    model = Campaign

    def form(self) -> StickersForm:
        start = {
            "size": "70x99",
            "organisation": self.record.unit.name,
            "call": CALL,
            "call_english": CALL_ENGLISH,
        }
        return StickersForm({**start, **self.request.GET.dict()}, actor=self.actor)

    def stickers(self, form: StickersForm) -> list[Sticker]:
        given = form.cleaned_data
        rows = selectors.sticker_doors(self.record, kind=given["kind"], unit=given["unit"], code=given["code"])
        return [sticker_of(door, self.request) for door in rows[: MOST_STICKERS + 1]]

    def words(self, form: StickersForm) -> StickerWords:
        return StickerWords(**{name: form.cleaned_data[name] for name in ("organisation", "call", "call_english")})


class CampaignStickers(StickersView):
    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        self.record  # noqa: B018  asks for the right before anything is shown
        form = self.form()
        count = len(self.stickers(form)) if form.is_valid() else 0
        size = SIZES[form.cleaned_data["size"]] if form.is_valid() else None
        context = {
            "record": self.record,
            "title": _("Stickers with QR codes"),
            "form": form,
            "count": count,
            "pages": -(-count // size.per_page) if size else 0,
            "is_too_many": count > MOST_STICKERS,
            "most": MOST_STICKERS,
            "has_any": selectors.sticker_doors(self.record).exists(),
            "query": request.GET.urlencode(),
        }
        return render(request, "surveys/stickers.html", context, status=200 if form.is_valid() else 422)


class StickersFile(StickersView):
    """The stickers themselves: as PDF, or the first of them as a picture to look at."""

    form_of_file = "pdf"

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        self.record  # noqa: B018
        form = self.form()
        if not form.is_valid():
            field, messages = next(iter(form.errors.items()))
            raise BadInputError(" ".join(str(one) for one in messages), place=field)
        stickers = self.stickers(form)
        if not stickers:
            raise ActionNotAllowedError(_("No QR code fits what was asked for, so there is nothing to print."))
        if len(stickers) > MOST_STICKERS:
            text = _("These are more than %(most)s stickers. Print them unit by unit.") % {"most": MOST_STICKERS}
            raise ActionNotAllowedError(text)
        words, size = self.words(form), SIZES[form.cleaned_data["size"]]
        if self.form_of_file == "png":
            return HttpResponse(sticker_pictures(stickers[: size.per_page], words=words, size=size)[0], "image/png")
        response = HttpResponse(sticker_sheet(stickers, words=words, size=size), "application/pdf")
        name = f"{self.record.title} {_('stickers')}.pdf".replace("/", "-")
        response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
        return response


def paper_words(campaign: Campaign, organisation: str, language: str) -> PaperWords:
    """What the sheets say about who sees the answers, in the language of the sheets."""
    with translation.override(language):
        privacy = (
            _("Your answers cannot be traced to you. The sheet number only keeps a sheet from being keyed in twice.")
            if campaign.is_anonymous
            else _("Your answers are read by the staff who handle them and serve to improve the service.")
        )
    return PaperWords(organisation, privacy)


class CampaignPaper(ActionView[Campaign]):
    """Make a run of numbered sheets; the runs made before stand below and can be printed again."""

    required_permission = MANAGE
    model = Campaign
    form_class = PaperForm
    template_name = "surveys/paper.html"
    title, submit_label = gettext_lazy("Questionnaires on paper"), gettext_lazy("Make the sheets")
    success_message = gettext_lazy("The sheets are ready: print them from the list.")

    def form_arguments(self) -> dict[str, Any]:
        return {"languages": self.record.version_of_form.definition.languages}

    def initial(self) -> dict[str, Any]:
        start = {"first": selectors.next_sheet(self.record), "organisation": self.record.unit.name}
        return {**start, **super().initial()}

    def context(self) -> dict[str, Any]:
        definition = self.record.version_of_form.definition
        wanted = self.request.GET.get("language", "")
        language = wanted if wanted in definition.languages else definition.languages[0]
        return {
            **super().context(),
            "prints": [(run, language_name(run.language)) for run in selectors.paper_prints(self.record)[:200]],
            "is_over": self.record.state in {"closed", "discarded"},
            "languages": [(code, language_name(code), code == language) for code in definition.languages],
            "language": language,
        }

    def submit(self, form: Any) -> str:
        services.paper_print(campaign=self.record, actor=self.actor, **form.cleaned_data)
        return reverse("surveys:campaign-paper", kwargs={"pk": self.record.pk})


class PaperPreview(RecordView[Campaign]):
    """One page of the questionnaire as a picture."""

    required_permission = MANAGE
    model = Campaign

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        campaign, language = self.record, request.GET.get("language", "")
        definition = campaign.version_of_form.definition
        language = language if language in definition.languages else definition.languages[0]
        words = paper_words(campaign, campaign.unit.name, language)
        pages = paper_pictures(definition, language, number=sheet_number(campaign.pk, 1), words=words)
        wanted = request.GET.get("page", "1")
        if not wanted.isascii() or not wanted.isdigit() or not 1 <= int(wanted) <= len(pages):
            raise Http404
        return HttpResponse(pages[int(wanted) - 1], "image/png")


class PaperPrintFile(RecordView[PaperPrint]):
    """The sheets of a run as PDF; the same again however often it is asked for."""

    required_permission = MANAGE
    model = PaperPrint

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        run = self.record
        numbers = [sheet_number(run.campaign_id, number) for number in range(run.first, run.last + 1)]
        content = paper_questionnaire(
            run.version_of_form.definition,
            run.language,
            numbers=numbers,
            words=paper_words(run.campaign, run.organisation, run.language),
            is_duplex=run.is_duplex,
        )
        response = HttpResponse(content, "application/pdf")
        name = f"{run.campaign.title} {numbers[0]}–{numbers[-1]}.pdf".replace("/", "-")
        response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
        return response

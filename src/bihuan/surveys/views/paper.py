"""Questionnaires on paper: batches, keying, checking, settling."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.errors import DomainError
from bihuan.foundation.views import ActionView, ListPage, RecordListPage, RecordPage, RecordView
from bihuan.instruments.logic import logic_json
from bihuan.surveys.answering.opening import AnswersNotValidError
from bihuan.surveys.forms import paper as forms
from bihuan.surveys.keying import answer_in_words, field_of, key_fields, keyed
from bihuan.surveys.models import Campaign, PaperBatch, PaperSheet
from bihuan.surveys.papers import numbers_of
from bihuan.surveys.permissions import FIELD, MANAGE, VIEW
from bihuan.surveys.selectors import paper as selectors
from bihuan.surveys.services import paper as services
from bihuan.surveys.tables.paper import SHEET_LOOK, BatchFilter, BatchTable, SheetFilter, SheetTable
from bihuan.surveys.views.campaigns import saved_views
from bihuan.surveys.views.frame import address, frame_of

SAVED: Any = [
    (pgettext_lazy("saved view", "All"), []),
    (pgettext_lazy("saved view", "In the field"), [("open", "true")]),
]


class BatchList(ListPage[PaperBatch]):
    """All batches somebody may key, of whatever survey: where the work of an entry desk begins."""

    required_permission = FIELD
    model = PaperBatch
    table_class = BatchTable
    filterset_class = BatchFilter
    template_name = "surveys/field/list.html"
    title = _("Paper entry")
    empty_hint = _("Batches are noted on the paper page of a survey when questionnaires are handed out.")

    def rows(self) -> QuerySet[PaperBatch]:
        return selectors.batches_for(self.actor)

    def context(self) -> dict[str, Any]:
        return {"saved_views": saved_views(self.request, SAVED)}


class BatchesPage(RecordPage[Campaign]):
    required_permission = FIELD
    model = Campaign
    template_name = "surveys/field/batches.html"

    def context(self) -> dict[str, Any]:
        campaign = self.record
        return {
            **frame_of(campaign, self.actor, "campaign-batches", _t("Paper")),
            "batches": list(selectors.batches_of(campaign)),
            "counts": selectors.paper_counts(campaign),
            "agreement": services.agreement_of(campaign),
            "is_living": campaign.state in {"draft", *services.FILLED_IN},
            "print_url": address("campaign-paper", campaign) if self.actor.can(MANAGE, campaign.org_path) else "",
        }


class BatchNew(ActionView[Campaign]):
    required_permission = FIELD
    model = Campaign
    form_class = forms.BatchNewForm
    title, submit_label = _("Note questionnaires handed out"), _("Note")

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor, "campaign": self.record}

    def initial(self) -> dict[str, Any]:
        return {}

    def context(self) -> dict[str, Any]:
        return {"intro": self.record.title, "cancel_url": address("campaign-batches", self.record)}

    def submit(self, form: Any) -> str:
        batch = services.paper_batch_add(campaign=self.record, actor=self.actor, **form.cleaned_data)
        return batch.get_absolute_url()


def trail(batch: PaperBatch, actor: Any) -> list[dict[str, Any]]:
    campaign = batch.campaign
    above = (
        {"label": campaign.title, "url": address("campaign-batches", campaign)}
        if actor.can(FIELD, campaign.org_path)
        else {"label": campaign.title, "url": ""}
    )
    return [{"label": _t("Paper entry"), "url": reverse("surveys:batches")}, above, {"label": name_of(batch)}]


def name_of(batch: PaperBatch) -> str:
    parts = [_t("batch %(number)s") % {"number": batch.number}, batch.unit.name, batch.label]
    return " · ".join(part for part in parts if part)


def batches() -> QuerySet[PaperBatch]:
    return PaperBatch.objects.select_related("campaign__version_of_form__instrument", "unit", "door")


class BatchPage(RecordListPage[PaperBatch]):
    required_permission = FIELD
    model = PaperBatch
    table_class = SheetTable
    filterset_class = SheetFilter
    template_name = "surveys/field/batch.html"
    title = _("Sheets")
    empty_hint = _("No sheet has been keyed yet.")

    def queryset(self) -> QuerySet[PaperBatch]:
        return selectors.with_counts(batches())

    def rows(self) -> QuerySet[PaperSheet]:
        return selectors.sheets_of(self.record)

    def context(self) -> dict[str, Any]:
        batch = self.record
        return {
            "record": batch,
            "batch": batch,
            "campaign": batch.campaign,
            "title": name_of(batch),
            "breadcrumbs": trail(batch, self.actor),
            "is_open": batch.campaign.state in services.FILLED_IN,
            "to_check": selectors.sheets_to_check(batch, self.actor).count(),
        }


class BatchEdit(ActionView[PaperBatch]):
    required_permission = FIELD
    model = PaperBatch
    form_class = forms.BatchForm
    title, submit_label = _("Count again"), _("Save")

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in ("label", "issued", "issued_on", "returned")}

    def act(self, record: PaperBatch, form: Any) -> None:
        services.paper_batch_edit(batch=record, actor=self.actor, **form.cleaned_data)


class KeySheet(RecordView[PaperBatch]):
    """One screen a sheet: number, digits, Enter; the second keying of a chosen sheet looks the same."""

    required_permission = FIELD
    model = PaperBatch
    template_name = "surveys/field/key_sheet.html"

    def queryset(self) -> QuerySet[PaperBatch]:
        return batches()

    def show(self, form: Form, posted: Any = None, errors: Any = None, status: int = 200) -> HttpResponse:
        batch = self.record
        number = form.data.get("number", "") if form.is_bound else ""
        version, language = (
            services.sheet_origin(batch.campaign, services.sheet_number_of(number))
            if number.strip()
            else (batch.campaign.version_of_form, batch.campaign.version_of_form.definition.languages[0])
        )
        definition = version.definition
        rows = [
            {"field": field, "value": (posted or {}).get(field.name, ""), "error": (errors or {}).get(field.code, "")}
            for field in key_fields(definition, language)
        ]
        context = {
            "record": batch,
            "batch": batch,
            "title": _t("Key sheets"),
            "breadcrumbs": [
                *trail(batch, self.actor)[:-1],
                {"label": name_of(batch), "url": batch.get_absolute_url()},
                {"label": _t("Key sheets")},
            ],
            "form": form,
            "rows": rows,
            "logic": logic_json(definition, language),
            "is_open": batch.campaign.state in services.FILLED_IN,
            "counts": selectors.with_counts(batches()).get(pk=batch.pk),
            "to_check": list(selectors.sheets_to_check(batch, self.actor)[:20]),
            "has_errors": bool(errors),
        }
        return render(self.request, self.template_name, context, status=status)

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        number = _request.GET.get("number", "")
        return self.show(forms.SheetForm(initial={"number": number, "answered_on": _request.GET.get("day", "")}))

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        form = forms.SheetForm(request.POST)
        batch = self.record
        if not form.is_valid():
            return self.show(form, request.POST, status=422)
        given = form.cleaned_data
        year = (given["answered_on"] or timezone.localdate()).year
        try:
            number = services.sheet_number_of(given["number"])
            known = services.sheet_by_number(batch, number)
            version = known.version_of_form if known else services.sheet_origin(batch.campaign, number)[0]
            answers = keyed(version.definition, request.POST.dict(), year)
            sheet = services.sheet_key(batch=batch, actor=self.actor, number=number, given=form.keyed(answers))
        except AnswersNotValidError as refused:
            errors = {problem.item: problem.message for problem in refused.problems}
            return self.show(form, request.POST, errors, 422)
        except DomainError as refused:
            if refused.status in {403, 404}:
                raise
            form.add_error(refused.place if refused.place in form.fields else None, str(refused.message))
            return self.show(form, request.POST, status=refused.status)
        self.tell(sheet)
        day = f"?day={given['answered_on'].isoformat()}" if given["answered_on"] else ""
        return HttpResponseRedirect(reverse("surveys:key-sheet", kwargs={"pk": batch.pk}) + day)

    def tell(self, sheet: PaperSheet) -> None:
        words = {
            "submitted": _t("Sheet %(number)s is entered."),
            "keyed": _t("Sheet %(number)s is keyed; somebody else keys it a second time."),
            "differs": _t("Sheet %(number)s: the two keyings differ; see what stands on the sheet."),
            "void": _t("Sheet %(number)s was set aside: enough answers of this group already."),
        }
        level = messages.SUCCESS if sheet.state in {"submitted", "keyed"} else messages.WARNING
        messages.add_message(self.request, level, words[sheet.state] % {"number": sheet.number})


class SheetCheck(RecordView[PaperBatch]):
    """Says beside the number whether the sheet is new, to be keyed again, or known."""

    required_permission = FIELD
    model = PaperBatch

    def queryset(self) -> QuerySet[PaperBatch]:
        return batches()

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        batch, text = self.record, request.GET.get("number", "")
        state, known = "none", None
        if text.strip():
            known = services.sheet_by_number(batch, services.sheet_number_of(text))
            state = "new"
            if known is not None:
                mine = known.first_by_id == self.actor.user_id
                is_second = known.state == "keyed" and known.batch_id == batch.pk and not mine
                state = "second" if is_second else "own" if known.state == "keyed" and mine else "known"
        return render(request, "surveys/field/sheet_state.html", {"state": state, "known": known})


class SheetAside(ActionView[PaperBatch]):
    required_permission = FIELD
    model = PaperBatch
    form_class = forms.SetAsideForm
    title, submit_label = _("Set a sheet aside"), _("Set aside")

    def queryset(self) -> QuerySet[PaperBatch]:
        return batches()

    def context(self) -> dict[str, Any]:
        note = _t("A sheet that came back and is no answer is counted as returned and not as valid.")
        return {**super().context(), "intro": note}

    def submit(self, form: Any) -> str:
        sheet = services.sheet_set_aside(batch=self.record, actor=self.actor, **form.cleaned_data)
        messages.success(self.request, _t("Sheet %(number)s is set aside.") % {"number": sheet.number})
        return self.record.get_absolute_url()


def sheets() -> QuerySet[PaperSheet]:
    return PaperSheet.objects.select_related(
        "batch__campaign", "batch__unit", "batch__door", "campaign", "version_of_form"
    )


class SheetPage(RecordPage[PaperSheet]):
    required_permission = FIELD
    model = PaperSheet
    template_name = "surveys/field/sheet.html"

    def queryset(self) -> QuerySet[PaperSheet]:
        return sheets()

    def context(self) -> dict[str, Any]:
        sheet = self.record
        definition = sheet.version_of_form.definition
        is_open = sheet.campaign.state in services.FILLED_IN
        return {
            "title": _t("Sheet %(number)s") % {"number": sheet.number},
            "state_look": SHEET_LOOK[sheet.state],
            "breadcrumbs": [
                *trail(sheet.batch, self.actor)[:-1],
                {"label": name_of(sheet.batch), "url": sheet.batch.get_absolute_url()},
                {"label": sheet.number},
            ],
            "differences": [
                {
                    "label": definition.by_code[one["item"]].label or one["item"],
                    "reason": one.get("reason", ""),
                }
                for one in sheet.differences
                if one["item"] in definition.by_code
            ],
            "may_settle": is_open and sheet.state == "differs",
            "may_key_again": is_open and sheet.state == "keyed" and sheet.first_by_id != self.actor.user_id,
            "may_open_survey": self.actor.can(VIEW, sheet.campaign.org_path),
        }


class SheetRemark(ActionView[PaperSheet]):
    required_permission = FIELD
    model = PaperSheet
    form_class = forms.RemarkForm
    title, submit_label = _("Handler's remark"), _("Save")

    def initial(self) -> dict[str, Any]:
        return {"remark": self.record.remark}

    def act(self, record: PaperSheet, form: Any) -> None:
        services.sheet_remark(sheet=record, actor=self.actor, **form.cleaned_data)


class SheetSettle(RecordView[PaperSheet]):
    """Item by item: what the first keyed, what the second keyed, or what really stands there."""

    required_permission = FIELD
    model = PaperSheet
    template_name = "surveys/field/settle.html"

    def queryset(self) -> QuerySet[PaperSheet]:
        return sheets()

    def rows(self, posted: Any = None, errors: Any = None) -> list[dict[str, Any]]:
        sheet = self.record
        definition = sheet.version_of_form.definition
        language = sheet.language or definition.languages[0]
        numbers = numbers_of(definition)
        found = []
        for one in sheet.differences:
            item = definition.by_code[one["item"]]
            code = item.code
            first, second = (
                answer_in_words(definition, item, side["values"].get(code), side["states"].get(code, ""))
                for side in (sheet.first, sheet.second)
            )
            found.append(
                {
                    "field": field_of(definition, item, numbers.get(code, 0), language),
                    "first": first,
                    "second": second,
                    "choice": (posted or {}).get(f"c.{code}", ""),
                    "value": (posted or {}).get(f"k.{code}", ""),
                    "error": (errors or {}).get(code, ""),
                }
            )
        return found

    def show(self, posted: Any = None, errors: Any = None, status: int = 200) -> HttpResponse:
        sheet = self.record
        context = {
            "record": sheet,
            "title": _t("Settle sheet %(number)s") % {"number": sheet.number},
            "rows": self.rows(posted, errors),
            "reason": (posted or {}).get("reason", ""),
            "reason_error": (errors or {}).get("reason", ""),
            "general_error": (errors or {}).get("", ""),
            "breadcrumbs": [
                *trail(sheet.batch, self.actor)[:-1],
                {"label": name_of(sheet.batch), "url": sheet.batch.get_absolute_url()},
                {"label": sheet.number, "url": sheet.get_absolute_url()},
            ],
        }
        return render(self.request, self.template_name, context, status=status)

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        if self.record.state != "differs":
            return HttpResponseRedirect(self.record.get_absolute_url())
        return self.show()

    def chosen(self, posted: Any) -> tuple[dict[str, Any], dict[str, str]]:
        """The answer of each item that differs, and the items nobody decided."""
        sheet = self.record
        definition = sheet.version_of_form.definition
        year = (sheet.answered_on or sheet.keyed_on).year
        given = keyed(definition, posted.dict(), year)
        answers: dict[str, Any] = {}
        undecided: dict[str, str] = {}
        for one in sheet.differences:
            code, choice = one["item"], posted.get(f"c.{one['item']}", "")
            if choice in {"first", "second"}:
                side = sheet.first if choice == "first" else sheet.second
                answers[code] = side["values"].get(code, "~na" if side["states"].get(code) == "na" else "")
            elif choice == "other":
                answers[code] = given.get(code, "")
            else:
                undecided[code] = _t("Say what stands on the sheet.")
        return answers, undecided

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        sheet = self.record
        answers, undecided = self.chosen(request.POST)
        if undecided:
            return self.show(request.POST, undecided, 422)
        try:
            services.sheet_settle(sheet=sheet, actor=self.actor, answers=answers, reason=request.POST.get("reason", ""))
        except AnswersNotValidError as refused:
            return self.show(request.POST, {one.item: one.message for one in refused.problems}, 422)
        except DomainError as refused:
            if refused.status in {403, 404}:
                raise
            return self.show(request.POST, {refused.place or "": str(refused.message)}, refused.status)
        return HttpResponseRedirect(sheet.get_absolute_url())

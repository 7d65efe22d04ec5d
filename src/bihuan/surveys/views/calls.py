"""Telephone interviews: the queue, the interviewer's screen."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.errors import DomainError
from bihuan.foundation.views import ActionView, ListPage, RecordPage, RecordView
from bihuan.instruments.definition import Definition
from bihuan.instruments.rendering import form_html
from bihuan.instruments.walk import Problem, Walk, field_name, given_from, walk
from bihuan.surveys.answering.opening import AnswersNotValidError
from bihuan.surveys.forms import calls as forms
from bihuan.surveys.forms import campaigns as plain
from bihuan.surveys.models import CallTask, Campaign, Segment
from bihuan.surveys.permissions import FIELD
from bihuan.surveys.selectors import calls as selectors
from bihuan.surveys.services import calls as services
from bihuan.surveys.tables.calls import CallFilter, CallTable
from bihuan.surveys.views.campaigns import saved_views
from bihuan.surveys.views.frame import address, frame_of

SAVED: Any = [
    (pgettext_lazy("saved view", "All"), []),
    (pgettext_lazy("saved view", "To be called now"), [("due", "true")]),
    (pgettext_lazy("saved view", "On my screen"), [("mine", "true")]),
]


class CallList(ListPage[CallTask]):
    """Calls of all surveys somebody may make; names stand on the call's own page only."""

    required_permission = FIELD
    model = CallTask
    table_class = CallTable
    filterset_class = CallFilter
    template_name = "surveys/field/list.html"
    title = _("Telephone interviews")
    empty_hint = _("Nobody is to be called: people are drawn for it on the page of a survey's invitations.")

    def rows(self) -> QuerySet[CallTask]:
        return selectors.calls_for(self.actor)

    def context(self) -> dict[str, Any]:
        return {"saved_views": saved_views(self.request, SAVED)}


class CallsPage(RecordPage[Campaign]):
    required_permission = FIELD
    model = Campaign
    template_name = "surveys/field/calls.html"

    def context(self) -> dict[str, Any]:
        campaign = self.record
        return {
            **frame_of(campaign, self.actor, "campaign-calls", _t("Telephone interviews")),
            "counts": selectors.call_counts(campaign),
            "interviewers": selectors.interviewers_of(campaign),
            "is_open": campaign.state == "open",
            "list_url": reverse("surveys:calls"),
        }


class CallNext(ActionView[Campaign]):
    """Take the next person from the queue."""

    required_permission = FIELD
    model = Campaign
    form_class = plain.PressForm
    title, submit_label = _("Telephone interviews"), _("Call the next person")

    def submit(self, form: Any) -> str:
        task = services.call_take(campaign=self.record, actor=self.actor)
        if task is None:
            messages.info(self.request, _t("Nobody is to be called at this moment."))
            return address("campaign-calls", self.record)
        return task.get_absolute_url()


def tasks() -> QuerySet[CallTask]:
    return CallTask.objects.select_related(
        "campaign__version_of_form",
        "campaign__unit",
        "invitation__contact",
        "invitation__segment",
        "invitation__unit",
        "invitation__door__campaign",
        "held_by__person",
    )


def sent_fields(definition: Definition, given: Mapping[str, Any], but: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Answers of other sections, as hidden fields that carry them along."""
    for code, value in given.items():
        if code in but or code not in definition.by_code:
            continue
        if isinstance(value, dict):
            yield from ((field_name(code, choice), str(one)) for choice, one in value.items())
        elif isinstance(value, list):
            yield from ((field_name(code), str(one)) for one in value)
        else:
            yield field_name(code), str(value)


class CallPage(RecordView[CallTask]):
    """Whom to call, what was said before, and the questions section by section."""

    required_permission = FIELD
    model = CallTask
    template_name = "surveys/field/call.html"

    def queryset(self) -> QuerySet[CallTask]:
        return tasks()

    @property
    def definition(self) -> Definition:
        return self.record.campaign.version_of_form.definition

    def language(self) -> str:
        wanted = self.request.POST.get("language") or self.record.invitation.contact.language
        languages = self.definition.languages
        return wanted if wanted in languages else languages[0]

    def show(
        self,
        section: str,
        given: Mapping[str, Any],
        *,
        problems: tuple[Problem, ...] = (),
        outcome_form: forms.OutcomeForm | None = None,
        refused: str = "",
        status: int = 200,
    ) -> HttpResponse:
        task, definition = self.record, self.definition
        found = walk(definition, given, complete=False)
        visible = list(found.visible_sections)
        section = section if section in visible else (visible[0] if visible else "")
        own = frozenset(item.code for one in definition.sections if one.code == section for item in one.items)
        at = visible.index(section) if section in visible else 0
        is_mine = task.held_by_id == self.actor.user_id and not task.is_done
        posted = self.request.POST
        contact = task.invitation.contact
        context = {
            "record": task,
            "task": task,
            "campaign": task.campaign,
            "title": str(contact) if is_mine else _t("Call %(number)s") % {"number": task.pk},
            "breadcrumbs": [
                {"label": _t("Telephone interviews"), "url": reverse("surveys:calls")},
                {"label": task.campaign.title},
            ],
            "contact": contact,
            "is_mine": is_mine,
            "is_open": task.campaign.state == "open",
            "attempts": list(selectors.attempts_of(task)),
            "outcome_form": outcome_form or forms.OutcomeForm(auto_id="o_%s"),
            "questions": form_html(definition, self.language(), values=dict(given), problems=problems, section=section)
            if is_mine
            else "",
            "hidden": list(sent_fields(definition, given, own)),
            "section": section,
            "place": at + 1,
            "places": len(visible),
            "is_last": at + 1 >= len(visible),
            "is_first": at == 0,
            "client": posted.get("client") or str(uuid.uuid4()),
            "begun": posted.get("begun") or str(int(timezone.now().timestamp())),
            "language": self.language(),
            "segments": list(Segment._base_manager.filter(campaign=task.campaign))
            if task.invitation.segment is None
            else [],
            "segment": posted.get("segment", ""),
            "intro": definition.text("intro", definition.intro, self.language()) if at == 0 else "",
            "refused": refused,
        }
        return render(self.request, self.template_name, context, status=status)

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        self.record  # noqa: B018
        return self.show("", {})

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        task, definition = self.record, self.definition
        given = given_from(definition, request.POST)
        section, act = request.POST.get("section", ""), request.POST.get("act", "next")
        found = walk(definition, given)
        visible = list(found.visible_sections)
        at = visible.index(section) if section in visible else 0
        if act == "back":
            return self.show(visible[max(0, at - 1)] if visible else "", given)
        wrong = found.problems_in(section, definition)
        if act == "next" and wrong:
            return self.show(section, given, problems=wrong, status=422)
        if act == "next" and at + 1 < len(visible):
            return self.show(visible[at + 1], given)
        return self.finish(found, given, task, is_partial=act == "partial")

    def finish(self, found: Walk, given: Mapping[str, Any], task: CallTask, *, is_partial: bool) -> HttpResponseBase:
        posted = self.request.POST
        if found.problems:
            first = found.problems[0].item
            section = next(one.code for one in self.definition.sections if first in {item.code for item in one.items})
            return self.show(section, given, problems=found.problems, status=422)
        begun = posted.get("begun", "")
        seconds = max(0, int(timezone.now().timestamp()) - int(begun)) if begun.isdigit() else None
        try:
            client = uuid.UUID(posted.get("client", ""))
        except ValueError:
            client = uuid.uuid4()
        segment = Segment._base_manager.filter(campaign=task.campaign, code=posted.get("segment", "")).first()
        interview = services.Interview(given, client, self.language(), seconds, segment)
        try:
            services.call_interview(task=task, actor=self.actor, given=interview, is_partial=is_partial)
        except AnswersNotValidError as refused:
            return self.show(posted.get("section", ""), given, problems=tuple(refused.problems), status=422)
        except DomainError as refused:
            if refused.status in {403, 404}:
                raise
            return self.show(posted.get("section", ""), given, refused=str(refused.message), status=refused.status)
        messages.success(self.request, _t("The interview is entered. Thank you."))
        return HttpResponseRedirect(after(task, self.actor))


def after(task: CallTask, actor: Any) -> str:
    """Back to where the next person is taken from."""
    campaign = task.campaign
    return address("campaign-calls", campaign) if actor.can(FIELD, campaign.org_path) else reverse("surveys:calls")


class CallTake(ActionView[CallTask]):
    """Take one person out of the list onto one's own screen."""

    required_permission = FIELD
    model = CallTask
    form_class = plain.PressForm
    title, submit_label = _("Telephone interview"), _("Call this person")

    def queryset(self) -> QuerySet[CallTask]:
        return tasks()

    def submit(self, form: Any) -> str:
        now = timezone.now()
        services.require_held(self.record, self.actor, now)
        if services.left_in_peace(self.record.campaign, self.record, now):
            messages.warning(self.request, _t("This person must not be called: asked too recently, or not willing."))
            return after(self.record, self.actor)
        return self.record.get_absolute_url()


class CallOutcome(RecordView[CallTask]):
    """What came of a call without answers."""

    required_permission = FIELD
    model = CallTask

    def queryset(self) -> QuerySet[CallTask]:
        return tasks()

    def get(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        return HttpResponseRedirect(self.record.get_absolute_url())

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        form = forms.OutcomeForm(request.POST, auto_id="o_%s")
        task = self.record
        if form.is_valid():
            try:
                services.call_record(task=task, actor=self.actor, **form.cleaned_data)
            except DomainError as refused:
                if refused.status in {403, 404}:
                    raise
                form.add_error(refused.place if refused.place in form.fields else None, str(refused.message))
            else:
                messages.success(request, _t("Noted: %(outcome)s.") % {"outcome": task.get_outcome_display()})
                return HttpResponseRedirect(after(task, self.actor))
        page = CallPage()
        page.setup(request, **self.kwargs)
        return page.show("", {}, outcome_form=form, status=422)


class CallRelease(ActionView[CallTask]):
    required_permission = FIELD
    model = CallTask
    form_class = plain.PressForm
    title, submit_label = _("Let somebody else call"), _("Put back")

    def submit(self, form: Any) -> str:
        services.call_release(task=self.record, actor=self.actor)
        return after(self.record, self.actor)


class CallReopen(ActionView[CallTask]):
    required_permission = FIELD
    model = CallTask
    form_class = plain.WhyForm
    title, submit_label = _("Call this person again"), _("Back into the queue")

    def act(self, record: CallTask, form: Any) -> None:
        services.call_reopen(task=record, actor=self.actor, **form.cleaned_data)

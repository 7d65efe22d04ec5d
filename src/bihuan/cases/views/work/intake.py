"""The desk: one screen to take a case in, with what may be the same matter beside it as one types."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.cases import permissions as may
from bihuan.cases import services
from bihuan.cases.enums import Kind, PartyBasis
from bihuan.cases.forms.intake import IntakeForm, desk_of
from bihuan.cases.identity import code_shown
from bihuan.cases.models import Case
from bihuan.cases.selectors import reading_of, roster_proposals, similar_cases
from bihuan.cases.services import TakenIn
from bihuan.foundation.actor import Actor
from bihuan.foundation.views import FormView, GatedView
from bihuan.organisation.models import Asset, OrgUnit, Person
from bihuan.records.services import attachment_add
from bihuan.standards.selectors import answers_offered

MOST_FOUND = 40


def beside(form: IntakeForm, desk: OrgUnit) -> dict[str, Any]:
    """What stands to the right: the proposal with its words, similar cases, who was on duty."""
    form.is_valid()
    ticked = form.data.getlist("party") if isinstance(form.data, QueryDict) else []
    given = getattr(form, "cleaned_data", {})
    text = form.data.get("text", "")
    asset, line, happened_at = given.get("vehicle_code"), given.get("line_code"), form.happened_at()
    line = line or (asset.line if asset else None)
    return {
        "reading": reading_of(text, desk.org_path) if text.strip() else None,
        "similar": similar_cases(
            form.actor,
            text=text,
            phone=form.data.get("phone", ""),
            asset=asset,
            line=line,
            happened_at=happened_at,
            now=timezone.now(),
        ),
        "roster": roster_proposals(happened_at=happened_at, asset=asset, line=line),
        "ticked": [int(word) for word in ticked if word.isdecimal()],
        "has_place": bool(asset or line),
        "answers": answers_offered(text, desk.org_path, timezone.localdate()),
    }


class DeskForm(FormView):
    required_permission = may.INTAKE
    form_class = IntakeForm

    @property
    def desk(self) -> OrgUnit:
        desk = desk_of(self.actor)
        if desk is None:
            raise Http404
        return desk

    def form_arguments(self) -> dict[str, Any]:
        return {**super().form_arguments(), "desk": self.desk}


class Intake(DeskForm):
    template_name = "cases/work/intake.html"
    title, submit_label = _("Take in a case"), _("Save case")

    def initial(self) -> dict[str, Any]:
        return {"happened_on": timezone.localdate(), "sheet": uuid.uuid4().hex, **super().initial()}

    def context(self) -> dict[str, Any]:
        return {"queue": Case.objects.for_permission(self.actor, may.VIEW).filter(state="received").count()}

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        if form.is_bound:
            self.extra = beside(form, self.desk)
        context = {"form": form, "view": self, "title": self.title, "submit_label": self.submit_label}
        more = {**self.context(), **getattr(self, "extra", {})}
        return render(self.request, self.template_name, {**context, **more}, status=status)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "look" in request.POST:  # without JavaScript a button fills the right side
            return self.show(self.form_class(request.POST, request.FILES, **self.form_arguments()))
        return super().post(request, *args, **kwargs)

    def submit(self, form: Any) -> str:
        with transaction.atomic():
            taken = services.case_take_in(actor=self.actor, desk=self.desk, told=form.told(), page=form.page)
            if taken.is_new:
                hang_on(self.actor, taken.case, form, self.request.POST.getlist("party"))
        tell_code(self.request, taken)
        if "another" in self.request.POST:
            return reverse("cases:intake")
        return taken.case.get_absolute_url()


def hang_on(actor: Actor, case: Case, form: IntakeForm, ticked: list[str]) -> None:
    """Files, names from the roster, the class if it was decided, the answer if one was given."""
    given = form.cleaned_data
    for upload in given["uploads"] or ():
        attachment_add(subject=case, actor=actor, name=upload.name, content=upload)
    numbers = [int(word) for word in given["parties"].split(",") if word.isdecimal()]
    numbers += [int(word) for word in ticked if word.isdecimal()]
    for person in Person.objects.filter(pk__in=set(numbers)):
        services.party_name(actor=actor, case=case, person=person, basis=PartyBasis.ROSTER)
    if given["answer"]:
        services.case_answer_at_intake(actor=actor, case=case, answer=given["answer"], standard=given["standard"])
    elif actor.can(may.CLASSIFY, case.org_path) and is_decided(given):
        chosen = {name: given[name] for name in ("kind", "grade", "criterion", "theme")}
        services.case_classify(actor=actor, case=case, **chosen)


def is_decided(given: dict[str, Any]) -> bool:
    """A complaint by its class, anything else by its theme."""
    return bool(given["grade"] if given["kind"] == Kind.COMPLAINT else given["theme"])


def tell_code(request: HttpRequest, taken: TakenIn) -> None:
    """Said once: whoever is on the line gets it read out."""
    number = taken.case.number
    if not taken.code:
        messages.success(request, gettext("%(number)s is saved.") % {"number": number})
        return
    words = gettext("%(number)s saved. Tracking code %(code)s") % {"number": number, "code": code_shown(taken.code)}
    pin = (
        gettext("PIN %(pin)s") % {"pin": taken.pin} if taken.pin else gettext("with the last four digits of the phone")
    )
    messages.success(request, f"{words} · {pin}")


class Beside(DeskForm):
    """The right side alone, as somebody types."""

    template_name = "cases/work/beside.html"

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        raise Http404

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        form = self.form_class(request.POST, **self.form_arguments())
        return render(request, self.template_name, beside(form, self.desk))


class AssetsFind(GatedView):
    """Choices for a line or vehicle by the first signs of its number."""

    required_permission = may.INTAKE

    def get(self, request: HttpRequest) -> HttpResponseBase:
        typed = (request.GET.get("vehicle_code") or request.GET.get("line_code") or "").strip()
        is_line = "line_code" in request.GET
        rows = Asset.objects.filter(is_active=True).select_related("line")
        rows = rows.filter(kind=Asset.Kind.LINE) if is_line else rows.exclude(kind=Asset.Kind.LINE)
        if typed:
            rows = rows.filter(Q(code__istartswith=typed) | Q(name__icontains=typed))
        return render(request, "cases/work/choices.html", {"assets": rows.order_by("code")[:MOST_FOUND]})

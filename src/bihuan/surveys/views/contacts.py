"""People who may be asked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from bihuan.foundation.actor import system_actor
from bihuan.foundation.errors import BadInputError
from bihuan.foundation.permissions import PUBLIC
from bihuan.foundation.reading import DataFileError
from bihuan.foundation.scope import system_scope
from bihuan.foundation.views import ActionView, FormView, ListPage, RecordPage
from bihuan.surveys.forms import campaigns as plain
from bihuan.surveys.forms import contacts as forms
from bihuan.surveys.models import Contact
from bihuan.surveys.permissions import CONTACTS, VIEW
from bihuan.surveys.selectors import contacts as selectors
from bihuan.surveys.services import contact_files
from bihuan.surveys.services import contacts as services
from bihuan.surveys.services.mailings import contact_of_token
from bihuan.surveys.tables.contacts import ContactFilter, ContactTable
from bihuan.surveys.views.campaigns import saved_views

SHOWN_REPEATS = 5
SAVED: Any = [
    (pgettext_lazy("saved view", "All"), []),
    (pgettext_lazy("saved view", "Never asked"), [("never", "true")]),
    (pgettext_lazy("saved view", "Not to be asked"), [("opted_out", "true")]),
]


class ContactList(ListPage[Contact]):
    required_permission = CONTACTS
    model = Contact
    table_class = ContactTable
    filterset_class = ContactFilter
    template_name = "surveys/field/contacts.html"
    title = _("Survey contacts")
    empty_hint = _("Bring in a list (CSV or XLSX) of people who may be asked, or add them one by one.")
    create_url_name, create_label, create_permission = "surveys:contact-new", _("New contact"), CONTACTS

    def rows(self) -> QuerySet[Contact]:
        return selectors.contacts_for(self.actor)

    def context(self) -> dict[str, Any]:
        return {"saved_views": saved_views(self.request, SAVED)}


class ContactPage(RecordPage[Contact]):
    required_permission = CONTACTS
    model = Contact
    template_name = "surveys/field/contact.html"

    def context(self) -> dict[str, Any]:
        contact = self.record
        return {
            "title": str(contact),
            "breadcrumbs": [
                {"label": _t("Survey contacts"), "url": reverse("surveys:contacts")},
                {"label": str(contact)},
            ],
            "invitations": list(selectors.participation_of(contact)[:100]),
            "may_see_surveys": self.actor.can_somewhere(VIEW),
        }


class ContactNew(FormView):
    required_permission = CONTACTS
    form_class = forms.ContactNewForm
    title, submit_label = _("New contact"), _("Add")

    def context(self) -> dict[str, Any]:
        return {"cancel_url": reverse("surveys:contacts")}

    def submit(self, form: Any) -> str:
        return services.contact_add(actor=self.actor, **form.cleaned_data).get_absolute_url()


class ContactAct(ActionView[Contact]):
    required_permission = CONTACTS
    model = Contact
    form_class: type[Form] = plain.WhyForm

    def context(self) -> dict[str, Any]:
        return {**super().context(), "intro": str(self.record)}


class ContactEdit(ContactAct):
    form_class = forms.ContactForm
    title, submit_label = _("Edit contact"), _("Save")

    def initial(self) -> dict[str, Any]:
        return forms.contact_values(self.record)

    def act(self, record: Contact, form: Any) -> None:
        services.contact_edit(contact=record, actor=self.actor, **form.cleaned_data)


class ContactOptOut(ContactAct):
    title, submit_label = _("Ask this person no more"), _("Ask no more")

    def act(self, record: Contact, form: Any) -> None:
        services.contact_opt_out(contact=record, actor=self.actor, **form.cleaned_data)


class ContactOptIn(ContactAct):
    title, submit_label = _("Ask this person again"), _("May be asked")

    def act(self, record: Contact, form: Any) -> None:
        services.contact_opt_out(contact=record, actor=self.actor, wants=False, **form.cleaned_data)


class ContactErase(ContactAct):
    title, submit_label = _("Remove what is personal"), _("Remove for good")

    def context(self) -> dict[str, Any]:
        note = _t(
            "Name, addresses and numbers are removed and cannot be brought back; answers given under the name lose "
            "it. That somebody was asked and has answered stays for the statistics. What somebody wrote about "
            "themselves into an answer is not searched."
        )
        return {**super().context(), "intro": note, "danger": True}

    def act(self, record: Contact, form: Any) -> None:
        services.contact_erase(contact=record, actor=self.actor, **form.cleaned_data)


class ContactImport(FormView):
    required_permission = CONTACTS
    form_class = forms.ContactFileForm
    template_name = "surveys/field/contact_import.html"
    title, submit_label = _("Bring in a list of contacts"), _("Read the list")

    def context(self) -> dict[str, Any]:
        return {"cancel_url": reverse("surveys:contacts")}

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        form = self.form_class(request.POST, request.FILES, actor=self.actor)
        if not form.is_valid():
            return self.show(form, 422)
        try:
            return HttpResponseRedirect(self.submit(form))
        except contact_files.ContactFileError as refused:
            return self.refused(form, refused)
        except (DataFileError, BadInputError) as refused:
            form.add_error("file", " ".join(str(refused).split()))
            return self.show(form, 422)

    def refused(self, form: Any, refused: contact_files.ContactFileError) -> HttpResponse:
        form.add_error("file", _t("Nothing was taken: the rows below cannot be used."))
        context = {"form": form, "view": self, "title": self.title, "submit_label": self.submit_label}
        rows = {"problems": refused.problems, "total": refused.total, "more": refused.total - len(refused.problems)}
        return render(self.request, self.template_name, {**context, **self.context(), **rows}, status=422)

    def submit(self, form: Any) -> str:
        given = form.cleaned_data
        result = contact_files.contacts_import(
            actor=self.actor, unit=given["unit"], name=given["file"].name, content=given["file"].file
        )
        words = _t("%(added)s people added, %(updated)s filled in, %(same)s there already.")
        messages.success(self.request, words % vars(result))
        if result.repeated:
            first = "; ".join(result.repeated[:SHOWN_REPEATS])
            note = _t("%(count)s rows stand in the file twice and were left out: %(rows)s")
            messages.warning(self.request, note % {"count": len(result.repeated), "rows": first})
        return reverse("surveys:contacts")


@method_decorator(csrf_exempt, name="dispatch")  # a mail program that posts the one-click request has no cookie
class OptOut(View):
    """Somebody who got a letter does not want another. The signed address is all the right that is needed."""

    required_permission = PUBLIC
    template_name = "surveys/field/opt_out.html"

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        with system_scope("surveys_field"):
            contact = contact_of_token(token)
            state = "unknown" if contact is None else "out" if contact.is_opted_out else "asks"
        return render(request, self.template_name, {"state": state}, status=404 if contact is None else 200)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        wants = request.POST.get("again") != "1"
        with system_scope("surveys_field"):
            contact = contact_of_token(token)
            if contact is None:
                return render(request, self.template_name, {"state": "unknown"}, status=404)
            if contact.erased_at is None:
                services.contact_opt_out(contact=contact, actor=system_actor("opt-out page"), wants=wants)
        return render(request, self.template_name, {"state": "done" if wants else "again"})

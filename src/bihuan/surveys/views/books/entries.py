"""Entries: the list, one entry, its acts, the slips that are pasted into the books."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.documents.services import pdf_render
from bihuan.duties.selectors import clocks_of
from bihuan.foundation.steps import next_steps
from bihuan.foundation.views import ActionView, FormView, GatedView, ListPage, Page, RecordPage
from bihuan.rectification.permissions import FINDINGS_RAISE, NEEDS_REGISTER
from bihuan.rectification.selectors import need_url, needs_from, raise_url
from bihuan.surveys import permissions as may
from bihuan.surveys.forms import books as forms
from bihuan.surveys.forms.campaigns import WhyForm
from bihuan.surveys.masking import masked_text
from bihuan.surveys.models import BookEntry
from bihuan.surveys.selectors import books as reads
from bihuan.surveys.services import books as services
from bihuan.surveys.tables.books import EntryFilter, EntryTable, look_of
from bihuan.surveys.views.books import steps

SAVED: list[tuple[Any, str]] = [
    (_("All"), ""),
    (_("To answer"), "state=registered"),
    (_("Overdue"), "late=late"),
    (_("Reply to hand over"), "state=answered"),
    (_("Complaints"), "kind=complaint"),
    (_("Answered late or overdue"), "late=broken"),
]


class EntryList(ListPage[BookEntry]):
    template_name = "surveys/books/entries.html"
    required_permission = may.BOOKS_VIEW
    model = BookEntry
    filterset_class = EntryFilter
    title = _("Entries of the comment books")
    empty_hint = _("Upload photographed pages, key an entry, or put up the QR codes.")
    create_url_name, create_label, create_permission = (
        "surveys:book-entry-register",
        _("Key an entry"),
        may.BOOKS_REGISTER,
    )

    @property
    def table_class(self) -> Any:  # type: ignore[override]
        return partial(EntryTable, reader=self.actor)

    def rows(self) -> QuerySet[BookEntry]:
        return reads.entries_for(self.actor)

    def context(self) -> dict[str, Any]:
        query = self.request.GET.urlencode()
        acts = [{"label": _("Print reply slips"), "url": reverse("surveys:book-slips"), "icon": "printer"}]
        if self.actor.can_somewhere(may.BOOKS_ANSWER):
            url = reverse("surveys:book-entries-deliver")
            acts.append({"label": _("Reply handed over"), "url": url, "icon": "check"})
        return {
            "saved_views": [
                {"label": label, "url": f"{self.request.path}?{one}", "active": query == one} for label, one in SAVED
            ],
            "bulk_actions": acts,
        }


class EntryPage(RecordPage[BookEntry]):
    required_permission = may.BOOKS_VIEW
    model = BookEntry
    template_name = "surveys/books/entry.html"

    def queryset(self) -> QuerySet[BookEntry]:
        return BookEntry.objects.select_related("book__asset", "unit", "photo")

    def context(self) -> dict[str, Any]:
        entry, actor = self.record, self.actor
        may_answer = actor.can(may.BOOKS_ANSWER, entry.org_path)
        return {
            "title": str(entry),
            "look": look_of(entry),
            "text": reads.text_for(entry, actor),
            "writer": reads.writer_of(entry, actor),
            "clocks": clocks_of(entry),
            "steps": next_steps(entry, actor, steps.ENTRY),
            "findings": reads.findings_of(entry),
            "needs": needs_from(entry.reference),
            "finding_url": self.finding_url() if actor.can_somewhere(FINDINGS_RAISE) else "",
            "need_url": self.need_url() if actor.can_somewhere(NEEDS_REGISTER) else "",
            "sees_page": entry.photo_id and actor.can(may.BOOKS_REGISTER, entry.org_path),
            "may_forget": may_answer
            and reads.sees_writer(entry, actor)
            and (entry.writer_name or entry.writer_contact),
            "may_mail_again": may_answer and entry.state == "answered" and entry.reply_by == BookEntry.ReplyBy.EMAIL,
            "more_links": [
                {
                    "label": _("Print reply slip"),
                    "url": f"{reverse('surveys:book-slips')}?selection={entry.pk}",
                    "icon": "printer",
                }
            ]
            if entry.reply and entry.reply_by == BookEntry.ReplyBy.BOOK
            else [],
        }

    def finding_url(self) -> str:
        """One click: the fact is what was written, without numbers and addresses of the writer."""
        entry = self.record
        return raise_url(
            title=str(entry.title),
            fact=masked_text(entry.text),
            unit=entry.unit,
            evidence={"note": gettext("Comment book “%(book)s”, %(number)s, received %(when)s") % self.facts()},
            source=entry.reference,
            source_label=str(entry)[:200],
        )

    def need_url(self) -> str:
        entry = self.record
        return need_url(
            title=str(entry.title),
            description=masked_text(entry.text),
            unit=entry.unit,
            source_kind="comment_book",
            method="records",
            source=entry.reference,
            source_label=str(entry)[:200],
        )

    def facts(self) -> dict[str, Any]:
        entry = self.record
        when = timezone.localtime(entry.received_at).strftime("%Y-%m-%d %H:%M")
        return {"book": entry.book.name, "number": entry.number, "when": when}


class EntryRegister(FormView):
    """Key entries one after the other: after saving, the same book is offered again."""

    required_permission = may.BOOKS_REGISTER
    form_class = forms.EntryForm
    title, submit_label = _("Key an entry"), _("Register entry")

    def context(self) -> dict[str, Any]:
        return {"cancel_url": reverse("surveys:book-desk")}

    def submit(self, form: Any) -> str:
        entry = services.book_entry_register(actor=self.actor, **form.cleaned_data)
        messages.success(self.request, gettext("%(number)s is registered. The next one?") % {"number": entry.number})
        return f"{reverse('surveys:book-entry-register')}?book={entry.book_id}"


class EntryAct(ActionView[BookEntry]):
    model = BookEntry
    form_class: type[Form] = WhyForm
    required_permission = may.BOOKS_ANSWER

    def queryset(self) -> QuerySet[BookEntry]:
        return BookEntry.objects.select_related("book", "unit")


class EntryCorrect(EntryAct):
    required_permission = may.BOOKS_REGISTER
    form_class = forms.CorrectForm
    title, submit_label = _("Correct the entry"), _("Save")

    def form_arguments(self) -> dict[str, Any]:
        sees = reads.sees_writer(self.record, self.actor)
        return {**super().form_arguments(), "entry": self.record, "sees_writer": sees}

    def initial(self) -> dict[str, Any]:
        names = ("kind", "text", "about", "written_on", "writer_name", "writer_contact")
        return {"unit": self.record.unit_id, **{name: getattr(self.record, name) for name in names}}

    def act(self, record: BookEntry, form: Any) -> None:
        services.book_entry_correct(actor=self.actor, entry=record, **form.cleaned_data)


class EntryRemark(EntryAct):
    form_class = forms.RemarkForm
    title, submit_label = _("Handler's remarks"), _("Save")

    def initial(self) -> dict[str, Any]:
        return {"remarks": self.record.remarks}

    def act(self, record: BookEntry, form: Any) -> None:
        services.book_entry_remark(actor=self.actor, entry=record, **form.cleaned_data)


class EntryAnswer(EntryAct):
    template_name = "surveys/books/answer.html"
    form_class = forms.AnswerForm
    title, submit_label = _("Answer the entry"), pgettext_lazy("book step", "Answer")

    def ways(self) -> list[tuple[str, str]]:
        """Only where the reply can go."""
        entry, ways = self.record, BookEntry.ReplyBy
        found = [ways.BOOK]
        if entry.answer_key_hash:
            found.insert(0 if entry.way == BookEntry.Way.QR else 1, ways.PAGE)
        if reads.can_be_mailed(entry):
            found.append(ways.EMAIL)
        if entry.writer_contact:
            found.append(ways.PHONE)
        return [(way.value, str(way.label)) for way in (*found, ways.PERSON)]

    def form_arguments(self) -> dict[str, Any]:
        return {**super().form_arguments(), "ways": self.ways()}

    def initial(self) -> dict[str, Any]:
        return {"reply": self.record.reply}

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "text": reads.text_for(self.record, self.actor),
            "autosave": f"book-answer-{self.record.pk}",
        }

    def act(self, record: BookEntry, form: Any) -> None:
        services.book_entry_answer(actor=self.actor, entry=record, **form.cleaned_data)


class EntryDeliver(EntryAct):
    form_class = forms.DeliverForm
    title, submit_label = _("Reply handed over"), _("Record")

    def initial(self) -> dict[str, Any]:
        return {"delivery": delivery_words(self.record.reply_by)}

    def act(self, record: BookEntry, form: Any) -> None:
        services.book_entry_deliver(actor=self.actor, entry=record, **form.cleaned_data)


def delivery_words(reply_by: str) -> str:
    return {
        "book": gettext("pasted into the book"),
        "phone": gettext("told by telephone"),
        "person": gettext("told in person"),
        "email": gettext("by e-mail"),
    }.get(reply_by, "")


class EntriesDeliver(FormView):
    """A pile of slips is in the books."""

    required_permission = may.BOOKS_ANSWER
    form_class = forms.ManyDeliverForm
    title, submit_label = _("Replies handed over"), _("Record")

    def entries(self) -> list[BookEntry]:
        ids = chosen_of(self.request)
        return list(reads.entries_for(self.actor, may.BOOKS_ANSWER).filter(pk__in=ids, state="answered"))

    def initial(self) -> dict[str, Any]:
        selection = ",".join(map(str, chosen_of(self.request)))
        return {"selection": selection, "delivery": delivery_words("book")}

    def context(self) -> dict[str, Any]:
        found = self.entries()
        words = gettext("%(count)s entries wait for it: %(numbers)s")
        listed = ", ".join(entry.number for entry in found[:20])
        return {
            "intro": words % {"count": len(found), "numbers": listed},
            "cancel_url": reverse("surveys:book-entries"),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "delivery" not in request.POST:
            return self.show(self.form_class(initial=self.initial()))
        return super().post(request, *args, **kwargs)

    def submit(self, form: Any) -> str:
        count = services.book_entries_deliver(
            actor=self.actor, entries=self.entries(), delivery=form.cleaned_data["delivery"]
        )
        messages.success(self.request, gettext("Recorded for %(count)s entries.") % {"count": count})
        return f"{reverse('surveys:book-entries')}?state=answered"


def chosen_of(request: HttpRequest) -> list[int]:
    return steps.chosen(request.POST) or steps.chosen(request.GET)


class EntrySetAside(EntryAct):
    title, submit_label = _("Needs no answer"), _("Set aside")

    def act(self, record: BookEntry, form: Any) -> None:
        services.book_entry_set_aside(actor=self.actor, entry=record, **form.cleaned_data)


class EntryRestore(EntryAct):
    title, submit_label = _("Take up again"), _("Take up again")

    def act(self, record: BookEntry, form: Any) -> None:
        services.book_entry_restore(actor=self.actor, entry=record, **form.cleaned_data)


class EntryReopen(EntryAct):
    title, submit_label = _("Reopen the entry"), pgettext_lazy("book step", "Reopen")

    def act(self, record: BookEntry, form: Any) -> None:
        services.book_entry_reopen(actor=self.actor, entry=record, **form.cleaned_data)


class EntryForgetWriter(EntryAct):
    title, submit_label = _("Erase who wrote"), _("Erase")

    def context(self) -> dict[str, Any]:
        return {**super().context(), "danger": True, "intro": _("Name and contact are erased for good.")}

    def act(self, record: BookEntry, form: Any) -> None:
        services.book_entry_forget_writer(actor=self.actor, entry=record, **form.cleaned_data)


class EntryMailAgain(EntryAct):
    form_class = Form
    title, submit_label = _("Send the e-mail again"), _("Send again")

    def act(self, record: BookEntry, form: Any) -> None:
        services.book_reply_mail_again(actor=self.actor, entry=record)


class Slips(Page):
    """Reply slips to cut out and paste into the books: the chosen ones, or all that wait."""

    required_permission = may.BOOKS_VIEW
    template_name = "surveys/books/slips.html"

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        ids = ",".join(map(str, steps.chosen(request.POST)))
        return HttpResponseRedirect(f"{reverse('surveys:book-slips')}?selection={ids}")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ids = steps.chosen(self.request.GET)
        return {
            **super().get_context_data(**kwargs),
            "title": _("Reply slips"),
            "slips": slips_of(reads.slips_for(self.actor, ids, may.BOOKS_VIEW)),
            "back_url": reverse("surveys:book-entries"),
            "pdf_url": f"{reverse('surveys:book-slips-pdf')}?{self.request.GET.urlencode()}",
        }


def slips_of(entries: list[BookEntry]) -> list[dict[str, str]]:
    """What a slip says. It hangs in public: nothing of the writer, numbers in the text masked."""
    return [
        {
            "book": entry.book.name,
            "number": entry.number,
            "written": str(entry.written_on or entry.day),
            "kind": str(entry.get_kind_display()),
            "text": masked_text(entry.text)[:90] + ("…" if len(entry.text) > 90 else ""),
            "reply": entry.reply,
            "unit": entry.unit.name,
            "answered": timezone.localtime(entry.answered_at).strftime("%Y-%m-%d") if entry.answered_at else "",
        }
        for entry in entries
    ]


class SlipsPdf(GatedView):
    required_permission = may.BOOKS_VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        slips = slips_of(reads.slips_for(self.actor, steps.chosen(request.GET), may.BOOKS_VIEW))
        words = {
            "our_reply": gettext("Our reply"),
            "your_words": gettext("Your words"),
            "title": gettext("Reply slips"),
            "nothing": gettext("No reply waits to be pasted."),
        }
        content = pdf_render("surveys/reply_slips", {"slips": slips, "words": words, "language": get_language() or ""})
        response = HttpResponse(content, content_type="application/pdf")
        name = f"{gettext('Reply slips')}-{timezone.localdate():%Y%m%d}.pdf"
        response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or "inline"
        return response

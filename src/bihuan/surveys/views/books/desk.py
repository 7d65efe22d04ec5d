"""The comment book at a glance, its daily check and its figures."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.tables import export_response
from bihuan.foundation.views import ActionView, FormView, ListPage, Page
from bihuan.surveys import permissions as may
from bihuan.surveys.forms import books as forms
from bihuan.surveys.models import BookEntry, CommentBook
from bihuan.surveys.selectors import books as reads
from bihuan.surveys.services import books as services
from bihuan.surveys.tables.books import DayFilter, DayTable
from bihuan.surveys.tables.figures import KindTable, UnitFiguresTable
from bihuan.surveys.views.books.steps import chosen, numbers

SHOWN = 10
DAYS = 30


def current_day(actor: Actor, now: datetime, permission: str = may.BOOKS_VIEW) -> date:
    """The service day of the actor's topmost unit; before calendars and policies are set up, the calendar day."""
    return reads.service_day_or_today(min(actor.paths(permission), key=len, default="/"), now)


class BookDesk(Page):
    """What is to be done about the comment book now."""

    required_permission = may.BOOKS_VIEW
    template_name = "surveys/books/desk.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        actor, now = self.actor, timezone.now()
        day = current_day(actor, now)
        entries = reads.entries_for(actor)
        waiting = reads.to_answer(entries)
        shown = list(waiting[:SHOWN])
        return {
            **super().get_context_data(**kwargs),
            "title": _("Comment book"),
            "day": day,
            "has_books": CommentBook.objects.for_permission(actor, may.BOOKS_VIEW).exists(),
            "tally": reads.figures(actor, since=day, until=day, now=now).total,
            "waiting": waiting.count(),
            "late": waiting.filter(due_at__lt=now).count(),
            "to_hand_over": entries.filter(state="answered").count(),
            "pages": reads.waiting_photos(actor, may.BOOKS_VIEW).count(),
            "not_checked": reads.not_checked(actor, day).count(),
            "paper_books": reads.books_with_day(actor, day).count(),
            "shown": [{"row": row, "text": reads.text_for(row, actor)} for row in shown],
            "may_register": actor.can_somewhere(may.BOOKS_REGISTER),
            "may_answer": actor.can_somewhere(may.BOOKS_ANSWER),
            "may_manage": actor.can_somewhere(may.BOOKS_MANAGE),
        }


class DayCheck(ListPage[CommentBook]):
    """Every paper book on one service day: collected, no entry, could not be looked at, or not looked at yet."""

    template_name = "surveys/books/day.html"
    required_permission = may.BOOKS_VIEW
    model = CommentBook
    table_class = DayTable
    filterset_class = DayFilter
    title = _("Daily check of the books")
    empty_hint = _("No paper book is in use. Set one up first.")

    @property
    def day(self) -> date:
        asked = parse_date(self.request.GET.get("day", "")) if self.request.GET.get("day") else None
        return asked or current_day(self.actor, timezone.now())

    def rows(self) -> QuerySet[CommentBook]:
        return reads.books_with_day(self.actor, self.day)

    def context(self) -> dict[str, Any]:
        today = current_day(self.actor, timezone.now())
        acts = []
        if self.actor.can_somewhere(may.BOOKS_REGISTER):
            url = f"{reverse('surveys:book-day-record')}?day={self.day.isoformat()}"
            acts = [
                {"label": _("Looked at, no entry"), "url": url, "name": "none", "icon": "check"},
                {"label": _("Could not be looked at"), "url": url, "name": "away", "icon": "eye-off"},
            ]
        return {
            "day": self.day,
            "before": self.day - timedelta(days=1),
            "after": self.day + timedelta(days=1) if self.day < today else None,
            "left": reads.not_checked(self.actor, self.day).count(),
            "bulk_actions": acts,
        }


class DayRecord(FormView):
    """The outcome of many books at once: "no entry" needs nothing more, "could not be looked at" a reason."""

    required_permission = may.BOOKS_REGISTER
    form_class = forms.ManyDayForm
    title, submit_label = _("Record the daily check"), _("Record")

    def books(self, ids: list[int]) -> QuerySet[CommentBook]:
        return CommentBook.objects.for_permission(self.actor, may.BOOKS_REGISTER).filter(pk__in=ids)

    def day(self) -> date:
        asked = parse_date(self.request.GET.get("day", "")) if self.request.GET.get("day") else None
        return asked or current_day(self.actor, timezone.now(), may.BOOKS_REGISTER)

    def initial(self) -> dict[str, Any]:
        ids = chosen(self.request.POST or self.request.GET)
        outcome = self.request.POST.get("action") or self.request.GET.get("outcome") or "none"
        return {"selection": ",".join(map(str, ids)), "day": self.day(), "outcome": outcome}

    def context(self) -> dict[str, Any]:
        names = [book.name for book in self.books(chosen(self.request.POST or self.request.GET))]
        words = gettext("%(count)s books: %(names)s")
        return {
            "intro": words % {"count": len(names), "names": "、".join(names[:12]) + ("…" if len(names) > 12 else "")},
            "cancel_url": reverse("surveys:book-day"),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "action" not in request.POST:
            return super().post(request, *args, **kwargs)
        ids = chosen(request.POST)
        if not ids:
            return HttpResponseRedirect(f"{reverse('surveys:book-day')}?day={self.day().isoformat()}")
        if request.POST["action"] == "none":
            return HttpResponseRedirect(self.keep(ids, self.day(), "none", ""))
        return self.show(self.form_class(initial=self.initial()))

    def submit(self, form: Any) -> str:
        given = form.cleaned_data
        return self.keep(numbers(given["selection"].split(",")), given["day"], given["outcome"], given["note"])

    def keep(self, ids: list[int], day: date, outcome: str, note: str) -> str:
        count = services.books_day_record(actor=self.actor, books=self.books(ids), outcome=outcome, day=day, note=note)
        messages.success(self.request, gettext("Recorded for %(count)s books.") % {"count": count})
        return f"{reverse('surveys:book-day')}?day={day.isoformat()}"


class BookDayRecord(ActionView[CommentBook]):
    """The outcome of one book."""

    required_permission = may.BOOKS_REGISTER
    model = CommentBook
    form_class = forms.DayForm
    title, submit_label = _("Record the daily check"), _("Record")

    def initial(self) -> dict[str, Any]:
        return {"day": reads.service_day_or_today(self.record.org_path, timezone.now()), "outcome": "none"}

    def act(self, record: CommentBook, form: Any) -> None:
        services.book_day_record(actor=self.actor, book=record, **form.cleaned_data)


class BookFigures(Page):
    """Received, answered the same day, late: by unit, by kind, by day."""

    required_permission = may.BOOKS_VIEW
    template_name = "surveys/books/figures.html"

    def get(  # type: ignore[override]  # an export may stream
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        today = current_day(self.actor, timezone.now())
        first = {"since": today - timedelta(days=DAYS - 1), "until": today}
        asked = request.GET if "since" in request.GET else None
        form = forms.PeriodForm(asked, initial=first, actor=self.actor)
        given = form.cleaned_data if form.is_bound and form.is_valid() else {**first, "unit": None, "kind": ""}
        found = reads.figures(self.actor, now=timezone.now(), **given)
        table = UnitFiguresTable.of(found)
        if request.GET.get("export") in {"csv", "xlsx"}:
            return export_response(table, request.GET["export"], gettext("Comment book figures"), 100_000)
        return self.render_to_response(
            {
                "view": self,
                "title": _("Comment book figures"),
                "form": form,
                "found": found,
                "table": table,
                "kinds": KindTable.of(found),
                "since": given["since"],
                "until": given["until"],
                "chart": chart_of(found),
                "entries_url": f"{reverse('surveys:book-entries')}?day_from={given['since']}&day_to={given['until']}",
            }
        )


def chart_of(found: reads.BookFigures) -> dict[str, Any] | None:
    """Received and late entries day by day; a day on which nobody looked has no number, not a zero."""
    if not found.total.received:
        return None
    days = [day.isoformat() for day, _tally in found.days]
    received = [tally.received if tally else None for _day, tally in found.days]
    late = [tally.late if tally else None for _day, tally in found.days]
    kinds = {kind.value: str(kind.label) for kind in BookEntry.Kind}
    columns = [gettext("Service day"), gettext("Received"), gettext("Late"), *kinds.values()]
    return {
        "id": "book-days",
        "title": gettext("%(count)s entries, %(late)s of them late")
        % {"count": found.total.received, "late": found.total.late},
        "subtitle": gettext("Entries by service day"),
        "spec": {
            "kind": "line",
            "x": days,
            "series": [
                {"name": gettext("Received"), "values": received},
                {"name": gettext("Late"), "values": late, "dashed": True},
            ],
            "min": 0,
            "decimals": 0,
        },
        "columns": columns,
        "rows": [
            [day.isoformat(), tally.received, tally.late, *(tally.kinds.get(kind, 0) for kind in kinds)]
            if tally
            else [day.isoformat(), *[None] * (len(columns) - 1)]
            for day, tally in found.days
        ],
        "size": "md",
    }

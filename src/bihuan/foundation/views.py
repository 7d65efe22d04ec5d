"""View bases: parse, call a service, render. Each states ``required_permission``; the gate asks for it."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar

from django import forms
from django.contrib import messages
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise, cached_property
from django.views.generic import TemplateView, View
from django_filters import FilterSet
from django_tables2 import RequestConfig

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import DomainError
from bihuan.foundation.forms import ActorForm
from bihuan.foundation.middleware import actor_of
from bihuan.foundation.models import ScopedModel
from bihuan.foundation.tables import BaseTable, export_response

R = TypeVar("R", bound=ScopedModel)


class GatedView(View):
    required_permission: ClassVar[str]

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)


class Page(GatedView, TemplateView):
    """A page that is not one record and not a list."""


class Listed(GatedView, Generic[R]):
    """Filter, sort, page, choose columns, export of exactly what is filtered."""

    table_class: type[BaseTable]
    filterset_class: type[FilterSet] | None = None
    template_name = "partials/list_page.html"
    title: str | Promise = ""
    empty_hint: str | Promise = ""
    create_url_name: str = ""
    create_label: str | Promise = ""
    create_permission: str = ""
    page_size = 50
    export_limit = 100_000

    def rows(self) -> QuerySet[R]:
        raise NotImplementedError

    def prepare(self, table: BaseTable) -> None:
        """A last word to the table, once its page is known; what a column needs beside the row is asked here."""

    def context(self) -> dict[str, Any]:
        return {}

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        rows = self.rows()
        filterset = None
        if self.filterset_class is not None:
            filterset = self.filterset_class(request.GET, queryset=rows, request=request)
            rows = filterset.qs
        table = self.table_class(rows)
        table.choose_columns(request.GET.getlist("columns"))
        export = request.GET.get("export")
        if export in {"csv", "xlsx"}:
            self.prepare(table)
            return export_response(table, export, str(self.title), self.export_limit)
        RequestConfig(request, paginate={"per_page": self.page_size, "silent": True}).configure(table)
        self.prepare(table)
        return render(
            request,
            self.template_name,
            {
                "view": self,
                "title": self.title,
                "table": table,
                "filter": filterset,
                "empty_hint": self.empty_hint,
                "create_url_name": self.create_url_name
                if self.create_url_name and self.actor.can_somewhere(self.create_permission)
                else "",
                "create_label": self.create_label,
                **self.context(),
            },
        )


class ListPage(Listed[R]):
    """The list of all records of a kind that the permission was granted on."""

    model: type[R]

    def rows(self) -> QuerySet[R]:
        """Rows the permission was granted on; subclasses narrow and select_related."""
        return self.model.objects.for_permission(self.actor, self.required_permission)


class RecordView(GatedView, Generic[R]):
    """One record by primary key: outside the scope 404, inside without the right 403."""

    model: type[R]

    def queryset(self) -> QuerySet[R]:
        return self.model.objects.all()

    @cached_property
    def record(self) -> R:
        found = self.queryset().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        self.actor.require(self.required_permission, getattr(found, self.model.scope_field))
        return found


class RecordPage(RecordView[R]):
    template_name: str

    def context(self) -> dict[str, Any]:
        return {}

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        return render(request, self.template_name, {"record": self.record, "view": self, **self.context()})


class RecordListPage(Listed[Any], RecordView[R]):
    """A list that belongs to one record; ``rows`` are its own."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.record  # noqa: B018  asks for the right before anything is shown
        return super().get(request, *args, **kwargs)


class FormView(GatedView):
    """A form that acts: invalid input and refusals come back at the form, success redirects."""

    form_class: type[forms.Form]
    template_name = "partials/form_page.html"
    title: str | Promise = ""
    submit_label: str | Promise = ""
    success_message: str | Promise = ""

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor} if issubclass(self.form_class, ActorForm) else {}

    def initial(self) -> dict[str, Any]:
        """What the form shows at first; addresses may prefill it."""
        return self.request.GET.dict()

    def context(self) -> dict[str, Any]:
        return {}

    def submit(self, form: Any) -> str:
        """Call the service; return the address to go to."""
        raise NotImplementedError

    def show(self, form: forms.Form, status: int = 200) -> HttpResponse:
        context = {"form": form, "view": self, "title": self.title, "submit_label": self.submit_label}
        return render(self.request, self.template_name, {**context, **self.context()}, status=status)

    def get(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        return self.show(self.form_class(initial=self.initial(), **self.form_arguments()))

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase:
        form = self.form_class(request.POST, request.FILES, **self.form_arguments())
        if not form.is_valid():
            return self.show(form, 422)
        try:
            address = self.submit(form)
        except DomainError as refused:
            if refused.status in {403, 404}:
                raise
            form.add_error(refused.place if refused.place in form.fields else None, str(refused.message))
            return self.show(form, refused.status)
        if self.success_message:
            messages.success(request, str(self.success_message))
        return HttpResponseRedirect(address)


class ActionView(RecordView[R], FormView):
    """A form that acts on one record (style.md, item 4)."""

    def act(self, record: R, form: Any) -> models.Model | None:
        """Call the service; return another record to go to it instead."""
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        return {"record": self.record}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.record  # noqa: B018  asks for the right before anything is shown
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.record  # noqa: B018
        return super().post(request, *args, **kwargs)

    def submit(self, form: Any) -> str:
        target = self.act(self.record, form) or self.record
        return str(target.get_absolute_url())  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Destructive acts ask why, not whether."""

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), max_length=2000)

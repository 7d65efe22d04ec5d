"""REST: comment books, what was written into them, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from bihuan.foundation.api import Listing, Paging, ReasonIn, Requires, answers, find, listing, named
from bihuan.foundation.middleware import actor_of
from bihuan.organisation.models import OrgUnit
from bihuan.surveys import permissions as may
from bihuan.surveys.models import BookEntry, CommentBook
from bihuan.surveys.schemas import books as schemas
from bihuan.surveys.selectors import books as reads
from bihuan.surveys.services import books as services

router = Router(tags=["comment books"])
Entry = answers(schemas.BookEntryOut)


def entry_out(entry: BookEntry, request: HttpRequest) -> dict[str, Any]:
    """As this caller may read it: who wrote is masked without the right on contacts."""
    actor = actor_of(request)
    writer = reads.writer_of(entry, actor)
    return {name: getattr(entry, name) for name in schemas.BookEntryOut.model_fields if hasattr(entry, name)} | {
        "text": reads.text_for(entry, actor),
        "writer_name": writer.name,
        "writer_contact": writer.contact,
        "writer_masked": writer.is_masked,
        "answered_by": entry.answered_by_name,
    }


def act(request: HttpRequest, pk: int, permission: str, service: Callable[..., BookEntry], **values: Any) -> Any:
    entry = find(request, BookEntry, pk, permission)
    return entry_out(service(actor=actor_of(request), entry=entry, **values), request)


@router.get("/books", auth=Requires(may.BOOKS_VIEW), response=answers(Listing[schemas.BookOut]))
def list_books(request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.BookFilter]) -> Any:
    rows = CommentBook.objects.for_permission(actor_of(request), may.BOOKS_VIEW)
    if wanted.is_active is not None:
        rows = rows.filter(is_active=wanted.is_active)
    if wanted.unit_id is not None:
        rows = rows.filter(org_path__within=named(OrgUnit, wanted.unit_id, "unit_id").org_path)
    return listing(rows, paging)


@router.post("/books/{int:pk}/days", auth=Requires(may.BOOKS_REGISTER), response=answers(schemas.BookDayOut))
def record_day(request: HttpRequest, pk: int, given: schemas.BookDayIn) -> Any:
    book = find(request, CommentBook, pk, may.BOOKS_REGISTER)
    return services.book_day_record(actor=actor_of(request), book=book, **given.dict())


@router.get("/books/entries", auth=Requires(may.BOOKS_VIEW), response=answers(Listing[schemas.BookEntryOut]))
def list_entries(request: HttpRequest, paging: Query[Paging], wanted: Query[schemas.BookEntryFilter]) -> Any:
    rows = reads.entries_for(actor_of(request))
    if wanted.unit_id is not None:
        rows = rows.filter(org_path__within=named(OrgUnit, wanted.unit_id, "unit_id").org_path)
    given = {
        "state__in": wanted.state,
        "kind__in": wanted.kind,
        "book": wanted.book_id,
        "day__gte": wanted.day_from,
        "day__lte": wanted.day_to,
    }
    rows = rows.filter(**{name: value for name, value in given.items() if value})
    return listing(rows, paging, lambda entry: entry_out(entry, request))


@router.post("/books/entries", auth=Requires(may.BOOKS_REGISTER), response=answers(schemas.BookEntryOut, 201))
def register_entry(request: HttpRequest, given: schemas.BookEntryIn) -> Any:
    book, unit = named(CommentBook, given.book_id, "book_id"), named(OrgUnit, given.unit_id, "unit_id")
    values = given.dict(exclude={"book_id", "unit_id"})
    entry = services.book_entry_register(actor=actor_of(request), book=book, unit=unit, **values)
    return Status(201, entry_out(entry, request))


@router.get("/books/entries/{int:pk}", auth=Requires(may.BOOKS_VIEW), response=Entry)
def get_entry(request: HttpRequest, pk: int) -> Any:
    return entry_out(find(request, BookEntry, pk, may.BOOKS_VIEW), request)


@router.post("/books/entries/{int:pk}/remark", auth=Requires(may.BOOKS_ANSWER), response=Entry)
def remark_entry(request: HttpRequest, pk: int, given: schemas.BookRemarkIn) -> Any:
    return act(request, pk, may.BOOKS_ANSWER, services.book_entry_remark, **given.dict())


@router.post("/books/entries/{int:pk}/answer", auth=Requires(may.BOOKS_ANSWER), response=Entry)
def answer_entry(request: HttpRequest, pk: int, given: schemas.BookReplyIn) -> Any:
    return act(request, pk, may.BOOKS_ANSWER, services.book_entry_answer, **given.dict())


@router.post("/books/entries/{int:pk}/deliver", auth=Requires(may.BOOKS_ANSWER), response=Entry)
def deliver_entry(request: HttpRequest, pk: int, given: schemas.BookDeliveryIn) -> Any:
    return act(request, pk, may.BOOKS_ANSWER, services.book_entry_deliver, **given.dict())


@router.post("/books/entries/{int:pk}/set-aside", auth=Requires(may.BOOKS_ANSWER), response=Entry)
def set_entry_aside(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    return act(request, pk, may.BOOKS_ANSWER, services.book_entry_set_aside, **given.dict())


@router.post("/books/entries/{int:pk}/restore", auth=Requires(may.BOOKS_ANSWER), response=Entry)
def restore_entry(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    return act(request, pk, may.BOOKS_ANSWER, services.book_entry_restore, **given.dict())


@router.post("/books/entries/{int:pk}/reopen", auth=Requires(may.BOOKS_ANSWER), response=Entry)
def reopen_entry(request: HttpRequest, pk: int, given: ReasonIn) -> Any:
    return act(request, pk, may.BOOKS_ANSWER, services.book_entry_reopen, **given.dict())

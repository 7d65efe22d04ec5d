"""Books: which there are, where they hang, which code opens their form."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.activity import activity, save_fields
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.organisation.models import Asset, OrgUnit
from bihuan.surveys.models import CommentBook
from bihuan.surveys.models.book import new_code
from bihuan.surveys.permissions import BOOKS_MANAGE


def _free(asset: Asset | None, but: CommentBook | None = None) -> None:
    if asset is None:
        return
    taken = CommentBook.objects.filter(asset=asset, is_active=True)
    if but is not None:
        taken = taken.exclude(pk=but.pk)
    if taken.exists():
        raise BadInputError(_("There is a comment book there already."), place="asset")


@transaction.atomic
def book_set_up(
    *,
    actor: Actor,
    unit: OrgUnit,
    name: str = "",
    asset: Asset | None = None,
    place: str = "",
    is_paper: bool = True,
    has_door: bool = True,
    at: datetime | None = None,
) -> CommentBook:
    """Set up a book; without a name it is called like the vehicle, line or place it hangs on."""
    actor.require(BOOKS_MANAGE, unit.org_path)
    title = name.strip() or (asset.name if asset else "")
    if not title:
        raise BadInputError(_("Give the book a name, or say where it hangs."), place="name")
    _free(asset)
    book = CommentBook.objects.create(
        org_path=unit.org_path,
        name=title,
        unit=unit,
        asset=asset,
        place=place.strip(),
        is_paper=is_paper,
        has_door=has_door,
        since=timezone.localdate(at),
    )
    activity(book, "create", actor=actor, after={"name": book.name, "unit": unit.name}, at=at)
    return book


@transaction.atomic
def books_set_up(
    *, actor: Actor, assets: Iterable[Asset], place: str = "", is_paper: bool = True, at: datetime | None = None
) -> list[CommentBook]:
    """A book for every vehicle, line or place that has none yet; the others stay as they are."""
    found = list(assets)
    have = set(CommentBook.objects.filter(asset__in=found, is_active=True).values_list("asset_id", flat=True))
    return [
        book_set_up(actor=actor, unit=asset.unit, asset=asset, place=place, is_paper=is_paper, at=at)
        for asset in found
        if asset.pk not in have
    ]


@transaction.atomic
def book_edit(
    *,
    actor: Actor,
    book: CommentBook,
    unit: OrgUnit,
    name: str,
    asset: Asset | None = None,
    place: str = "",
    is_paper: bool = True,
    has_door: bool = True,
) -> CommentBook:
    actor.require(BOOKS_MANAGE, book.org_path)
    actor.require(BOOKS_MANAGE, unit.org_path)
    if not name.strip():
        raise BadInputError(_("This is needed for the step."), place="name")
    if book.is_active:
        _free(asset, book)
    values = {
        "name": name.strip(),
        "unit": unit,
        "org_path": unit.org_path,
        "asset": asset,
        "place": place.strip(),
        "is_paper": is_paper,
        "has_door": has_door,
    }
    save_fields(book, values, actor=actor)
    return book


@transaction.atomic
def book_retire(*, actor: Actor, book: CommentBook, reason: str, at: datetime | None = None) -> CommentBook:
    """Take a book out of use: it is not collected any more and its code opens nothing."""
    actor.require(BOOKS_MANAGE, book.org_path)
    if not reason.strip():
        raise BadInputError(_("This is needed for the step."), place="reason")
    values = {"is_active": False, "until": timezone.localdate(at)}
    if not book.is_active or not save_fields(book, values, actor=actor, reason=reason):
        raise ActionNotAllowedError()
    return book


@transaction.atomic
def book_revive(*, actor: Actor, book: CommentBook) -> CommentBook:
    actor.require(BOOKS_MANAGE, book.org_path)
    _free(book.asset, book)
    if book.is_active or not save_fields(book, {"is_active": True, "until": None}, actor=actor):
        raise ActionNotAllowedError()
    return book


@transaction.atomic
def book_code_renew(*, actor: Actor, book: CommentBook, reason: str) -> CommentBook:
    """Give the book a new code; the old sticker opens nothing from now on."""
    actor.require(BOOKS_MANAGE, book.org_path)
    if not reason.strip():
        raise BadInputError(_("This is needed for the step."), place="reason")
    code = new_code()
    CommentBook.objects.filter(pk=book.pk).update(code=code)
    book.code = code
    activity(book, "book_code_renew", actor=actor, reason=reason)
    return book

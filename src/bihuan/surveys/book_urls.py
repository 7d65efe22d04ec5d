"""Addresses of the comment book, office side."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.surveys.views.books import desk, entries, photos, shelf


def entry(word: str, view: type, name: str) -> URLPattern:
    return path(f"books/entries/<int:pk>/{word}/", view.as_view(), name=f"book-entry-{name}")  # type: ignore[attr-defined]


def page(word: str, view: type, name: str) -> URLPattern:
    return path(f"books/pages/<int:pk>/{word}/", view.as_view(), name=f"book-photo-{name}")  # type: ignore[attr-defined]


def book(word: str, view: type, name: str) -> URLPattern:
    return path(f"books/<int:pk>/{word}/", view.as_view(), name=f"book-{name}")  # type: ignore[attr-defined]


urlpatterns: list[URLPattern] = [
    path("books/", desk.BookDesk.as_view(), name="book-desk"),
    path("books/day/", desk.DayCheck.as_view(), name="book-day"),
    path("books/day/record/", desk.DayRecord.as_view(), name="book-day-record"),
    path("books/figures/", desk.BookFigures.as_view(), name="book-figures"),
    path("books/entries/", entries.EntryList.as_view(), name="book-entries"),
    path("books/entries/register/", entries.EntryRegister.as_view(), name="book-entry-register"),
    path("books/entries/handed-over/", entries.EntriesDeliver.as_view(), name="book-entries-deliver"),
    path("books/entries/slips/", entries.Slips.as_view(), name="book-slips"),
    path("books/entries/slips.pdf", entries.SlipsPdf.as_view(), name="book-slips-pdf"),
    path("books/entries/<int:pk>/", entries.EntryPage.as_view(), name="book-entry"),
    entry("correct", entries.EntryCorrect, "correct"),
    entry("remark", entries.EntryRemark, "remark"),
    entry("answer", entries.EntryAnswer, "answer"),
    entry("handed-over", entries.EntryDeliver, "deliver"),
    entry("set-aside", entries.EntrySetAside, "set-aside"),
    entry("restore", entries.EntryRestore, "restore"),
    entry("reopen", entries.EntryReopen, "reopen"),
    entry("forget-writer", entries.EntryForgetWriter, "forget-writer"),
    entry("mail-again", entries.EntryMailAgain, "mail-again"),
    path("books/pages/", photos.PhotoList.as_view(), name="book-photos"),
    path("books/pages/upload/", photos.PhotosUpload.as_view(), name="book-photos-upload"),
    path("books/pages/<int:pk>/", photos.PhotoPage.as_view(), name="book-photo"),
    page("finish", photos.PhotoFinish, "finish"),
    page("set-aside", photos.PhotoSetAside, "set-aside"),
    page("reopen", photos.PhotoReopen, "reopen"),
    page("turn", photos.PhotoTurn, "turn"),
    path("books/all/", shelf.BookList.as_view(), name="books"),
    path("books/set-up/", shelf.BookSetUp.as_view(), name="book-set-up"),
    path("books/set-up-many/", shelf.BooksSetUp.as_view(), name="books-set-up"),
    path("books/stickers/", shelf.Stickers.as_view(), name="book-stickers"),
    path("books/<int:pk>/", shelf.BookPage.as_view(), name="book"),
    book("edit", shelf.BookEdit, "edit"),
    book("retire", shelf.BookRetire, "retire"),
    book("revive", shelf.BookRevive, "revive"),
    book("new-code", shelf.BookCodeRenew, "code-renew"),
    book("day", desk.BookDayRecord, "day-of"),
]

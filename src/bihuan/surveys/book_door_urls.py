"""Addresses of the comment book's doors: ``/b/<code>`` on the sticker, ``/b/answer/<key>`` for the writer."""

from __future__ import annotations

from django.urls import URLPattern, path

from bihuan.surveys.views.books import door

app_name = "commentbook"
urlpatterns: list[URLPattern] = [
    path("answer/<str:key>/", door.BookAnswer.as_view(), name="answer"),
    path("<str:code>", door.BookDoor.as_view(), name="form"),
]

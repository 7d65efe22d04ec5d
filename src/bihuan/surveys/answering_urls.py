"""Where citizens answer: /s/<code of the door>."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from bihuan.surveys.views.answering import AnswerForm

app_name = "answering"
urlpatterns: list[URLPattern | URLResolver] = [path("<slug:code>", AnswerForm.as_view(), name="form")]

"""Home, search and the pages of refusal."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from bihuan.foundation.permissions import SIGNED_IN
from bihuan.foundation.views import Page


def no_permission(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


class HomeView(Page):
    required_permission = SIGNED_IN
    template_name = "web/today.html"

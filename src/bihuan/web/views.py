"""Home, liveness and the pages of refusal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.accounts.services import today_seen
from bihuan.foundation.gate import requires
from bihuan.foundation.permissions import PUBLIC, SIGNED_IN
from bihuan.foundation.today import headlines
from bihuan.foundation.views import Page
from bihuan.web.selectors import today_for

# A second look within this time still shows what the first one called new.
GLANCE = timedelta(minutes=10)


def no_permission(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


@requires(PUBLIC)
def health(request: HttpRequest) -> HttpResponse:
    """For whoever watches the server: the process answers and reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


class HomeView(Page):
    required_permission = SIGNED_IN
    template_name = "web/today.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        user = self.request.user
        last_seen = getattr(user, "last_seen_today_at", None) or now - timedelta(days=7)
        groups = today_for(self.actor, now, last_seen)
        if self.actor.user_id is not None and now - last_seen > GLANCE:
            today_seen(user_id=self.actor.user_id)
        return {
            **super().get_context_data(**kwargs),
            "title": _("Today"),
            "groups": groups,
            "nothing": not any(group.items for group in groups),
            "headlines": headlines(self.actor, now),
            "now": now,
        }

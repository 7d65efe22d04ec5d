"""Addresses of Open311: the production endpoint, and a test one that checks everything and keeps nothing."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, re_path

from bihuan.cases.open311 import views

app_name = "open311"
FORM = r"\.(?P<form>[A-Za-z0-9]{1,10})$"
CALLS: tuple[tuple[str, type[views.Call], str], ...] = (
    (r"discovery", views.Discovery, "discovery"),
    (r"services", views.Services, "services"),
    (r"services/(?P<code>[^/]+)", views.ServiceDefinition, "definition"),
    (r"requests", views.Requests, "requests"),
    (r"requests/(?P<number>[^/]+)", views.Request, "request"),
    (r"tokens/(?P<token>[^/]+)", views.Token, "token"),
    (r"servicerequestupdates", views.Updates, "updates"),
)


def endpoint(base: str, prefix: str, **options: Any) -> list[URLPattern]:
    return [
        re_path(rf"^{base}{path}{FORM}", view.as_view(**options), name=f"{prefix}{name}") for path, view, name in CALLS
    ]


urlpatterns = [
    re_path(rf"^discovery{FORM}", views.Discovery.as_view(), name="root-discovery"),
    *endpoint("v2/", ""),
    *endpoint("test/v2/", "test-", is_test=True),
    re_path(r"^(?P<path>.*)$", views.NoCall.as_view(), name="nothing"),
]

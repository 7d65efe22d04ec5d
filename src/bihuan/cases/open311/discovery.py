"""The document by which clients find their way in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.organisation.models import OrgUnit

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
# When what is served last changed; clients that cache the document compare it.
CHANGESET = datetime(2026, 11, 1, tzinfo=timezone.get_fixed_timezone(480))
FORMATS = ("text/xml", "application/json")
ENDPOINTS = (("open311/v2", "production"), ("open311/test/v2", "test"))


def base_of(request: HttpRequest) -> str:
    return settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"


def jurisdiction_of(request: HttpRequest) -> str:
    """The one we serve: as set, else the host name under which people reach the house."""
    named: str = settings.JURISDICTION
    return named or base_of(request).partition("://")[2].partition("/")[0].partition(":")[0]


def contact() -> str:
    root = OrgUnit.objects.order_by("org_path").values_list("name", flat=True).first() or ""
    mail = settings.MAIL_REPLY_TO or settings.DEFAULT_FROM_EMAIL
    return ", ".join(part for part in (root, mail) if part) or _("the service office")


def discovery(request: HttpRequest) -> dict[str, Any]:
    changed = CHANGESET.isoformat()
    base = base_of(request)
    return {
        "changeset": changed,
        "contact": contact(),
        "key_service": _(
            "Ask the contact for a key. It belongs to an account that may take in cases; its owner makes it at %(url)s."
        )
        % {"url": f"{base}/administration/me/"},
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": f"{base}/{path}",
                "changeset": changed,
                "type": kind,
                "formats": list(FORMATS),
            }
            for path, kind in ENDPOINTS
        ],
    }

"""Bare Django: no session, no sign-in, no log, no quota. Served by the same gunicorn settings as the product.

    python -m bench.ceiling.app migrate    make the table
    gunicorn bench.ceiling.app:application

The page is the product's own (its bytes with the token cut out), so that both send and parse the same.
"""

from __future__ import annotations

import json
import os
import sys
import uuid
from pathlib import Path

import django
from django.conf import settings

HERE = Path(os.environ["CEILING_HOME"])

if not settings.configured:
    from bihuan.config.environment import database

    settings.configure(
        SECRET_KEY="ceiling",  # noqa: S106  of a server that lives for seconds
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        DATABASES={"default": database(os.environ["CEILING_DATABASE_URL"])},
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        INSTALLED_APPS=[],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
    )
    django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402  after the settings
from django.db import connection, models  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.middleware.csrf import get_token  # noqa: E402
from django.urls import path  # noqa: E402


class Row(models.Model):
    """One response: the same columns that carry weight in the product."""

    client_uuid = models.UUIDField(unique=True)
    collection = models.CharField(max_length=60)
    answers = models.JSONField()

    class Meta:
        app_label = "ceiling"
        indexes = [models.Index(fields=["collection", "id"], name="ceiling_collection")]

    def __str__(self) -> str:
        return str(self.client_uuid)


FORM = json.loads((HERE / "form.json").read_text()) if (HERE / "form.json").exists() else {}
PAGE = (HERE / "page.html").read_bytes().split(b"@TOKEN@") if (HERE / "page.html").exists() else [b"", b""]
LEVELS = {name: set(values) for name, values in FORM.items()}
THANKS = b"<!doctype html><title>Thank you</title><p>Thank you, your answers have arrived.</p>"


def form(request: HttpRequest) -> HttpResponse:
    if request.method == "GET":
        return HttpResponse(PAGE[0] + get_token(request).encode() + PAGE[1])
    answers = {}
    for name, allowed in LEVELS.items():
        value = request.POST.get(name, "")
        if allowed and value not in allowed:
            return HttpResponse(b"not valid", status=422)
        answers[name] = value
    Row.objects.create(client_uuid=uuid.uuid4(), collection="ceiling", answers=answers)
    return HttpResponse(THANKS)


urlpatterns = [path("s/form", form)]
application = get_wsgi_application()


def main() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Row)


if __name__ == "__main__":
    sys.exit(main())

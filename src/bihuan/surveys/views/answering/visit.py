"""One request at a door: who asks in which language with what in hand, and how the answer to it is made."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from bihuan.foundation.secrets import sealed, unsealed
from bihuan.instruments.definition import Definition
from bihuan.instruments.rendering import html_language
from bihuan.surveys.answering.pages import Look, Message, message_page
from bihuan.surveys.selectors.answering import DoorCard

INVITE, RESUME, VISIT, DEVICE = "survey_invite", "survey_resume", "survey_visit", "survey_device"
YEAR = timedelta(days=365)


def done_cookie(card: DoorCard) -> str:
    return f"survey_done_{card.campaign_id}"


def language_of(request: HttpRequest, definition: Definition, wanted: str = "") -> str:
    """As asked for, else the first of the browser's languages that the form has, else the form's own."""
    languages = definition.languages
    if wanted in languages:
        return wanted
    if len(languages) > 1:
        for one in request.headers.get("Accept-Language", "").lower().split(","):
            tag = one.partition(";")[0].strip()
            for language in languages:
                if tag and (language.startswith(tag) or tag.startswith(language.split("-")[0] + "-")):
                    return language
    return languages[0]


def is_from_here(request: HttpRequest, *, is_frame: bool) -> bool:
    """A browser names the page a form was sent from; another site's is refused. Inside a sandbox it is "null"."""
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc == request.get_host() if origin != "null" else is_frame


@dataclass(slots=True)
class Visit:
    request: HttpRequest
    card: DoorCard
    definition: Definition
    language: str
    invitation: str = ""  # hash of its token

    @property
    def theme(self) -> str:
        return "kiosk" if self.card.is_kiosk else "frame" if self.card.is_frame else "public"

    @property
    def look(self) -> Look:
        return Look.of(self.card, self.language, is_invited=bool(self.invitation))

    def cookie(self, name: str) -> str:
        """Embedded pages use no cookie at all: browsers keep them from third parties anyway."""
        return "" if self.card.is_frame else self.request.COOKIES.get(name, "")

    def page(self, body: bytes, status: int = 200) -> HttpResponse:
        response = HttpResponse(body, status=status)
        response["Content-Language"] = html_language(self.language)
        # Nobody at a kiosk may leaf back to the answers of the one before.
        response["Cache-Control"] = "no-store" if self.card.is_kiosk else "private, no-cache"
        if self.card.is_frame:
            response.frame_ancestors = self.card.frame_ancestors or ["'none'"]  # type: ignore[attr-defined]
        return response

    def message(self, message: Message, status: int = 200) -> HttpResponse:
        return self.page(message_page(message, self.language, theme=self.theme, host=self.card.host), status)

    def redirect(self, **query: str) -> HttpResponse:
        address = self.request.path + (f"?{urlencode(query)}" if query else "")
        response = HttpResponseRedirect(address)
        response["Cache-Control"] = "no-store"
        return response

    def set_cookie(self, response: HttpResponse, name: str, value: str, lasts: timedelta, *, path: str = "") -> None:
        if self.card.is_frame:
            return
        response.set_cookie(
            name,
            value,
            max_age=int(lasts.total_seconds()),
            path=path or self.request.path,
            secure=settings.HTTPS,
            httponly=True,
            samesite="Lax",
        )

    def drop_cookie(self, response: HttpResponse, name: str) -> None:
        if name in self.request.COOKIES:
            response.delete_cookie(name, path=self.request.path)

    def remember_device(self, response: HttpResponse) -> None:
        """A mark of this browser, for limits only; it stands in no table."""
        if not self.device:
            self.set_cookie(response, DEVICE, sealed("device", secrets.token_urlsafe(9), lasts=YEAR), YEAR, path="/s/")

    @property
    def device(self) -> str:
        given = self.cookie(DEVICE)
        return (unsealed("device", given) or "") if given else ""

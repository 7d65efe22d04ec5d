"""Pages shown: a fresh form, one gone on with, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from bihuan.foundation.secrets import sealed, secret_hash, unsealed
from bihuan.instruments.definition import Definition
from bihuan.instruments.rendering import order_of, sheet_for
from bihuan.instruments.selectors import frozen_definition
from bihuan.instruments.walk import Problem, walk
from bihuan.surveys.answering.flow import END, first_page, is_paged, may_go_on
from bihuan.surveys.answering.opening import QuotaFullError
from bihuan.surveys.answering.pages import Message, blank_page, end_html, form_page, notice_html, place_html
from bihuan.surveys.answering.tokens import FORM_LASTS, FormToken, parameters_unsealed
from bihuan.surveys.models import Campaign, SavedAnswers
from bihuan.surveys.selectors.answering import invitation_by, saved_by
from bihuan.surveys.services.screening import place_hold_at_start
from bihuan.surveys.views.answering import refusals
from bihuan.surveys.views.answering.visit import INVITE, RESUME, VISIT, Visit, done_cookie

INVITE_LASTS = timedelta(days=60)


def shown(visit: Visit) -> HttpResponse:
    """The answer to a GET."""
    card, request = visit.card, visit.request
    opening = card.opening(timezone.now())
    if opening != "open":
        return visit.message(refusals.OPENINGS[opening], 404 if opening == "unknown" else 200)
    if request.GET:
        exchanged = exchange(visit)
        if exchanged is not None:
            return exchanged
    refused = invited(visit)
    if refused is not None:
        return refused
    if card.is_remembered and unsealed("done", visit.cookie(done_cookie(card))):
        return visit.message(refusals.ANSWERED)
    secret = visit.cookie(RESUME) or (request.GET.get("r", "") if card.is_frame else "")
    if card.is_kiosk and "page" not in request.GET:
        secret = ""  # whoever stands there now is somebody else
    return gone_on(visit, secret) if secret else fresh(visit)


def exchange(visit: Visit) -> HttpResponse | None:
    """Secrets do not stay in the address: they become cookies that lead back to the plain one."""
    query = visit.request.GET
    onward = {name: query[name] for name in ("lang", "p") if name in query}
    if "new" in query:
        response = visit.redirect(**onward)
        for name in (RESUME, VISIT):
            visit.drop_cookie(response, name)
        return response
    if visit.card.is_frame:
        return None
    if "t" in query:
        response = visit.redirect(**onward)
        token = sealed("invite", f"{visit.card.pk:x}.{secret_hash(query['t'])}", lasts=INVITE_LASTS)
        visit.set_cookie(response, INVITE, token, INVITE_LASTS)
        return response
    if "r" in query:
        response = visit.redirect(**onward)
        visit.set_cookie(response, RESUME, query["r"][:60], timedelta(days=max(1, visit.card.resume_days)))
        return response
    return None


def invited(visit: Visit) -> HttpResponse | None:
    """Find the invitation in hand, or say what is wrong with it."""
    card = visit.card
    door, _sep, digest = (unsealed("invite", visit.cookie(INVITE)) or "").partition(".")
    if card.is_frame and "t" in visit.request.GET:
        door, digest = f"{card.pk:x}", secret_hash(visit.request.GET["t"])
    if door != f"{card.pk:x}":
        is_needed = card.entry == Campaign.Entry.ENFORCED
        return visit.message(refusals.TOKEN_NEEDED, 403) if is_needed else None
    invitation = invitation_by(campaign_id=card.campaign_id, token_hash=digest)
    if invitation is None:
        return visit.message(refusals.TOKEN_UNKNOWN, 403)
    if invitation.used >= invitation.allowed:
        return visit.message(refusals.TOKEN_SPENT)
    visit.invitation = digest
    return None


def fresh(visit: Visit) -> HttpResponse:
    card, definition = visit.card, visit.definition
    token = token_for(visit)
    if card.has_quotas and visit.request.method == "GET":
        try:
            hold_at_start(visit, token)
        except QuotaFullError:
            return kept_token(visit, visit.message(refusals.QUOTA_FULL), token)
    given = visit.request.GET.get("p", "")
    section = first_page(definition) if is_paged(definition) else ""
    page = blank_page(
        definition,
        visit.look,
        section=section,
        order=order_of(definition, token.client_uuid),
        is_last=not section or not may_go_on(definition, section, {}),
    )
    values = {"token": token.sign().encode(), "place": place_html(card, visit.language)}
    if given and parameters_unsealed(card.pk, given):
        values["hidden"] = hidden_field("p", given)
    response = visit.page(page.filled(values))
    return kept_token(visit, response, token) if card.has_quotas else response


def hold_at_start(visit: Visit, token: FormToken) -> None:
    card, invitation = visit.card, None
    if visit.invitation:
        invitation = invitation_by(campaign_id=card.campaign_id, token_hash=visit.invitation)
    place_hold_at_start(door=card.door(), invitation=invitation, client_uuid=token.client_uuid)


def token_for(visit: Visit) -> FormToken:
    """A new one; where places are held, the same for the same browser, so that a reload holds no second place."""
    known = FormToken.read(visit.cookie(VISIT)) if visit.card.has_quotas and visit.cookie(VISIT) else None
    if known is not None and (known.door, known.version) == (visit.card.pk, visit.card.version_id):
        return known.for_invitation(visit.invitation)
    return FormToken.fresh(visit.card.pk, visit.card.version_id, visit.invitation)


def kept_token(visit: Visit, response: HttpResponse, token: FormToken) -> HttpResponse:
    visit.set_cookie(response, VISIT, token.for_invitation("").sign(), FORM_LASTS)
    return response


def hidden_field(name: str, value: str) -> bytes:
    """Only for signed texts, whose letters need no escaping."""
    return f'<input type="hidden" name="{name}" value="{value}">'.encode()


def gone_on(visit: Visit, secret: str) -> HttpResponse:
    """A page with what was answered so far."""
    saved = saved_by(door_id=visit.card.pk, secret=secret)
    if saved is None or saved.expires_at <= timezone.now():
        response = visit.message(anew(visit))
        visit.drop_cookie(response, RESUME)
        return response
    if "lang" not in visit.request.GET and saved.language in visit.definition.languages:
        visit.language = saved.language
    page = visit.request.GET.get("page", "")
    notice = b"" if page else notice_html(refusals.WELCOME_BACK, visit.language)
    return saved_page(visit, saved, page or saved.section, secret=secret, notice=notice)


def anew(visit: Visit) -> Message:
    found = refusals.EXPIRED
    return Message(found.heading, found.text, found.icon, refusals.BEGIN_ANEW, f"{visit.request.path}?new=1")


def saved_page(
    visit: Visit,
    saved: SavedAnswers,
    section: str,
    *,
    secret: str,
    notice: bytes = b"",
    problems: Iterable[Problem] = (),
) -> HttpResponse:
    definition = frozen_definition(saved.version_of_form)
    values, states = saved.answers.get("values", {}), saved.answers.get("states", {})
    walked = walk(definition, values, states, complete=False)
    if is_paged(definition) and section not in {*walked.visible_sections, END}:
        section = walked.visible_sections[0] if walked.visible_sections else END
    token = FormToken(
        visit.card.pk, saved.version_of_form_id, saved.client_uuid, int(saved.begun_at.timestamp()), visit.invitation
    )
    return visit.page(
        filled_page(
            visit,
            definition,
            token,
            section=section if is_paged(definition) else "",
            values=walked.values,
            states=walked.states,
            problems=problems,
            secret=secret,
            notice=notice,
        ),
        422 if problems else 200,
    )


def filled_page(
    visit: Visit,
    definition: Definition,
    token: FormToken,
    *,
    section: str,
    values: Mapping[str, Any],
    states: Mapping[str, str] | None = None,
    problems: Iterable[Problem] = (),
    secret: str = "",
    notice: bytes = b"",
    parameters: str = "",
    file_names: Mapping[str, str] | None = None,
) -> bytes:
    """The page with answers in it: after errors, in another language, or gone on with."""
    look, is_end = visit.look, section == END
    first = first_page(definition, values) if section else ""
    page = form_page(
        definition,
        look,
        section=section,
        is_first=section == first,
        is_last=not section or is_end or not may_go_on(definition, section, values),
    )
    if is_end:
        questions = end_html(visit.language)
    else:
        order = order_of(definition, token.client_uuid)
        sheet = sheet_for(definition, visit.language, theme=look.theme, section=section, order=order)
        questions = sheet.filled(values, states, problems, file_names).encode()
    hidden = hidden_field("r", sealed("resume", secret, lasts=FORM_LASTS)) if secret else b""
    if parameters:
        hidden += hidden_field("p", parameters)
    return page.filled(
        {
            "token": token.sign().encode(),
            "place": place_html(visit.card, visit.language),
            "notice": notice,
            "hidden": hidden,
            "questions": questions,
        }
    )

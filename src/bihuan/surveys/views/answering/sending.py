"""A form sent: one page kept, the whole submitted, or shown again with what was answered."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import OperationalError
from django.http import HttpResponse
from django.utils import timezone

from bihuan.foundation.errors import BadInputError, DomainError
from bihuan.foundation.secrets import sealed, unsealed
from bihuan.instruments.definition import Definition, ItemType
from bihuan.instruments.models import InstrumentVersion
from bihuan.instruments.selectors import frozen_definition
from bihuan.instruments.services import AnswerConflictError
from bihuan.instruments.walk import Problem, Walk, field_name, given_from, walk
from bihuan.surveys.answering import limits
from bihuan.surveys.answering.flow import END, first_page, is_paged, own_items, page_after, page_before, page_with
from bihuan.surveys.answering.opening import (
    AnswersNotValidError,
    DoorShutError,
    Opening,
    QuotaFullError,
    TokenSpentError,
    TokenUnknownError,
)
from bihuan.surveys.answering.pages import Message, notice_html, saved_html, thanks_page
from bihuan.surveys.answering.tokens import FormToken, parameters_unsealed
from bihuan.surveys.models import Door, SavedAnswers
from bihuan.surveys.selectors.answering import invitation_by, saved_by
from bihuan.surveys.services.answer_files import answer_file_keep, file_items
from bihuan.surveys.services.answering import Submission, answer_submit
from bihuan.surveys.services.saving import AlreadySentError, Kept, answers_begin, answers_keep
from bihuan.surveys.services.screening import place_hold_on_page
from bihuan.surveys.views.answering import refusals
from bihuan.surveys.views.answering.showing import filled_page, invited, saved_page
from bihuan.surveys.views.answering.visit import RESUME, VISIT, YEAR, Visit, done_cookie

# Answered faster than this, a form was not read: it is kept and marked, never refused.
ANSWERS_A_SECOND = 4
SHORTEST_READING = 2
LONGEST_SITTING = 6 * 3600
log = logging.getLogger("bihuan.surveys")


@dataclass(slots=True)
class Sent:
    """What arrived with one POST, read but not judged."""

    visit: Visit
    token: FormToken
    version: InstrumentVersion | None  # where it is not the campaign's present one
    definition: Definition
    section: str
    given: dict[str, Any]
    states: dict[str, str]
    secret: str = ""
    saved: SavedAnswers | None = None
    parameters: str = ""
    problems: list[Problem] = field(default_factory=list)
    file_names: dict[str, str] = field(default_factory=dict)
    _door: Door | None = None

    @property
    def door(self) -> Door:
        if self._door is None:
            self._door = self.visit.card.door()
        return self._door

    @property
    def kept(self) -> Kept:
        return Kept(self.given, self.states, own_items(self.definition, self.section), self.section)

    def shown_again(self, status: int = 422, *, problems: Iterable[Problem] = (), notice: bytes = b"") -> HttpResponse:
        values, states = self.merged()
        body = filled_page(
            self.visit,
            self.definition,
            self.token,
            section=self.section,
            values=values,
            states=states,
            problems=problems,
            secret=self.secret,
            notice=notice,
            parameters=self.parameters,
            file_names=self.file_names,
        )
        return self.visit.page(body, status)

    def merged(self) -> tuple[dict[str, Any], dict[str, str]]:
        """This page over those kept before it."""
        both = self.kept.over(self.saved.answers if self.saved is not None else {})
        return both["values"], both["states"]


def received(visit: Visit) -> HttpResponse:
    """The answer to a POST."""
    card, request = visit.card, visit.request
    opening = card.opening(timezone.now())
    token = FormToken.read(request.POST.get("f", ""))
    if token is None or token.door != card.pk:
        return renewed(visit, opening)
    wait = limits.PAGES.wait(token.client_uuid.hex)
    if wait:
        return too_often(visit, wait)
    visit.invitation = token.invitation
    return acted(read(visit, token))


def renewed(visit: Visit, opening: Opening) -> HttpResponse:
    """The page was open for too long, or its token is not ours: nothing is taken, nothing is lost either."""
    if opening != "open":
        return visit.message(refusals.OPENINGS[opening], 404 if opening == "unknown" else 409)
    refused = invited(visit)
    if refused is not None:
        return refused
    token = FormToken.fresh(visit.card.pk, visit.card.version_id, visit.invitation)
    notice = notice_html(refusals.EXPIRED_PAGE, visit.language, "warning")
    return read(visit, token, is_trusted=False).shown_again(409, notice=notice)


def acted(sent: Sent) -> HttpResponse:
    posted, visit = sent.visit.request.POST, sent.visit
    act = "language" if "language" in posted else posted.get("go", "next")
    try:
        return ACTS.get(act, go_on)(sent)
    except DoorShutError as shut:
        return visit.message(with_loss(refusals.OPENINGS[shut.reason]), shut.status)
    except tuple(REFUSED) as refused:
        return forgetting(sent, visit.message(REFUSED[type(refused)], refused.status))
    except OperationalError:
        # Locked for too long, or gone: nothing was stored, and the visitor keeps the answers in the page.
        log.exception("answers could not be stored")
        response = sent.shown_again(503, notice=notice_html(refusals.BUSY, visit.language, "error"))
        response["Retry-After"] = "5"
        return response


def with_loss(message: Message) -> Message:
    return replace(message, detail=str(refusals.NOT_STORED))


REFUSED: dict[type[DomainError], Message] = {
    QuotaFullError: refusals.QUOTA_FULL,
    TokenUnknownError: with_loss(refusals.TOKEN_UNKNOWN),
    TokenSpentError: refusals.TOKEN_SPENT,
    AlreadySentError: refusals.ALREADY_SENT,
    AnswerConflictError: refusals.CONFLICT,
}


def read(visit: Visit, token: FormToken, *, is_trusted: bool = True) -> Sent:
    """What arrived. Hidden items come only from what the house signed, never from a field of the form."""
    request, card = visit.request, visit.card
    version = InstrumentVersion.objects.get(pk=token.version) if token.version != card.version_id else None
    definition = frozen_definition(version) if version is not None else visit.definition
    given = given_from(definition, request.POST)
    parameters = request.POST.get("p", "")
    signed = parameters_unsealed(card.pk, parameters) if parameters else {}
    for code in hidden_codes(definition):
        given.pop(code, None)
        if code in signed:
            given[code] = signed[code]
    sent = Sent(visit, token, version, definition, section_of(visit, definition), given, {})
    sent.parameters = parameters if signed else ""
    secret = unsealed("resume", request.POST.get("r", "")) or visit.cookie(RESUME)
    saved = saved_by(door_id=card.pk, secret=secret) if secret else None
    if saved is not None and saved.client_uuid == token.client_uuid:
        sent.secret, sent.saved = secret, saved
    if is_trusted and request.FILES and file_items(definition):
        take_files(sent)
    return sent


def section_of(visit: Visit, definition: Definition) -> str:
    if not is_paged(definition):
        return ""
    section = visit.request.POST.get("page", "")
    return (
        section if section == END or any(one.code == section for one in definition.sections) else first_page(definition)
    )


def hidden_codes(definition: Definition) -> tuple[str, ...]:
    found: tuple[str, ...] | None = definition.compiled.get("surveys.hidden")
    if found is None:
        found = tuple(item.code for item in definition.items if item.type is ItemType.HIDDEN)
        definition.compiled["surveys.hidden"] = found
    return found


def take_files(sent: Sent) -> None:
    """Keep what was uploaded at once, so that no error elsewhere makes somebody choose the file again."""
    for item in file_items(sent.definition):
        for upload in sent.visit.request.FILES.getlist(field_name(item.code)):
            try:
                file = answer_file_keep(
                    campaign=sent.door.campaign, client_uuid=sent.token.client_uuid, item=item, upload=upload
                )
            except BadInputError as refused:
                sent.problems.append(Problem(item.code, "file", {"item": item.label, "why": refused.message}))
                continue
            before = sent.given.get(item.code) or []
            sent.given[item.code] = [*(before if isinstance(before, list) else [before]), file.handle]
            sent.file_names[file.handle] = file.name


def change_language(sent: Sent) -> HttpResponse:
    wanted = sent.visit.request.POST["language"]
    if wanted in sent.definition.languages:
        sent.visit.language = wanted
    return sent.shown_again(200)


def go_back(sent: Sent) -> HttpResponse:
    """Nothing is checked on the way back; what was answered is kept."""
    values, states = sent.merged()
    before = page_before(walk(sent.definition, values, states, complete=False), sent.definition, sent.section)
    return onward(sent, keep(sent, before), before)


def put_aside(sent: Sent) -> HttpResponse:
    """Keep what is there and show the link by which it is found again."""
    if not sent.visit.card.resume_days or sent.visit.card.is_kiosk:
        return go_on(sent)
    saved, secret = keep(sent, sent.section)
    visit = sent.visit
    link = visit.request.build_absolute_uri(f"{visit.request.path}?r={secret}")
    body = saved_html(
        link=link,
        onward=f"{visit.request.path}?r={secret}",
        until=timezone.localdate(saved.expires_at),
        language=visit.language,
        host=visit.card.host,
    )
    response = visit.page(body)
    response["Cache-Control"] = "no-store"
    visit.set_cookie(response, RESUME, secret, timedelta(days=visit.card.resume_days))
    return response


def go_on(sent: Sent) -> HttpResponse:
    """The next page, or with the last one the whole."""
    if not sent.section:
        return submitted(sent, sent.given, sent.states)
    values, states = sent.merged()
    walked = walk(sent.definition, values, states)
    problems = [*sent.problems, *walked.problems_in(sent.section, sent.definition)]
    if problems:
        return sent.shown_again(problems=problems)
    after = page_after(walked, sent.definition, sent.section)
    if after == END and (sent.section == END or not says_next(sent)):
        return submitted(sent, values, states)
    if sent.visit.card.has_quotas:
        invitation = None
        if sent.visit.invitation:
            invitation = invitation_by(campaign_id=sent.visit.card.campaign_id, token_hash=sent.visit.invitation)
        place_hold_on_page(door=sent.door, invitation=invitation, client_uuid=sent.token.client_uuid, walked=walked)
    return onward(sent, keep(sent, after), after)


def says_next(sent: Sent) -> bool:
    """Whether the button read "Next": then nothing is sent without a page that says so."""
    return sent.visit.request.POST.get("said") == "next"


def keep(sent: Sent, section: str) -> tuple[SavedAnswers, str]:
    opening = sent.visit.card.opening(timezone.now())
    if opening != "open":
        raise DoorShutError(opening)
    kept, language = replace(sent.kept, section=section), sent.visit.language
    if sent.saved is not None:
        return answers_keep(saved=sent.saved, language=language, kept=kept), sent.secret
    return answers_begin(
        door=sent.door,
        version=sent.version or sent.door.campaign.version_of_form,
        client_uuid=sent.token.client_uuid,
        begun_at=datetime.fromtimestamp(sent.token.begun, UTC),
        language=language,
        kept=kept,
    )


def onward(sent: Sent, kept: tuple[SavedAnswers, str], section: str) -> HttpResponse:
    """To the next page by a redirect, so that "back" in the browser leads to a page and not to a form sent again."""
    _saved, secret = kept
    query = {"page": section}
    if sent.visit.card.is_frame:
        query["r"] = secret
    response = sent.visit.redirect(**query)
    response.status_code = 303
    sent.visit.set_cookie(response, RESUME, secret, timedelta(days=max(1, sent.visit.card.resume_days)))
    return response


def submitted(sent: Sent, values: dict[str, Any], states: dict[str, str]) -> HttpResponse:
    visit = sent.visit
    wait = limits.DEVICES.wait(visit.device) if visit.device else 0
    wait = wait or (limits.INVITATIONS.wait(visit.invitation) if visit.invitation else 0)
    if wait:
        return too_often(visit, wait)
    if sent.problems:
        return sent.shown_again(problems=sent.problems)
    try:
        receipt = answer_submit(door=sent.door, given=submission(sent, values, states))
    except AnswersNotValidError as refused:
        return corrected(sent, refused.walk)
    response = visit.page(thanks_page(visit.definition, visit.look, visit.request.path), 200 if receipt.is_new else 202)
    if visit.card.is_remembered:
        visit.set_cookie(response, done_cookie(visit.card), sealed("done", "1", lasts=YEAR), YEAR, path="/s/")
    visit.remember_device(response)
    return forgetting(sent, response)


def submission(sent: Sent, values: dict[str, Any], states: dict[str, str]) -> Submission:
    seconds = sent.token.seconds
    flags = []
    if sent.visit.request.POST.get("website"):
        flags.append("trap")
    if seconds < SHORTEST_READING or len(values) > seconds * ANSWERS_A_SECOND:
        flags.append("fast")
    return Submission(
        answers=values,
        states=states,
        client_uuid=sent.token.client_uuid,
        language=sent.visit.language,
        token_hash=sent.visit.invitation,
        seconds=seconds if seconds <= LONGEST_SITTING else None,
        version=sent.version,
        is_saved=sent.saved is not None,
        flags=tuple(flags),
    )


def corrected(sent: Sent, walked: Walk) -> HttpResponse:
    """Show what is wrong: here, or on the page where it stands."""
    if not sent.section:
        return sent.shown_again(problems=walked.problems)
    section = page_with(sent.definition, walked)
    saved, secret = keep(sent, section)
    problems = walked.problems_in(section, sent.definition)
    return saved_page(sent.visit, saved, section, secret=secret, problems=problems)


def forgetting(sent: Sent, response: HttpResponse) -> HttpResponse:
    for name in (RESUME, VISIT):
        sent.visit.drop_cookie(response, name)
    return response


def too_often(visit: Visit, wait: int) -> HttpResponse:
    response = visit.message(refusals.TOO_OFTEN, 429)
    response["Retry-After"] = str(wait)
    return response


ACTS = {"language": change_language, "back": go_back, "save": put_aside}

"""What an invitation says: the office's own words by language, else ours; one text for reading, one for the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from bihuan.surveys.models import Campaign

KINDS = ("invitation", "reminder")
PLACES = ("{name}", "{title}", "{link}", "{closes}", "{unit}")
PREFIX = {"invitation": "", "reminder": "reminder_"}


@dataclass(frozen=True)
class Letter:
    subject: str
    body: str


def shipped(kind: str, campaign: Campaign) -> Letter:
    """Our words, in the active language."""
    promise = (
        _("Your answers cannot be traced back to you: who has taken part and what was answered are kept apart.")
        if campaign.is_anonymous
        else _("Your answers are read by the staff who handle them.")
    )
    if kind == "reminder":
        opening = _("We asked for your opinion some days ago and have no answer from you yet.")
        subject = _("Reminder: {title}")
    else:
        opening = _("We would like to know how you find our service, so that we can improve it.")
        subject = _("{title}: we ask for your opinion")
    closing = _("Please answer by {closes}.") if campaign.closes_at else ""
    parts = [_("Dear {name},"), opening, _("Your personal link: {link}"), closing, promise, _("Thank you.\n{unit}")]
    return Letter(subject, "\n\n".join(part for part in parts if part))


def letter_for(campaign: Campaign, kind: str, language: str, texts: Mapping[str, Any] | None = None) -> Letter:
    """The text as written, its places not yet filled in."""
    own = (campaign.mail_texts if texts is None else texts).get(language, {})
    with override(language):
        ours = shipped(kind, campaign)
    prefix = PREFIX[kind]
    return Letter(own.get(f"{prefix}subject") or ours.subject, own.get(f"{prefix}body") or ours.body)


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put values into their places; nothing in a text is run as code."""
    for place, value in values.items():
        text = text.replace(place, value)
    return text


@dataclass(frozen=True)
class Mail:
    """A letter ready to leave."""

    subject: str
    text: str
    html: str


def title_in(campaign: Campaign, language: str) -> str:
    """The form's own title in the reader's language; the campaign's is the office's name for it."""
    definition = campaign.version_of_form.definition
    return definition.text("title", definition.title, language) or campaign.title


def mail_of(*, campaign: Campaign, letter: Letter, language: str, name: str, link: str, opt_out: str) -> Mail:
    """Fill a letter in for one person. Whoever has no name is greeted without one."""
    with override(language):
        closes = date_format(timezone.localtime(campaign.closes_at), "DATE_FORMAT") if campaign.closes_at else ""
        values = {
            "{name}": name or _("customer"),
            "{title}": title_in(campaign, language),
            "{closes}": closes,
            "{unit}": campaign.unit.name,
        }
        subject = " ".join(filled(letter.subject, values).split())[:200]
        body = filled(letter.body, values)
        text = f"{filled(body, {'{link}': link})}\n\n--\n{_('You do not want to be asked again?')}\n{opt_out}\n"
        html = render_to_string(
            "surveys/field/letter.html",
            {
                "language": language,
                "subject": subject,
                "paragraphs": [paragraph(part, link) for part in body.split("\n\n")],
                "opt_out": opt_out,
            },
        )
    return Mail(subject, text, html)


def paragraph(text: str, link: str) -> SafeString:
    anchor = f'<a href="{escape(link)}">{escape(link)}</a>'
    lines = escape(text).replace("\n", "<br>")
    return mark_safe(str(lines).replace("{link}", anchor))  # noqa: S308  everything else is escaped above

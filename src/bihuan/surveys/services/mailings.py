"""Letters leave the house: planned, sent in batches by the worker, tried again, reminded.

A letter's link holds a secret that is stored nowhere: it is derived from the house's key when the letter is written,
so that a reminder carries the same link, and only its hash stands with the invitation.
"""

from __future__ import annotations

import base64
import smtplib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError
from bihuan.foundation.jobs import enqueue
from bihuan.foundation.secrets import secret_hash
from bihuan.surveys.letters import KINDS, PREFIX, Letter, letter_for, mail_of
from bihuan.surveys.models import Campaign, Contact, Invitation, Mailing, Message
from bihuan.surveys.permissions import CONTACTS
from bihuan.surveys.services.contacts import same_people

BATCH = 50
TRIES = 4
PAUSES = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
LOST_AFTER = timedelta(minutes=20)
OPT_OUT_SALT = "bihuan.surveys.opt-out"


class MailNotSetUpError(ActionNotAllowedError):
    """Letters cannot leave the house; ``missing`` names the settings."""

    code = "mail_not_set_up"

    def __init__(self, missing: list[str]) -> None:
        self.missing = missing
        message = _("Letters cannot be sent: whoever runs the server has to set %(missing)s.")
        super().__init__(message % {"missing": ", ".join(missing)})


def mail_missing() -> list[str]:
    """Settings without which no letter can leave the house."""
    needed = {
        "BIHUAN_SMTP_URL": settings.MAIL_HAS_SERVER,
        "BIHUAN_MAIL_FROM": settings.MAIL_FROM,
        "BIHUAN_PUBLIC_URL": settings.PUBLIC_URL,
    }
    return [name for name, value in needed.items() if not value]


def require_mail() -> None:
    missing = mail_missing()
    if missing:
        raise MailNotSetUpError(missing)


def invitation_secret(invitation: Invitation) -> str:
    """The secret of an invitation's link: 192 bits that only this house can derive."""
    digest = salted_hmac("bihuan.surveys.invitation", str(invitation.pk), algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()


def opt_out_address(contact_id: int) -> str:
    token = signing.Signer(salt=OPT_OUT_SALT).sign(str(contact_id))
    return settings.PUBLIC_URL + reverse("surveys:opt-out", kwargs={"token": token})


def contact_of_token(token: str) -> Contact | None:
    """Whose opt-out link this is; None for one that was not signed here."""
    try:
        key = signing.Signer(salt=OPT_OUT_SALT).unsign(token)
    except signing.BadSignature:
        return None
    return Contact.objects.filter(pk=int(key)).first() if key.isdigit() else None


@transaction.atomic
def mail_text_save(*, campaign: Campaign, actor: Actor, language: str, kind: str, subject: str, body: str) -> Campaign:
    """Put the office's own words for one language and kind; both empty: ours again."""
    actor.require(CONTACTS, campaign.org_path)
    if language not in campaign.version_of_form.definition.languages or kind not in KINDS:
        raise BadInputError(_("The form is not in this language."), place="language")
    subject, body = subject.strip(), body.strip().replace("\r\n", "\n")
    if body and "{link}" not in body:
        raise BadInputError(_("The text needs the place {link}, where the personal link goes."), place="body")
    if bool(subject) != bool(body):
        raise BadInputError(_("Both the subject and the text are needed, or neither."), place="subject")
    texts = dict(campaign.mail_texts)
    own = dict(texts.get(language, {}))
    for name, value in (("subject", subject), ("body", body)):
        own[f"{PREFIX[kind]}{name}"] = value
    texts[language] = {name: value for name, value in own.items() if value}
    if texts != campaign.mail_texts:
        campaign.mail_texts = texts
        campaign.save(update_fields=["mail_texts"])
        activity(campaign, "edit_letter", actor=actor, after={"language": language, "letter": kind})
    return campaign


@transaction.atomic
def mailing_plan(*, campaign: Campaign, actor: Actor, kind: str, due_at: datetime | None = None) -> Mailing:
    """Plan a round of letters, now or at a time. Nothing leaves before the survey is open."""
    actor.require(CONTACTS, campaign.org_path)
    require_mail()
    now = timezone.now()
    if campaign.state not in {"draft", "open", "paused"}:
        raise ActionNotAllowedError()
    if kind not in Mailing.Kind.values:
        raise BadInputError(_("There is no such mailing."), place="kind")
    if due_at is not None and due_at < now - timedelta(minutes=1):
        raise BadInputError(_("This time has passed already."), place="due_at")
    if due_at is not None and campaign.closes_at is not None and due_at >= campaign.closes_at:
        raise BadInputError(_("The survey has closed by then."), place="due_at")
    if kind == Mailing.Kind.INVITATION and not invitations_unsent(campaign).exists():
        raise ActionNotAllowedError(_("Nobody waits for a letter: draw people first."))
    if kind == Mailing.Kind.REMINDER:
        planned = campaign.mailings.filter(kind=kind).exclude(state="stopped").count()
        if planned >= campaign.reminders_allowed:
            message = _("This survey allows %(count)s reminders, and as many are planned or sent.")
            raise ActionNotAllowedError(message % {"count": campaign.reminders_allowed})
    mailing = Mailing.objects.create(
        campaign=campaign, org_path=campaign.org_path, kind=kind, due_at=due_at or now, by_name=actor.name
    )
    after = {"mailing": kind, "due_at": f"{timezone.localtime(mailing.due_at):%Y-%m-%d %H:%M}"}
    activity(campaign, "plan_mailing", actor=actor, after=after)
    if campaign.state == "open" and mailing.due_at <= now:
        enqueue("bihuan.surveys.tasks.send_mailing", mailing.pk)
    return mailing


@transaction.atomic
def mailing_stop(*, mailing: Mailing, actor: Actor, reason: str) -> Mailing:
    """Send no more of it; what has left has left."""
    actor.require(CONTACTS, mailing.org_path)
    if not reason.strip():
        raise BadInputError(_("This is needed for the step."), place="reason")
    now = timezone.now()
    rows = Mailing.objects.filter(pk=mailing.pk, state__in=("planned", "running"))
    if not rows.update(state="stopped", ended_at=now, stop_reason=reason.strip()[:200]):
        raise ActionNotAllowedError()
    activity(mailing.campaign, "stop_mailing", actor=actor, reason=reason)
    mailing.refresh_from_db()
    return mailing


@transaction.atomic
def mailing_retry(*, mailing: Mailing, actor: Actor) -> int:
    """Try what failed once more, after its cause was mended; returns how many letters."""
    actor.require(CONTACTS, mailing.org_path)
    require_mail()
    if mailing.campaign.state not in {"open", "paused"} or mailing.state == "stopped":
        raise ActionNotAllowedError()
    failed = Message.objects.filter(mailing=mailing, state=Message.State.FAILED)
    Invitation.objects.filter(messages__in=failed, fate=Invitation.Fate.FAILED).update(fate=Invitation.Fate.WAITING)
    count = failed.update(state=Message.State.WAITING, attempts=0, not_before=None, problem="")
    if count:
        Mailing.objects.filter(pk=mailing.pk).update(state="running", ended_at=None, problem="")
        activity(mailing.campaign, "retry_mailing", actor=actor, after={"letters": count})
        enqueue("bihuan.surveys.tasks.send_mailing", mailing.pk)
    return count


def invitations_unsent(campaign: Campaign) -> Any:
    return Invitation.objects.filter(campaign=campaign, door__kind="email", fate=Invitation.Fate.WAITING)


def invitations_unanswered(campaign: Campaign) -> Any:
    """Whose letter has left and who has not answered; in an anonymous survey this is all that is known."""
    return Invitation.objects.filter(campaign=campaign, door__kind="email", fate=Invitation.Fate.SENT, used=0)


@transaction.atomic
def mailing_start(*, mailing: Mailing, now: datetime) -> bool:
    """Freeze the texts and write one message a person; False where another worker was first."""
    campaign = mailing.campaign
    texts = {
        language: vars(letter_for(campaign, mailing.kind, language))
        for language in campaign.version_of_form.definition.languages
    }
    started = Mailing.objects.filter(pk=mailing.pk, state="planned").update(
        state="running", started_at=now, texts=texts
    )
    if not started:
        return False
    if mailing.kind == Mailing.Kind.INVITATION:
        rows = invitations_unsent(campaign).exclude(messages__mailing__kind="invitation")
    else:
        rows = invitations_unanswered(campaign)
    Message.objects.bulk_create(
        [
            Message(mailing=mailing, invitation_id=pk, org_path=path)
            for pk, path in rows.order_by("pk").values_list("pk", "org_path")
        ],
        batch_size=500,
        ignore_conflicts=True,
    )
    return True


def mailings_due(now: datetime) -> list[int]:
    """Rounds with work to do: due and not begun, or begun with letters whose pause is over."""
    lost = now - LOST_AFTER
    Message.objects.filter(state=Message.State.SENDING, tried_at__lt=lost).update(state=Message.State.WAITING)
    busy = Message.objects.filter(tried_at__gt=now - timedelta(minutes=2)).values("mailing")
    rows = Mailing.objects.filter(campaign__state="open")
    planned = rows.filter(state="planned", due_at__lte=now).values_list("pk", flat=True)
    waiting = Message.objects.filter(state=Message.State.WAITING).filter(Q(not_before=None) | Q(not_before__lte=now))
    running = (
        rows.filter(state="running", pk__in=waiting.values("mailing")).exclude(pk__in=busy).values_list("pk", flat=True)
    )
    done = rows.filter(state="running").exclude(messages__state__in=("waiting", "sending"))
    done.update(state="done", ended_at=now)
    return sorted({*planned, *running.values_list("pk", flat=True)})


def mailing_send(*, mailing: Mailing, now: datetime | None = None, limit: int = BATCH) -> int:
    """Send up to ``limit`` letters; returns how many still wait and may go now."""
    now = now or timezone.now()
    if mail_missing() or mailing.campaign.state != "open":
        return 0
    if mailing.state == "planned":
        if mailing.due_at > now or not mailing_start(mailing=mailing, now=now):
            return 0
        mailing.refresh_from_db()
    if mailing.state != "running":
        return 0
    ready = Message.objects.filter(mailing=mailing, state=Message.State.WAITING)
    ready = ready.filter(Q(not_before=None) | Q(not_before__lte=now))
    batch = list(ready.select_related("invitation__contact", "invitation__door").order_by("pk")[:limit])
    if batch:
        send_batch(mailing, batch, now)
    left = ready.count()
    if not left and not mailing.messages.filter(state__in=("waiting", "sending")).exists():
        Mailing.objects.filter(pk=mailing.pk, state="running").update(state="done", ended_at=now)
    return left


def send_batch(mailing: Mailing, batch: Iterable[Message], now: datetime) -> None:
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        Mailing.objects.filter(pk=mailing.pk).update(problem=words_of(error))
        postpone(batch, words_of(error), now)
        return
    try:
        for message in batch:
            send_one(mailing, message, connection, now)
    finally:
        connection.close()
    Mailing.objects.filter(pk=mailing.pk).exclude(problem="").update(problem="")


def postpone(batch: Iterable[Message], problem: str, now: datetime) -> None:
    for message in batch:
        put_off(message, problem, now)


def put_off(message: Message, problem: str, now: datetime) -> None:
    """Try it again later, up to TRIES times."""
    tries = message.attempts + 1
    if tries >= TRIES:
        give_up(message, problem)
        return
    Message.objects.filter(pk=message.pk).update(
        state=Message.State.WAITING,
        attempts=tries,
        not_before=now + PAUSES[min(tries, len(PAUSES)) - 1],
        problem=problem,
        tried_at=now,
    )


@transaction.atomic
def give_up(message: Message, problem: str) -> None:
    Message.objects.filter(pk=message.pk).update(
        state=Message.State.FAILED, attempts=F("attempts") + 1, problem=problem, tried_at=timezone.now()
    )
    if message.mailing.kind == Mailing.Kind.INVITATION:
        Invitation.objects.filter(pk=message.invitation_id).update(fate=Invitation.Fate.FAILED, problem=problem[:200])


def send_one(mailing: Mailing, message: Message, connection: Any, now: datetime) -> None:
    """Claim, decide, write, send, note. A letter that fails leaves the person unasked."""
    claimed = Message.objects.filter(pk=message.pk, state=Message.State.WAITING)
    if not claimed.update(state=Message.State.SENDING, tried_at=now):
        return
    invitation = message.invitation
    before = invitation.contact.asked_on
    reason = reason_not_to(mailing, message, now)
    if reason:
        leave_out(message, reason)
        return
    try:
        letter_of(mailing, invitation, connection).send()
    except (OSError, smtplib.SMTPException, ValueError) as error:
        if mailing.kind == Mailing.Kind.INVITATION:
            Contact.objects.filter(pk=invitation.contact_id).update(asked_on=before)
        if is_final(error):
            give_up(message, words_of(error))
        else:
            put_off(message, words_of(error), now)
        return
    note_sent(mailing, message, now)


def reason_not_to(mailing: Mailing, message: Message, now: datetime) -> str:
    """Why this person gets no letter after all."""
    invitation, reasons = message.invitation, Message.Reason
    contact = invitation.contact
    if contact.erased_at is not None or same_people(contact).filter(is_opted_out=True).exists():
        return reasons.OPTED_OUT
    if not contact.email:
        return reasons.NO_ADDRESS
    if mailing.kind == Mailing.Kind.INVITATION:
        return "" if day_claimed(mailing, message, now) else reasons.QUARANTINED
    used, reminded = Invitation.objects.filter(pk=invitation.pk).values_list("used", "reminders").get()
    if used:
        return reasons.ANSWERED
    return reasons.ENOUGH if reminded >= mailing.campaign.reminders_allowed else ""


def day_claimed(mailing: Mailing, message: Message, now: datetime) -> bool:
    """Make today the day this person was asked, unless somebody asked them within the quarantine.

    A letter that was on its way when a worker died has claimed its day already.
    """
    contact = message.invitation.contact
    today, days = timezone.localdate(now), mailing.campaign.quarantine_days
    own = timezone.localdate(message.tried_at) if message.tried_at else None
    since = today - timedelta(days=days)
    people = same_people(contact)
    if days and people.filter(asked_on__gt=since).exclude(pk=contact.pk).exists():
        return False
    free = Q(asked_on=None) | Q(asked_on__lte=since) | Q(asked_on=own or since)
    rows = Contact.objects.filter(pk=contact.pk)
    return bool((rows.filter(free) if days else rows).update(asked_on=today))


@transaction.atomic
def leave_out(message: Message, reason: str) -> None:
    Message.objects.filter(pk=message.pk).update(state=Message.State.LEFT_OUT, reason=reason)
    fates = {
        Message.Reason.OPTED_OUT: Invitation.Fate.OPTED_OUT,
        Message.Reason.QUARANTINED: Invitation.Fate.QUARANTINED,
        Message.Reason.NO_ADDRESS: Invitation.Fate.FAILED,
    }
    if message.mailing.kind == Mailing.Kind.INVITATION and reason in fates:
        Invitation.objects.filter(pk=message.invitation_id).update(fate=fates[Message.Reason(reason)])


def letter_of(mailing: Mailing, invitation: Invitation, connection: Any) -> EmailMultiAlternatives:
    campaign, contact = mailing.campaign, invitation.contact
    languages = campaign.version_of_form.definition.languages
    language = contact.language if contact.language in languages else languages[0]
    secret = invitation_secret(invitation)
    Invitation.objects.filter(pk=invitation.pk).update(token_hash=secret_hash(secret))
    link = f"{settings.PUBLIC_URL}{invitation.door.get_absolute_url()}?t={secret}&lang={language}"
    opt_out = opt_out_address(contact.pk)
    text = mailing.texts.get(language)
    letter = Letter(**text) if text else letter_for(campaign, mailing.kind, language)
    mail = mail_of(campaign=campaign, letter=letter, language=language, name=contact.name, link=link, opt_out=opt_out)
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=settings.MAIL_FROM,
        to=[contact.email],
        reply_to=[settings.MAIL_REPLY_TO] if settings.MAIL_REPLY_TO else None,
        headers={
            "List-Unsubscribe": f"<{opt_out}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
        connection=connection,
    )
    message.attach_alternative(mail.html, "text/html")
    return message


@transaction.atomic
def note_sent(mailing: Mailing, message: Message, now: datetime) -> None:
    Message.objects.filter(pk=message.pk).update(
        state=Message.State.SENT, attempts=F("attempts") + 1, problem="", tried_at=now
    )
    rows = Invitation.objects.filter(pk=message.invitation_id)
    if mailing.kind == Mailing.Kind.INVITATION:
        rows.update(fate=Invitation.Fate.SENT, sent_at=now, problem="")
    else:
        rows.update(reminders=F("reminders") + 1, reminded_at=now)


def is_final(error: Exception) -> bool:
    """A refusal that will be the same tomorrow: a code of 500 or more, or an address that is none."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code >= 500
    return isinstance(error, ValueError)


def words_of(error: Exception) -> str:
    """What the mail server said, short and without line breaks."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        said = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
        return " ".join(f"{code} {said}".split())[:300]
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        return " ".join(f"{error.smtp_code} {said}".split())[:300]
    return " ".join(str(error).split())[:300] or _t("The mail server could not be reached.")

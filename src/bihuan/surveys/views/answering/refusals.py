"""What visitors read when a survey does not take their answers. Each page says what is so and what they can do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bihuan.surveys.answering.pages import Message

UNKNOWN = Message(
    _("There is no such survey."),
    _("Check the address, or scan the code again."),
    "zoom-question",
)
EARLY = Message(_("This survey has not begun yet."), _("Please come back later."), "calendar-time")
PAUSED = Message(
    _("This survey is interrupted for the moment."),
    _("Please try again later; nothing you sent is lost."),
    "player-pause",
)
CLOSED = Message(_("This survey has ended."), _("Answers are no longer taken. Thank you for your interest."), "lock")
OPENINGS = {"early": EARLY, "paused": PAUSED, "closed": CLOSED, "unknown": UNKNOWN}
NOT_STORED = _("The answers you just sent were not stored.")

TOKEN_NEEDED = Message(
    _("This survey is by invitation."),
    _("Please open it by the link in your invitation. If you did, your browser refuses cookies for this site."),
    "mail",
)
TOKEN_UNKNOWN = Message(
    _("This link belongs to no invitation."),
    _("Please open the link in your invitation again, or ask who invited you."),
    "mail",
)
TOKEN_SPENT = Message(
    _("This invitation has been answered already."), _("Your answers are with us. Thank you."), "circle-check"
)
ANSWERED = Message(
    _("You have answered already."),
    _("This browser remembers an answer to this survey. Thank you."),
    "circle-check",
)
ALREADY_SENT = Message(
    _("These answers have been sent already."), _("They can no longer be changed. Thank you."), "circle-check"
)
QUOTA_FULL = Message(
    _("We have enough answers of this group."),
    _("Thank you for your readiness. Your answers were not stored."),
    "users-group",
)
CONFLICT = Message(
    _("Other answers were received from this page before."),
    _("The first ones are kept. Open the survey anew if somebody else wants to answer."),
    "arrows-diff",
)
EXPIRED = Message(
    _("The answers you began are no longer kept."),
    _("The time for going on has passed, or they were sent. You can begin anew."),
    "hourglass",
)
TOO_OFTEN = Message(
    _("That was very often in a short time."),
    _("Many forms came from this browser. Please wait a moment, go back and send again: nothing you wrote is lost."),
    "clock-pause",
)
FOREIGN = Message(
    _("This form was sent from another site."), _("Please open the survey here and send it again."), "shield-lock"
)
TOO_LARGE = Message(
    _("That was too much to take."), _("The files or texts are too large. Go back and send less."), "alert-circle"
)
BEGIN_ANEW = _("Begin anew")
EXPIRED_PAGE = _("The page was open for a long time. Please look at your answers and send them again.")
BUSY = _("The answers could not be stored just now, so they were not taken. Please send them again in a moment.")
WELCOME_BACK = _("Welcome back: here are your answers so far.")

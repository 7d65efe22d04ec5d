"""When a judgement may be put before a panel, and by whom."""

from __future__ import annotations

from django.utils.translation import gettext as _

from bihuan.cases import permissions as may
from bihuan.cases.models import StaffParty
from bihuan.foundation.actor import Actor

# The facts are decided; while a panel sits about one member of staff, another may object too.
DISPUTABLE = ("answered", "fed_back", "under_review", "closed")
OPEN = ("asked", "sitting")


def may_ask(actor: Actor, party: StaffParty) -> bool:
    """The person concerned, and whoever may set up reviews."""
    return is_about(actor, party) or actor.can(may.REVIEW, party.org_path)


def is_about(actor: Actor, party: StaffParty) -> bool:
    return actor.person_id is not None and actor.person_id == party.person_id


def refusal_to_ask(actor: Actor, party: StaffParty) -> str:
    """Why the judgement cannot be disputed now, or "". The person concerned asks once for each judgement."""
    reviews = list(party.reviews.all())
    if party.case.state not in DISPUTABLE or party.attributable is None:
        return _("There is no judgement to dispute yet.")
    if any(review.state in OPEN for review in reviews):
        return _("A review is open already.")
    if actor.can(may.REVIEW, party.org_path):
        return ""
    if not party.attributable:
        return _("Nothing was judged against you.")
    judged = party.judged_at
    if any(review.state == "decided" and (judged is None or review.asked_at >= judged) for review in reviews):
        return _("A panel has decided on this judgement already.")
    return ""

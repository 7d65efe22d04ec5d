"""Give out numbers for questionnaires on paper."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import ActionNotAllowedError, BadInputError, StaleRecordError
from bihuan.surveys.models import Campaign, PaperPrint
from bihuan.surveys.permissions import MANAGE
from bihuan.surveys.selectors import paper_prints, paper_prints_in


@transaction.atomic
def paper_print(
    *,
    campaign: Campaign,
    actor: Actor,
    count: int,
    first: int,
    language: str,
    organisation: str,
    is_duplex: bool = False,
) -> PaperPrint:
    """Reserve ``count`` sheet numbers from ``first`` on for one run; numbers printed before are refused.

    The form is the campaign's of this moment and is frozen with the run, so that printing it again gives the same.
    """
    actor.require(MANAGE, campaign.org_path)
    if campaign.state in {"closed", "discarded"}:
        raise ActionNotAllowedError(_("This survey is over: nothing more is handed out."))
    if language not in campaign.version_of_form.definition.languages:
        raise BadInputError(_("The form is not there in this language."), place="language")
    last = first + count - 1
    earlier = paper_prints_in(campaign, first=first, last=last).first()
    if earlier is not None:
        text = _("Numbers %(first)s to %(last)s are printed already; go on from %(next)s.")
        following = paper_prints(campaign)[0].last + 1
        raise BadInputError(text % {"first": earlier.first, "last": earlier.last, "next": following}, place="first")
    try:
        with transaction.atomic():
            made = PaperPrint.objects.create(
                campaign=campaign,
                version_of_form=campaign.version_of_form,
                language=language,
                first=first,
                last=last,
                organisation=organisation.strip(),
                is_duplex=is_duplex,
                printed_at=timezone.now(),
                printed_by_name=actor.name,
                org_path=campaign.org_path,
            )
    except IntegrityError as taken:  # somebody else printed at the same moment
        raise StaleRecordError from taken
    activity(campaign, "print_paper", actor=actor, after={"first": first, "last": last, "language": language})
    return made

"""Where somebody belongs, as far as it is known before the form is finished, and the place held there."""

from __future__ import annotations

import uuid

from bihuan.instruments.walk import Walk
from bihuan.surveys.models import Door, Invitation, Segment
from bihuan.surveys.services.answering import segment_by_answers
from bihuan.surveys.services.quotas import FIRST_LEASE, places_hold


def place_hold_at_start(*, door: Door, invitation: Invitation | None, client_uuid: uuid.UUID) -> None:
    """On opening the form: what door and invitation say is known. Raises QuotaFullError."""
    segment = invitation.segment if invitation is not None else None
    deciding = Segment.objects.filter(campaign=door.campaign).exclude(item="")
    places_hold(
        campaign=door.campaign,
        org_path=path_of(door, invitation),
        segment_id=segment.pk if segment else None,
        is_settled=segment is not None or not deciding.exists(),
        client_uuid=client_uuid,
        lasts=FIRST_LEASE,
    )


def place_hold_on_page(*, door: Door, invitation: Invitation | None, client_uuid: uuid.UUID, walked: Walk) -> None:
    """After a page: the answer to the item that decides may be among those given now. Raises QuotaFullError."""
    segment = invitation.segment if invitation is not None else None
    is_settled = segment is not None
    if segment is None:
        deciding = list(Segment.objects.filter(campaign=door.campaign).exclude(item=""))
        segment = segment_by_answers(deciding, walked.values)
        asked = {one.item for one in deciding}
        is_settled = segment is not None or all(code in walked.values for code in asked)
    places_hold(
        campaign=door.campaign,
        org_path=path_of(door, invitation),
        segment_id=segment.pk if segment else None,
        is_settled=is_settled,
        client_uuid=client_uuid,
    )


def path_of(door: Door, invitation: Invitation | None) -> str:
    units = (door.unit, door.asset.unit if door.asset else None, invitation.unit if invitation else None)
    return next((unit.org_path for unit in units if unit is not None), door.campaign.org_path)

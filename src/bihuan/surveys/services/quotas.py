"""Quotas that cannot overshoot: every step is one conditional update of a counter, so no two can take the same place.

A place is *held* from the moment it is known where somebody belongs, and *taken* when the answers are stored. A held
place whose time is up returns, by the job or by whoever finds the cell full. Anything that goes wrong on the way
refuses; nothing lets through.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from bihuan.surveys.answering.opening import QuotaFullError
from bihuan.surveys.models import Campaign, QuotaCell, QuotaExit, QuotaLease

LEASE = timedelta(minutes=30)
# Whoever only opened the first page: short, so that a page opened and left does not keep others out.
FIRST_LEASE = timedelta(minutes=10)


def cells_of(*, campaign_id: int, org_path: str, segment_id: int | None, is_settled: bool) -> list[QuotaCell]:
    """The cells an answer counts in, in one order for everybody. Without ``is_settled`` only those known already.

    A cell of a unit counts what is answered there and below.
    """
    rows = QuotaCell.objects.filter(campaign_id=campaign_id).select_related("unit").order_by("pk")
    if not is_settled and segment_id is None:
        rows = rows.filter(segment=None)
    else:
        rows = rows.filter(Q(segment=None) | Q(segment_id=segment_id))
    return [cell for cell in rows if cell.unit is None or org_path.startswith(cell.unit.org_path)]


def places_hold(
    *,
    campaign: Campaign,
    org_path: str,
    segment_id: int | None,
    is_settled: bool,
    client_uuid: uuid.UUID,
    lasts: timedelta = LEASE,
) -> None:
    """Hold places as far as it is known where somebody belongs. One who finds a cell full is counted there."""
    cells = cells_of(campaign_id=campaign.pk, org_path=org_path, segment_id=segment_id, is_settled=is_settled)
    try:
        quota_hold(cells=cells, client_uuid=client_uuid, lasts=lasts)
    except QuotaFullError as full:
        quota_release(client_uuid=client_uuid)
        quota_exit_record(campaign=campaign, cell_id=full.cell, client_uuid=client_uuid)
        raise


@transaction.atomic
def quota_hold(
    *, cells: Iterable[QuotaCell], client_uuid: uuid.UUID, now: datetime | None = None, lasts: timedelta = LEASE
) -> None:
    """Hold a place in every cell, or none: raises QuotaFullError. Who holds one already holds it longer."""
    now = now or timezone.now()
    until = now + lasts
    for cell in cells:
        if QuotaLease.objects.filter(cell=cell, client_uuid=client_uuid).update(expires_at=until):
            continue
        if not counted(cell, held=1) and not (leases_return(cell_ids=[cell.pk], now=now) and counted(cell, held=1)):
            raise QuotaFullError(cell.pk)
        try:
            with transaction.atomic():
                QuotaLease.objects.create(cell=cell, client_uuid=client_uuid, expires_at=until, org_path=cell.org_path)
        except IntegrityError:  # the same visitor in another window was first
            QuotaCell.objects.filter(pk=cell.pk, held__gt=0).update(held=F("held") - 1)


def quota_take(*, cells: Iterable[QuotaCell], client_uuid: uuid.UUID, now: datetime) -> None:
    """Turn held places into taken ones, in the transaction that stores the answers. Raises QuotaFullError."""
    for cell in cells:
        had_place, _rows = QuotaLease.objects.filter(cell=cell, client_uuid=client_uuid).delete()
        if had_place:
            is_taken = QuotaCell.objects.filter(pk=cell.pk, held__gt=0, taken__lt=F("limit")).update(
                held=F("held") - 1, taken=F("taken") + 1
            )
        else:
            is_taken = counted(cell, taken=1) or (leases_return(cell_ids=[cell.pk], now=now) and counted(cell, taken=1))
        if not is_taken:
            raise QuotaFullError(cell.pk)


def counted(cell: QuotaCell, *, held: int = 0, taken: int = 0) -> int:
    """One more where there is room; the database compares and counts in one step."""
    room = QuotaCell.objects.filter(pk=cell.pk, limit__gt=F("held") + F("taken"))
    return room.update(held=F("held") + held, taken=F("taken") + taken)


@transaction.atomic
def leases_return(*, now: datetime, cell_ids: Iterable[int] | None = None) -> int:
    """Give back places whose time is up; returns how many. Only who deletes the lease lowers the counter."""
    ended = QuotaLease.objects.filter(expires_at__lte=now).order_by("cell_id", "pk")
    if cell_ids is not None:
        ended = ended.filter(cell_id__in=list(cell_ids))
    count = 0
    for lease in ended:
        deleted, _rows = QuotaLease.objects.filter(pk=lease.pk, expires_at__lte=now).delete()
        if deleted:
            count += QuotaCell.objects.filter(pk=lease.cell_id, held__gt=0).update(held=F("held") - 1)
    return count


@transaction.atomic
def quota_release(*, client_uuid: uuid.UUID) -> None:
    """Somebody belongs elsewhere after all: the places held so far return at once."""
    for lease in QuotaLease.objects.filter(client_uuid=client_uuid).order_by("cell_id"):
        deleted, _rows = QuotaLease.objects.filter(pk=lease.pk).delete()
        if deleted:
            QuotaCell.objects.filter(pk=lease.cell_id, held__gt=0).update(held=F("held") - 1)


@transaction.atomic
def quota_exit_record(*, campaign: Campaign, cell_id: int, client_uuid: uuid.UUID) -> None:
    """Count somebody turned away, once."""
    QuotaExit.objects.bulk_create(
        [QuotaExit(cell_id=cell_id, client_uuid=client_uuid, day=timezone.localdate(), org_path=campaign.org_path)],
        ignore_conflicts=True,
    )

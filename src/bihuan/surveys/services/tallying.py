"""Counting answers into cells: from a watermark, exactly once, rebuilt and checked when asked.

Answers are read, never written. A batch is counted outside the transaction; inside it the revision is swapped and the
cells are added to, so that watermark and counts move together or not at all.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bihuan.foundation.activity import activity
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import DomainError
from bihuan.foundation.jobs import enqueue
from bihuan.foundation.scope import system_scope
from bihuan.instruments.models import Response
from bihuan.instruments.services import collection_horizon
from bihuan.organisation.models import Person
from bihuan.surveys.models import Campaign, CampaignRemark, CampaignTally, Door, ExcludedAnswer, TallyCell
from bihuan.surveys.permissions import MANAGE
from bihuan.surveys.tallying import CellKey, Given, Layout, count_batch
from bihuan.surveys.tallying.counting import Cells
from bihuan.surveys.tallying.packing import packed, unpacked
from bihuan.surveys.tallying.remarks import Remark, remarks_of
from bihuan.surveys.tallying.stored import Layouts

BATCH = 20_000
CHUNK = 500
MOST_DIFFERENCES = 20
ATTEMPTS = 5
PLACES = ("qr", "kiosk")  # doors that stand somewhere: whoever uses one is in the same spot as the others
FIELDS = ("pk", "version_id", "business_date", "org_path", "channel", "answers", "states", "context")
log = logging.getLogger("bihuan.surveys.tallying")


class TallyMovedError(DomainError):
    """Somebody else has counted in the meantime."""

    code = "tally_moved"


def tally_of(campaign: Campaign) -> CampaignTally:
    found, _created = CampaignTally.objects.get_or_create(campaign=campaign, defaults={"org_path": campaign.org_path})
    return found


def place_doors_of(campaign: Campaign) -> frozenset[str]:
    rows = Door.objects.filter(campaign=campaign, kind__in=PLACES)
    return frozenset(f"door:{pk}" for pk in rows.values_list("pk", flat=True))


def staff_names() -> frozenset[str]:
    """People of the house: a quote names none of them."""
    return frozenset(Person.objects.values_list("name", flat=True))


def taken_out(campaign: Campaign) -> set[int]:
    """Answers that a person took out of the figures."""
    return set(ExcludedAnswer.objects.filter(campaign=campaign).values_list("response_id", flat=True))


def rows_of(campaign: Campaign, numbers: Collection[int]) -> list[tuple[Any, ...]]:
    rows = Response.objects.filter(collection=campaign.collection, pk__in=sorted(numbers))
    return list(rows.order_by("pk").values_list(*FIELDS))


def rows_between(campaign: Campaign, above: int, upto: int, size: int = BATCH) -> Iterator[list[tuple[Any, ...]]]:
    """Answers above a number up to a number, in batches, in order."""
    while above < upto:
        rows = Response.objects.filter(collection=campaign.collection, pk__gt=above, pk__lte=upto)
        batch = list(rows.order_by("pk").values_list(*FIELDS)[:size])
        if not batch:
            return
        yield batch
        above = batch[-1][0]


def given(row: Sequence[Any]) -> Given:
    _pk, version, day, path, channel, answers, states, context = row
    return Given(version, day, path, channel, answers, states, context)


def counted(campaign: Campaign, layout: Layout, batch: Sequence[Sequence[Any]], doors: frozenset[str]) -> Cells:
    return count_batch(layout, [given(row) for row in batch], root=campaign.org_path, place_doors=doors)


@transaction.atomic
def moved(tally: CampaignTally, *, revision: int, **changes: Any) -> None:
    """Swap the revision; holding the row until the end keeps every other counter waiting or refused."""
    rows = CampaignTally.objects.filter(pk=tally.pk, revision=revision)
    if not rows.update(revision=revision + 1, **changes):
        raise TallyMovedError(_("The answers are being counted at this moment. Try again in a few seconds."))


def chunks(keys: Sequence[CellKey]) -> Iterator[Sequence[CellKey]]:
    for start in range(0, len(keys), CHUNK):
        yield keys[start : start + CHUNK]


def cell_row(tally: CampaignTally, key: CellKey, counts: Any, *, path: str, layout: int) -> TallyCell:
    return TallyCell(
        tally=tally,
        key=str(key),
        scope=key.scope.value,
        place=key.place,
        segment=key.segment,
        channel=key.channel,
        period=key.period,
        cluster=key.cluster,
        layout=layout,
        n=int(counts[0]),
        numbers=packed(counts),
        org_path=path or tally.org_path,
    )


def add_cells(tally: CampaignTally, cells: Cells, layouts: Layouts) -> None:
    """Add counts to the stored cells; the caller holds the tally."""
    for part in chunks(list(cells)):
        stored = {row.key: row for row in TallyCell.objects.filter(tally=tally, key__in=[str(key) for key in part])}
        rows = []
        for key in part:
            counts = cells[key]
            row = stored.get(str(key))
            if row is not None:
                counts = counts + layouts.read(row.numbers, row.layout, key.level)
            rows.append(cell_row(tally, key, counts, path=cells.paths[key], layout=layouts.number))
        TallyCell.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["tally", "key"],
            update_fields=["layout", "n", "numbers", "org_path"],
        )


def keep_remarks(campaign: Campaign, remarks: Sequence[Remark]) -> None:
    CampaignRemark.objects.bulk_create(
        [
            CampaignRemark(
                campaign=campaign,
                response=one.response,
                item=one.item,
                place=one.place,
                segment=one.segment,
                channel=one.channel,
                day=one.day,
                language=one.language,
                text=one.text,
                may_quote=one.may_quote,
                sentiment=one.sentiment,
                themes=list(one.themes),
                org_path=one.org_path or campaign.org_path,
            )
            for one in remarks
        ],
        batch_size=CHUNK,
        ignore_conflicts=True,
    )


@transaction.atomic
def counts_keep(
    *,
    campaign: Campaign,
    tally: CampaignTally,
    watermark: int,
    cells: Cells,
    remarks: Sequence[Remark],
    layouts: Layouts,
    excluded: set[int],
    responses: int,
) -> None:
    """Store counts and move the watermark: both or neither."""
    moved(
        tally,
        revision=tally.revision,
        watermark=watermark,
        responses=responses,
        counted_at=timezone.now(),
        layouts=layouts.kept,
        excluded=sorted(excluded),
    )
    gone = sorted(excluded - set(tally.excluded))
    CampaignRemark.objects.filter(campaign=campaign, response__in=gone).delete()
    add_cells(tally, cells, layouts)
    keep_remarks(campaign, remarks)


def exclusions_follow(campaign: Campaign, tally: CampaignTally, doors: frozenset[str]) -> None:
    """Take answers out of the counts, or count them again, as people have decided since."""
    now = {number for number in taken_out(campaign) if number <= tally.watermark}
    before = set(tally.excluded)
    if now == before:
        return
    out, back = rows_of(campaign, now - before), rows_of(campaign, before - now)
    layouts = Layouts.of(tally).with_versions(row[1] for row in (*out, *back))
    cells = counted(campaign, layouts.last, back, doors)
    for key, counts in (less := counted(campaign, layouts.last, out, doors)).items():
        cells.take(key, -counts, less.paths[key])
    counts_keep(
        campaign=campaign,
        tally=tally,
        watermark=tally.watermark,
        cells=cells,
        remarks=remarks_of(layouts.last.questions, back, staff_names()),
        layouts=layouts,
        excluded=now,
        responses=tally.responses + len(back) - len(out),
    )
    tally.refresh_from_db()


def batch_count(
    campaign: Campaign, tally: CampaignTally, batch: Sequence[Sequence[Any]], doors: frozenset[str]
) -> None:
    """Count one batch above the watermark, without the answers a person has taken out already."""
    gone = taken_out(campaign) & {row[0] for row in batch}
    rows = [row for row in batch if row[0] not in gone]
    layouts = Layouts.of(tally).with_versions(row[1] for row in batch)
    counts_keep(
        campaign=campaign,
        tally=tally,
        watermark=batch[-1][0],
        cells=counted(campaign, layouts.last, rows, doors),
        remarks=remarks_of(layouts.last.questions, rows, staff_names()),
        layouts=layouts,
        excluded=set(tally.excluded) | gone,
        responses=tally.responses + len(rows),
    )
    tally.refresh_from_db()


def tally_update(*, campaign: Campaign, seconds: float = 60.0) -> CampaignTally:
    """Count what has come since the watermark, for about so many seconds. Safe to run twice at once.

    Counts made by a program that counted otherwise are made anew.
    """
    tally, begun = tally_of(campaign), time.monotonic()
    if not Layouts.of(tally).is_readable:
        return tally_rebuild(campaign=campaign)
    horizon = collection_horizon(collection=campaign.collection)
    doors = place_doors_of(campaign)
    try:
        exclusions_follow(campaign, tally, doors)
        for batch in rows_between(campaign, tally.watermark, horizon):
            batch_count(campaign, tally, batch, doors)
            if time.monotonic() - begun > seconds:
                break
        if tally.watermark >= horizon:
            CampaignTally.objects.filter(pk=tally.pk).update(counted_at=timezone.now())
    except TallyMovedError:
        log.info("campaign %s: another worker counted first", campaign.pk)
    tally.refresh_from_db()
    return tally


def tally_refresh(*, campaign: Campaign, seconds: float = 5.0) -> CampaignTally:
    """Count now, for whoever looks at the results: answers of all units, whatever units they may see."""
    with system_scope("surveys"):
        return tally_update(campaign=campaign, seconds=seconds)


@transaction.atomic
def tally_rebuild_later(*, campaign: Campaign, actor: Actor) -> None:
    actor.require(MANAGE, campaign.org_path)
    activity(campaign, "rebuild_tally", actor=actor)
    enqueue("bihuan.surveys.tasks.rebuild_count", campaign.pk)


@transaction.atomic
def tally_check_later(*, campaign: Campaign, actor: Actor) -> None:
    actor.require(MANAGE, campaign.org_path)
    enqueue("bihuan.surveys.tasks.check_count", campaign.pk)


def recounted(
    campaign: Campaign, layout: Layout, *, upto: int, excluded: set[int]
) -> Iterator[tuple[Cells, list[tuple[Any, ...]]]]:
    """Count all answers up to a number anew, batch by batch."""
    doors = place_doors_of(campaign)
    for batch in rows_between(campaign, 0, upto):
        rows = [row for row in batch if row[0] not in excluded]
        yield counted(campaign, layout, rows, doors), rows


def versions_answered(campaign: Campaign, upto: int) -> list[int]:
    rows = Response.objects.filter(collection=campaign.collection, pk__lte=upto)
    return sorted(set(rows.order_by().values_list("version_id", flat=True).distinct()))


def tally_rebuild(*, campaign: Campaign) -> CampaignTally:
    """Count everything anew from the answers and put it in the place of what there was."""
    tally = tally_of(campaign)
    horizon = collection_horizon(collection=campaign.collection)
    versions = versions_answered(campaign, horizon)
    layouts = Layouts([]).with_versions(versions)
    cells, remarks = Cells(), []
    excluded, count = {number for number in taken_out(campaign) if number <= horizon}, 0
    for found, rows in recounted(campaign, layouts.last, upto=horizon, excluded=excluded) if versions else ():
        cells.merge(found)
        remarks += remarks_of(layouts.last.questions, rows, staff_names())
        count += len(rows)
    for _attempt in range(ATTEMPTS):
        tally.refresh_from_db()
        try:
            with transaction.atomic():
                moved(
                    tally,
                    revision=tally.revision,
                    watermark=horizon,
                    responses=count,
                    counted_at=timezone.now(),
                    layouts=layouts.kept,
                    excluded=sorted(excluded),
                    differences=[],
                    checked_at=None,
                )
                TallyCell.objects.filter(tally=tally).delete()
                CampaignRemark.objects.filter(campaign=campaign).delete()
                add_cells(tally, cells, layouts)
                keep_remarks(campaign, remarks)
            break
        except TallyMovedError:
            continue
    tally.refresh_from_db()
    return tally


def difference(key: str, stored: Any, recount: Any, layout: Layout) -> dict[str, Any] | None:
    """The first part in which a stored cell differs from the answers."""
    for name, place in layout.places.items():
        if place.stop > len(recount):
            break
        if stored is None or (stored[place] != recount[place]).any():
            mine = None if stored is None else int(stored[place].sum())
            return {"cell": key, "part": name, "stored": mine, "answers": int(recount[place].sum())}
    return None


def tally_check(*, campaign: Campaign) -> list[dict[str, Any]]:
    """Count the answers anew up to the watermark and compare every cell; what differs is kept and said loudly."""
    tally = tally_of(campaign)
    if not tally.layouts:
        return []
    revision, watermark, layouts = tally.revision, tally.watermark, Layouts.of(tally)
    if not layouts.is_readable:
        return []
    cells = Cells()
    rows = TallyCell.objects.filter(tally=tally).values_list("key", "layout", "numbers")
    stored = {key: (number, bytes(numbers)) for key, number, numbers in rows.iterator(chunk_size=2000)}
    tally.refresh_from_db()
    if tally.revision != revision:  # the cells are of two moments: take those of one
        return tally_check(campaign=campaign)
    count, excluded = 0, set(tally.excluded)
    for part, counted_rows in recounted(campaign, layouts.last, upto=watermark, excluded=excluded):
        cells.merge(part)
        count += len(counted_rows)
    found = compared(stored, cells, layouts)
    if count != tally.responses:
        found.insert(0, {"cell": "", "part": "responses", "stored": tally.responses, "answers": count})
    CampaignTally.objects.filter(pk=tally.pk).update(
        checked_at=timezone.now(), checked_responses=count, differences=found[:MOST_DIFFERENCES]
    )
    if found:
        log.error("campaign %s: %s cells differ from the answers, first %s", campaign.pk, len(found), found[0])
    return found


def compared(stored: Mapping[str, tuple[int, bytes]], cells: Cells, layouts: Layouts) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    seen: set[str] = set()
    for key, recount in cells.items():
        name = str(key)
        seen.add(name)
        kept = stored.get(name)
        mine = None
        if kept is not None:
            mine = layouts.read(kept[1], kept[0], key.level)
        wrong = difference(name, mine, recount, layouts.last)
        if wrong:
            found.append(wrong)
    for name, (_number, numbers) in stored.items():
        if name not in seen and unpacked(numbers).any():
            found.append({"cell": name, "part": "", "stored": int(unpacked(numbers)[0]), "answers": 0})
    return found

"""The answers of an export, row by row: what they are is fixed first, then they are read in blocks.

The first pass reads who, when and where of every answer (a few whole numbers a row) and settles order, weights and
small cells; the second reads the answers themselves, 500 at a time, so that memory does not grow with them.
"""

from __future__ import annotations

import hashlib
import hmac
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bihuan.foundation.actor import Actor
from bihuan.instruments.models import Response
from bihuan.organisation.models import Asset
from bihuan.surveys.exporting.cells import WITHHELD, Ints, Traits, coarsened
from bihuan.surveys.exporting.source import Place, Source, channels, wanted_rows
from bihuan.surveys.exporting.variables import (
    MISSING,
    Column,
    Level,
    Names,
    Variable,
    asked_items,
    item_columns,
    said,
)
from bihuan.surveys.exporting.wanted import Wanted
from bihuan.surveys.models import ExcludedAnswer, QualityCheck, ResponseFlag

BLOCK = 2000
FETCHED = 500  # whole answers held at once: some 10 kB each while they are read
DETAILS = {
    "day": pgettext_lazy("detail of a day", "the day itself"),
    "week": pgettext_lazy("detail of a day", "the week that begins on it"),
    "month": pgettext_lazy("detail of a day", "the month that begins on it"),
}
Row = list[Any]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Which answers, in which order, and what may be said of where they come from."""

    ids: Ints
    traits: Traits
    weights: Floats
    assets: Mapping[int, Place]
    languages: tuple[str, ...]
    coarse: Mapping[str, int]

    def __len__(self) -> int:
        return len(self.ids)


def order_key(collection: str) -> bytes:
    """Fixed for a survey and known to nobody outside: the order of a file says nothing of who came first."""
    return hmac.new(settings.SECRET_KEY.encode(), f"export-order:{collection}".encode(), hashlib.sha256).digest()


def shuffled(ids: Ints, key: bytes) -> Ints:
    marks = np.fromiter(
        (
            int.from_bytes(hashlib.blake2b(int(one).to_bytes(8, "big"), key=key, digest_size=8).digest(), "big")
            for one in ids
        ),
        dtype=np.uint64,
        count=len(ids),
    )
    return np.argsort(marks, kind="stable")


def unit_of(path: str) -> int:
    last = path.rstrip("/").rsplit("/", 1)[-1]
    return int(last) if last.isdigit() else 0


def snapshot_of(source: Source, wanted: Wanted, actor: Actor) -> Snapshot:
    """Fix the rows of an export; answers that come later are not in it."""
    rows = wanted_rows(source, wanted, actor)
    fields = ("pk", "org_path", "business_date", "channel", "asset_id", "version_id", "context")
    segments = {group.code: group.number for group in source.segments}
    places = {code: number for number, (code, _words) in enumerate(channels())}
    tongues: dict[str, int] = {}
    units: dict[str, int] = {}
    found = array("q")
    for pk, path, day, channel, asset, version, context in rows.values_list(*fields).iterator(chunk_size=BLOCK):
        segment = context.get("segment") or ""
        if wanted.segment and segment != wanted.segment:
            continue
        unit = units.get(path)
        if unit is None:
            unit = units[path] = unit_of(path)
        language = tongues.setdefault(context.get("language") or "", len(tongues))
        way, group = places.get(channel, WITHHELD), segments.get(segment, 0)
        found.extend((pk, asset or 0, day.toordinal(), language, version, way, unit, group))
    table = np.frombuffer(found, dtype=np.int64).reshape(-1, 8)
    if source.is_anonymous:
        table = table[shuffled(table[:, 0], order_key(source.collection))]
    exact = Traits(
        place=table[:, 1].copy(),
        day=table[:, 2].copy(),
        detail=np.zeros(len(table), dtype=np.int64),
        language=table[:, 3].copy(),
        version=table[:, 4].copy(),
        channel=table[:, 5].copy(),
        unit=table[:, 6].copy(),
        segment=table[:, 7].copy(),
    )
    shown = coarsened(exact, source.above(), source.fewest) if source.is_anonymous else exact
    used = sorted({int(one) for one in np.unique(shown.place)} - {0, WITHHELD})
    return Snapshot(
        ids=table[:, 0].copy(),
        traits=shown,
        weights=weights_of(source, exact, shown, ~np.isin(table[:, 0], excluded_ids(source))),
        assets=assets_of(used),
        languages=tuple(tongues),
        coarse={
            "place": int((shown.place != exact.place).sum()),
            "week": int((shown.detail == 1).sum()),
            "month": int((shown.detail == 2).sum()),
            "day": int((shown.day == WITHHELD).sum()),
            "unit": int((shown.unit != exact.unit).sum()),
            "segment": int((shown.segment != exact.segment).sum()),
        },
    )


def assets_of(keys: Sequence[int]) -> dict[int, Place]:
    found = {}
    for start in range(0, len(keys), BLOCK):
        for asset in Asset.objects.filter(pk__in=keys[start : start + BLOCK]):
            found[asset.pk] = Place(asset.pk, asset.code, asset.name)
    return found


def weights_of(source: Source, exact: Traits, shown: Traits, counted: npt.NDArray[np.bool_]) -> Floats:
    """A weight a row: each segment counts by its weight whatever its number of answers; their mean is 1.

    An answer without a segment that has a weight cannot be weighted and gets 0. Where the segment is withheld the row
    carries the mean weight of all such rows, which would otherwise tell it.
    """
    weights = np.ones(len(exact.segment))
    stated = np.array([0.0, *(source.shares.get(group.number, 0.0) for group in source.segments)])
    counts = np.bincount(exact.segment[counted], minlength=len(stated)).astype(np.float64)
    present = (counts > 0) & (stated > 0)
    if present.any():
        inside = counts[present].sum()
        factor = np.zeros(len(stated))
        factor[present] = stated[present] / stated[present].sum() * inside / counts[present]
        weights = factor[exact.segment]
    hidden = shown.segment == WITHHELD
    if hidden.any():
        weights[hidden] = weights[hidden].mean()
    return weights


def excluded_ids(source: Source) -> list[int]:
    if source.campaign is None:
        return []
    return list(ExcludedAnswer.objects.filter(campaign=source.campaign).values_list("response_id", flat=True))


@dataclass(frozen=True, slots=True)
class Fetched:
    """One stored answer as the second pass reads it."""

    version: int
    answers: Mapping[str, Any]
    states: Mapping[str, str]
    context: Mapping[str, Any]
    answered_at: Any
    flags: Mapping[str, Any] | None
    is_excluded: bool
    pk: int


class Export:
    """The columns of an export and its rows. ``len`` is the number of rows, known before any is written."""

    def __init__(self, source: Source, snapshot: Snapshot) -> None:
        self.source, self.snapshot = source, snapshot
        self.rules, self.upto = quality_of(source)
        names = Names()
        self.context = context_variables(source, snapshot, names)
        self.quality = quality_variables(source, self.rules, names)
        deciding = {group.item for group in source.segments if group.item} if source.is_anonymous else set()
        self.columns: list[Column] = [
            column
            for asked in asked_items((number, form) for number, form in source.versions.values())
            for column in item_columns(asked, names, is_withheld=asked.item.code in deciding)
        ]
        self.withheld = {place for place, column in enumerate(self.columns) if column.variable.item in deciding}
        self.numbers = {pk: number for pk, (number, _form) in source.versions.items()}

    def __len__(self) -> int:
        return len(self.snapshot)

    @property
    def variables(self) -> list[Variable]:
        return [*self.context, *self.quality, *(column.variable for column in self.columns)]

    def blocks(self) -> Iterator[list[Row]]:
        """All rows in their order, a block at a time."""
        for start in range(0, len(self.snapshot), FETCHED):
            chosen = self.snapshot.ids[start : start + FETCHED].tolist()
            fetched = self.fetch(chosen)
            yield [self.row(start + place, fetched[pk]) for place, pk in enumerate(chosen)]

    def fetch(self, chosen: list[int]) -> dict[int, Fetched]:
        flags: dict[int, Mapping[str, Any]] = {}
        excluded: set[int] = set()
        if self.source.campaign is not None:
            flagged = ResponseFlag.objects.filter(response_id__in=chosen)
            flags = dict(flagged.values_list("response_id", "flags"))
            taken_out = ExcludedAnswer.objects.filter(response_id__in=chosen)
            excluded = set(taken_out.values_list("response_id", flat=True))
        fields = ("pk", "version_id", "answers", "states", "context", "answered_at")
        return {
            pk: Fetched(version, answers, states, context, at, flags.get(pk), pk in excluded, pk)
            for pk, version, answers, states, context, at in Response.objects.filter(pk__in=chosen).values_list(*fields)
        }

    def row(self, place: int, found: Fetched) -> Row:
        row = self.context_values(place, found)
        if self.rules is not None:
            row += self.quality_values(found)
        version = self.numbers[found.version]
        answers, states = found.answers, found.states
        row += [column.read(answers, states, version) for column in self.columns]
        if self.withheld and self.snapshot.traits.segment[place] == WITHHELD:
            first = len(row) - len(self.columns)
            for number in self.withheld:
                row[first + number] = blanked(self.columns[number].variable)
        return row

    def context_values(self, place: int, found: Fetched) -> Row:
        traits, source = self.snapshot.traits, self.source
        day = int(traits.day[place])
        version = int(traits.version[place])
        seconds = found.context.get("seconds")
        row: Row = [place + 1 if source.is_anonymous else found.pk, date.fromordinal(day) if day > 0 else None]
        if source.is_anonymous:
            detail = int(traits.detail[place])
            row.append(detail if detail >= 0 else MISSING["withheld"])
        else:
            row.append(local_text(found.answered_at))
        row += [
            self.numbers[version] if version != WITHHELD else MISSING["withheld"],
            shown_code(traits.channel, place),
            shown_code(traits.language, place),
            shown_code(traits.unit, place, none=0),
        ]
        if source.segments:
            row.append(shown_code(traits.segment, place, none=0))
        if source.shares:
            row.append(float(self.snapshot.weights[place]))
        if self.snapshot.assets:
            row.append(shown_code(traits.place, place, none=0))
        if not source.is_anonymous and source.campaign is not None:
            row.append(source.cluster_of(found.context))
        if source.campaign is not None:
            row.append(int(seconds) if isinstance(seconds, int | float) else MISSING["skipped"])
        return row

    def quality_values(self, found: Fetched) -> Row:
        assert self.rules is not None
        if found.pk > self.upto:
            unchecked = MISSING["unchecked"]
            return [int(found.is_excluded), unchecked, *(unchecked for _rule in self.rules)]
        flags = found.flags or {}
        return [int(found.is_excluded), len(flags), *(int(rule in flags) for rule in self.rules)]


def shown_code(column: Ints, place: int, none: int | None = None) -> int:
    """A trait as it is written; what is withheld or was never there has its own code."""
    value = int(column[place])
    if value == WITHHELD:
        return MISSING["withheld"]
    return MISSING["na"] if none is not None and value == none else value


def blanked(variable: Variable) -> Any:
    if variable.type == "text":
        return ""
    return None if variable.type == "day" else variable.missing_code("withheld")


def local_text(instant: Any) -> str:
    return timezone.localtime(instant).strftime("%Y-%m-%d %H:%M:%S") if instant else ""


def quality_of(source: Source) -> tuple[tuple[str, ...] | None, int]:
    """The rules that were applied, and up to which answer; None where answers were never checked."""
    if source.campaign is None:
        return None, 0
    check = QualityCheck.objects.filter(campaign=source.campaign).first()
    return (tuple(check.found.get("rules", ())), check.upto) if check else ((), 0)


def context_variables(source: Source, snapshot: Snapshot, names: Names) -> list[Variable]:
    """Where each answer comes from, in the order of `Export.context_values`."""

    def made(name: str, label: Any, type_: Any = "whole", measure: Any = "nominal", **more: Any) -> Variable:
        return Variable(names.take(name), "context", type_, measure, said(label), **more)

    shown, hidden = snapshot.traits, ("withheld",) if source.is_anonymous else ()
    found = [
        made(
            "answer_no",
            _("running number in this file") if source.is_anonymous else _("number of the answer"),
            measure="scale",
        ),
        made("day", _("day of the answer"), "day", "scale"),
    ]
    if source.is_anonymous:
        details = tuple(Level(place, code, said(text)) for place, (code, text) in enumerate(DETAILS.items()))
        found.append(made("day_detail", _("what the day stands for"), levels=details, missing=hidden))
    else:
        found.append(made("answered_at", _("time of the answer"), "text"))
    ways = tuple(Level(place, code, words) for place, (code, words) in enumerate(channels()))
    tongues = tuple(Level(place, code, said(code or _("not known"))) for place, code in enumerate(snapshot.languages))
    found += [
        made("form_version", _("version of the form"), missing=hidden),
        made("channel", _("channel"), levels=ways, missing=hidden),
        made("language", _("language of the answers"), levels=tongues, missing=hidden),
        made("unit", _("unit"), levels=place_levels(source.units, shown.unit), missing=("na", *hidden)),
    ]
    if source.segments:
        groups = tuple(Level(group.number, group.code, said(group.name)) for group in source.segments)
        found.append(made("segment", _("segment"), levels=groups, missing=("na", *hidden)))
    if source.shares:
        found.append(made("weight", _("weight by segment, mean 1"), "number", "scale"))
    if snapshot.assets:
        found.append(
            made(
                "place",
                _("vehicle, line, site or counter"),
                levels=place_levels(snapshot.assets, shown.place),
                missing=("na", *hidden),
            )
        )
    if not source.is_anonymous and source.campaign is not None:
        found.append(made("cluster", _("answers that were given in the same place or to the same interviewer"), "text"))
    if source.campaign is not None:
        found.append(made("seconds", _("seconds taken"), measure="scale", missing=("skipped",)))
    return found


def place_levels(places: Mapping[int, Place], shown: Ints) -> tuple[Level, ...]:
    """Levels of what occurs only: a file of one station does not list the whole company."""
    found = []
    for number in np.unique(shown).tolist():
        place = places.get(number)
        if place is not None:
            found.append(Level(number, place.code, said(place.name)))
        elif number not in {0, WITHHELD}:
            found.append(Level(number, str(number), said(str(number))))
    return tuple(found)


def quality_variables(source: Source, rules: tuple[str, ...] | None, names: Names) -> list[Variable]:
    """In the order of `Export.quality_values`."""
    if rules is None:
        return []
    from bihuan.surveys.exporting.variables import NO, YES

    yes_no = (Level(0, "0", said(NO)), Level(1, "1", said(YES)))

    def made(name: str, label: Any, **more: Any) -> Variable:
        return Variable(names.take(name), "quality", "whole", more.pop("measure", "nominal"), said(label), **more)

    from bihuan.surveys.quality.words import RULE_LABELS

    return [
        made("excluded", _("taken out of the figures by a person"), levels=yes_no),
        made("signs", _("signs of careless answering"), measure="scale", missing=("unchecked",)),
        *(made(f"sign_{rule}", RULE_LABELS.get(rule, rule), levels=yes_no, missing=("unchecked",)) for rule in rules),
    ]

"""The stored counts of one survey, read group by group as a page asks for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from bihuan.foundation.models import within
from bihuan.foundation.scope import system_scope
from bihuan.surveys.models import Campaign, CampaignTally, Segment, TallyCell
from bihuan.surveys.tallying import CellKey, Layout, Level, Scope
from bihuan.surveys.tallying.stored import Layouts

Ints = npt.NDArray[np.int64]
BySegment = dict[str, Ints]
COLUMNS = ("scope", "place", "segment", "channel", "period", "cluster", "layout", "numbers", "org_path")
CLUSTER_COLUMNS = ("cluster", "place", "org_path", "segment", "channel", "numbers", "layout")


@dataclass(frozen=True)
class View:
    """Whose answers are shown: of a unit and below (0: everybody), a segment, a channel, a period ("": all)."""

    unit: int = 0
    segment: str = ""
    channel: str = ""
    period: str = ""

    @property
    def is_whole(self) -> bool:
        return self == View()

    def without(self, axis: str) -> View:
        values: dict[str, Any] = {axis: 0 if axis == "unit" else ""}
        return replace(self, **values)

    @property
    def axes(self) -> tuple[str, ...]:
        """What the view narrows by."""
        return tuple(axis for axis in ("unit", "segment", "channel", "period") if getattr(self, axis))

    @property
    def is_kept(self) -> bool:
        """Unit, channel and period are counted by pairs, not all three together."""
        return not (self.unit and self.channel and self.period)

    @property
    def level(self) -> Level:
        scope = Scope.TREE if self.unit else Scope.ALL
        return CellKey(scope, self.unit, "", self.channel, self.period).level


@dataclass(frozen=True, eq=False)
class Cluster:
    """Answers of one bus, interviewer or spot; ``place`` is its unit."""

    name: str
    place: int
    path: str
    segment: str
    channel: str
    counts: Ints


class Stock:
    """Reads cells of one survey. It sees every unit's cells: whoever asks must have decided what may be shown."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.known_sizes: dict[tuple[Any, ...], dict[Any, int]] = {}
        with system_scope("survey_results"):
            self.tally = CampaignTally.objects.filter(campaign=campaign).first()
            self.segments = list(Segment.objects.filter(campaign=campaign))
            self.layouts = Layouts(self.tally.layouts if self.tally else [])

    @cached_property
    def is_empty(self) -> bool:
        return self.tally is None or not self.tally.layouts or not self.tally.responses or self.is_stale

    @cached_property
    def is_stale(self) -> bool:
        """Counted by a program that counted otherwise: the worker makes the counts anew."""
        with system_scope("survey_results"):
            return not self.layouts.is_readable

    @cached_property
    def layout(self) -> Layout:
        with system_scope("survey_results"):
            return self.layouts.last

    @cached_property
    def shares(self) -> Mapping[str, float] | None:
        """Weight of each segment; None where nobody has said that they weigh differently from how they answered."""
        weights = {one.code: float(one.weight) for one in self.segments}
        stated = len(set(weights.values())) > 1 or any(one.sample_share is not None for one in self.segments)
        return weights if stated and sum(weights.values()) > 0 else None

    def rows(self, **wanted: Any) -> Iterator[tuple[CellKey, str, Ints]]:
        """Cells with their unit path and counts."""
        path = wanted.pop("below", None)
        with system_scope("survey_results"):
            found = TallyCell.objects.filter(tally=self.tally, **wanted)
            if path is not None:
                found = found.filter(within("org_path", [path]))
            for *key, layout, numbers, org_path in found.values_list(*COLUMNS):
                scope, place, segment, channel, period, cluster = key
                cell = CellKey(Scope(scope), place, segment, channel, period, cluster)
                yield cell, org_path, self.layouts.read(numbers, layout, cell.level)

    def by_segment(self, view: View) -> BySegment:
        """Counts of a view, apart by segment; nothing where nobody answered."""
        scope = Scope.TREE if view.unit else Scope.ALL
        wanted: dict[str, Any] = {"scope": scope.value, "place": view.unit}
        if view.segment:
            wanted["segment"] = view.segment
        rows = self.rows(**wanted, channel=view.channel, period=view.period, cluster="")
        return {key.segment: counts for key, _path, counts in rows}

    def groups(self, axis: str, view: View, *, below: str = "") -> dict[Any, BySegment]:
        """Counts of every value of an axis within a view: unit (its own answers), channel, period, segment."""
        found: dict[Any, BySegment] = defaultdict(dict)
        wanted: dict[str, Any] = {"cluster": ""}
        if view.segment:
            wanted["segment"] = view.segment
        if axis == "unit":
            wanted |= {"scope": Scope.UNIT.value, "channel": "", "period": ""}
            if below:
                wanted["below"] = below
        else:
            wanted |= {"scope": (Scope.TREE if view.unit else Scope.ALL).value, "place": view.unit}
            wanted |= {"channel": view.channel, "period": view.period}
            if axis in {"channel", "period"}:
                wanted.pop(axis)
        for key, _path, counts in self.rows(**wanted):
            value = key.place if axis == "unit" else getattr(key, axis)
            if value or axis in {"unit", "segment"}:
                found[value][key.segment] = counts
        return dict(found)

    def clusters(self, view: View, *, below: str = "") -> list[Cluster]:
        """Answers that share a bus or an interviewer; those that stand alone are not among them."""
        wanted: dict[str, Any] = {"scope": Scope.CLUSTER.value}
        if view.segment:
            wanted["segment"] = view.segment
        if view.channel:
            wanted["channel"] = view.channel
        with system_scope("survey_results"):
            found = TallyCell.objects.filter(tally=self.tally, **wanted).exclude(cluster="")
            if below:
                found = found.filter(within("org_path", [below]))
            read = self.layouts.read
            return [
                Cluster(name, place, path, segment, channel, read(numbers, layout, Level.CLUSTER))
                for name, place, path, segment, channel, numbers, layout in found.values_list(*CLUSTER_COLUMNS)
            ]

    def sizes(self, scope: Scope, axis: str, **wanted: Any) -> dict[Any, int]:
        """Answers by value of an axis, without reading counts; asked again they are at hand."""
        key = (scope, axis, *sorted(wanted.items()))
        if key not in self.known_sizes:
            self.known_sizes[key] = self.read_sizes(scope, axis, **wanted)
        return self.known_sizes[key]

    def read_sizes(self, scope: Scope, axis: str, **wanted: Any) -> dict[Any, int]:
        found: dict[Any, int] = defaultdict(int)
        with system_scope("survey_results"):
            rows = TallyCell.objects.filter(tally=self.tally, scope=scope.value, **wanted)
            for value, n in rows.values_list(axis, "n"):
                found[value] += n
        return dict(found)

    def paths(self) -> dict[int, str]:
        """The path of every unit, or unit with others below it, that has answers."""
        with system_scope("survey_results"):
            rows = TallyCell.objects.filter(tally=self.tally, scope=Scope.TREE.value, channel="", period="")
            return dict(rows.values_list("place", "org_path"))

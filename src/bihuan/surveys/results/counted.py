"""What was counted for one view of a survey in the field: its layout, designs, sizes and what is too small to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from bihuan.foundation.errors import ActionNotAllowedError, DomainError
from bihuan.foundation.models import within
from bihuan.foundation.scope import system_scope
from bihuan.organisation.models import OrgUnit
from bihuan.surveys.models import Campaign, CampaignUnit, Door
from bihuan.surveys.results.access import Access
from bihuan.surveys.results.design import Design
from bihuan.surveys.results.matters import (
    DriverTable,
    driver_tables,
)
from bihuan.surveys.results.stock import BySegment, Stock, View
from bihuan.surveys.results.suppression import hidden_in_tree, hidden_of, is_told_apart
from bihuan.surveys.results.trend import grain_of
from bihuan.surveys.results.unpacking import added
from bihuan.surveys.tallying import Layout, Level, Scope

LEVEL = 0.95
NO_UNIT = 0


class TooFewError(DomainError):
    """The group is so small that people could be recognised."""

    code = "too_few"


class NotCountedError(DomainError):
    """Groups are counted by two of unit, channel and period, not by all three."""

    code = "not_counted"


def channel_name(channel: str) -> str:
    labels = {kind.value: str(kind.label) for kind in Door.Kind}
    return labels.get(channel, channel)


class Counted:
    """Computed as it is asked for; nothing depends on the number of answers."""

    def __init__(self, campaign: Campaign, access: Access, view: View, *, stock: Stock | None = None) -> None:
        self.campaign, self.access = campaign, access
        self.stock = stock or Stock(campaign)
        self.view = self.allowed(view)
        self.fewest = max(1, campaign.small_cell)

    def allowed(self, view: View) -> View:
        """A view of a part stays within the part."""
        if self.access.is_whole:
            return view
        path = self.paths.get(view.unit, "")
        if view.unit and path and self.access.covers(path):
            return view
        return replace(view, unit=self.access.units[0])

    @cached_property
    def paths(self) -> dict[int, str]:
        return self.stock.paths() if not self.stock.is_empty else {}

    @cached_property
    def tree_sizes(self) -> dict[int, int]:
        return self.stock.sizes(Scope.TREE, "place", channel="", period="")

    @cached_property
    def own_sizes(self) -> dict[int, int]:
        return self.stock.sizes(Scope.UNIT, "place", channel="", period="")

    @cached_property
    def hidden_units(self) -> set[int]:
        """Units that are not shown, at any level."""
        return hidden_in_tree(self.tree_sizes, self.paths, self.own_sizes, self.fewest)

    def size_of(self, view: View) -> int:
        scope = Scope.TREE if view.unit else Scope.ALL
        wanted: dict[str, Any] = {"place": view.unit, "channel": view.channel, "period": view.period, "cluster": ""}
        if view.segment:
            wanted["segment"] = view.segment
        return sum(self.stock.sizes(scope, "place", **wanted).values())

    def axis_sizes(self, axis: str) -> dict[str, int]:
        """Answers by channel, segment or period, of the unit shown or of everybody."""
        unit = self.view.unit
        wanted: dict[str, Any] = {"place": unit, "cluster": ""}
        if axis != "channel":
            wanted["channel"] = ""
        if axis != "period":
            wanted["period"] = ""
        sizes = self.stock.sizes(Scope.TREE if unit else Scope.ALL, axis, **wanted)
        return {value: n for value, n in sizes.items() if value or axis == "segment"}

    def hidden_values(self, axis: str) -> set[str]:
        sizes = self.axis_sizes(axis)
        if axis != "period":
            return hidden_of(sizes, self.fewest)
        found: set[str] = set()
        for grain in ("day", "week", "month"):
            found |= hidden_of({key: n for key, n in sizes.items() if grain_of(key) == grain}, self.fewest)
        return found

    def check(self) -> None:
        """Refuse what would show, or let be computed, the answers of a few; and what is not there yet."""
        view = self.view
        if self.stock.is_empty:
            raise ActionNotAllowedError(_("No answers have been counted yet, so there are no results."))
        if not view.is_kept:
            raise NotCountedError(_("Unit, channel and period cannot be chosen all three together: drop one of them."))
        n = self.size_of(view)
        few = _("Fewer than %(few)d answers, or so many that a few others could be computed: not shown.") % {
            "few": self.fewest
        }
        if view.unit and view.unit in self.hidden_units:
            raise TooFewError(few)
        wider = {axis: self.size_of(view.without(axis)) for axis in view.axes if axis != "unit" or len(view.axes) > 1}
        if not is_told_apart(n, wider, self.fewest):
            raise TooFewError(few)
        for axis in ("segment", "channel", "period"):
            value = getattr(view, axis)
            if value and value in self.hidden_values(axis):
                raise TooFewError(few)

    @property
    def layout(self) -> Layout:
        return self.stock.layout

    @cached_property
    def shares(self) -> Mapping[str, float] | None:
        return None if self.view.segment else self.stock.shares

    @property
    def below(self) -> str:
        return self.paths.get(self.view.unit, "") if self.view.unit else ""

    @cached_property
    def all_clusters(self) -> list[Any]:
        return self.stock.clusters(replace(self.view, period=""), below=self.below)

    @cached_property
    def design(self) -> Design:
        counts = self.stock.by_segment(self.view)
        if not self.view.period:
            return Design(self.layout, counts, self.shares, self.all_clusters, level=LEVEL)
        return Design(self.layout, counts, self.shares, base=self.timeless, level=LEVEL)

    @cached_property
    def timeless(self) -> Design:
        """The same group over the whole time."""
        if not self.view.period:
            return self.design
        view = replace(self.view, period="")
        return Design(self.layout, self.stock.by_segment(view), self.shares, self.all_clusters, level=LEVEL)

    @cached_property
    def total(self) -> Any:
        return added(self.design.counts.values())

    @property
    def n(self) -> int:
        return int(self.total[0]) if self.design.counts else 0

    @cached_property
    def unit_names(self) -> dict[int, str]:
        """Names of units; two of one name carry their parents'."""
        keys = set(self.paths) | set(self.own_sizes) | set(self.access.units)
        with system_scope("survey_results"):
            rows = {row.pk: row for row in OrgUnit.objects.filter(pk__in=keys).select_related("parent")}
        names = [row.name for row in rows.values()]
        return {
            pk: row.name if names.count(row.name) == 1 or row.parent is None else f"{row.parent.name} · {row.name}"
            for pk, row in rows.items()
        }

    @cached_property
    def segment_names(self) -> dict[str, str]:
        return {one.code: one.name for one in self.stock.segments}

    @cached_property
    def unit_designs(self) -> dict[str, Design]:
        """Units with answers of their own in this view, by name."""
        return {self.unit_names[pk]: design for pk, design in self.designs_by_unit.items() if pk in self.unit_names}

    @cached_property
    def unit_of_name(self) -> dict[str, int]:
        return {name: pk for pk, name in self.unit_names.items()}

    @cached_property
    def designs_by_unit(self) -> dict[int, Design]:
        view = self.view
        clusters: dict[int, list[Any]] = {}
        for one in self.all_clusters:
            clusters.setdefault(one.place, []).append(one)
        plain = self.stock.groups("unit", replace(view, channel="", period=""), below=self.below)
        if not (view.channel or view.period):
            return {
                place: Design(
                    self.layout,
                    counts,
                    self.shares,
                    clusters.get(place, ()),
                    level=LEVEL,
                    within=None if place in self.sharing else self.design,
                )
                for place, counts in plain.items()
                if place != NO_UNIT
            }
        return self.leaf_designs(plain, clusters)

    @cached_property
    def sharing(self) -> set[int]:
        """Units with a bus or an interviewer who also asked for another unit."""
        places: dict[str, set[int]] = {}
        for one in self.all_clusters:
            places.setdefault(one.name, set()).add(one.place)
        return {place for found in places.values() if len(found) > 1 for place in found}

    def leaf_designs(self, plain: Mapping[int, BySegment], clusters: Mapping[int, list[Any]]) -> dict[int, Design]:
        """Units without others below them: their counts by channel or period are those of their part of the tree."""
        view = self.view
        parents = {int(one) for path in self.paths.values() for one in path.strip("/").split("/")[:-1] if one}
        leaves = [place for place in plain if place and place not in parents]
        rows = self.stock.rows(
            scope=Scope.TREE.value,
            place__in=leaves,
            channel=view.channel,
            period=view.period,
            **({"segment": view.segment} if view.segment else {}),
        )
        found: dict[int, BySegment] = {}
        for key, _path, counts in rows:
            found.setdefault(key.place, {})[key.segment] = counts
        designs = {}
        for place, by_segment in found.items():
            mine = clusters.get(place, [])
            if view.period:
                base = Design(self.layout, plain[place], self.shares, mine, level=LEVEL)
                designs[place] = Design(self.layout, by_segment, self.shares, base=base, level=LEVEL)
            else:
                designs[place] = Design(self.layout, by_segment, self.shares, mine, level=LEVEL)
        return designs

    @cached_property
    def segment_designs(self) -> dict[str, Design]:
        found = {}
        for code, counts in self.design.counts.items():
            mine = [one for one in self.all_clusters if one.segment == code]
            name = self.segment_names.get(code, code) or _("no segment")
            base = None
            if self.view.period:
                timeless = self.timeless.counts.get(code)
                base = Design(self.layout, {code: timeless}, None, mine, level=LEVEL) if timeless is not None else None
                mine = []
            found[name] = Design(self.layout, {code: counts}, None, mine, base=base, level=LEVEL)
        return found

    @cached_property
    def channel_designs(self) -> dict[str, Design]:
        if self.view.period and self.view.unit:
            return {}  # not counted by all three
        found = {}
        for channel, counts in self.stock.groups("channel", self.view).items():
            mine = [one for one in self.all_clusters if one.channel == channel] if not self.view.period else []
            found[channel_name(channel)] = Design(self.layout, counts, self.shares, mine, level=LEVEL)
        return found

    @cached_property
    def drivers(self) -> list[DriverTable]:
        return driver_tables(self.design) if self.view.level is Level.FULL else []

    @cached_property
    def short_units(self) -> list[tuple[str, int, int]]:
        """Units with fewer answers than were wanted: name, answers, wanted."""
        with system_scope("survey_results"):
            rows = CampaignUnit.objects.filter(campaign=self.campaign)
            if self.below:
                rows = rows.filter(within("org_path", [self.below]))
            wanted = dict(rows.values_list("unit_id", "target"))
        default = self.campaign.target if self.campaign.target_basis == Campaign.TargetBasis.UNIT else 0
        found = []
        for unit, target in wanted.items():
            need, n = target or default, self.tree_sizes.get(unit, 0)
            if need and n < need:
                found.append((self.names_of_asked.get(unit, str(unit)), n, need))
        return sorted(found, key=lambda row: row[1] / row[2])

    @cached_property
    def names_of_asked(self) -> dict[int, str]:
        with system_scope("survey_results"):
            rows = CampaignUnit.objects.filter(campaign=self.campaign)
            return dict(rows.values_list("unit_id", "unit__name"))

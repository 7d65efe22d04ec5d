"""All figures of one view of a survey in the field: what the page, the report and the API show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.utils.translation import pgettext

from bihuan.foundation.errors import DomainError
from bihuan.foundation.scope import system_scope
from bihuan.surveys.analysis import Analysis, GroupResult, Note, evaluate
from bihuan.surveys.analysis import guards as sentences
from bihuan.surveys.models import Campaign
from bihuan.surveys.results.access import FEWEST_OTHERS, Access
from bihuan.surveys.results.counted import LEVEL, Counted, channel_name
from bihuan.surveys.results.design import Design, designed
from bihuan.surveys.results.groups import Target, estimate_in, group_results, targets_of
from bihuan.surveys.results.matters import (
    Disagreement,
    SplitRow,
    derived_importance,
    disagreements,
    split_rows,
    stated_importance,
)
from bihuan.surveys.results.notes import notes_of
from bihuan.surveys.results.quality import QualityItem, QualityRow, quality_items, quality_rows
from bihuan.surveys.results.stock import Stock, View
from bihuan.surveys.results.trend import Trend, best_grain, grain_of, trend_of
from bihuan.surveys.results.unpacking import counts_of
from bihuan.surveys.results.waves import WaveComparison, wave_comparison
from bihuan.surveys.tallying import Level
from servicequality.results import Estimate


@dataclass(frozen=True)
class Beside:
    """The whole survey beside one unit: what is compared, here and in the whole."""

    label: str
    here: Estimate
    whole: Estimate


class Figures(Counted):
    """What the page, the report and the API show."""

    @cached_property
    def whole(self) -> Figures:
        """The whole survey, for whoever sees one unit of it."""
        return Figures(self.campaign, Access(is_whole=True), View(), stock=self.stock)

    @cached_property
    def analysis(self) -> Analysis:
        """Items, dimensions, gaps, Kano, groups under the design; the first sentence and the reservations with them."""
        counts = counts_of(self.layout, self.total, title=self.title)
        analysis = designed(evaluate(counts, level=LEVEL), self.design)
        analysis = replace(
            analysis,
            title=self.campaign.title,
            importance=stated_importance(self.design),
            groups=tuple(self.groups),
            headline=sentences.headline(analysis.items, analysis.dimensions, analysis.gaps),
        )
        plain = [one for one in sentences.notes(counts, analysis) if one.code not in {"half_pairs"}]
        return replace(analysis, notes=(*notes_of(self), *plain))

    @property
    def title(self) -> str:
        parts = [self.campaign.title, *self.view_labels]
        return " · ".join(parts)

    @cached_property
    def view_labels(self) -> list[str]:
        view = self.view
        found = []
        if view.unit:
            found.append(self.unit_names.get(view.unit, str(view.unit)))
        if view.segment:
            found.append(self.segment_names.get(view.segment, view.segment))
        if view.channel:
            found.append(channel_name(view.channel))
        if view.period:
            found.append(view.period)
        return found

    @cached_property
    def groups(self) -> list[GroupResult]:
        """Units, segments and channels compared, each without small cells."""
        found: list[GroupResult] = []
        shown = {name: one for name, one in self.unit_designs.items() if not self.is_hidden_unit(name)}
        found += self.compared("unit", pgettext("group of answers", "unit"), shown)
        if not self.view.segment:
            found += self.compared("segment", pgettext("group of answers", "segment"), self.segment_designs)
        if not self.view.channel:
            found += self.compared("channel", pgettext("group of answers", "channel"), self.channel_designs)
        return found

    def is_hidden_unit(self, name: str) -> bool:
        """Also a unit whose own answers would give those below it away, or the other way round."""
        unit = self.unit_of_name.get(name, 0)
        return unit in self.hidden_units or -unit in self.hidden_units

    def compared(self, column: str, label: str, designs: Mapping[str, Design]) -> list[GroupResult]:
        return group_results(column, label, designs, fewest=self.fewest, level=LEVEL)

    @cached_property
    def derived(self) -> Any:
        return derived_importance(self.design) if self.view.level is Level.FULL else None

    @cached_property
    def points(self) -> list[SplitRow]:
        return split_rows(self.design)

    @cached_property
    def disagreements(self) -> tuple[Disagreement, ...]:
        return disagreements(self.analysis.importance, self.derived, self.points, self.drivers)

    @cached_property
    def quality(self) -> list[QualityRow]:
        return quality_rows(self.design)

    @cached_property
    def quality_items(self) -> list[QualityItem]:
        return quality_items(self.design)

    @cached_property
    def main_target(self) -> Target | None:
        """What a trend is drawn of: the whole, else a judgement of the whole, else the first item."""
        return next(iter(targets_of(self.layout)), None)

    @cached_property
    def trend(self) -> Trend | None:
        view = self.view
        if view.period or (view.unit and view.channel) or self.main_target is None:
            return None
        sizes = self.axis_sizes("period")
        grain = best_grain(sizes, self.fewest)
        designs = {
            period: Design(self.layout, counts, self.shares, base=self.timeless, level=LEVEL)
            for period, counts in self.stock.groups("period", view).items()
            if grain_of(period) == grain
        }
        return trend_of(designs, self.main_target, grain=grain, fewest=self.fewest)

    @cached_property
    def waves(self) -> WaveComparison | None:
        """This wave beside the last one: the same unit, segment or channel in both."""
        before = self.campaign.previous_id
        if before is None or self.view.period:
            return None
        with system_scope("survey_results"):
            previous = Campaign.objects.filter(pk=before).first()
        if previous is None or (not self.access.covers(previous.org_path) and not self.view.unit):
            return None
        stock = Stock(previous)
        if stock.is_empty:
            return None
        earlier = Figures(previous, Access(is_whole=True), self.view, stock=stock)
        try:
            earlier.check()
        except DomainError:
            return None
        if not earlier.design.counts:
            return None
        return wave_comparison(
            self.design, earlier.design, title=previous.title, level=LEVEL, fewest=max(self.fewest, earlier.fewest)
        )

    @cached_property
    def beside(self) -> list[Beside]:
        """One unit beside the whole survey, where the whole does not give another unit away."""
        if not self.view.unit or self.view.segment or self.view.channel or self.view.period:
            return []
        rest = self.whole.n - self.n
        others = [unit for unit in self.own_sizes if unit and not self.paths.get(unit, "/").startswith(self.below)]
        if not self.access.is_whole and (rest < self.fewest or len(others) < FEWEST_OTHERS):
            return []
        targets = [one for one in targets_of(self.layout) if one.construct is not None or is_judgement(one)]
        found = []
        for target in targets:
            here, whole = estimate_in(self.design, target), estimate_in(self.whole.design, target)
            if here.n >= self.fewest and (whole.n - here.n >= self.fewest or whole.n == here.n):
                label = target.question.item.label or target.name if target.question else target.name
                found.append(Beside(label, here, whole))
        return found

    def first_sentences(self) -> list[Note]:
        """How good it is, then where it is weakest: the first line of the page."""
        judged, headline = judgement_notes(self.analysis), self.analysis.headline
        return judged if judged and headline.code == "only_one" else [*judged, headline]


def is_judgement(target: Target) -> bool:
    question = target.question
    return question is not None and question.item.type.value in {"csat", "nps", "ces"}


def judgement_notes(analysis: Analysis) -> list[Note]:
    """The judgements of the whole in a sentence: satisfied, recommending, or the mean of all items."""
    found = []
    for item in analysis.items:
        if item.side or item.kind == "rating" or item.mean.value is None:
            continue
        if item.nps is not None:
            score = item.nps.score
            found.append(Note("nps_is", sentences.facts(item.name, item.label, score), is_warning=False))
        else:
            found.append(Note("satisfied", sentences.facts(item.name, item.label, item.top_share), is_warning=False))
    if not found:
        whole = next((one for one in analysis.dimensions if not one.name and one.side in {None, "perception"}), None)
        if whole is not None and whole.mean.value is not None:
            ends = {"low_end": whole.scale[0], "high_end": whole.scale[1]}
            found.append(Note("whole_mean", sentences.facts("", "", whole.mean, **ends), is_warning=False))
    return found[:2]

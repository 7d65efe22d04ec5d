"""Groups side by side: units, segments, channels; under weights and clusters, without small cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from bihuan.surveys.analysis.counting import ALL_ITEMS, scale_of
from bihuan.surveys.analysis.results import GroupResult, GroupRow
from bihuan.surveys.mapping import Kind
from bihuan.surveys.results.design import Design
from bihuan.surveys.results.suppression import hidden_of
from bihuan.surveys.tallying import Construct, Layout, Question
from servicequality.comparison import GroupComparison, Measured, compare_estimates, compare_groups
from servicequality.results import Estimate
from servicequality.survey_design import DesignMean
from servicequality.tallies import Tally

MOST_GROUPS = 200


@dataclass(frozen=True)
class Target:
    """What groups are compared on: a construct or a question."""

    construct: Construct | None = None
    question: Question | None = None

    @property
    def name(self) -> str:
        return self.construct.name if self.construct else self.question.key if self.question else ""


def targets_of(layout: Layout) -> list[Target]:
    """The whole first, then judgements of the whole, dimensions, and rated items."""
    questions = layout.questions
    last = questions.versions[-1].pk
    served = {one.key for one in questions.service_items}
    constructs = [
        one
        for one in questions.constructs
        if not one.is_quality and last in one.versions and set(one.members) <= served
    ]
    whole = [Target(one) for one in constructs if one.name == ALL_ITEMS]
    dimensions = [Target(one) for one in constructs if one.name != ALL_ITEMS]
    overall = [
        Target(question=one)
        for one in questions.scaled
        if one.kind is not Kind.RATING and one.side is None and last in one.versions
    ]
    items = [Target(question=one) for one in questions.service_items if last in one.versions]
    return [*whole, *overall, *dimensions, *items]


def compared_targets(layout: Layout) -> list[Target]:
    """What groups are set side by side on: single items only where nothing stands for them together.

    An item of one unit is seen on that unit's page; 22 items of 50 units side by side would show chance.
    """
    found = targets_of(layout)
    constructs = [one for one in found if one.construct is not None]
    return [one for one in found if one.construct or is_overall(one) or not constructs]


def is_overall(target: Target) -> bool:
    return target.question is not None and target.question.kind is not Kind.RATING


def is_nps(question: Question) -> bool:
    return question.use.kind is Kind.RECOMMEND


def measured(design: Design, target: Target) -> DesignMean:
    """NPS as a fraction, as comparisons take it; means as they are."""
    if target.construct is not None:
        return design.construct(target.construct)
    assert target.question is not None
    if is_nps(target.question):
        found = design.nps(target.question)
        value, low, high = (
            None if one is None else one / 100
            for one in (found.estimate.value, found.estimate.low, found.estimate.high)
        )
        estimate = replace(found.estimate, value=value, low=low, high=high)
        return replace(found, estimate=estimate, se=None if found.se is None else found.se / 100)
    return design.item(target.question)


def tally_for(design: Design, target: Target) -> Tally:
    """The plain histogram of a target."""
    questions = design.layout.questions
    if target.construct is not None:
        first = questions.by_key[target.construct.members[0]]
        k = len(target.construct.members)
        counts = design.strata(f"d:{target.construct.part}", k * (first.size - 1) + 1).sum(axis=0)
        return Tally(first.scale[0], first.scale[2] / k, counts)
    assert target.question is not None
    counts = design.strata(f"i:{target.question.part}", target.question.size).sum(axis=0)
    return Tally(target.question.scale[0], target.question.scale[2], np.asarray(counts, dtype=np.int64))


def compared(
    designs: Mapping[str, Design], target: Target, *, fewest: int, level: float
) -> tuple[GroupComparison, list[str]] | None:
    """Compare what is left when small cells and those that would give them away are hidden."""
    tallies = {name: tally_for(design, target) for name, design in designs.items()}
    sizes = {name: tally.n for name, tally in tallies.items()}
    hidden = hidden_of(sizes, fewest)
    shown: list[str] = [name for name, n in sizes.items() if n and name not in hidden]
    if len(shown) < 2 or len(shown) > MOST_GROUPS:
        return None
    nps = target.question is not None and is_nps(target.question)
    if all(designs[name].is_plain for name in shown):
        chosen: dict[str | int, Tally] = {name: tallies[name] for name in shown}
        return compare_groups(chosen, measure="nps" if nps else "mean", level=level), sorted(hidden)
    estimates: dict[str | int, Measured] = {}
    for name in shown:
        found = measured(designs[name], target)
        estimates[name] = Measured(found.estimate, found.se, found.df)
    return compare_estimates(estimates, measure="nps" if nps else "mean", level=level), sorted(hidden)


def group_result(
    column: str, label: str, designs: Mapping[str, Design], target: Target, *, fewest: int, level: float
) -> GroupResult | None:
    found = compared(designs, target, fewest=fewest, level=level)
    if found is None:
        return None
    comparison, hidden = found
    layout = next(iter(designs.values())).layout
    question = target.question or layout.questions.by_key[(target.construct.members if target.construct else ("",))[0]]
    kind = "dimension" if target.construct is not None else question.use.kind.value
    if kind == Kind.RATING.value:
        kind = "item"
    scale = scale_of(question.use)
    return GroupResult(
        column=column,
        label=label,
        target=target.name,
        target_label=question.item.label if target.question is not None else "",
        target_kind=kind,
        side=question.side.value if question.side else None,
        measure=comparison.measure,
        scale=(scale.low, scale.high, scale.step),
        rows=tuple(GroupRow(str(row.group), row.n, row.estimate, row.shrunken, row.letters) for row in comparison.rows),
        tiers=tuple(tuple(str(group) for group in groups) for groups in comparison.tiers.values()),
        different_pairs=sum(pair.different for pair in comparison.pairs),
        pairs=len(comparison.pairs),
        between_sd=comparison.between_sd,
        without_group=0,
        too_small=tuple(hidden),
    )


def group_results(
    column: str,
    label: str,
    designs: Mapping[str, Design],
    *,
    fewest: int,
    level: float,
    targets: Iterable[Target] | None = None,
) -> list[GroupResult]:
    """Every comparison of one set of groups, what matters most first."""
    if len(designs) < 2:
        return []
    layout = next(iter(designs.values())).layout
    wanted = list(targets) if targets is not None else compared_targets(layout)
    found = (group_result(column, label, designs, target, fewest=fewest, level=level) for target in wanted)
    return [one for one in found if one is not None]


def estimate_in(design: Design, target: Target) -> Estimate:
    """One group's figure as shown: NPS in points."""
    found = measured(design, target).estimate
    if target.question is None or not is_nps(target.question):
        return found
    value, low, high = (None if one is None else 100 * one for one in (found.value, found.low, found.high))
    return replace(found, value=value, low=low, high=high)

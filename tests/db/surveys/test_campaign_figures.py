"""Figures of a survey in the field: equal to those of a file, weighted and clustered as the references say, fenced."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from bihuan.foundation.reading import read_table
from bihuan.foundation.scope import system_scope
from bihuan.surveys.analysis import evaluate
from bihuan.surveys.analysis.counting import count
from bihuan.surveys.results.access import Access
from bihuan.surveys.results.counted import TooFewError
from bihuan.surveys.results.figures import Figures
from bihuan.surveys.results.stock import View
from bihuan.surveys.services.tallying import tally_update
from servicequality.comparison import compare_groups
from servicequality.drivers import key_drivers
from servicequality.importance import correlation_estimate
from servicequality.intervals import cluster_interval, weighted_interval
from servicequality.sampling_plans import stratified_mean
from servicequality.weighting import cell_weights, raked_interval
from tests.db.surveys.answered import Field, make_field, random_answer, random_form
from tests.kit import World, make_unit

pytestmark = pytest.mark.django_db
ITEMS = ("on_time", "clean", "kind")


def body(**more: Any) -> dict[str, Any]:
    items = [
        {"code": "on_time", "label": "On time", "scale": [1, 5, 1], "dimension": "reliability", "quality": "technical"},
        {"code": "promise", "label": "Keeps word", "scale": [1, 5, 1], "dimension": "reliability"},
        {"code": "clean", "label": "Clean", "scale": [1, 5, 1], "dimension": "tangibles", "quality": "technical"},
        {"code": "bright", "label": "Bright", "scale": [1, 5, 1], "dimension": "tangibles"},
        {"code": "kind", "label": "Kind", "scale": [1, 5, 1], "dimension": "empathy", "quality": "functional"},
        {"code": "patient", "label": "Patient", "scale": [1, 5, 1], "dimension": "empathy"},
        {"code": "csat", "label": "Satisfied", "type": "csat"},
        {"code": "nps", "label": "Recommend", "type": "nps"},
    ]
    return {"sections": [{"code": "s", "items": items}], **more}


def answers(rng: np.random.Generator, n: int, shift: float = 0.0) -> list[dict[str, int]]:
    common = rng.standard_normal(n)
    found = []
    for row in range(n):
        mood = 3.4 + shift + 0.6 * common[row]
        given = {
            code: int(np.clip(np.rint(mood + rng.standard_normal() * 0.9), 1, 5))
            for code in ("on_time", "promise", "clean", "bright", "kind", "patient")
        }
        whole = 0.5 * given["on_time"] + 0.3 * given["kind"] + 0.2 * given["clean"] + 0.5 * rng.standard_normal()
        found.append(
            {**given, "csat": int(np.clip(np.rint(whole), 1, 5)), "nps": int(np.clip(np.rint(2 * whole), 0, 10))}
        )
    return found


def figures(field: Field, view: View | None = None) -> Figures:
    tally_update(campaign=field.campaign)
    return Figures(field.campaign, Access(is_whole=True), view or View())


def column(field: Field, code: str) -> np.ndarray[Any, Any]:
    return np.array([row.answers.get(code, np.nan) for row in field.rows], dtype=float)


def of_context(field: Field, name: str) -> list[Any]:
    return [row.context[name] for row in field.rows]


def same(first: Any, second: Any) -> None:
    assert first.n == second.n
    for one, other in ((first.value, second.value), (first.low, second.low), (first.high, second.high)):
        assert one == pytest.approx(other, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_figures_equal_those_of_the_same_answers_in_a_file(world: World, seed: int, tmp_path: Any) -> None:
    rng = np.random.default_rng(seed)
    with system_scope("setup"):
        field = make_field(world.company, [world.north, world.south], random_form(rng))
        field.put([random_answer(field.version.body, rng) for _ in range(120)], rng, context={"cluster": ""})
        shown = figures(field)
        mapping = shown.layout.questions.mapping
        names = [use.name for use in mapping.items]
        table = pd.DataFrame([{name: row.answers.get(name) for name in names} for row in field.rows])
        path = tmp_path / "answers.csv"
        table.to_csv(path, index=False, float_format="%.0f")

        analysis = shown.analysis
        expected = evaluate(count(read_table(path), mapping))

    for one, other in zip(analysis.items, expected.items, strict=True):
        assert (one.name, one.n, one.counts) == (other.name, other.n, other.counts)
        same(one.mean, other.mean)
        same(one.top_share, other.top_share)
        assert (one.nps is None) == (other.nps is None)
        if one.nps is not None and other.nps is not None:
            same(one.nps.score, other.nps.score)
    assert [(one.name, one.side) for one in analysis.dimensions] == [
        (one.name, one.side) for one in expected.dimensions
    ]
    for mine, theirs in zip(analysis.dimensions, expected.dimensions, strict=True):  # type: ignore[assignment]
        same(mine.mean, theirs.mean)
        assert (mine.alpha is None) == (theirs.alpha is None)
        if mine.alpha is not None and theirs.alpha is not None:
            same(mine.alpha.alpha, theirs.alpha.alpha)
    assert [(row.name, row.counts, row.category) for row in analysis.kano] == [
        (row.name, row.counts, row.category) for row in expected.kano
    ]
    assert (analysis.gaps is None) == (expected.gaps is None)
    if analysis.gaps is not None and expected.gaps is not None:
        mine, theirs = ([*one.items, *one.dimensions] for one in (analysis.gaps, expected.gaps))
        for gap, other_gap in zip(mine, theirs, strict=True):
            same(gap.gap, other_gap.gap)
            same(gap.expected, other_gap.expected)
            assert gap.reliability == pytest.approx(other_gap.reliability)
        same(analysis.gaps.overall, expected.gaps.overall)


def test_weighted_figures_are_those_of_the_stratified_estimator(world: World) -> None:
    rng = np.random.default_rng(1)
    weights = {"card": 0.7, "cash": 0.3}
    with system_scope("setup"):
        field = make_field(world.company, [world.north], body(), weights=weights)
        field.put(answers(rng, 60), rng, segments=("card",), context={"cluster": ""})
        field.put(answers(rng, 140, shift=-0.6), rng, segments=("cash",), context={"cluster": ""})

        analysis = figures(field).analysis

    segments = np.array(of_context(field, "segment"))
    per_answer = cell_weights(segments, {"card": 140.0, "cash": 60.0}).weights
    for code in ITEMS:
        values = column(field, code)
        mine = analysis.item(code)
        by_stratum = {name: values[segments == name] for name in weights}
        reference = stratified_mean(by_stratum, {"card": 7 * 10**9, "cash": 3 * 10**9})
        assert mine.mean.method == "stratified"
        assert mine.mean.value == pytest.approx(reference.value)
        assert mine.mean.low == pytest.approx(reference.low, abs=5e-3)  # degrees of freedom after Satterthwaite
        assert mine.mean.value == pytest.approx(weighted_interval(values, per_answer).value)
        assert mine.plain is not None
        assert mine.plain.value == pytest.approx(values.mean())
        assert mine.top_share.value == pytest.approx(per_answer @ (values >= 4) / per_answer.sum())
    dimension = next(one for one in analysis.dimensions if one.name == "reliability")
    pair = np.column_stack([column(field, "on_time"), column(field, "promise")])
    covariance = np.cov(pair.T, aweights=per_answer, ddof=0)
    assert dimension.alpha is not None
    assert dimension.alpha.alpha.value == pytest.approx(2 * (1 - np.trace(covariance) / covariance.sum()), abs=1e-9)
    assert any(note.code == "weighted_by_segment" for note in analysis.notes)


def test_clustered_figures_equal_the_cluster_interval_with_and_without_weights(world: World) -> None:
    rng = np.random.default_rng(2)
    with system_scope("setup"):
        field = make_field(world.company, [world.north], body())
        for bus in range(30):
            shift = rng.standard_normal() * 0.7
            field.put(answers(rng, 8, shift), rng, context={"cluster": f"asset:{bus}"}, segments=("a", "b"))
        shown = figures(field)
        item, clusters = shown.analysis.item("clean"), of_context(field, "cluster")

        weighted = make_field(world.company, [world.north], body(), weights={"a": 0.8, "b": 0.2})
        weighted.rows = []
        for row in field.rows:
            row.pk, row.collection, row.client_uuid = None, weighted.campaign.collection, __import__("uuid").uuid4()
            row.save(force_insert=True)
            weighted.rows.append(row)
        both = figures(weighted).analysis.item("clean")

    same(item.mean, cluster_interval(column(field, "clean"), clusters))
    assert item.deff is not None
    assert item.deff > 1.5
    values, segments = column(weighted, "clean"), of_context(weighted, "segment")
    weights = cell_weights(segments, {"a": 0.8 * len(values), "b": 0.2 * len(values)})
    same(both.mean, raked_interval(values, weights, {"segment": segments}, clusters=clusters))
    assert any(note.code == "clustered" for note in shown.analysis.notes)


def test_units_are_compared_as_plain_answers_are(world: World) -> None:
    rng = np.random.default_rng(3)
    with system_scope("setup"):
        field = make_field(world.company, [world.north, world.south], body())
        field.put(answers(rng, 150), rng, context={"cluster": ""})
        groups = [one for one in figures(field).analysis.groups if one.column == "unit"]

    values = column(field, "csat")
    units = np.array(of_context(field, "unit"))
    reference = compare_groups({"North": values[units == world.north.pk], "South": values[units == world.south.pk]})
    mine = next(one for one in groups if one.target == "csat")
    assert [(row.group, row.n, row.letters) for row in mine.rows] == [
        (row.group, row.n, row.letters) for row in reference.rows
    ]


def test_drivers_and_derived_importance_come_from_the_counts(world: World) -> None:
    rng = np.random.default_rng(4)
    with system_scope("setup"):
        field = make_field(world.company, [world.north], body())
        field.put(answers(rng, 400), rng, context={"cluster": ""})
        shown = figures(field)
        table, derived = shown.drivers[0], shown.derived

    scores = np.column_stack(
        [
            column(field, "on_time") + column(field, "promise"),
            column(field, "clean") + column(field, "bright"),
            column(field, "kind") + column(field, "patient"),
        ]
    )
    reference = key_drivers(scores, column(field, "csat"), names=["reliability", "tangibles", "empathy"])
    by_name = {row.name: row for row in table.rows}
    for driver in reference.drivers:
        assert by_name[driver.name].part.value == pytest.approx(driver.lmg.value)
        assert by_name[driver.name].part.low == pytest.approx(driver.lmg.low, abs=0.03)
    assert (table.target, table.kind, table.n) == ("csat", "dimension", 400)
    point = next(one for one in derived.points if one.name == "kind")
    same(point.importance, correlation_estimate(column(field, "kind"), column(field, "csat")))


def test_the_last_wave_is_compared_item_by_item(world: World) -> None:
    rng = np.random.default_rng(5)
    with system_scope("setup"):
        old = make_field(world.company, [world.north], body())
        old.put(answers(rng, 200, shift=-0.8), rng, context={"cluster": ""})
        tally_update(campaign=old.campaign)
        other = body()
        other["sections"][0]["items"][2]["scale"] = [1, 7, 1]
        new = make_field(world.company, [world.north], other, previous=old.campaign)
        new.put(answers(rng, 200), rng, context={"cluster": ""})

        waves = figures(new).waves

    assert waves is not None
    rows = {row.name: row for row in waves.rows}
    assert rows["on_time"].verdict == "higher"
    assert rows["on_time"].difference.value == pytest.approx(
        column(new, "on_time").mean() - column(old, "on_time").mean()
    )
    assert "clean" not in rows
    assert waves.apart == ("Clean",)


def test_small_cells_and_what_would_give_them_away_are_hidden(world: World) -> None:
    rng = np.random.default_rng(6)
    units = [make_unit(name, parent=world.company) for name in ("A", "B", "C", "D")]
    with system_scope("setup"):
        field = make_field(world.company, units, body(), small_cell=5)
        for unit, n in zip(units, (3, 6, 20, 30), strict=True):
            field.units = [unit]
            field.put(answers(rng, n), rng, context={"cluster": ""})
        shown = figures(field)
        names = {row.group for one in shown.analysis.groups if one.column == "unit" for row in one.rows}

        assert names == {"C", "D"}  # B would give A away: all minus B, C and D
        for unit, is_shown in zip(units, (False, False, True, True), strict=True):
            one = Figures(field.campaign, Access(is_whole=True), View(unit=unit.pk))
            if is_shown:
                one.check()
            else:
                with pytest.raises(TooFewError):
                    one.check()


def test_a_part_sees_itself_and_the_whole_only_where_no_single_unit_is_given_away(world: World) -> None:
    rng = np.random.default_rng(7)
    with system_scope("setup"):
        field = make_field(world.company, [world.north, world.south], body())
        field.put(answers(rng, 80), rng, context={"cluster": ""})
        tally_update(campaign=field.campaign)
        part = Access(False, (world.north.pk,), (world.north.org_path,))

        mine = Figures(field.campaign, part, View(unit=world.south.pk))
        two_units = mine.beside
        field.units = [make_unit("East", parent=world.company)]
        field.put(answers(rng, 40), rng, context={"cluster": ""})
        tally_update(campaign=field.campaign)
        three_units = Figures(field.campaign, part, View()).beside

    assert mine.view.unit == world.north.pk
    assert {row.group for one in mine.analysis.groups if one.column == "unit" for row in one.rows} <= {"North"}
    assert two_units == []
    assert three_units
    assert three_units[0].whole.n == 120


def test_a_trend_has_limits_where_there_are_enough_periods(world: World) -> None:
    rng = np.random.default_rng(8)
    with system_scope("setup"):
        field = make_field(world.company, [world.north], body())
        field.put(answers(rng, 600), rng, context={"cluster": ""}, days=20)
        trend = figures(field).trend

    assert trend is not None
    assert (trend.grain, len(trend.points), trend.has_limits) == ("day", 20, True)


def test_perceived_quality_tells_what_from_how(world: World) -> None:
    rng = np.random.default_rng(9)
    with system_scope("setup"):
        field = make_field(world.company, [world.north], body())
        field.put(answers(rng, 50), rng, context={"cluster": ""})
        rows = {row.name: row for row in figures(field).quality}

    assert set(rows) == {"technical", "functional"}
    technical = (column(field, "on_time") + column(field, "clean")) / 2
    assert rows["technical"].experienced is not None
    assert rows["technical"].experienced.value == pytest.approx(technical.mean())

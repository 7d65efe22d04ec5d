"""Counts of a survey equal what a person would count in the answers, whatever the form and however they came."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from bihuan.foundation.scope import system_scope
from bihuan.instruments.models import Response
from bihuan.organisation.models import Person
from bihuan.surveys.models import CampaignRemark, CampaignTally, ExcludedAnswer, TallyCell
from bihuan.surveys.services.tallying import TallyMovedError, counts_keep, tally_check, tally_rebuild, tally_update
from bihuan.surveys.tallying.counting import Cells
from bihuan.surveys.tallying.layout import STATES, Layout
from bihuan.surveys.tallying.packing import packed, unpacked
from bihuan.surveys.tallying.stored import Layouts
from tests.db.surveys.answered import Field, make_field, make_version, random_answer, random_form
from tests.kit import World, make_unit, make_user, recorded

pytestmark = pytest.mark.django_db


def field_of(world: World, seed: int, **given: Any) -> tuple[Field, np.random.Generator]:
    rng = np.random.default_rng(seed)
    units = [world.north, world.south, make_unit("Team", "team", world.north)]
    return make_field(world.company, units, random_form(rng), **given), rng


def cell(field: Field, key: str) -> dict[str, list[int]]:
    tally = CampaignTally.objects.get(campaign=field.campaign)
    row = TallyCell.objects.get(tally=tally, key=key)
    layouts = Layouts.of(tally)
    counts = unpacked(row.numbers) if row.layout == layouts.number else None
    assert counts is not None
    layout: Layout = layouts.last
    return {name: counts[place].tolist() for name, place in layout.places.items() if place.stop <= len(counts)}


def of_item(parts: dict[str, list[int]], code: str, letter: str = "i") -> list[int]:
    return next(counts for name, counts in parts.items() if name.startswith(f"{letter}:{code}#"))


def counted_by_hand(rows: list[Response], item: Any) -> list[int]:
    low, high, step = item.scale
    levels = list(range(low, high + 1, step))
    if item.is_reversed:
        levels.reverse()
    values = Counter(row.answers.get(item.code) for row in rows)
    states = Counter(row.states.get(item.code) for row in rows)
    return [values[level] for level in levels] + [states[state] for state in STATES]


@pytest.mark.parametrize("seed", range(8))
def test_histograms_equal_a_count_by_hand(world: World, seed: int) -> None:
    with system_scope("setup"):
        field, rng = field_of(world, seed)
        body = field.version.body
        rows = field.put([random_answer(body, rng) for _ in range(150)], rng, segments=("a", "b"))

        tally_update(campaign=field.campaign)

        for segment in ("a", "b"):
            own = [row for row in rows if row.context["segment"] == segment]
            below_north = [row for row in own if row.org_path.startswith(world.north.org_path)]
            week = [row for row in own if row.business_date.isocalendar()[:2] == (2026, 46)]
            for key, expected in (
                (f"all|0|{segment}|||", own),
                (f"tree|{world.north.pk}|{segment}|||", below_north),
                (f"unit|{world.south.pk}|{segment}|||", [r for r in own if r.context["unit"] == world.south.pk]),
                (f"all|0|{segment}|qr||", [row for row in own if row.channel == "qr"]),
                (f"all|0|{segment}||2026-W46|", week),
                (f"all|0|{segment}||2026-11|", own),
                (f"all|0|{segment}|qr|2026-W46|", [row for row in week if row.channel == "qr"]),
                (f"tree|{world.north.pk}|{segment}|qr||", [row for row in below_north if row.channel == "qr"]),
            ):
                parts = cell(field, key)
                assert parts["rows"] == [len(expected), 0]
                for item in field.version.definition.items:
                    if item.scale is not None:
                        assert of_item(parts, item.code) == counted_by_hand(expected, item), (key, item.code)


@pytest.mark.parametrize("seed", range(8, 14))
def test_scores_pairs_and_products_equal_numpy(world: World, seed: int) -> None:
    with system_scope("setup"):
        field, rng = field_of(world, seed)
        rows = field.put([random_answer(field.version.body, rng) for _ in range(200)], rng)
        tally_update(campaign=field.campaign)
        tally = CampaignTally.objects.get(campaign=field.campaign)
        layout = Layouts.of(tally).last
        parts = cell(field, "all|0||||")

    by_part = layout.questions.by_part

    def column(name: str) -> np.ndarray[Any, Any]:
        item = by_part[name].item
        values = np.array([row.answers.get(item.code, np.nan) for row in rows], dtype=float)
        low, high, _ = item.scale
        return (high - values if item.is_reversed else values - low).astype(float)

    kinds = Counter(part.kind for part in layout.parts)
    assert kinds["products"]
    assert kinds["drivers"]
    for part in layout.parts:
        if part.kind not in {"sum", "products", "gap", "gap_sum", "cross", "kano"}:
            continue
        table = np.column_stack([column(name) for name in part.members])
        whole = table[~np.isnan(table).any(axis=1)]
        found = parts[part.name]
        half = table.shape[1] // 2
        if part.kind == "sum":
            assert found == [
                *np.bincount(whole.sum(axis=1).astype(int), minlength=part.size - 1),
                len(rows) - len(whole),
            ]
        elif part.kind in {"gap", "gap_sum"}:
            difference = whole[:, :half].sum(axis=1) - whole[:, half:].sum(axis=1)
            middle = part.size // 2 - 1 if part.kind == "gap" else (part.size - 2) // 2
            counts = np.bincount((difference + middle).astype(int), minlength=part.size - 1)
            assert found == [*counts, len(rows) - len(whole)]
        elif part.kind == "products":
            k = table.shape[1]
            assert found[0] == len(whole)
            assert found[1 : 1 + k] == whole.sum(axis=0).tolist()
            assert found[1 + k :] == (whole.T @ whole)[np.triu_indices(k)].tolist()
        elif part.kind == "cross":
            size = by_part[part.members[1]].size
            assert found == np.bincount((whole[:, 0] * size + whole[:, 1]).astype(int), minlength=part.size).tolist()
        else:
            counts = np.bincount((whole[:, 0] * 5 + whole[:, 1]).astype(int), minlength=25)
            assert found == [*counts, len(rows) - len(whole)]


def test_other_questions_are_counted_by_choice(world: World) -> None:
    with system_scope("setup"):
        field, rng = field_of(world, 3)
        rows = field.put([random_answer(field.version.body, rng) for _ in range(80)], rng)
        tally_update(campaign=field.campaign)
        parts = cell(field, "all|0||||")

    lines = Counter(row.answers.get("line") for row in rows)
    assert of_item(parts, "line", "c")[:2] == [lines["l1"], lines["l2"]]
    seen = Counter(one for row in rows for one in row.answers.get("seen", ()))
    assert of_item(parts, "seen", "m")[:4] == [seen["a"], seen["b"], seen["c"], sum("seen" in r.answers for r in rows)]
    points = [row.answers["points"] for row in rows if "points" in row.answers]
    assert of_item(parts, "points", "s")[:5] == [
        len(points),
        sum(one["reliability"] for one in points),
        sum(one["empathy"] for one in points),
        sum(one["reliability"] ** 2 for one in points),
        sum(one["empathy"] ** 2 for one in points),
    ]
    orders = [row.answers["order"] for row in rows if "order" in row.answers]
    ranks = [sum(order[rank] == choice for order in orders) for choice in "xyz" for rank in range(3)]
    assert of_item(parts, "order", "r")[:10] == [*ranks, len(orders)]
    ages = [row.answers["age"] for row in rows if "age" in row.answers]
    assert of_item(parts, "age", "n")[:2] == [len(ages), 100 * sum(ages)]
    quotes = Counter(row.answers.get("quote") for row in rows)
    assert of_item(parts, "quote", "y")[:2] == [quotes[True], quotes[False]]


def test_counting_in_steps_equals_counting_at_once(world: World) -> None:
    with system_scope("setup"), recorded():
        field, rng = field_of(world, 21)
        for _ in range(5):
            field.put([random_answer(field.version.body, rng) for _ in range(30)], rng, segments=("a", ""))
            tally_update(campaign=field.campaign)
        stepwise = {row.key: unpacked(row.numbers).tolist() for row in TallyCell.objects.all()}

        tally = tally_rebuild(campaign=field.campaign)

        assert tally.responses == 150
        assert {row.key: unpacked(row.numbers).tolist() for row in TallyCell.objects.all()} == stepwise
        assert tally_check(campaign=field.campaign) == []


def test_versions_are_joined_item_by_item_and_kept_apart_where_the_scale_changed(world: World) -> None:
    def body(high: int, *more: dict[str, Any]) -> dict[str, Any]:
        items = [
            {"code": "clean", "scale": [1, 5, 1], "dimension": "tangibles"},
            {"code": "prompt", "scale": [1, high, 1], "dimension": "reliability"},
            {"code": "line", "type": "choice", "choices": [{"code": "l1"}, *({"code": one["code"]} for one in more)]},
        ]
        return {"sections": [{"code": "s", "items": items}]}

    rng = np.random.default_rng(1)
    with system_scope("setup"), recorded():
        field = make_field(world.company, [world.north], body(5))
        field.put([{"clean": 4, "prompt": 5, "line": "l1"}] * 6, rng)
        tally_update(campaign=field.campaign)
        second = make_version(world.company, body(7, {"code": "l2"}), field.version.instrument)
        field.put([{"clean": 2, "prompt": 7, "line": "l2"}] * 4, rng, version=second)

        tally = tally_update(campaign=field.campaign)

        questions = Layouts.of(tally).last.questions
        parts = cell(field, "all|0||||")
        assert [one.key for one in questions.changed] == ["prompt (v1)", "reliability (v1)"]
        assert of_item(parts, "clean")[:5] == [0, 4, 0, 6, 0]
        assert parts[f"i:{questions.by_key['prompt'].part}"][:7] == [0, 0, 0, 0, 0, 0, 4]
        assert parts[f"i:{questions.by_key['prompt (v1)'].part}"][:5] == [0, 0, 0, 0, 6]
        assert of_item(parts, "line", "c")[:2] == [6, 4]
        assert tally_check(campaign=field.campaign) == []
        assert tally_rebuild(campaign=field.campaign).responses == 10
        assert tally_check(campaign=field.campaign) == []


def test_an_answer_taken_out_leaves_the_counts_and_comes_back(world: World) -> None:
    with system_scope("setup"), recorded():
        field, rng = field_of(world, 5)
        rows = field.put([random_answer(field.version.body, rng) for _ in range(40)], rng)
        tally_update(campaign=field.campaign)
        before = {row.key: unpacked(row.numbers).tolist() for row in TallyCell.objects.all()}
        remarks = CampaignRemark.objects.count()
        out = ExcludedAnswer.objects.create(
            campaign=field.campaign,
            response=rows[3],
            reason="straight line",
            excluded_at=timezone.now(),
            excluded_by_name="office",
            org_path=world.company.org_path,
        )

        less = tally_update(campaign=field.campaign)

        assert (less.responses, less.excluded) == (39, [rows[3].pk])
        assert tally_check(campaign=field.campaign) == []
        assert not CampaignRemark.objects.filter(response=rows[3].pk).exists()
        out.delete()
        assert tally_update(campaign=field.campaign).responses == 40
        assert {row.key: unpacked(row.numbers).tolist() for row in TallyCell.objects.all()} == before
        assert CampaignRemark.objects.count() == remarks


def test_two_workers_never_count_the_same_answers(world: World) -> None:
    with system_scope("setup"):
        field, rng = field_of(world, 6)
        field.put([random_answer(field.version.body, rng) for _ in range(10)], rng)
        stale = tally_update(campaign=field.campaign)
        field.put([random_answer(field.version.body, rng) for _ in range(10)], rng)
        tally_update(campaign=field.campaign)

        with pytest.raises(TallyMovedError):
            counts_keep(
                campaign=field.campaign,
                tally=stale,
                watermark=stale.watermark + 10,
                cells=Cells(),
                remarks=[],
                layouts=Layouts.of(stale),
                excluded=set(),
                responses=99,
            )

        assert CampaignTally.objects.get().responses == 20


def test_counts_of_a_program_that_counted_otherwise_are_made_anew(world: World) -> None:
    with system_scope("setup"), recorded():
        field, rng = field_of(world, 11)
        field.put([random_answer(field.version.body, rng) for _ in range(12)], rng)
        tally = tally_update(campaign=field.campaign)
        kept = [{**one, "mark": "of another program"} for one in tally.layouts]
        CampaignTally.objects.filter(pk=tally.pk).update(layouts=kept)
        TallyCell.objects.update(numbers=packed(np.zeros(3, dtype=np.int64)))

        again = tally_update(campaign=field.campaign)

        assert again.responses == 12
        assert tally_check(campaign=field.campaign) == []


def test_a_count_that_was_tampered_with_is_reported(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with system_scope("setup"):
        field, rng = field_of(world, 7)
        field.put([random_answer(field.version.body, rng) for _ in range(12)], rng)
        tally_update(campaign=field.campaign)
        row = TallyCell.objects.get(key="all|0||||")
        numbers = unpacked(row.numbers)
        numbers[3] += 1
        TallyCell.objects.filter(pk=row.pk).update(numbers=packed(numbers))

        found = tally_check(campaign=field.campaign)

        assert [one["cell"] for one in found] == ["all|0||||"]
        assert CampaignTally.objects.get().differences == found
        assert "differ from the answers" in caplog.text


def test_remarks_lose_personal_numbers_and_keep_the_consent(world: World) -> None:
    with system_scope("setup"):
        field, rng = field_of(world, 9)
        make_user("driver", unit=world.north)
        Person.objects.filter(user__username="driver").update(name="尉迟敬德")
        said = "尉迟敬德态度好，张师傅也好，电话13900139000"
        rows = field.put([{"said": said, "quote": True}, {"said": "车太脏"}], rng)
        tally_update(campaign=field.campaign)
        first, second = CampaignRemark.objects.order_by("response")

    assert [first.response, second.response] == [row.pk for row in rows]
    assert first.text == "[姓名]态度好，[姓名]师傅也好，电话[电话]"
    assert (first.may_quote, first.sentiment) == (True, 1)
    assert (second.may_quote, second.sentiment) == (False, -1)
    assert first.day >= date(2026, 11, 2)

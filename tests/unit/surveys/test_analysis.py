"""Figures of small surveys that can be checked by hand, and of the kiosk survey in the repository."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path

import pytest
from django.utils import translation

from bihuan.foundation.reading import DataFileError, read_table
from bihuan.surveys.analysis import ALL_ITEMS, Analysis, Counts, analyse, count, evaluate
from bihuan.surveys.mapping import from_toml, propose

CLOSE = {"rel": 1e-9}


def analysed(text: str, mapping: str = "", **more) -> Analysis:
    table = read_table(io.BytesIO(text.encode()), "survey.csv")
    return analyse(table, from_toml(mapping) if mapping else propose(table), **more)


@pytest.fixture(scope="module")
def kiosk() -> Analysis:
    from tests.unit.surveys.conftest import SAMPLES

    table = read_table(SAMPLES / "kiosk.csv")
    return analyse(table, propose(table, read_table(SAMPLES / "kiosk_codebook_en.csv")))


def test_missing_and_not_applicable_are_counted_apart_and_leave_the_mean() -> None:
    result = analysed('Q1\n5\n3\n" "\n9\n4\n', "[columns.Q1]\nscale = [1, 5]\nna = [9]")

    item = result.item("Q1")

    assert (item.n, item.missing, item.na) == (3, 1, 1)
    assert (item.missing_share, item.na_share) == (0.2, 0.2)
    assert item.mean.value == pytest.approx(4.0)
    assert item.counts == (0, 0, 1, 1, 1)
    assert item.top_levels == (4, 5)
    assert item.top_share.value == pytest.approx(2 / 3)


def test_mean_of_one_answer_has_no_interval() -> None:
    item = analysed("Q1\n5\n", "[columns.Q1]\nscale = [1, 5]").item("Q1")

    assert item.mean.value == 5.0
    assert item.mean.low is None


def test_nps_of_50_passives_30_and_20_detractors() -> None:
    # known answer: .30, adjusted Wald .140511 to .442013 (Rocks 2016)
    answers = ["10"] * 50 + ["8"] * 30 + ["3"] * 20 + ["na"] * 25
    result = analysed("Q1\n" + "\n".join(answers), "[columns.Q1]\nscale = [0, 10]\nkind = 'recommend'\nna = ['na']")

    nps = result.item("Q1").nps

    assert nps is not None
    assert (nps.promoters, nps.passives, nps.detractors) == (50, 30, 20)
    assert nps.score.value == pytest.approx(30.0)
    assert nps.score.low == pytest.approx(14.0511, abs=1e-4)
    assert nps.score.high == pytest.approx(44.2013, abs=1e-4)


def test_dimension_counts_only_who_answered_all_its_items() -> None:
    mapping = "".join(f"[columns.{q}]\nscale = [1, 5]\ndimension = 'care'\n" for q in ("Q1", "Q2"))
    result = analysed("Q1,Q2\n5,4\n3,2\n1,\n4,4\n", mapping)

    dimension = next(one for one in result.dimensions if one.name == "care")

    assert dimension.n == 3
    assert dimension.mean.value == pytest.approx((4.5 + 2.5 + 4) / 3)


def test_weighted_mean_stands_beside_the_plain_one() -> None:
    mapping = "[columns.Q1]\nscale = [1, 5]\n[columns.w]\nrole = 'weight'\n"
    result = analysed("Q1,w\n5,3\n1,1\n3,0\n", mapping)

    item = result.item("Q1")

    assert item.mean.value == pytest.approx(3.0)
    assert item.weighted is not None
    assert item.weighted.value == pytest.approx(4.0)
    assert item.weighted.n == 2
    assert any(note.code == "weighted" for note in result.notes)


def test_equal_weights_give_the_plain_interval() -> None:
    mapping = "[columns.Q1]\nscale = [1, 5]\n[columns.w]\nrole = 'weight'\n"
    item = analysed("Q1,w\n5,2\n1,2\n3,2\n4,2\n", mapping).item("Q1")

    assert item.weighted is not None
    assert item.weighted.low == pytest.approx(item.mean.low, **CLOSE)
    assert item.weighted.high == pytest.approx(item.mean.high, **CLOSE)


def test_groups_that_cannot_be_told_apart_are_shown_as_such() -> None:
    rows = [f"{'南' if n % 2 else '北'},{n % 5 + 1}" for n in range(40)]
    mapping = "[columns.station]\nrole = 'group'\n[columns.Q1]\nscale = [1, 5]\n"

    (group,) = analysed("station,Q1\n" + "\n".join(rows), mapping).groups

    assert group.is_one
    assert [set(tier) for tier in group.tiers] == [{"北", "南"}]


def test_group_that_is_clearly_better_gets_its_own_letter() -> None:
    rows = [f"{'南' if n % 2 else '北'},{4 + n % 4 // 2 if n % 2 else 1 + n % 4 // 2}" for n in range(60)]
    mapping = "[columns.station]\nrole = 'group'\n[columns.Q1]\nscale = [1, 5]\n"

    (group,) = analysed("station,Q1\n" + "\n".join(rows), mapping).groups

    assert [row.group for row in group.rows] == ["南", "北"]
    assert group.tiers == (("南",), ("北",))


def test_group_of_fewer_than_five_is_neither_shown_nor_compared() -> None:
    rows = ["A,5"] * 8 + ["B,1"] * 6 + ["C,3"] * 4 + [",2"] * 3
    mapping = "[columns.g]\nrole = 'group'\n[columns.Q1]\nscale = [1, 5]\n"
    result = analysed("g,Q1\n" + "\n".join(rows), mapping)

    (group,) = result.groups

    assert [row.group for row in group.rows] == ["A", "B"]
    assert group.too_small == ("C",)
    assert group.without_group == 3
    assert {"groups_hidden", "small_groups", "no_group"} <= {note.code for note in result.notes}


def test_contradicting_items_are_reported() -> None:
    mapping = "".join(f"[columns.{q}]\nscale = [1, 5]\ndimension = 'care'\n" for q in ("Q1", "Q2"))
    result = analysed("Q1,Q2\n5,1\n4,2\n1,5\n2,4\n5,2\n", mapping)

    assert "alpha_negative" in {note.code for note in result.notes}


def test_item_without_variance_has_no_alpha_but_a_reason() -> None:
    mapping = "".join(f"[columns.{q}]\nscale = [1, 5]\ndimension = 'care'\n" for q in ("Q1", "Q2"))
    result = analysed("Q1,Q2\n5,1\n5,2\n5,3\n", mapping)

    alpha = result.dimensions[0].alpha

    assert alpha is not None
    assert alpha.alpha.value is None
    assert "same answer" in alpha.reason


def test_nothing_is_counted_when_the_mapping_does_not_fit() -> None:
    with pytest.raises(DataFileError):
        analysed("Q1,Q2\n5,x\n", "[columns.Q1]\nscale = [1, 5]\n[columns.Q2]\nscale = [1, 5]\n")


def test_stored_tallies_give_the_same_figures_at_any_level(samples: Path) -> None:
    table = read_table(samples / "kiosk.csv")
    counts = count(table, propose(table, read_table(samples / "kiosk_codebook.csv")))

    stored = Counts.from_dict(json.loads(json.dumps(counts.to_dict())))

    assert evaluate(stored) == evaluate(counts)
    wide, narrow = evaluate(stored, level=0.99).item("P01").mean, evaluate(stored, level=0.9).item("P01").mean
    assert wide.low is not None
    assert narrow.low is not None
    assert wide.low < narrow.low


def test_analysis_survives_json(kiosk: Analysis) -> None:
    assert Analysis.from_dict(json.loads(json.dumps(kiosk.to_dict(), allow_nan=False))) == kiosk


# Kiosk survey (Hana Kim 2019, MIT). Reference figures: R 4.2.2 base/stats, cross-checked with statsmodels.
def test_kiosk_dimension_gaps(kiosk: Analysis) -> None:
    assert kiosk.gaps is not None
    gaps = {row.name: row for row in kiosk.gaps.dimensions}

    for name, expected, perceived, gap, low, high in (
        (
            "Usefulness and reliability",
            6.5047619047619,
            5.76666666666667,
            -0.738095238095238,
            -0.93506944178595,
            -0.541121034404526,
        ),
        ("Enjoyment", 3.9047619047619, 3.82380952380952, -0.080952380952381, -0.378782950225208, 0.216878188320447),
        ("Economy", 6.09047619047619, 4.56666666666667, -1.52380952380952, -1.84074276137671, -1.20687628624234),
        ("Security", 6.69047619047619, 4.71904761904762, -1.97142857142857, -2.3252609697442, -1.61759617311295),
    ):
        row = gaps[name]
        assert row.gap.n == 70
        found = (row.expected.value, row.perceived.value, row.gap.value, row.gap.low, row.gap.high)
        assert found == pytest.approx((expected, perceived, gap, low, high), **CLOSE)


def test_kiosk_item_gap_has_its_t_test(kiosk: Analysis) -> None:
    assert kiosk.gaps is not None
    row = next(row for row in kiosk.gaps.items if row.name == "P01")

    assert row.gap.value == pytest.approx(-0.742857142857143, **CLOSE)
    assert (row.gap.low, row.gap.high) == pytest.approx((-1.0080816959041, -0.477632589810183), **CLOSE)
    assert row.sd == pytest.approx(1.11232507871815, **CLOSE)
    assert row.p == pytest.approx(4.25411533794509e-07, rel=1e-6)
    assert row.cohen_d == pytest.approx(-0.667841764129974, **CLOSE)


def test_kiosk_satisfaction(kiosk: Analysis) -> None:
    item = kiosk.item("T1_satisfied")

    assert (item.n, sum(item.counts[3:])) == (70, 53)
    assert item.top_share.value == pytest.approx(0.757142857142857, **CLOSE)
    assert (item.top_share.low, item.top_share.high) == pytest.approx((0.645049607703626, 0.842481388771094), **CLOSE)
    assert (item.mean.low, item.mean.high) == pytest.approx((3.74450989690706, 4.16977581737865), **CLOSE)


def test_kiosk_reliability_of_all_perceptions(kiosk: Analysis) -> None:
    whole = next(one for one in kiosk.dimensions if one.side == "perception" and one.name == ALL_ITEMS)

    assert whole.alpha is not None
    alpha = whole.alpha.alpha
    assert (alpha.value, alpha.low, alpha.high) == pytest.approx(
        (0.892325829561754, 0.852303435582319, 0.925657310032058), **CLOSE
    )


def test_kiosk_importance_performance_fields(kiosk: Analysis) -> None:
    assert kiosk.importance is not None
    fields = {point.name: point.quadrant for point in kiosk.importance.points}

    assert kiosk.importance.cross_performance == pytest.approx(4.85654761904762, **CLOSE)
    assert kiosk.importance.cross_importance == pytest.approx(5.87619047619048, **CLOSE)
    concentrate = {name for name, field in fields.items() if field == "concentrate here"}
    assert concentrate == {"S07", "S16", "S19", "S20", "S23"}


def test_kiosk_kano_classes(kiosk: Analysis) -> None:
    rows = {row.name: row for row in kiosk.kano}

    assert rows["K01F"].counts == {"M": 34, "O": 15, "A": 13, "I": 7, "R": 0, "Q": 1}
    assert rows["K01F"].category == "M"
    assert rows["K01F"].better.value == pytest.approx(0.405797101449275, **CLOSE)
    assert rows["K03F"].distinct is False
    assert rows["K04F"].category == "I"
    assert rows["K05F"].category == "A"


def test_kiosk_first_sentence_names_the_widest_gap_in_both_languages(kiosk: Analysis) -> None:
    assert str(kiosk.headline) == (
        "Security falls furthest short: customers expect 6.69 and perceive 4.72, a gap of −1.97 "
        "(95% interval −2.33 to −1.62, n = 70); Economy is not clearly better."
    )
    with translation.override("zh-hans"):
        assert str(kiosk.headline).startswith("Security与期望差距最大：期望 6.69，感知 4.72，差距 −1.97")


def test_every_interval_holds_its_value(kiosk: Analysis) -> None:
    estimates = [item.mean for item in kiosk.items] + [item.top_share for item in kiosk.items]

    for one in estimates:
        assert one.value is not None
        assert one.low is not None
        assert one.high is not None
        assert one.low <= one.value <= one.high
        assert math.isfinite(one.low)


def test_hundred_thousand_rows_are_counted_from_tallies_alone() -> None:
    rows = "\n".join(f"{n % 7 + 1},{n % 5 + 1},L{n % 8}" for n in range(100_000))
    table = read_table(io.BytesIO(f"E01,P01,line\n{rows}\n".encode()), "big.csv")
    mapping = from_toml(
        "[columns.E01]\nscale = [1, 7]\nside = 'expectation'\npair = '1'\n"
        "[columns.P01]\nscale = [1, 7]\nside = 'perception'\npair = '1'\n[columns.line]\nrole = 'group'\n"
    )

    counts = count(table, mapping)

    assert len(json.dumps(counts.to_dict())) < 50_000
    result = evaluate(counts)
    assert result.gaps is not None
    assert result.gaps.items[0].gap.n == 100_000
    assert len(result.groups[0].rows) == 8

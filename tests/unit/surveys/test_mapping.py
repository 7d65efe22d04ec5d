"""Columns are recognised by values, headings, labels and codebook; a person may state otherwise."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from bihuan.foundation.reading import DataFileError, MappingError, Table, read_table
from bihuan.surveys.mapping import (
    Kind,
    Mapping,
    Role,
    Side,
    check,
    encode,
    file_shape,
    from_toml,
    propose,
    to_toml,
)


def table_of(text: str) -> Table:
    return read_table(io.BytesIO(text.encode()), "survey.csv")


def many(heading: str, rows: list[str], times: int = 10) -> Table:
    return table_of("\n".join([heading, *(rows * times)]) + "\n")


def test_items_groups_identifiers_weights_dates_and_comments_are_told_apart() -> None:
    rows = [
        f"{n},{'南站' if n % 3 else '北站'},2026-03-{n % 28 + 1:02d},0.{n % 9 + 1},{n % 5 + 1},{n % 5 + 1},意见 {n}"
        for n in range(60)
    ]

    mapping = propose(table_of("\n".join(["答卷编号,车站,日期,权重,Q1,Q2,意见", *rows]) + "\n"))

    assert [use.role for use in mapping] == [
        Role.ID,
        Role.GROUP,
        Role.DATE,
        Role.WEIGHT,
        Role.ITEM,
        Role.ITEM,
        Role.TEXT,
    ]
    assert mapping.use("Q1").scale == (1, 5, 1)
    assert mapping.use("Q1").why == "by its values 1–5"


def test_expectation_and_perception_pair_by_their_headings() -> None:
    mapping = propose(many("E01,P01,E02,P02", ["7,5,6,3", "6,4,7,1", "5,2,7,7"]))

    assert [(use.side, use.pair) for use in mapping] == [
        (Side.EXPECTATION, "1"),
        (Side.PERCEPTION, "1"),
        (Side.EXPECTATION, "2"),
        (Side.PERCEPTION, "2"),
    ]
    assert all(use.scale == (1, 7, 1) for use in mapping)
    assert "pair with “P01”" in mapping.use("E01").why


def test_chinese_headings_pair_importance_and_satisfaction() -> None:
    mapping = propose(many("准点_重要性,准点_满意度,卫生_重要性,卫生_满意度", ["5,3,4,2", "4,1,5,5"]))

    pairs = mapping.pairs(Side.IMPORTANCE, Side.PERFORMANCE)

    assert [(one.name, other.name) for one, other in pairs] == [
        ("准点_重要性", "准点_满意度"),
        ("卫生_重要性", "卫生_满意度"),
    ]


def test_one_side_alone_is_no_pair() -> None:
    mapping = propose(many("P01,P02,P03", ["5,3,4", "1,2,5"]))

    assert all(use.side is None for use in mapping.items)


def test_words_of_a_scale_become_its_numbers() -> None:
    table = many("对服务的评价", ["非常满意", "满意", "一般", "不满意", "非常不满意", "不清楚"])

    use = propose(table).use("对服务的评价")

    assert use.role is Role.ITEM
    assert use.codes["非常满意"] == 5
    assert use.codes["非常不满意"] == 1
    assert use.na == ("不清楚",)
    assert encode(table, use).values[:3].tolist() == [5.0, 4.0, 3.0]
    assert encode(table, use).not_applicable == 10


def test_numbers_with_words_are_read_as_numbers() -> None:
    table = many("准点评分", ["5分", "4分", "3 一般", "1分"])

    assert encode(table, propose(table).use("准点评分")).values[:4].tolist() == [5.0, 4.0, 3.0, 1.0]


def test_nine_and_ninety_nine_outside_the_scale_are_not_applicable() -> None:
    table = many("Q1,Q2,Q3", ["5,1,99", "1,5,3", "9,2,5", "3,4,1"])

    mapping = propose(table)

    assert mapping.use("Q1").na == ("9",)
    assert mapping.use("Q3").na == ("99",)
    assert mapping.use("Q1").scale == (1, 5, 1)


def test_zero_counts_as_not_applicable_beside_scales_that_start_at_one() -> None:
    table = many("Seat,Food,Crew", ["0,1,3", "5,2,4", "3,5,1", "1,3,5"])

    mapping = propose(table)

    assert mapping.use("Seat").na == ("0",)
    assert mapping.use("Seat").scale == (1, 5, 1)
    assert encode(table, mapping.use("Seat")).not_applicable == 10


def test_recommendation_from_0_to_10_is_nps_and_keeps_its_scale_in_a_series() -> None:
    table = many("Q1,Q2,Q3推荐意愿", ["5,1,10", "1,5,0", "2,2,7"])

    mapping = propose(table)

    assert mapping.use("Q3推荐意愿").kind is Kind.RECOMMEND
    assert mapping.use("Q3推荐意愿").scale == (0, 10, 1)
    assert mapping.use("Q1").scale == (1, 5, 1)


def test_scale_of_the_series_holds_for_an_item_that_never_got_the_best_mark() -> None:
    mapping = propose(many("Q1,Q2,Q3", ["7,1,4", "1,7,2", "3,3,3"]))

    assert mapping.use("Q3").scale == (1, 7, 1)
    assert "as its neighbours" in mapping.use("Q3").why


def test_item_that_everybody_answered_alike_belongs_to_its_series() -> None:
    mapping = propose(many("Q1,Q2,Q3", ["5,1,4", "1,5,4"]))

    assert mapping.use("Q3").role is Role.ITEM
    assert mapping.use("Q3").scale == (1, 5, 1)


def test_ages_and_amounts_are_not_scales() -> None:
    rows = [f"{18 + n},{n * 37}" for n in range(50)]

    mapping = propose(table_of("\n".join(["年龄,消费金额", *rows]) + "\n"))

    assert mapping.use("年龄").role is not Role.ITEM
    assert mapping.use("消费金额").role is not Role.ITEM


def test_several_choices_in_a_cell_are_a_comment_not_a_group() -> None:
    mapping = propose(many("乘坐目的", ["上班┋上学", "购物", "上班┋购物", "上学┋购物"]))

    assert mapping.use("乘坐目的").role is Role.TEXT


def test_22_items_in_servqual_order_are_a_guess_that_says_so() -> None:
    heading = ",".join(f"a{n:02d}" for n in range(1, 23))
    mapping = propose(many(heading, [",".join(["5"] * 22), ",".join(["1"] * 22)]))

    assert [mapping.use(name).dimension for name in ("a01", "a05", "a10", "a14", "a22")] == [
        "tangibles",
        "reliability",
        "responsiveness",
        "assurance",
        "empathy",
    ]
    assert "check it" in mapping.use("a01").why


def test_dimensions_come_from_words_in_the_headings() -> None:
    mapping = propose(many("可靠性1,可靠性2,响应性1,响应性2", ["5,4,3,2", "1,2,4,5"]))

    assert mapping.use("响应性2").dimension == "响应性"


def test_codebook_names_sides_dimensions_and_labels(samples: Path) -> None:
    mapping = propose(read_table(samples / "kiosk.csv"), read_table(samples / "kiosk_codebook.csv"))

    assert len(mapping.pairs(Side.EXPECTATION, Side.PERCEPTION)) == 24
    assert len(mapping.pairs(Side.FUNCTIONAL, Side.DYSFUNCTIONAL)) == 29
    assert len(mapping.pairs(Side.IMPORTANCE, Side.PERFORMANCE)) == 24
    assert mapping.use("P20").dimension == "安全性"
    assert mapping.use("P20").label == "个人信息保管安全"
    assert mapping.use("T1_satisfied").kind is Kind.OVERALL
    assert mapping.use("sex").role is Role.GROUP


def test_codebook_that_names_nothing_of_the_file_is_refused() -> None:
    with pytest.raises(DataFileError) as caught:
        propose(table_of("Q1\n5\n4\n"), table_of("code,dimension\nX1,tangibles\n"))

    assert caught.value.code == "codebook_unknown"


def test_mapping_survives_toml_and_json(samples: Path) -> None:
    proposed = propose(read_table(samples / "kiosk.csv"), read_table(samples / "kiosk_codebook.csv"))

    stated = from_toml(to_toml(proposed))

    assert [(u.name, u.role, u.scale, u.na, u.codes, u.dimension, u.side, u.pair, u.top) for u in stated] == [
        (u.name, u.role, u.scale, u.na, u.codes, u.dimension, u.side, u.pair, u.top) for u in proposed
    ]
    assert Mapping.from_dict(proposed.to_dict()) == proposed


def test_short_lists_stand_on_one_line_and_keep_their_text() -> None:
    mapping = from_toml('[columns.Q1]\nscale = [0, 100, 20]\nna = [-1, "a  b, c", "[x]\\n"]\n')

    text = to_toml(mapping)

    assert "scale = [0, 100, 20]\n" in text
    assert from_toml(text).use("Q1").na == ("-1", "a  b, c", "[x]\n")


def test_files_with_the_same_headings_share_a_shape() -> None:
    first, second = table_of("a,b\n1,2\n"), table_of("a,b\n7,8\n9,9\n")

    assert file_shape(first) == file_shape(second)
    assert file_shape(first) != file_shape(table_of("b,a\n1,2\n"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("columns = 3", "The mapping names no columns."),
        ("x = 1", "The mapping does not know the entry “x”."),
        ("[columns.Q1]\nrole = 'thing'", "[columns.Q1]: “thing” is not a role."),
        ("[columns.Q1]\nrole = 'item'", "[columns.Q1]: An item needs a scale."),
        ("[columns.Q1]\nscale = [5, 1]", "[columns.Q1]: The scale must be two or three whole numbers"),
        ("[columns.Q1]\nscale = [1, 5]\nna = 0", "[columns.Q1]: “na” has a value that does not fit: 0."),
        ("[columns.Q1]\nscale = [1, 5]\ncolour = 'red'", "[columns.Q1]: The mapping does not know the entry “colour”."),
        ("[columns.Q1]\nscale = [1, 5]\ncodes = {good = 6}", "[columns.Q1]: The number 6 given to “good” is not on"),
        ("[columns.Q1]\nscale = [1, 7]\nside = 'functional'", "[columns.Q1]: A Kano question needs the scale 1 to 5"),
        ("[columns.Q1", "The mapping is not valid TOML"),
    ],
)
def test_wrong_mapping_names_its_entry(text: str, message: str) -> None:
    with pytest.raises(MappingError) as caught:
        from_toml(text)

    assert str(caught.value).startswith(message)


def test_two_columns_cannot_be_the_same_side_of_a_pair() -> None:
    text = "".join(f"[columns.{name}]\nscale = [1, 7]\nside = 'expectation'\npair = '1'\n" for name in ("E1", "E2"))

    with pytest.raises(MappingError) as caught:
        from_toml(text)

    assert caught.value.code == "map_pair_twice"


def stated(text: str) -> Mapping:
    return from_toml(text)


def test_free_text_mapped_to_a_scale_names_column_row_and_value() -> None:
    table = table_of("id,Q1\n1,5\n2,\n3,司机态度不好\n4,3\n")

    with pytest.raises(DataFileError) as caught:
        check(table, stated("[columns.Q1]\nscale = [1, 5]"))

    assert str(caught.value).startswith(
        "line 4, column “Q1”: “司机态度不好” is text, but column “Q1” is to be a scale from 1 to 5."
    )


@pytest.mark.parametrize("value", ["6", "0", "3.5", "-1"])
def test_answer_off_the_scale_is_named(value: str) -> None:
    with pytest.raises(DataFileError) as caught:
        check(table_of(f"Q1\n5\n{value}\n"), stated("[columns.Q1]\nscale = [1, 5]"))

    assert str(caught.value) == f"line 3, column “Q1”: {value} is not on the scale 1 to 5 of column “Q1”."


def test_stated_not_applicable_code_also_matches_its_other_spelling() -> None:
    table = table_of("Q1\n5\n0.0\n0\n")

    answers = encode(table, stated("[columns.Q1]\nscale = [1, 5]\nna = [0]").use("Q1"))

    assert answers.not_applicable == 2


def test_reversed_item_is_turned_round() -> None:
    answers = encode(table_of("Q1\n5\n1\n2\n"), stated("[columns.Q1]\nscale = [1, 5]\nreverse = true").use("Q1"))

    assert answers.values.tolist() == [1.0, 5.0, 4.0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[columns.Q7]\nscale = [1, 5]", "unknown_column"),
        ("[columns.Q1]\nrole = 'group'", "no_items"),
        ("[columns.Q1]\nscale = [1, 5]\nna = [1, 2, 3, 4, 5]", "no_answers"),
        ("[columns.Q1]\nscale = [1, 5]\n[columns.w]\nrole = 'weight'", "bad_weight"),
    ],
)
def test_mapping_that_does_not_fit_the_file_is_refused(text: str, code: str) -> None:
    with pytest.raises(DataFileError) as caught:
        check(table_of("Q1,w\n5,1\n4,-2\n"), stated(text))

    assert caught.value.code == code


def test_comments_with_commas_stay_comments(tmp_path: Path) -> None:
    lines = [f'{1 + number % 5},"第{number}次等车,司机态度好,就是第{number}班晚点"' for number in range(40)]
    file = tmp_path / "c.csv"
    file.write_text("\n".join(["满意度,意见", *lines]), encoding="utf-8")

    mapping = propose(read_table(file))

    assert mapping.use("意见").role is Role.TEXT


def test_a_kept_mapping_learns_the_new_words_of_a_later_file(tmp_path: Path) -> None:
    first, later = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("\n".join(["P1,P2", *(f"{1 + n % 7},{1 + n % 7}" for n in range(30))]), encoding="utf-8")
    later.write_text(
        "\n".join(["P1,P2", "不适用,3", *(f"{1 + n % 7},{1 + n % 7}" for n in range(30))]), encoding="utf-8"
    )
    kept = propose(read_table(first))

    learned = kept.learning(propose(read_table(later)))

    assert "不适用" in learned.use("P1").na
    assert learned.use("P2") == kept.use("P2")


def test_an_overall_item_keeps_its_own_scale_beside_longer_ones(tmp_path: Path) -> None:
    lines = [f"{1 + n % 10},{1 + (n * 3) % 10},{2 + n % 4},{1 + n % 5}" for n in range(120)]
    file = tmp_path / "o.csv"
    file.write_text("\n".join(["准点,整洁,总体满意度,问询", *lines]), encoding="utf-8")

    mapping = propose(read_table(file))

    assert mapping.use("准点").scale == (1, 10, 1)
    assert mapping.use("总体满意度").scale == (1, 5, 1)
    assert mapping.use("问询").scale == (1, 5, 1)

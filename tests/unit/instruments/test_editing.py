"""Writing a form act by act: what each does to the body, and what it refuses in which words."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from bihuan.foundation.errors import BadInputError
from bihuan.instruments import editing
from bihuan.instruments.definition import ItemType, read_definition
from bihuan.instruments.editing import Body, Taken, item_named, items_in, settled
from bihuan.instruments.shelf import KEYS, library_entry, template_body


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def form(**more: Any) -> Body:
    """Two sections: a rating that the comment's condition reads, and a choice that a text quotes."""
    body = {
        "title": "乘客调查",
        "languages": ["zh-hans", "en"],
        "sections": [
            {
                "code": "s1",
                "title": "评价",
                "items": [
                    {"code": "q1", "label": "整洁", "scale": [1, 5, 1]},
                    {
                        "code": "q2",
                        "label": "线路",
                        "type": "choice",
                        "choices": [{"code": "c1", "label": "3 路"}, {"code": "c2", "label": "5 路"}],
                    },
                ],
            },
            {
                "code": "s2",
                "title": "意见",
                "items": [
                    {
                        "code": "q3",
                        "label": "哪里不好",
                        "type": "text",
                        "visible_if": {"item": "q1", "op": "<=", "value": 2},
                    },
                    {"code": "q4", "label": "您坐 ${q2} 多久一次", "type": "number"},
                ],
            },
        ],
        "translations": {"en": {"item.q1.label": "Clean", "choice.q2.c1": "Line 3", "section.s2.title": "Comments"}},
    }
    return settled({**body, **more})


def codes(body: Body, section: str = "") -> list[str]:
    return [item["code"] for each in body["sections"] if section in ("", each["code"]) for item in each["items"]]


@pytest.mark.parametrize("key", KEYS)
def test_settling_a_form_twice_changes_nothing_more(key: str) -> None:
    once = settled(template_body(key))

    assert settled(once) == once
    assert read_definition(once).content_hash() == read_definition(template_body(key)).content_hash()


def test_a_form_without_items_can_be_kept_as_a_draft() -> None:
    body = settled({"title": "新", "languages": ["en"], "sections": [{"code": "s1", "items": []}]})

    assert (body["sections"], body["languages"]) == ([{"code": "s1", "items": []}], ["en"])


def test_an_act_leaves_the_body_it_was_given_alone() -> None:
    body = form()

    editing.item_change(body, "q1", {"label": "干净"})

    assert item_named(body, "q1").item["label"] == "整洁"


@pytest.mark.parametrize("kind", list(ItemType))
def test_an_item_of_any_kind_is_whole_the_moment_it_is_added(kind: ItemType) -> None:
    body, code = editing.item_add(form(), kind, section="s1", after="q1")

    assert (code, codes(settled(body), "s1")) == ("q5", ["q1", "q5", "q2"])


@pytest.mark.parametrize("block", editing.BLOCKS)
def test_a_block_is_whole_the_moment_it_is_inserted(block: str) -> None:
    found = editing.block_add(form(), block, section="s1", after="q2", statements=["准点", "干净"])

    assert found.item in codes(settled(found.body))


def test_a_pair_block_joins_the_sides_of_each_statement() -> None:
    body = settled(editing.block_add(form(), "pairs_importance", section="s2", statements=["准点", "干净"]).body)
    items = {item["code"]: item for item in items_in(body)}

    assert [
        (items[code]["label"], items[code]["side"], items[code]["pair"]) for code in ("E01", "P01", "I01", "E02")
    ] == [
        ("准点", "expectation", "01"),
        ("准点", "perception", "01"),
        ("准点", "importance", "01"),
        ("干净", "expectation", "02"),
    ]
    assert items["E01"]["scale"] == items["P01"]["scale"] == [1, 7, 1]


def test_a_code_that_was_ever_published_is_not_given_again() -> None:
    taken = Taken(items=frozenset({"q5", "q6"}), choices={"q2": frozenset({"c3"})})

    _body, code = editing.item_add(form(), ItemType.TEXT, section="s1", taken=taken)
    rows = [{"code": "c1", "label": "3 路"}, {"code": "c2", "label": "5 路"}, {"label": "8 路"}]
    body = editing.choices_set(form(), "q2", rows, taken=taken)

    assert code == "q7"
    assert [choice["code"] for choice in item_named(body, "q2").item["choices"]] == ["c1", "c2", "c4"]


def test_moving_over_the_border_puts_an_item_into_the_next_section() -> None:
    body = editing.item_nudge(form(), "q1", 1)
    body = settled(editing.item_nudge(body, "q1", 1))

    assert (codes(body, "s1"), codes(body, "s2")) == (["q2"], ["q1", "q3", "q4"])


def test_an_item_cannot_move_behind_whoever_reads_it() -> None:
    body = editing.item_move(form(), "q1", section="s2", index=9)

    with pytest.raises(BadInputError, match="“哪里不好” depends on the answer to “整洁”"):
        settled(body)


def test_an_item_that_a_text_quotes_cannot_move_behind_it() -> None:
    body = editing.item_move(form(), "q2", section="s2", index=9)

    with pytest.raises(BadInputError, match="depends on the answer to “线路”"):
        settled(body)


@pytest.mark.parametrize(("code", "reader"), [("q1", "哪里不好"), ("q2", "您坐")])
def test_an_item_others_depend_on_cannot_be_deleted(code: str, reader: str) -> None:
    with pytest.raises(BadInputError, match=reader):
        editing.item_delete(form(), code)


def test_deleting_an_item_forgets_its_translations() -> None:
    body = editing.item_delete(editing.condition_put(form(), "q3", None), "q1")

    assert "item.q1.label" not in settled(body)["translations"]["en"]


def test_a_choice_a_condition_tests_cannot_be_taken_out() -> None:
    body = editing.condition_put(form(), "q4", {"item": "q2", "op": "in", "value": ["c2"]})

    with pytest.raises(BadInputError, match="“5 路” is needed"):
        editing.choices_set(body, "q2", [{"code": "c1", "label": "3 路"}])


def test_a_new_code_goes_through_conditions_quotations_and_translations() -> None:
    body = editing.item_recode(form(), "q2", "line")
    body = settled(editing.item_recode(body, "q1", "clean"))

    assert item_named(body, "q4").item["label"] == "您坐 ${line} 多久一次"
    assert item_named(body, "q3").item["visible_if"]["item"] == "clean"
    assert body["translations"]["en"] == {
        "item.clean.label": "Clean",
        "choice.line.c1": "Line 3",
        "section.s2.title": "Comments",
    }


def test_a_published_item_keeps_its_code() -> None:
    with pytest.raises(BadInputError, match="keeps it for life"):
        editing.item_recode(form(), "q1", "clean", taken=Taken(items=frozenset({"q1"})))


def test_a_copy_of_a_section_has_codes_of_its_own_and_the_translations() -> None:
    body, code = editing.section_duplicate(form(), "s1")
    body = settled(body)

    assert (code, codes(body, "s3")) == ("s3", ["q5", "q6"])
    assert body["translations"]["en"]["item.q5.label"] == "Clean"


def test_another_kind_leaves_behind_what_it_cannot_carry() -> None:
    body = editing.item_change(form(), "q3", {"is_long": True, "highest": 300.0})
    body = settled(editing.item_retype(body, "q3", ItemType.DROPDOWN))
    item = item_named(body, "q3").item

    assert (item["type"], "is_long" in item, "highest" in item, len(item["choices"])) == ("dropdown", False, False, 3)


def test_the_kind_of_an_item_that_a_condition_reads_stays() -> None:
    with pytest.raises(BadInputError, match="change it before the kind"):
        editing.item_retype(form(), "q1", ItemType.TEXT)


def test_a_library_scale_brings_its_words_in_the_languages_of_the_form() -> None:
    body = settled(editing.scale_use(form(), ["q1"], library_entry("satisfaction_5")))
    definition = read_definition(body)

    assert definition.scale_by_code["satisfaction_5"].labels[5] == "非常满意"
    assert body["translations"]["en"]["scale.satisfaction_5.5"] == "Very satisfied"


def test_a_scale_of_the_same_code_with_other_ends_comes_in_under_another_code() -> None:
    body = editing.scale_use(form(), ["q1"], library_entry("satisfaction_5"))
    other = {**library_entry("satisfaction_5"), "high": 7}
    body, code = editing.item_add(body, ItemType.RATING, section="s1")
    body = settled(editing.scale_use(body, [code], other))

    assert item_named(body, "q1").item["scale"] == [1, 5, 1]
    assert item_named(body, code).item["scale_code"] == "satisfaction_5_2"


def test_the_second_language_can_become_the_first_once_everything_is_translated() -> None:
    with pytest.raises(BadInputError, match="remaining"):
        editing.language_first(form(), "en")

    body = settled(editing.language_first(settled(template_body("csat")), "en"))

    assert body["languages"] == ["en", "zh-hans"]
    assert body["title"] == "How was it?"
    assert body["translations"]["zh-hans"]["title"] == "本次服务满意度"
    assert read_definition(settled(editing.language_first(body, "zh-hans"))) == read_definition(template_body("csat"))


def test_a_language_taken_away_takes_its_texts_along() -> None:
    body = settled(editing.language_remove(form(), "en"))

    assert (body["languages"], body["translations"]) == (["zh-hans"], {})


class TestConditionsByClicking:
    CLEAN = {"item": "q1", "op": "<=", "value": 2}
    LINE = {"item": "q2", "op": "=", "value": "c1"}

    def test_a_first_test_makes_a_group_that_takes_more(self) -> None:
        tree = editing.clause_add(editing.clause_add(None, [], self.CLEAN), [], self.LINE)

        assert tree == {"every": [self.CLEAN, self.LINE]}

    def test_a_group_inside_is_joined_the_other_way(self) -> None:
        tree = editing.group_add({"every": [self.CLEAN]}, [], self.LINE)
        tree = editing.clause_add(tree, [1], self.CLEAN)

        assert tree == {"every": [self.CLEAN, {"some": [self.LINE, self.CLEAN]}]}

    def test_a_row_turned_twice_is_as_it_was(self) -> None:
        once = editing.node_turn({"every": [self.CLEAN]}, [0])

        assert once == {"every": [{"no": self.CLEAN}]}
        assert editing.node_turn(once, [0]) == {"every": [self.CLEAN]}

    def test_a_turned_row_stays_turned_when_its_test_changes(self) -> None:
        tree = editing.clause_set({"every": [{"no": self.CLEAN}]}, [0], self.LINE)

        assert tree == {"every": [{"no": self.LINE}]}

    def test_the_last_row_dropped_leaves_no_condition(self) -> None:
        tree = editing.node_drop({"every": [self.CLEAN]}, [0])

        body = settled(editing.condition_put(form(), "q3", tree))

        assert "visible_if" not in item_named(body, "q3").item

    def test_all_becomes_any(self) -> None:
        assert editing.group_join({"every": [self.CLEAN, self.LINE]}, [], "some") == {"some": [self.CLEAN, self.LINE]}

    def test_what_is_published_has_no_needless_groups(self) -> None:
        tree = {"every": [{"no": {"no": {"some": [self.CLEAN]}}}]}

        body = editing.simplified(editing.condition_put(form(), "q3", tree))

        assert item_named(body, "q3").item["visible_if"] == self.CLEAN

    def test_only_what_is_asked_before_can_be_read(self) -> None:
        body = form()

        assert [item["code"] for item in editing.askable(body, before="q3")] == ["q1", "q2"]
        assert [item["code"] for item in editing.askable(body, before="s2")] == ["q1", "q2"]
        assert editing.askable(body, before="q1") == []

    @pytest.mark.parametrize("kind", [one for one in ItemType if one is not ItemType.NOTE])
    def test_a_test_on_any_kind_is_whole_with_each_of_its_operators(self, kind: ItemType) -> None:
        body, code = editing.item_add(form(), kind, section="s1", after="q1")
        item = item_named(body, code).item

        for operator in editing.OPERATORS[kind]:
            clause = editing.clause_on(item, operator)
            settled(editing.condition_put(body, "q4", {"every": [clause]}))
            assert clause["op"] == operator

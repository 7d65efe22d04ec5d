"""Search finds records by number and by Chinese words, and shows nobody more than their right."""

import pytest

from bihuan.foundation.actor import Actor, system_actor
from bihuan.foundation.scope import actor_scope, system_scope
from bihuan.organisation.models import OrgUnit
from bihuan.records.selectors import search_find
from bihuan.records.services import search_drop, search_index
from tests.kit import World, make_actor

VIEW = "organisation.view"
SYSTEM = system_actor("test")


def index(unit: OrgUnit, number: str, title: str, text: str = "", permission: str = VIEW) -> None:
    with system_scope("setup"):
        search_index(record=unit, number=number, title=title, text=text, permission=permission)


def titles(actor: Actor, query: str) -> list[str]:
    with actor_scope(actor):
        return [hit.title for hit in search_find(actor, query, 20)]


@pytest.mark.parametrize(
    "query", ["票价", "态度恶劣", "恶劣", "K12", "k12路", "乘务员 票价", "路", "票价贵", "线", "线路"]
)
def test_chinese_words_are_found_however_the_text_was_cut(world: World, query: str) -> None:
    index(world.north, "", "K12路乘务员态度恶劣", "早晚高峰票价太贵了,3号线路")
    index(world.south, "", "站台无雨棚")

    found = titles(SYSTEM, query)

    assert found == ["K12路乘务员态度恶劣"]


def test_word_that_is_not_there_is_not_found(world: World) -> None:
    index(world.north, "", "票务与价格")

    found = titles(SYSTEM, "票价")

    assert found == []


@pytest.mark.parametrize("query", ["整改〔2026〕12号", "整改〔2026〕0012", "2026 12", "0012"])
def test_number_is_found_with_and_without_leading_zeros(world: World, query: str) -> None:
    index(world.north, "整改〔2026〕0012号", "first")
    index(world.south, "整改〔2026〕0013号", "second")

    found = titles(SYSTEM, query)

    assert found == ["first"]


def test_exact_number_comes_before_numbers_that_begin_so_and_words(world: World) -> None:
    index(world.company, "", "about ZG-1")
    index(world.north, "ZG-1", "exact")
    index(world.south, "ZG-10", "longer")

    found = titles(SYSTEM, "ZG-1")

    assert found == ["exact", "longer", "about ZG-1"]


def test_new_text_replaces_the_old_one(world: World) -> None:
    index(world.north, "", "old words")
    index(world.north, "", "new title")

    assert titles(SYSTEM, "old") == []
    assert titles(SYSTEM, "new") == ["new title"]


def test_dropped_record_is_not_found(world: World) -> None:
    index(world.north, "", "gone")

    with system_scope("setup"):
        search_drop(world.north)

    assert titles(SYSTEM, "gone") == []


def test_stranger_and_insider_without_the_right_find_nothing(world: World) -> None:
    index(world.north, "", "secret finding")
    insider = make_actor("insider", unit=world.north, permissions=[VIEW])
    stranger = make_actor("stranger", unit=world.south, permissions=[VIEW])
    without_right = make_actor("clerk", unit=world.north, permissions=["organisation.manage"])

    assert titles(insider, "secret") == ["secret finding"]
    assert titles(stranger, "secret") == []
    assert titles(without_right, "secret") == []


@pytest.mark.parametrize("query", ["", "   ", "\"'*:&|!()", "票价' OR 1=1 --", 'a" OR words:"b', "NOT AND OR NEAR"])
def test_hostile_query_is_only_text(world: World, query: str) -> None:
    index(world.north, "", "something else")

    assert titles(SYSTEM, query) == []

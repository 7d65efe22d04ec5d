"""The forms of the shelf are complete in both languages and say what analysis needs."""

import pytest

from bihuan.instruments.definition import ItemType, read_definition
from bihuan.instruments.selectors import template_body, templates
from bihuan.instruments.shelf import KEYS

FIVE = {"reliability", "assurance", "responsiveness", "tangibles", "empathy"}


@pytest.mark.parametrize("key", KEYS)
def test_every_text_of_a_template_is_in_both_languages(key: str) -> None:
    form = read_definition(template_body(key))

    missing = [name for name, text in form.texts() if text and not form.translations["en"].get(name)]
    strange = set(form.translations["en"]) - {name for name, _text in form.texts()}

    assert (form.languages, missing, strange) == (("zh-hans", "en"), [], set())


@pytest.mark.parametrize("key", KEYS)
def test_every_scale_of_a_template_has_words(key: str) -> None:
    form = read_definition(template_body(key))

    wordless = [item.code for item in form.items if item.scale and not form.scale_by_code[item.scale_code].labels]

    assert wordless == []


def test_servqual_has_22_whole_pairs_in_the_five_dimensions_and_100_points_over_them() -> None:
    form = read_definition(template_body("servqual"))
    sides = {(item.pair, item.side): item for item in form.items if item.pair}

    pairs = {pair for pair, _side in sides}
    sizes = {name: sum(item.dimension == name for item in form.items) for name in FIVE}
    split = form.by_code["weights"]

    assert len(pairs) == 22
    assert {(pair, side) for pair in pairs for side in ("expectation", "perception")} == set(sides)
    assert all(
        sides[pair, "expectation"].dimension == sides[pair, "perception"].dimension
        and sides[pair, "expectation"].scale == sides[pair, "perception"].scale
        for pair in pairs
    )
    assert sizes == {"tangibles": 8, "reliability": 10, "responsiveness": 8, "assurance": 8, "empathy": 10}
    assert (split.type, split.total, split.codes) == (ItemType.SPLIT, 100, FIVE)


def test_servperf_asks_the_perceptions_of_servqual_under_the_same_codes() -> None:
    whole, half = (read_definition(template_body(key)) for key in ("servqual", "servperf"))

    shared = [item.code for item in half.items if item.side == "perception"]

    assert len(shared) == 22
    assert all(whole.by_code[code].label == half.by_code[code].label for code in shared)


def test_the_service_quality_questionnaire_asks_what_the_requirement_lists() -> None:
    form = read_definition(template_body("quality_questionnaire"))
    asked = {"number", "date", "customer_kind", "customer_name", "contact", "phone", "email", "address", "service_item"}

    satisfaction = [item for item in form.items if item.scale_code == "satisfaction_5"]

    assert asked <= set(form.by_code)
    assert {item.code for item in form.items if item.is_common} == {
        "common_timeliness",
        "common_convenience",
        "common_competence",
        "common_value",
    }
    assert all(item.scale == (1, 5, 1) for item in satisfaction)
    assert {item.code for item in form.items if item.is_personal} == {
        "customer_name",
        "contact",
        "phone",
        "email",
        "address",
    }


def test_a_body_taken_from_the_shelf_can_be_changed_without_changing_the_shelf() -> None:
    body = template_body("nps")
    body["sections"][0]["items"].clear()

    assert len(template_body("nps")["sections"][0]["items"]) == 4


def test_the_gallery_names_each_template_in_the_language_of_the_reader() -> None:
    names = {one.key: (one.name("zh-hans"), one.name("en")) for one in templates()}

    assert names["nps"] == ("净推荐值（NPS）", "Net promoter score (NPS)")

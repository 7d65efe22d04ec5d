"""Stickers and questionnaires as they come out of the printer: read back from the finished PDF pages."""

from __future__ import annotations

import time
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.utils.translation import override
from fontTools.ttLib import TTFont
from PIL.Image import Image

from bihuan.documents.services import SIZES, Sticker, StickerWords, sticker_pictures, sticker_sheet
from bihuan.documents.typesetting import FONTS, template_path
from bihuan.instruments import shelf
from bihuan.instruments.conditions import Condition
from bihuan.instruments.definition import Definition, Frozen, read_definition
from bihuan.surveys.papers import PaperWords, numbers_of, paper_pictures, paper_questionnaire, sheet_number
from bihuan.surveys.papers.conditions import Instructions

WORDS = StickerWords("清河县公共汽车有限公司", "扫码说说这趟车", "Scan to tell us about your ride")
PAPER = PaperWords("清河县公共汽车有限公司", "本问卷不记名。")
A4 = (210, 297)


def stickers(count: int) -> list[Sticker]:
    return [Sticker(f"https://survey.bus.example/s/k{n:05d}", f"清A·D{n:04d}", "3路 火车站—医院") for n in range(count)]


def pages(pdf: bytes, dots: int = 150) -> list[Image]:
    return [page.render(scale=dots / 72, grayscale=True).to_pil() for page in pypdfium2.PdfDocument(pdf)]


def text_of(pdf: bytes) -> str:
    """All text without any white space, so that line breaks of the setting do not matter."""
    return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in pypdfium2.PdfDocument(pdf))


def codes_on(picture: Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize("size", SIZES)
def test_every_sticker_of_a_sheet_can_be_scanned(size: str) -> None:
    asked = stickers(SIZES[size].per_page + 1)

    made = pages(sticker_sheet(asked, words=WORDS, size=SIZES[size]))

    assert sorted(code for page in made for code in codes_on(page)) == sorted(one.address for one in asked)
    assert [len(codes_on(page)) for page in made] == [SIZES[size].per_page, 1]


def test_a_quarter_of_a_worn_sticker_may_be_gone() -> None:
    picture = pages(sticker_sheet(stickers(1), words=WORDS, size=SIZES["99x139"]))[0]
    found = zxingcpp.read_barcodes(picture)[0]

    assert found.ec_level == "Q"


def test_a_sticker_says_who_asks_what_and_where_to_type() -> None:
    text = text_of(sticker_sheet(stickers(1), words=WORDS, size=SIZES["70x99"]))

    for words in (WORDS.organisation, WORDS.call, "Scantotellus", "清A·D0000", "survey.bus.example/s/k00000"):
        assert words in text
    assert "https://" not in text


def test_words_of_a_sticker_never_run_over_its_edge() -> None:
    long = Sticker("https://survey.bus.example/s/k1", "清A·D12345加长编号加长编号", "一条名称特别长的线路" * 5)
    width = SIZES["50x70"].width

    text = pypdfium2.PdfDocument(sticker_sheet([long], words=WORDS, size=SIZES["50x70"]))[0].get_textpage()
    boxes = [text.get_charbox(place) for place in range(text.count_chars())]

    millimetres = [edge / 72 * 25.4 for box in boxes for edge in (box[0], box[2])]
    assert min(millimetres) >= 5  # where the sheet begins
    assert max(millimetres) <= 5 + width


def test_stickers_for_four_hundred_buses_are_made_in_seconds() -> None:
    begun = time.perf_counter()

    pdf = sticker_sheet(stickers(400), words=WORDS, size=SIZES["70x99"])

    assert len(pypdfium2.PdfDocument(pdf)) == 45
    assert time.perf_counter() - begun < 15  # two seconds on an idle machine


def test_the_preview_shows_the_same_page() -> None:
    pictures = sticker_pictures(stickers(2), words=WORDS, size=SIZES["99x139"])

    assert [picture[:8] for picture in pictures] == [b"\x89PNG\r\n\x1a\n"]


def form(*items: dict[str, Any], **more: Any) -> Definition:
    return read_definition({"languages": ["zh-hans"], "sections": [{"code": "s", "items": list(items)}], **more})


CHOICE: dict[str, Any] = {
    "code": "how",
    "type": "choice",
    "label": "您满意吗",
    "choices": [{"code": "y", "label": "满意"}, {"code": "n", "label": "不满意"}],
}


def test_each_sheet_carries_its_number_on_every_page() -> None:
    definition = read_definition(shelf.template_body("servqual"))
    numbers = [sheet_number(7, n) for n in (1, 2)]

    made = pages(paper_questionnaire(definition, "zh-hans", numbers=numbers, words=PAPER))

    assert [codes_on(page) for page in made] == [[number] for number in numbers for _page in range(len(made) // 2)]
    assert all((page.width / 150 * 25.4, page.height / 150 * 25.4) == pytest.approx(A4, abs=1) for page in made)


def test_printed_on_both_sides_every_sheet_begins_on_a_new_leaf() -> None:
    definition = read_definition(shelf.template_body("servqual"))  # three pages in Chinese
    numbers = ["7-00001", "7-00002"]

    made = pages(paper_questionnaire(definition, "zh-hans", numbers=numbers, words=PAPER, is_duplex=True))

    firsts = [codes_on(page) for page in made][::2]
    assert (len(made) % 2, firsts[0], firsts[2]) == (1, ["7-00001"], ["7-00002"])


@pytest.mark.parametrize("key", shelf.KEYS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_form_of_the_shelf_prints_all_its_questions(key: str, language: str) -> None:
    definition = read_definition(shelf.template_body(key))

    text = text_of(paper_questionnaire(definition, language, numbers=["1-00001"], words=PAPER))

    for item in definition.items:
        assert "".join(definition.text(f"item.{item.code}.label", item.label, language).split()) in text
    assert ("批语" if language == "zh-hans" else "Handler'sremarks") in text


def test_a_condition_becomes_an_instruction_by_question_number() -> None:
    definition = form(
        CHOICE,
        {"code": "why", "type": "text", "label": "为什么", "visible_if": {"item": "how", "op": "=", "value": "n"}},
    )

    text = text_of(paper_questionnaire(definition, "zh-hans", numbers=["1-00001"], words=PAPER))

    assert "第1题选了“不满意”的请回答" in text


def test_what_paper_cannot_take_is_left_out_and_takes_no_number() -> None:
    definition = form(
        {"code": "ref", "type": "hidden", "label": "来源"},
        {"code": "pic", "type": "file", "label": "照片"},
        {"code": "read", "type": "note", "label": "请先看这里"},
        CHOICE,
    )

    text = text_of(paper_questionnaire(definition, "zh-hans", numbers=["1-00001"], words=PAPER))

    assert numbers_of(definition) == {"how": 1}
    assert "请先看这里" in text
    assert "来源" not in text
    assert "照片" not in text


def test_a_quotation_of_an_answer_points_at_its_question() -> None:
    definition = form(CHOICE, {"code": "t", "type": "text", "label": "您选${how}的原因"})

    text = text_of(paper_questionnaire(definition, "zh-hans", numbers=["1-00001"], words=PAPER))

    assert "您选[您在第1题的回答]的原因" in text


def test_text_of_a_form_is_never_run_by_the_typesetter() -> None:
    definition = form({**CHOICE, "label": '#panic("x") $ * _ @a <b> // `'}, title="#pagebreak()")

    text = text_of(paper_questionnaire(definition, "zh-hans", numbers=["1-00001"], words=PAPER))

    assert '#panic("x")$*_@a<b>//`' in text
    assert "#pagebreak()" in text


def test_an_unknown_language_prints_the_first() -> None:
    assert paper_pictures(form(CHOICE), "fr", number="1-00001", words=PAPER)[0].startswith(b"\x89PNG")


class Kept(Frozen):
    condition: Condition


SAID = [
    ({"item": "how", "op": "=", "value": "n"}, "第 1 题选了“不满意”"),
    ({"item": "how", "op": "!=", "value": "n"}, "第 1 题没有选“不满意”"),
    ({"item": "how", "op": "in", "value": ["n", "y"]}, "第 1 题选了“不满意”或“满意”"),
    ({"no": {"item": "how", "op": "in", "value": ["n"]}}, "第 1 题没有选“不满意”"),
    ({"item": "many", "op": "has", "value": "b"}, "第 2 题选了“乙”"),
    ({"item": "many", "op": "has_all", "value": ["a", "b"]}, "第 2 题同时选了“甲”、“乙”"),
    ({"no": {"item": "many", "op": "has_all", "value": ["a", "b"]}}, "第 2 题没有同时选“甲”、“乙”"),
    ({"item": "many", "op": "count>=", "value": 2}, "第 2 题至少选了 2 项"),
    ({"no": {"item": "many", "op": "count<=", "value": 1}}, "第 2 题所选多于 1 项"),
    ({"item": "age", "op": "<", "value": 18}, "第 3 题低于18"),
    ({"no": {"item": "age", "op": "<", "value": 18}}, "第 3 题不低于18"),
    ({"item": "age", "op": "answered"}, "回答了第 3 题"),
    ({"no": {"item": "age", "op": "answered"}}, "没有回答第 3 题"),
    ({"item": "yes", "op": "=", "value": True}, "第 4 题打了勾"),
    ({"no": {"item": "yes", "op": "=", "value": True}}, "第 4 题没有打勾"),
    ({"item": "from", "op": "=", "value": "web"}, "“来源”选了“web”"),
]


@pytest.mark.parametrize(("body", "words"), SAID)
def test_conditions_are_said_as_a_person_would(body: dict[str, Any], words: str) -> None:
    definition = form(
        CHOICE,
        {
            "code": "many",
            "type": "multiple",
            "choices": [{"code": "a", "label": "甲"}, {"code": "b", "label": "乙"}],
        },
        {"code": "age", "type": "number"},
        {"code": "yes", "type": "consent"},
        {"code": "from", "type": "hidden", "label": "来源"},
    )

    with override("zh-hans"):
        said = Instructions(definition, "zh-hans", numbers_of(definition)).only_if(Kept(condition=body).condition)

    assert said == f"{words}的请回答"


@pytest.mark.parametrize("name", ["documents/stickers", "surveys/questionnaire", "surveys/numbered", "documents/paper"])
def test_the_fonts_have_every_sign_a_template_writes_by_itself(name: str) -> None:
    known = set(TTFont(FONTS / "NotoSansSC-Regular.ttf").getBestCmap())
    written = {sign for sign in template_path(name).read_text("utf-8") if sign.isprintable()}

    assert {sign for sign in written if ord(sign) not in known} == set()

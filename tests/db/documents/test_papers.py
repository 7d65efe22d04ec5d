"""One description becomes print HTML, DOCX in the measures of GB/T 9704, and an archive that reprints exactly."""

import io
from decimal import Decimal

import docx
import openpyxl
import pytest
from django.db import DatabaseError, transaction
from docx.oxml.ns import qn
from docx.shared import Pt

from bihuan.documents.models import IssuedDocument
from bihuan.documents.selectors import document_of, issued_of
from bihuan.documents.services import (
    Bar,
    Bullets,
    Chart,
    Column,
    Document,
    Fields,
    Heading,
    PageBreak,
    Paragraph,
    Sheet,
    SheetColumn,
    Signature,
    Signatures,
    Table,
    document_freeze,
    document_issue,
    document_thaw,
    docx_build,
    html_build,
    svg_chart,
    xlsx_build,
)
from bihuan.documents.word import red_head_size
from bihuan.foundation.scope import actor_scope
from bihuan.records.selectors import activity_of
from tests.kit import World, make_actor

NOTICE = Document(
    title="服务质量整改通知单",
    issuer="清河县公共汽车有限公司服务质量办公室文件",
    number="整改〔2026〕12号",
    addressee="北站:",
    blocks=(
        Fields((("责任单位", "北站"), ("整改时限", "2026年11月30日"), ("条款", None)), per_row=2),
        Heading("一、事实"),
        Paragraph("3路响应性低于全公司0.6分。\n乘客反映<态度>恶劣 & 不答复。"),
        Heading("(一)要求", 2),
        Bullets(("查明原因", "书面答复"), numbered=True),
        Table(
            (Column("维度"), Column("得分", "right", 0.5)),
            (("响应性", Decimal("3.8")), ("可靠性", None)),
            caption="表1 各维度得分",
        ),
        Chart("3路最低", (Bar("3路", 3.8, 3.5, 4.1, 120), Bar("5路", None)), "响应性均值", target=4.5, maximum=5),
        PageBreak(),
        Signatures((Signature("签发", "张明", "2026-11-21", seal=True), Signature("签收"))),
    ),
    signed_by="服务质量办公室",
    signed_on="2026年11月21日",
    copies_to="运营部",
)


def opened(document: Document = NOTICE) -> docx.document.Document:
    return docx.Document(io.BytesIO(docx_build(document)))


def test_word_file_keeps_the_measures_of_gb_t_9704() -> None:
    file = opened()

    section = file.sections[0]
    margins = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
    assert [round(one.mm) for one in margins] == [37, 35, 28, 26]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert section._sectPr.find(qn("w:docGrid")).get(qn("w:linePitch")) == "579"
    assert file.settings.odd_and_even_pages_header_footer is True
    body = next(p for p in file.paragraphs if p.text.startswith("3路响应性"))
    assert body.paragraph_format.line_spacing == Pt(28.95)
    assert body.runs[0].font.size == Pt(16)
    assert body.runs[0]._element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"
    assert body._element.pPr.find(qn("w:ind")).get(qn("w:firstLineChars")) == "200"


def test_page_number_stands_outside_right_on_odd_left_on_even_pages() -> None:
    section = opened().sections[0]

    odd, even = section.footer.paragraphs[0], section.even_page_footer.paragraphs[0]

    assert odd.text == "—  —" == even.text
    assert (odd.alignment, even.alignment) == (2, 0)
    assert "PAGE" in odd._element.xml


def test_properties_of_every_paragraph_stand_in_the_order_word_asks_for() -> None:
    order = ["pStyle", "keepNext", "keepLines", "pBdr", "spacing", "ind", "jc"]

    for paragraph in opened().element.body.iter(qn("w:pPr")):
        names = [child.tag.rpartition("}")[2] for child in paragraph]
        assert names == sorted(names, key=order.index)


@pytest.mark.parametrize("issuer", ["市局", "清河县公共汽车有限公司服务质量办公室文件", "长" * 40])
def test_red_head_never_wraps(issuer: str) -> None:
    size = red_head_size(issuer)

    assert size <= 44
    assert len(issuer) * size <= 156 / 25.4 * 72


def test_word_file_says_what_the_description_says() -> None:
    file = opened()

    text = "\n".join(p.text for p in file.paragraphs)
    cells = [[cell.text for cell in row.cells] for table in file.tables for row in table.rows]
    assert "整改〔2026〕12号" in text
    assert "乘客反映<态度>恶劣 & 不答复。" in text
    assert "2. 书面答复" in text
    assert ["响应性", "3.8"] in cells
    assert ["可靠性", "—"] in cells
    assert ["3路", "", "3.8", "3.5 – 4.1", "120"] in cells
    assert file.tables[1].rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
    assert len(file.inline_shapes) == 2


def test_control_characters_do_not_break_the_word_file() -> None:
    file = opened(Document("t\x00itle", (Paragraph("a\x0bb\x1fc"),)))

    assert next(p.text for p in file.paragraphs) == "title"


def test_print_page_says_the_same_and_is_escaped(world: World) -> None:
    html = html_build(NOTICE)

    assert "整改〔2026〕12号" in html
    assert "乘客反映&lt;态度&gt;恶劣 &amp; 不答复。" in html
    assert '<th scope="row">责任单位</th><td>北站</td>' in html
    assert '<td colspan="3">—</td>' in html
    assert "抄送" in html
    assert "style=" not in html
    assert "<script" not in html


def test_chart_draws_interval_target_and_missing_value_without_style_or_script() -> None:
    svg = svg_chart(bars=NOTICE.blocks[6].bars, title="<b>", target=4.5, maximum=5)

    assert svg.startswith("<svg")
    assert svg.count("<rect") == 1
    assert svg.count("<path") == 1
    assert "stroke-dasharray" in svg
    assert "3.8  (n=120)" in svg
    assert ">—<" in svg
    assert "&lt;b&gt;" in svg
    assert "style=" not in svg


def test_description_survives_being_stored() -> None:
    again = document_thaw(document_freeze(NOTICE))

    assert html_build(again) == html_build(NOTICE)
    assert document_freeze(again) == document_freeze(NOTICE)


def test_issued_paper_reprints_exactly_and_other_words_are_a_new_version(world: World) -> None:
    actor = make_actor("clerk", unit=world.north, permissions=["organisation.view"])
    with actor_scope(actor):
        first = document_issue(subject=world.north, actor=actor, document=NOTICE, kind="notice")
        again = document_issue(subject=world.north, actor=actor, document=NOTICE, kind="notice")
        changed = Document(**{**NOTICE.__dict__, "title": "另一标题"})
        second = document_issue(subject=world.north, actor=actor, document=changed, kind="notice")

        papers = list(issued_of(world.north, "notice"))
        logged = [line.action for line in activity_of(world.north)]

    assert again.pk == first.pk
    assert [paper.version for paper in papers] == [2, 1]
    assert html_build(document_of(papers[1])) == html_build(NOTICE)
    assert (second.number, second.title) == ("整改〔2026〕12号", "另一标题")
    assert logged == ["issue_document", "issue_document"]


def test_issued_paper_cannot_be_changed_or_deleted(world: World) -> None:
    actor = make_actor("clerk", unit=world.north, permissions=["organisation.view"])
    with actor_scope(actor):
        issued = document_issue(subject=world.north, actor=actor, document=NOTICE)

    for attempt in (
        lambda rows: rows.update(title="other"),
        lambda rows: rows._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attempt(IssuedDocument._base_manager.filter(pk=issued.pk))

    assert IssuedDocument._base_manager.get(pk=issued.pk).title == NOTICE.title


def test_workbook_keeps_types_and_runs_no_formula() -> None:
    columns = [SheetColumn("what"), SheetColumn("score", "number"), SheetColumn("share", "percent")]
    rows = [("=HYPERLINK(1)", Decimal("3.5"), 0.25), ("-2+3", None, float("nan"))]

    book = openpyxl.load_workbook(
        io.BytesIO(xlsx_build([Sheet("a/b:c", columns, rows, title="T"), Sheet("abc", columns, [])]))
    )

    page = book["abc"]
    assert book.sheetnames == ["abc", "abc 2"]
    assert [cell.value for cell in page[2]] == ["what", "score", "share"]
    assert [(cell.value, cell.data_type) for cell in page[3]] == [("=HYPERLINK(1)", "s"), (3.5, "n"), (0.25, "n")]
    assert [cell.value for cell in page[4]] == ["-2+3", None, None]
    assert page.freeze_panes == "A3"

"""PDF is set from data alone, in fonts of the product; the paper is the same as in Word and on the page."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from bihuan.documents import typesetting
from bihuan.documents.services import Document, FontsMissingError, Paragraph, Signature, Signatures, pdf_build
from tests.db.documents.test_papers import NOTICE


def text_of(pdf: bytes) -> str:
    file = pypdfium2.PdfDocument(pdf)
    return "\n".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in file)


def test_the_pdf_says_what_the_description_says() -> None:
    text = text_of(pdf_build(NOTICE))

    for words in ("服务质量整改通知单", "乘客反映<态度>恶劣", "2. 书面答复", "响应性", "3.5 – 4.1", "抄送", "(盖章)"):
        assert words in text
    assert text.count("□") == 0


def test_text_that_looks_like_a_template_stays_text() -> None:
    hostile = '#read("/config/settings.py") $x$ *b* <a> @c // # "'

    text = text_of(pdf_build(Document(hostile, (Paragraph(hostile),), language="en")))

    assert text.count('#read("/config/settings.py") $x$ *b* <a> @c // # "') == 2


def test_an_english_paper_is_english() -> None:
    text = text_of(
        pdf_build(Document("Notice", (Signatures((Signature("Issued", "Zhang", seal=True),)),), language="en"))
    )

    assert "(seal)" in text


def test_missing_fonts_are_an_error_and_no_empty_boxes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "FONTS", tmp_path)

    with pytest.raises(FontsMissingError) as refused:
        pdf_build(NOTICE)

    assert refused.value.status == 503


def test_fonts_beside_the_database_are_used_too(
    tmp_path: Path, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fonts").symlink_to(typesetting.FONTS)
    monkeypatch.setattr(typesetting, "FONTS", tmp_path / "none")
    settings.HOME = tmp_path  # type: ignore[attr-defined]

    assert pdf_build(NOTICE).startswith(b"%PDF")

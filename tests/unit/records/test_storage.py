"""Files are what their bytes say; their names do no harm."""

import io
import zipfile

import docx
import pytest

from bihuan.foundation.errors import BadInputError
from bihuan.records.storage import KINDS, file_kind, safe_name


def office(*names: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return kept.getvalue()


def real_docx() -> bytes:
    kept = io.BytesIO()
    docx.Document().save(kept)
    return kept.getvalue()


ACCEPTED = {
    "application/pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
    "image/png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00",
    "image/jpeg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01",
    "image/gif": b"GIF89a\x01\x00\x01\x00",
    "image/webp": b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    "audio/wav": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "audio/mpeg": b"ID3\x04\x00\x00\x00\x00\x00\x21TSSE",
    "audio/mp4": b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00",
    "video/mp4": b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00",
    KINDS["docx"].media_type: real_docx(),
    KINDS["xlsx"].media_type: office("[Content_Types].xml", "xl/workbook.xml"),
    "text/plain": "线路,得分\n3路,4.1\n".encode(),
}
REFUSED = {
    "program": b"MZ\x90\x00\x03\x00\x00\x00\x04\x00",
    "elf": b"\x7fELF\x02\x01\x01\x00",
    "web page": b"<!DOCTYPE html><script>alert(1)</script>",
    "web page after blanks": b"\n\n   <HTML><body>",
    "vector picture with script": b'<?xml version="1.0"?><svg onload="alert(1)"/>',
    "script tag in text": b"hello <script src=x>",
    "plain archive": office("a.txt"),
    "document with macros": office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
    "broken archive": b"PK\x03\x04 not a zip",
    "other container": b"RIFF\x24\x00\x00\x00AVI LIST",
    "binary noise": bytes(range(256)),
}


@pytest.mark.parametrize("media_type", ACCEPTED)
def test_accepted_kinds_are_known_by_their_content(media_type: str) -> None:
    assert file_kind(io.BytesIO(ACCEPTED[media_type])).media_type == media_type


def test_chinese_text_in_the_old_encoding_is_text() -> None:
    assert file_kind(io.BytesIO("乘客意见:态度恶劣".encode("gb18030"))).media_type == "text/plain"


@pytest.mark.parametrize("what", REFUSED)
def test_everything_else_is_refused(what: str) -> None:
    with pytest.raises(BadInputError) as refused:
        file_kind(io.BytesIO(REFUSED[what]))

    assert refused.value.place == "file"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("整改前.jpg", "整改前.jpg"),
        ("PHOTO.JPEG", "PHOTO.jpeg"),
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("C:\\Users\\x\\a.jpg", "a.jpg"),
        ("photo.html", "photo.html.jpg"),
        ("picture.png", "picture.jpg"),
        ("evil\u202egpj.exe", "evilgpj.exe.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie_ x.jpg"),
        ("CON.jpg", "_CON.jpg"),
        ("v1.2", "v1.2.jpg"),
        ("...", "file.jpg"),
        ("", "file.jpg"),
    ],
)
def test_hostile_names_become_harmless(given: str, kept: str) -> None:
    from django.utils.translation import override

    with override("en"):
        assert safe_name(given, KINDS["jpeg"]) == kept


def test_long_name_is_cut_but_keeps_its_ending() -> None:
    name = safe_name("长" * 500 + ".jpg", KINDS["jpeg"])

    assert len(name) == 120
    assert name.endswith(".jpg")

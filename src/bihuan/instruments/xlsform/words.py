"""The words of the type column, in the spellings people use."""

from __future__ import annotations

import re

from bihuan.instruments.definition import ItemType

PATTERNS = (
    (re.compile(r"begin[ _]group\b"), "begin_group"),
    (re.compile(r"end[ _]group\b"), "end_group"),
    (re.compile(r"(begin|end)[ _](repeat|loop)\b"), "repeat"),
    (re.compile(r"select_(one|multiple)_from_file\b|select_one_external\b"), "from_file"),
    (re.compile(r"select[ _]one( from)?\b|select1( from)?\b"), "select_one"),
    (re.compile(r"select[ _]multiple( from)?\b|select all that apply( from)?\b"), "select_multiple"),
)
SIMPLE: dict[str, ItemType] = {
    "integer": ItemType.NUMBER,
    "int": ItemType.NUMBER,
    "decimal": ItemType.NUMBER,
    "text": ItemType.TEXT,
    "string": ItemType.TEXT,
    "date": ItemType.DATE,
    "note": ItemType.NOTE,
    "acknowledge": ItemType.CONSENT,
    "trigger": ItemType.CONSENT,
    "hidden": ItemType.HIDDEN,
    "image": ItemType.FILE,
    "photo": ItemType.FILE,
    "file": ItemType.FILE,
}
LISTED = frozenset({"select_one", "select_multiple", "rank"})
WHOLE = frozenset({"integer", "int"})
META = frozenset(
    {"start", "end", "today", "deviceid", "username", "phonenumber", "email", "audit", "simserial", "subscriberid",
     "start-geopoint", "background-audio", "background-geopoint"}
)  # fmt: skip
# Types nobody is asked with here, and what to do instead (a key of problems.HINTS).
REFUSED = {
    "geopoint": "place", "geotrace": "place", "geoshape": "place", "location": "place",
    "barcode": "sound", "audio": "sound", "video": "sound",
    "csv-external": "file_list", "xml-external": "file_list", "from_file": "file_list",
    "time": "time", "datetime": "time",
}  # fmt: skip


def type_of(text: str) -> tuple[str, str]:
    """The type in one spelling, and what follows it (the name of a list)."""
    plain = " ".join(text.split())
    for pattern, word in PATTERNS:
        match = pattern.match(plain.lower())
        if match:
            return word, plain[match.end() :].strip()
    word, _space, rest = plain.partition(" ")
    return word.lower(), rest.strip()

"""One answer, two writings: XML with a wrapper around every list, JSON without.

An answer is a list of rows or one object; a row maps names to text, numbers, booleans, None or lists. Empty text is
null in JSON and an empty element in XML, so that clients of either find every name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

from django.http import HttpResponse
from django.utils import timezone

XML, JSON = "xml", "json"
MEDIA = {XML: "text/xml; charset=utf-8", JSON: "application/json; charset=utf-8"}
# How the elements of a list are called inside their wrapper.
ITEMS = {
    "discovery": "",
    "service_definition": "",
    "errors": "error",
    "services": "service",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "endpoints": "endpoint",
    "formats": "format",
    "attributes": "attribute",
    "values": "value",
}
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

Row = Mapping[str, Any]


def instant(at: datetime | None) -> str | None:
    """ISO 8601 with the offset of the house, to the second."""
    return None if at is None else timezone.localtime(at).isoformat(timespec="seconds")


def plain(value: Any) -> Any:
    """What JSON holds: no empty text, no Decimal."""
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return float(value)
    return None if value == "" else value


def text_of(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return NOT_XML.sub("", str(value))


def element(name: str, value: Any) -> ElementTree.Element:
    made = ElementTree.Element(name)
    if isinstance(value, Mapping):
        made.extend(element(key, inner) for key, inner in value.items())
    elif isinstance(value, list | tuple):
        made.extend(element(ITEMS[name], inner) for inner in value)
    elif value not in (None, ""):
        made.text = text_of(value)
    return made


def written(content: Sequence[Row] | Row, *, root: str, form: str) -> bytes:
    if form == JSON:
        return json.dumps(plain(content), ensure_ascii=False).encode()
    tree = element(root, content)
    ElementTree.indent(tree)
    return bytes(ElementTree.tostring(tree, encoding="utf-8", xml_declaration=True))


def document(content: Sequence[Row] | Row, *, root: str, form: str, status: int = 200) -> HttpResponse:
    return HttpResponse(written(content, root=root, form=form), content_type=MEDIA[form], status=status)

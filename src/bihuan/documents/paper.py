"""Print HTML of a document: the same description that becomes DOCX."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import override

from bihuan.documents.content import Document

RED = "#e60012"


def red_head(issuer: str) -> SafeString:
    """Return the red head as SVG: it fills one line whatever its length, and the policy allows it."""
    size = min(60.0, 620 / max(len(issuer), 1))
    return format_html(
        '<svg viewBox="0 0 640 {}" role="img" aria-label="{}"><text x="320" y="{}" text-anchor="middle" '
        'font-size="{}" font-weight="700" fill="{}">{}</text></svg>',
        round(size * 1.4), issuer, round(size * 1.05), round(size, 1), RED, issuer,
    )  # fmt: skip


def html_build(document: Document) -> SafeString:
    """Return the paper's body, to stand in the content block of a page that extends print.html."""
    with override(document.language):
        return render_to_string(
            "documents/paper.html",
            {
                "document": document,
                "red_head": red_head(document.issuer),
                "parts": [(block, f"documents/blocks/{block.kind}.html") for block in document.blocks],
            },
        )

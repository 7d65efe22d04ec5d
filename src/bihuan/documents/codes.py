"""QR codes as drawings: error level Q, so that a quarter of a worn sticker may be gone."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import segno

QUIET_ZONE = 4  # modules, as the standard asks


def qr_drawings(texts: Sequence[str], *, is_scalable: bool = False) -> list[str]:
    """SVG of each text, all in one mask: any mask is valid, and choosing it is nearly all the work of a code.

    A scalable drawing has no size of its own: the page gives it one.
    """
    mask: int | None = None
    found = []
    for text in texts:
        code: Any = segno.make(text, error="q", boost_error=False, micro=False, mask=mask)
        mask = code.mask
        kept = io.BytesIO()
        code.save(kept, kind="svg", border=QUIET_ZONE, xmldecl=False, svgns=True, omitsize=is_scalable)
        found.append(kept.getvalue().decode())
    return found

"""Pictures without what a camera writes beside them: place, time, device, owner."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from bihuan.foundation.errors import BadInputError
from bihuan.records.storage import Content

IN_MEMORY = 4 * 1024 * 1024
# A phone's JPEG may hold a second picture for its gallery: only the first is the photo.
SAVED_AS: dict[str, dict[str, Any]] = {
    "JPEG": {"format": "JPEG", "quality": 90, "comment": b""},
    "MPO": {"format": "JPEG", "quality": 90, "comment": b""},
    "PNG": {"format": "PNG"},
    "WEBP": {"format": "WEBP", "quality": 90},
}


def traceless(content: Content) -> BinaryIO:
    """The picture alone, turned the way it was taken. Raises BadInputError where it cannot be read."""
    content.seek(0)
    try:
        with Image.open(cast(BinaryIO, content)) as picture:
            saved_as = SAVED_AS.get(picture.format or "")
            if saved_as is None:
                raise UnidentifiedImageError
            turned = ImageOps.exif_transpose(picture)
            colours = turned.info.get("icc_profile")
            turned.info.clear()
            kept = cast(BinaryIO, SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115  the caller reads it
            turned.save(kept, **saved_as, **({"icc_profile": colours} if colours else {}))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise BadInputError(_("This picture cannot be read."), place="file") from error
    kept.seek(0)
    return kept

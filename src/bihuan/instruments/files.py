"""A form as a JSON file: the body as it is kept, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from bihuan.foundation.errors import BadInputError
from bihuan.instruments.editing import Body, settled


def file_text(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def body_from_file(content: bytes) -> Body:
    """The body in a file, found sound; what is wrong is named with its line or place."""
    try:
        body = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadInputError(_("The file is not UTF-8 text."), place="file") from error
    except json.JSONDecodeError as error:
        text = _("The file is not JSON: line %(line)s, column %(column)s.")
        raise BadInputError(text % {"line": error.lineno, "column": error.colno}, place="file") from error
    if not isinstance(body, dict) or not isinstance(body.get("sections"), list) or not body["sections"]:
        raise BadInputError(_("The file holds no form: it needs “sections”."), place="file")
    if not all(isinstance(one, dict) and isinstance(one.get("items"), list) for one in body["sections"]):
        raise BadInputError(_("Every section of the file needs its “items”."), place="file")
    return checked(body)


def checked(body: Body) -> Body:
    try:
        return settled(body)
    except BadInputError as error:
        place = f" ({error.place})" if error.place else ""
        raise BadInputError(f"{error.message}{place}", place="file") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise BadInputError(
            _("The file is not the shape of a form: %(what)s.") % {"what": error}, place="file"
        ) from error

"""results.json: every figure, and every note in both languages."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import override

from bihuan.surveys.analysis.results import Analysis
from bihuan.surveys.mapping import Mapping


def written(analysis: Analysis) -> dict[str, Any]:
    """The analysis as plain data, with the words beside the codes."""
    content = analysis.to_dict()
    for language in ("en", "zh-hans"):
        with override(language):
            content["headline"].setdefault("text", {})[language] = str(analysis.headline)
            for kept, note in zip(content["notes"], analysis.notes, strict=True):
                kept.setdefault("text", {})[language] = str(note)
    return content


def write_json(analysis: Analysis, mapping: Mapping) -> str:
    """Return the figures and the mapping they rest on as JSON; null where there is no figure."""
    content = {"format": "bihuan-survey-results/1", **written(analysis), "mapping": mapping.to_dict()}
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"

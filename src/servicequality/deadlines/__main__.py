"""Answers a file of deadline cases: ``python -m servicequality.deadlines FILE``."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from servicequality.deadlines.cases import answer_file, differences
from servicequality.errors import DataError


def main(arguments: Sequence[str]) -> int:
    """Print the answers as a JSON array; return 1 when a case differs from its ``expected``, 2 without a file."""
    if len(arguments) != 1:
        print("usage: python -m servicequality.deadlines FILE", file=sys.stderr)  # noqa: T201
        return 2
    try:
        content = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
        answers = answer_file(content)
    except (OSError, ValueError, DataError) as error:
        print(f"{arguments[0]}: {error}", file=sys.stderr)  # noqa: T201
        return 2
    print(json.dumps(answers, ensure_ascii=False, indent=1))  # noqa: T201
    failed = False
    for case, answer in zip(content["cases"], answers, strict=True):
        expected = (case.get("expected") or {}) if isinstance(case, dict) else {}
        for key in differences(answer, expected):
            failed = True
            told = f"case {answer['id']}: {key} is {answer.get(key)!r}, expected {expected[key]!r}"
            print(told, file=sys.stderr)  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The examples on the method pages of the survey statistics run as printed."""

import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[3] / "docs" / "methods"
NAMES = [
    "comparing_units",
    "cronbach_alpha",
    "csat_and_ces",
    "difference_reliability",
    "intervals",
    "nps",
    "omega",
    "perceived_quality",
    "response_quality",
    "satisfaction_index",
    "scorecards",
    "servperf",
    "servqual",
    "tallies",
    "weighting",
    "zone_of_tolerance",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_the_page_prints_something(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)

    exec(compile(example, name, "exec"), {})

    assert capsys.readouterr().out.strip()

"""Every method has a page with its question, definition and source, an example that runs, and a plot."""

import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[3] / "docs" / "methods"
INDEXES = {"README", "reference"}
NAMES = sorted({page.stem for page in PAGES.glob("*.md")} - INDEXES)


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_the_example_of_the_page_runs_and_prints_something(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    examples = re.findall(r"```python\n(.*?)```", page(name), flags=re.DOTALL)
    namespace: dict[str, object] = {}

    for example in examples:
        exec(compile(example, name, "exec"), namespace)

    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("name", NAMES)
def test_the_page_says_what_it_answers_how_and_by_whom(name: str) -> None:
    text = page(name)

    assert "**Answers:**" in text
    assert "**Definition.**" in text
    assert "**Source.**" in text


@pytest.mark.parametrize("name", NAMES)
def test_the_page_shows_its_plot_and_the_index_leads_to_it(name: str) -> None:
    plot = PAGES / "plots" / f"{name}.svg"

    index = page("README")

    assert f"](plots/{name}.svg)" in page(name)
    assert plot.stat().st_size < 40_000
    assert f"]({name}.md)" in index

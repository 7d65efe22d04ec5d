"""The library as others meet it: documented, frozen, exportable, and free of the product."""

import dataclasses
import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import servicequality
from servicequality.results import Result


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(servicequality.__path__, "servicequality."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def public(kind: Any) -> Iterator[tuple[str, Any]]:
    for module in modules():
        for name, member in inspect.getmembers(module, kind):
            if not name.startswith("_") and member.__module__ == module.__name__:
                yield f"{module.__name__}.{name}", member


def test_every_public_function_and_class_says_what_it_is() -> None:
    silent = [name for kind in (inspect.isfunction, inspect.isclass) for name, one in public(kind) if not one.__doc__]

    assert silent == []


def test_a_function_that_refuses_says_so_in_its_docstring() -> None:
    silent = [
        name
        for name, one in public(inspect.isfunction)
        if re.search(r"^\s+raise ", inspect.getsource(one), flags=re.MULTILINE)
        and not any(word in (inspect.getdoc(one) or "") for word in ("aise", "Error", "refus"))
    ]

    assert silent == []


def test_every_result_is_frozen() -> None:
    results = [one for _, one in public(inspect.isclass) if issubclass(one, Result) and one is not Result]

    loose = [
        one.__name__ for one in results if not dataclasses.is_dataclass(one) or not one.__dataclass_params__.frozen
    ]

    assert results
    assert loose == []


def test_everything_that_a_package_hands_on_exists() -> None:
    for module in modules():
        for name in getattr(module, "__all__", ()):
            assert hasattr(module, name), f"{module.__name__}.{name}"


def test_the_library_comes_without_django_the_product_or_a_plotting_tool() -> None:
    code = (
        "import sys; from servicequality import servqual, control_charts, effects, drivers, text; "
        "print([m for m in ('django', 'bihuan', 'matplotlib') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"

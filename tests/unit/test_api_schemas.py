"""What the API says of itself: one name means one thing, and a moment always has a zone."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, get_args

from django.urls import get_resolver
from ninja import Schema


def below(schema: type[Schema]) -> Iterator[type[Schema]]:
    for one in schema.__subclasses__():
        yield one
        yield from below(one)


def schemas() -> list[type[Schema]]:
    assert get_resolver().url_patterns  # reads every API
    return sorted(
        {one for one in below(Schema) if one.__module__.startswith("bihuan.") and "[" not in one.__name__},
        key=lambda one: (one.__module__, one.__name__),
    )


def shape(schema: type[Schema]) -> str:
    return json.dumps(schema.model_json_schema(), sort_keys=True)


def test_two_schemas_of_one_name_do_not_take_each_others_place_in_the_description() -> None:
    named = defaultdict(list)
    for one in schemas():
        named[one.__name__].append(one)

    assert {name: [one.__module__ for one in all_] for name, all_ in named.items() if len(all_) > 1} == {}


def bare(annotation: Any) -> bool:
    if hasattr(annotation, "__metadata__"):
        return False
    return annotation is datetime or any(bare(one) for one in get_args(annotation))


def test_a_moment_that_comes_in_without_a_zone_is_never_compared_as_it_is() -> None:
    coming_in = [one for one in schemas() if one.__name__.endswith("In") or "Filter" in one.__name__]

    assert coming_in
    wrong = [
        f"{one.__module__}.{one.__name__}.{name}"
        for one in coming_in
        for name, given in one.model_fields.items()
        if not given.metadata and bare(given.annotation)
    ]
    assert wrong == []

"""Reading what an analyst holds: lists, arrays, Series, DataFrames; None, NaN and NA codes become NaN."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from servicequality.errors import DataError, ParameterError

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Group: TypeAlias = str | int
Dimensions: TypeAlias = Mapping[str, Sequence[str]]
TableLike: TypeAlias = pd.DataFrame | npt.ArrayLike
VectorLike: TypeAlias = pd.Series | npt.ArrayLike


def check_level(level: float) -> float:
    """Return the confidence level, or raise ``ParameterError`` unless it lies strictly between 0 and 1."""
    if not 0 < level < 1:
        raise ParameterError(f"a confidence level lies between 0 and 1, got {level}", place="level")
    return level


def _blank(values: Floats, na_values: Collection[float]) -> Floats:
    if len(na_values):
        values = values.copy()
        values[np.isin(values, np.asarray(list(na_values), dtype=np.float64))] = np.nan
    return values


def _as_float(values: Any, place: str) -> Floats:
    try:
        if isinstance(values, (pd.Series, pd.DataFrame)):
            answers = np.asarray(values.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)
        else:
            answers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        if isinstance(values, pd.DataFrame) and values.shape[1] > 1:
            for number, name in enumerate(values.columns):
                _as_float(values.iloc[:, number], f"{place}.{name}")
        raise DataError("holds something that is not a number, a blank or rows of equal length", place=place) from error
    if np.isinf(answers).any():
        raise DataError("holds an infinite value", place=place)
    return answers


def column(values: Any, *, na_values: Collection[float] = (), place: str = "answers") -> Floats:
    """Return one column of answers as floats, blanks as NaN; shape (n,).

    ``na_values`` are codes that mean "not applicable". Raises ``DataError`` for text, infinity or a second axis.
    """
    answers = _as_float(values, place)
    if answers.ndim != 1:
        raise DataError(f"expected one column of answers, got shape {answers.shape}", place=place)
    return _blank(answers, na_values)


def matrix(values: Any, *, na_values: Collection[float] = (), place: str = "answers") -> Floats:
    """Return a respondents x items matrix as floats, blanks as NaN; shape (n, k).

    Raises ``DataError`` for text (naming the column), infinity or another number of axes.
    """
    answers = _as_float(values, place)
    if answers.ndim != 2:
        raise DataError(f"expected respondents x items, got shape {answers.shape}", place=place)
    return _blank(answers, na_values)


def named_matrix(
    values: TableLike, *, names: Sequence[str] | None = None, place: str = "answers"
) -> tuple[Floats, tuple[str, ...]]:
    """Return a matrix (n, k) as ``matrix`` does and the names of its k >= 1 columns, as ``item_names`` does.

    Raises ``DataError`` as ``matrix`` does and for no column, ``ParameterError`` as ``item_names`` does.
    """
    answers = matrix(values, place=place)
    if answers.shape[1] == 0:
        raise DataError("has no columns", place=place)
    return answers, item_names(values, answers.shape[1], names)


def item_names(values: Any, width: int, items: Sequence[str] | None = None) -> tuple[str, ...]:
    """Return the names of the items: those given, else the columns of a DataFrame, else item1, item2, ...

    Raises ``ParameterError`` when their number is not ``width`` or a name repeats.
    """
    if items is not None:
        names = tuple(str(item) for item in items)
    elif isinstance(values, pd.DataFrame):
        names = tuple(str(name) for name in values.columns)
    else:
        names = tuple(f"item{number}" for number in range(1, width + 1))
    if len(names) != width:
        raise ParameterError(f"{len(names)} item names for {width} columns", place="items")
    if len(set(names)) != len(names):
        raise ParameterError("item names repeat", place="items")
    return names


def group_codes(groups: Any, n: int) -> tuple[npt.NDArray[np.intp], tuple[Group, ...]]:
    """Number the groups of the respondents; returns codes (n,) and labels in sorted order.

    Raises ``DataError`` when a respondent has no group: "no group" must be a group with a name.
    """
    codes, labels = pd.factorize(pd.Series(groups), sort=True)
    if len(codes) != n:
        raise DataError(f"{len(codes)} group labels for {n} respondents", place="groups")
    if n and codes.min() < 0:
        row = int(np.argmax(codes < 0))
        raise DataError("a respondent has no group", place=f"groups, row {row}")
    named = tuple(_group(label) for label in labels)
    if len(set(named)) != len(named):
        raise DataError("two groups have the same name", place="groups")
    return codes, named


def _group(label: Hashable) -> Group:
    if isinstance(label, (int, np.integer)) and not isinstance(label, bool):
        return int(label)
    return str(label)


def dimension_columns(dimensions: Dimensions, items: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return the column numbers of each dimension; raises ``DataError`` for an unknown or repeated item."""
    place = {name: number for number, name in enumerate(items)}
    found: dict[str, tuple[int, ...]] = {}
    for dimension, members in dimensions.items():
        if not members or len(set(members)) != len(members):
            raise DataError("a dimension needs items, each once", place=f"dimension {dimension}")
        unknown = [item for item in members if item not in place]
        if unknown:
            raise DataError(f"no such items: {', '.join(map(str, unknown))}", place=f"dimension {dimension}")
        found[str(dimension)] = tuple(place[item] for item in members)
    return found

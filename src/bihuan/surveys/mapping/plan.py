"""What each column of a file is used for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.reading import Table


class Role(StrEnum):
    ITEM = "item"
    GROUP = "group"
    WEIGHT = "weight"
    ID = "id"
    DATE = "date"
    TEXT = "text"
    IGNORE = "ignore"


class Side(StrEnum):
    """The sides of a pair: SERVQUAL, importance-performance, Kano."""

    EXPECTATION = "expectation"
    PERCEPTION = "perception"
    IMPORTANCE = "importance"
    PERFORMANCE = "performance"
    FUNCTIONAL = "functional"
    DYSFUNCTIONAL = "dysfunctional"


class Kind(StrEnum):
    """A rating of one thing, a judgement of the whole, or the question about recommending."""

    RATING = "rating"
    OVERALL = "overall"
    RECOMMEND = "recommend"


ROLE_LABELS = {
    Role.ITEM: _("Item (scale)"),
    Role.GROUP: _("Group (unit, segment)"),
    Role.WEIGHT: _("Weight"),
    Role.ID: _("Identifier"),
    Role.DATE: _("Date"),
    Role.TEXT: _("Comment"),
    Role.IGNORE: _("Not used"),
}
SIDE_LABELS = {
    Side.EXPECTATION: _("Expectation"),
    Side.PERCEPTION: _("Perception"),
    Side.IMPORTANCE: _("Importance"),
    Side.PERFORMANCE: _("Performance"),
    Side.FUNCTIONAL: _("Functional (if it is there)"),
    Side.DYSFUNCTIONAL: _("Dysfunctional (if it is not)"),
}
KIND_LABELS = {
    Kind.RATING: _("Rating"),
    Kind.OVERALL: _("Overall judgement"),
    Kind.RECOMMEND: _("Recommendation (NPS)"),
}
REASONS = {
    "codebook": _("the codebook says so"),
    "name": _("by its heading"),
    "values": _("by its values {values}"),
    "labels": _("by its value labels"),
    "anchors": _("its answers are the words of a rating scale"),
    "family": _("scale {low}–{high} as its neighbours"),
    "na_zero": _("0 counts as not applicable: other columns of the block run from 1"),
    "na_codes": _("{codes} count as not applicable: they lie outside the scale"),
    "na_words": _("{codes} count as not applicable"),
    "reversed": _("turned round: the low end is the good one"),
    "pair": _("pair with “{other}”"),
    "servqual22": _("22 items: the classic SERVQUAL order is assumed — check it"),
    "prefix": _("dimension by the heading"),
    "unique": _("every answer is different"),
    "dates": _("all answers are dates"),
    "empty": _("no answers"),
    "few_values": _("{count} different answers"),
    "many_values": _("{count} different answers, no scale fits"),
    "several": _("several choices in one cell"),
    "free_text": _("free text"),
    "stated": _("{text}"),
}


@dataclass(frozen=True)
class Reason:
    """Why a column got its role; kept as code and facts, said in the reader's language."""

    code: str
    params: MappingOf[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return str(REASONS[self.code]).format(**self.params)


@dataclass(frozen=True)
class ColumnUse:
    """The use of one column. ``scale`` is (low, high, step); ``top`` the number of favourable levels."""

    name: str
    role: Role = Role.IGNORE
    label: str = ""
    kind: Kind = Kind.RATING
    scale: tuple[int, int, int] | None = None
    na: tuple[str, ...] = ()
    codes: MappingOf[str, int] = field(default_factory=dict)
    reverse: bool = False
    top: int | None = None
    dimension: str = ""
    side: Side | None = None
    pair: str = ""
    reasons: tuple[Reason, ...] = ()

    @property
    def title(self) -> str:
        return self.label or self.name

    @property
    def why(self) -> str:
        return gettext("; ").join(str(reason) for reason in self.reasons)

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "role": self.role.value,
            "label": self.label,
            "kind": self.kind.value,
            "scale": list(self.scale) if self.scale else None,
            "na": list(self.na),
            "codes": dict(self.codes),
            "reverse": self.reverse,
            "top": self.top,
            "dimension": self.dimension,
            "side": self.side.value if self.side else None,
            "pair": self.pair,
            "reasons": [{"code": reason.code, "params": dict(reason.params)} for reason in self.reasons],
        }

    @classmethod
    def from_dict(cls, kept: MappingOf[str, Any]) -> ColumnUse:
        scale = kept.get("scale")
        return cls(
            name=kept["name"],
            role=Role(kept["role"]),
            label=kept.get("label", ""),
            kind=Kind(kept.get("kind", "rating")),
            scale=(scale[0], scale[1], scale[2]) if scale else None,
            na=tuple(kept.get("na", ())),
            codes=dict(kept.get("codes", {})),
            reverse=kept.get("reverse", False),
            top=kept.get("top"),
            dimension=kept.get("dimension", ""),
            side=Side(kept["side"]) if kept.get("side") else None,
            pair=kept.get("pair", ""),
            reasons=tuple(Reason(one["code"], one["params"]) for one in kept.get("reasons", ())),
        )


@dataclass(frozen=True)
class Mapping:
    """The uses of all columns of a file; columns not named are not used."""

    columns: tuple[ColumnUse, ...]
    title: str = ""
    shape: str = ""

    def __iter__(self) -> Any:
        return iter(self.columns)

    def use(self, name: str) -> ColumnUse:
        """The use of a column; one the mapping does not name is not used."""
        return next((one for one in self.columns if one.name == name), ColumnUse(name))

    def of_role(self, role: Role) -> tuple[ColumnUse, ...]:
        return tuple(one for one in self.columns if one.role is role)

    @property
    def items(self) -> tuple[ColumnUse, ...]:
        return self.of_role(Role.ITEM)

    def with_use(self, use: ColumnUse) -> Mapping:
        """The mapping with one column changed or added."""
        if any(one.name == use.name for one in self.columns):
            return replace(self, columns=tuple(use if one.name == use.name else one for one in self.columns))
        return replace(self, columns=(*self.columns, use))

    def learning(self, fresh: Mapping) -> Mapping:
        """The mapping as it was kept, with words of a new file on the same scale that it had not met yet."""
        known = self
        for use in self.items:
            new = fresh.use(use.name)
            if new.role is Role.ITEM and new.scale == use.scale:
                na = tuple(dict.fromkeys((*use.na, *new.na)))
                known = known.with_use(replace(use, na=na, codes={**new.codes, **use.codes}))
        return known

    def pairs(self, first: Side, second: Side) -> tuple[tuple[ColumnUse, ColumnUse], ...]:
        """Complete pairs in the order of the file."""
        partners = {one.pair: one for one in self.items if one.side is second and one.pair}
        return tuple((one, partners[one.pair]) for one in self.items if one.side is first and one.pair in partners)

    def to_dict(self) -> dict[str, Any]:
        return {"title": self.title, "shape": self.shape, "columns": [one.to_dict() for one in self.columns]}

    @classmethod
    def from_dict(cls, kept: MappingOf[str, Any]) -> Mapping:
        return cls(
            tuple(ColumnUse.from_dict(one) for one in kept["columns"]), kept.get("title", ""), kept.get("shape", "")
        )


def file_shape(table: Table) -> str:
    """A mark of the headings: files of one shape can share a mapping."""
    return hashlib.sha256(json.dumps(table.names, ensure_ascii=False).encode()).hexdigest()


def default_top(scale: tuple[int, int, int]) -> int:
    """Levels that count as favourable: the best two, one on scales of two or three levels."""
    low, high, step = scale
    return 1 if (high - low) // step + 1 < 4 else 2

"""From the columns of a file to items, groups and the rest: proposed, explained, stated, remembered."""

from bihuan.surveys.mapping.encoding import Answers, check, encode, weights_of
from bihuan.surveys.mapping.plan import (
    KIND_LABELS,
    ROLE_LABELS,
    SIDE_LABELS,
    ColumnUse,
    Kind,
    Mapping,
    Reason,
    Role,
    Side,
    default_top,
    file_shape,
)
from bihuan.surveys.mapping.proposal import propose
from bihuan.surveys.mapping.toml_text import check_pairs, from_toml, to_toml

__all__ = [
    "KIND_LABELS",
    "ROLE_LABELS",
    "SIDE_LABELS",
    "Answers",
    "ColumnUse",
    "Kind",
    "Mapping",
    "Reason",
    "Role",
    "Side",
    "check",
    "check_pairs",
    "default_top",
    "encode",
    "file_shape",
    "from_toml",
    "propose",
    "to_toml",
    "weights_of",
]

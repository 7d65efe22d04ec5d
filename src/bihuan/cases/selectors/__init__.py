from bihuan.cases.selectors.shelf import criteria_for, criteria_seen, reading_of, themes_for, themes_seen
from bihuan.cases.selectors.similar import SimilarCase, roster_proposals, similar_cases

__all__ = [
    "SimilarCase",
    "criteria_for",
    "criteria_seen",
    "reading_of",
    "roster_proposals",
    "similar_cases",
    "themes_for",
    "themes_seen",
]

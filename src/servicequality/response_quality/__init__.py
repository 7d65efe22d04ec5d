"""Signs of careless answering. They flag; nothing here drops a respondent.

Indices as in Johnson 2005, Meade and Craig 2012, Dunn et al. 2018. A flag is a reason to look, not a verdict:
a satisfied customer ticks the same box too. The rule set has a version, to be stored with the flags.
"""

from servicequality.response_quality.clusters import ClusterAgreement, cluster_agreement
from servicequality.response_quality.measures import (
    duplicate_of,
    even_odd,
    intra_individual_variability,
    longest_run,
    longstring,
    mahalanobis,
    psychometric_synonyms,
    relative_speed,
    synonym_pairs,
)
from servicequality.response_quality.rules import RULES, QualityReport, QualityRules, flag_responses

__all__ = [
    "RULES",
    "ClusterAgreement",
    "QualityReport",
    "QualityRules",
    "cluster_agreement",
    "duplicate_of",
    "even_odd",
    "flag_responses",
    "intra_individual_variability",
    "longest_run",
    "longstring",
    "mahalanobis",
    "psychometric_synonyms",
    "relative_speed",
    "synonym_pairs",
]

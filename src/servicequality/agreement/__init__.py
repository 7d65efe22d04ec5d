"""Do evaluators agree, and does anyone judge differently from the rest?"""

from servicequality.agreement.alpha import (
    CategoryUse,
    KrippendorffResult,
    ReliabilityUse,
    items_by_disagreement,
    krippendorff_alpha,
    reliability_use,
)
from servicequality.agreement.bias import Alignment, BiasVerdict, EvaluatorBias, alignment, evaluator_bias
from servicequality.agreement.intraclass import IccForm, IccResult, icc
from servicequality.agreement.kappa import (
    CohenKappa,
    FleissKappa,
    GwetAC1,
    applicability_agreement,
    cohen_kappa,
    cohen_kappa_table,
    fleiss_kappa,
    fleiss_kappa_counts,
    gwet_ac1,
    percent_agreement,
)

__all__ = [
    "Alignment",
    "BiasVerdict",
    "CategoryUse",
    "CohenKappa",
    "EvaluatorBias",
    "FleissKappa",
    "GwetAC1",
    "IccForm",
    "IccResult",
    "KrippendorffResult",
    "ReliabilityUse",
    "alignment",
    "applicability_agreement",
    "cohen_kappa",
    "cohen_kappa_table",
    "evaluator_bias",
    "fleiss_kappa",
    "fleiss_kappa_counts",
    "gwet_ac1",
    "icc",
    "items_by_disagreement",
    "krippendorff_alpha",
    "percent_agreement",
    "reliability_use",
]

"""How many to look at, which ones, and what the finding says about the rest.

Sources: Cochran 1977, Sampling Techniques (sizes, allocation); ISO 2859-1 = GB/T 2828.1 (attribute plans
and switching); Dodge, Romig 1959 (operating characteristics).
"""

from servicequality.sampling_plans.acceptance import (
    OcPoint,
    SinglePlan,
    acceptance_probability,
    limiting_quality,
    oc_curve,
    zero_failure_bound,
    zero_failure_sample_size,
)
from servicequality.sampling_plans.allocation import (
    allocate_neyman,
    allocate_proportional,
    apportion,
    stratified_mean,
)
from servicequality.sampling_plans.draws import (
    Draw,
    StratumDraw,
    draw_random,
    draw_stratified,
    frame_hash,
    verify_draw,
)
from servicequality.sampling_plans.iso2859 import (
    NORMAL,
    TIGHTENED,
    AppliedPlan,
    PlanRow,
    PlanTable,
    code_letter,
    iso_single_plan,
)
from servicequality.sampling_plans.sizes import SampleSize, half_width_share, sample_size_mean, sample_size_share
from servicequality.sampling_plans.switching import Severity, SwitchingState, record_lot, resume_after_discontinuation

__all__ = [
    "NORMAL",
    "TIGHTENED",
    "AppliedPlan",
    "Draw",
    "OcPoint",
    "PlanRow",
    "PlanTable",
    "SampleSize",
    "Severity",
    "SinglePlan",
    "StratumDraw",
    "SwitchingState",
    "acceptance_probability",
    "allocate_neyman",
    "allocate_proportional",
    "apportion",
    "code_letter",
    "draw_random",
    "draw_stratified",
    "frame_hash",
    "half_width_share",
    "iso_single_plan",
    "limiting_quality",
    "oc_curve",
    "record_lot",
    "resume_after_discontinuation",
    "sample_size_mean",
    "sample_size_share",
    "stratified_mean",
    "verify_draw",
    "zero_failure_bound",
    "zero_failure_sample_size",
]

"""Control charts: what is signal, what is noise, for one indicator or for a wall of a thousand.

Every chart takes one series, shape (points,), or many of equal length, shape (series, points), and answers
in the same shape; many series are computed at once. NaN is a missing point: it is never plotted, never
counted and breaks runs. Points are numbered from 1 in ``points()`` and ``beyond_points()`` (as the
literature does) and from 0 in ``Phases``, as in every array.
"""

from servicequality.control_charts.attributes import (
    Overdispersion,
    c_chart,
    laney_p_chart,
    laney_u_chart,
    np_chart,
    overdispersion_test,
    p_chart,
    proportion_chart,
    rate_chart,
    u_chart,
)
from servicequality.control_charts.capability import Capability, capability
from servicequality.control_charts.chart import Chart, PairedChart
from servicequality.control_charts.constants import Constants, constants
from servicequality.control_charts.funnel import Funnel, false_discoveries, funnel
from servicequality.control_charts.memory import CusumChart, cusum_chart, ewma_chart
from servicequality.control_charts.phases import Exclusion, Part, Phases
from servicequality.control_charts.rare import g_chart, t_chart
from servicequality.control_charts.run_chart import RunChart, run_chart
from servicequality.control_charts.variables import (
    i_prime_chart,
    individuals_chart,
    xbar_r_chart,
    xbar_s_chart,
)
from servicequality.control_charts.wall import Icons, Ranking, icons, rank_by_evidence

__all__ = [
    "Capability",
    "Chart",
    "Constants",
    "CusumChart",
    "Exclusion",
    "Funnel",
    "Icons",
    "Overdispersion",
    "PairedChart",
    "Part",
    "Phases",
    "Ranking",
    "RunChart",
    "c_chart",
    "capability",
    "constants",
    "cusum_chart",
    "ewma_chart",
    "false_discoveries",
    "funnel",
    "g_chart",
    "i_prime_chart",
    "icons",
    "individuals_chart",
    "laney_p_chart",
    "laney_u_chart",
    "np_chart",
    "overdispersion_test",
    "p_chart",
    "proportion_chart",
    "rank_by_evidence",
    "rate_chart",
    "run_chart",
    "t_chart",
    "u_chart",
    "xbar_r_chart",
    "xbar_s_chart",
]

"""The task with pandas and pingouin, the way an analyst writes it; rows are resampled.

Of the 1,000 resamples only ``DRAWS`` are drawn and the time is scaled up.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pingouin
from clock import ITEMS, MEMBERS, RESAMPLES, Watch
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

DRAWS = 20


def main(folder: Path, kind: str) -> None:
    """Run the task on the CSV file; ``kind`` "csv8" asks for bytes instead of the default 64-bit integers."""
    watch = Watch()
    columns = dict.fromkeys([*ITEMS, "unit"], "uint8") if kind == "csv8" else None
    table = watch("read", lambda: pd.read_csv(folder / "survey.csv", dtype=columns))
    n = len(table)

    def items() -> pd.DataFrame:
        found = table[ITEMS].agg(["mean", "std"]).T
        half = stats.t.ppf(0.975, n - 1) * found["std"] / np.sqrt(n)
        return found.assign(low=found["mean"] - half, high=found["mean"] + half)

    def units() -> tuple[pd.DataFrame, pd.DataFrame]:
        scores = pd.DataFrame({name: table[members].mean(axis=1) for name, members in MEMBERS.items()})
        found = scores.groupby(table["unit"]).agg(["mean", "std", "count"])
        for name in MEMBERS:
            count = found[name, "count"]
            found[name, "half"] = stats.t.ppf(0.975, count - 1) * found[name, "std"] / np.sqrt(count)
        return scores, found

    def top_box() -> tuple[pd.Series, pd.Series]:
        low, high = proportion_confint((table[ITEMS] >= 4).sum(), n, method="wilson")
        return low, high

    mean = watch("items", items)
    scores, by_unit = watch("units", units)
    whole, *_ = watch("alpha", lambda: [pingouin.cronbach_alpha(table[m])[0] for m in (ITEMS, *MEMBERS.values())])
    watch("top box", top_box)
    watch(
        "bootstrap",
        lambda: pd.DataFrame([scores.sample(n, replace=True).mean() for _ in range(DRAWS)]).quantile([0.025, 0.975]),
        RESAMPLES / DRAWS,
    )
    watch.tell(item=float(mean["mean"].iloc[0]), unit=float(by_unit["E", "mean"].iloc[0]), alpha=float(whole))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

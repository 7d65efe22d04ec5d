"""The task with ``servicequality``: one counting pass with every check, then answers from the histograms."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from clock import ITEMS, MEMBERS, Watch

from servicequality.intervals import bootstrap_interval, mean_interval
from servicequality.loyalty import top_box
from servicequality.reliability import cronbach_alpha
from servicequality.scales import LIKERT_5
from servicequality.tallies import tally_survey


def read(folder: Path, kind: str) -> tuple[Any, Any]:
    """Return answers and units from the CSV file or from the matrix of bytes."""
    if kind == "csv":
        table = pd.read_csv(folder / "survey.csv")
        return table.iloc[:, : len(ITEMS)], table["unit"]
    matrix = np.load(folder / "survey.npy", mmap_mode="r")
    return matrix[:22].T, np.asarray(matrix[22])


def main(folder: Path, kind: str) -> None:
    """Run the task on the CSV file or the matrix of bytes."""
    watch = Watch()
    answers, unit = watch("read", lambda: read(folder, kind))
    tally = watch("count", lambda: tally_survey(answers, scale=LIKERT_5, items=ITEMS, dimensions=MEMBERS, groups=unit))
    mean = watch("items", lambda: {item: mean_interval(tally.item(item)) for item in ITEMS})
    by_unit = watch(
        "units",
        lambda: {(name, group): mean_interval(one) for name in MEMBERS for group, one in tally.by_group(name).items()},
    )
    whole, *_ = watch("alpha", lambda: [cronbach_alpha(tally.moments, items=m) for m in (ITEMS, *MEMBERS.values())])
    watch("top box", lambda: {item: top_box(tally.item(item), LIKERT_5) for item in ITEMS})
    watch(
        "bootstrap",
        lambda: [bootstrap_interval(tally.dimension(name), resamples=1000, method="percentile") for name in MEMBERS],
    )
    watch.tell(item=mean["q1"].value, unit=by_unit["E", 0].value, alpha=whole.alpha.value)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

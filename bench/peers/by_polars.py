"""The task with polars; the bootstrap from histograms, as polars itself has none."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl
from clock import ITEMS, MEMBERS, RESAMPLES, Watch
from scipy import stats


def main(folder: Path, kind: str) -> None:
    """Run the task on the CSV or the Parquet file."""
    watch = Watch()
    types = dict.fromkeys([*ITEMS, "unit"], pl.UInt8)

    def read() -> pl.DataFrame:
        if kind == "csv":
            return pl.read_csv(folder / "survey.csv", schema=types)
        return pl.read_parquet(folder / "survey.parquet")

    def units() -> tuple[pl.DataFrame, pl.DataFrame]:
        sums = table.select("unit", *(pl.sum_horizontal(m).alias(name) for name, m in MEMBERS.items()))
        parts = [pl.len().alias("n")]
        for name, members in MEMBERS.items():
            score = pl.col(name) / len(members)
            parts += [score.mean().alias(name), score.std().alias(f"sd {name}")]
        return sums, sums.group_by("unit").agg(parts).sort("unit")

    def alpha() -> list[float]:
        # float32 products of small integers about 3 keep seven digits here
        x = table.select(pl.col(ITEMS).cast(pl.Float32) - 3).to_numpy()
        centre = x.mean(axis=0)
        cov = (x.T @ x / np.float32(n) - np.outer(centre, centre)).astype(float) * n / (n - 1)
        parts = [[ITEMS.index(item) for item in members] for members in (ITEMS, *MEMBERS.values())]
        return [len(p) / (len(p) - 1) * (1 - np.trace(c := cov[np.ix_(p, p)]) / c.sum()) for p in parts]

    def top_box() -> np.ndarray:
        p, z = table.select((pl.col(ITEMS) >= 4).mean()).to_numpy()[0], stats.norm.ppf(0.975)
        centre, half = (p + z * z / (2 * n)), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return np.array([centre - half, centre + half]) / (1 + z * z / n)

    def bootstrap() -> list[np.ndarray]:
        rng, found = np.random.default_rng(1), []
        for name, members in MEMBERS.items():
            counted = sums[name].value_counts().to_numpy()
            draws = rng.multinomial(n, counted[:, 1] / n, size=RESAMPLES) @ counted[:, 0] / n / len(members)
            found.append(np.quantile(draws, [0.025, 0.975]))
        return found

    table = watch("read", read)
    n = len(table)
    mean = watch("items", lambda: table.select(pl.col(ITEMS).mean(), pl.col(ITEMS).std().name.suffix(" sd")))
    sums, by_unit = watch("units", units)
    alphas = watch("alpha", alpha)
    watch("top box", top_box)
    watch("bootstrap", bootstrap)
    watch.tell(item=mean["q1"][0], unit=by_unit["E"][0], alpha=float(alphas[0]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

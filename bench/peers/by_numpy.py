"""The task written by hand in numpy for this table alone: bytes, no missing answers, no checks."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from clock import DIMENSIONS, RESAMPLES, Watch
from scipy import stats


def main(folder: Path, _kind: str) -> None:
    """Run the task on the matrix of bytes, one row per column of the survey."""
    watch = Watch()
    table = watch("read", lambda: np.load(folder / "survey.npy"))
    answers, unit = table[:22], table[22]
    n, levels = answers.shape[1], np.arange(6.0)
    counts = np.empty((22, 6))

    def items() -> tuple[np.ndarray, np.ndarray]:
        for row, column in enumerate(answers):
            counts[row] = np.bincount(column, minlength=6)
        mean = counts @ levels / n
        sd = np.sqrt((counts @ levels**2 - n * mean**2) / (n - 1))
        return mean, stats.t.ppf(0.975, n - 1) * sd / np.sqrt(n)

    def units() -> tuple[np.ndarray, list[np.ndarray]]:
        means, histograms = [], []
        for columns in DIMENSIONS.values():
            width = 5 * len(columns) + 1
            sums = answers[list(columns)].sum(axis=0, dtype=np.uint8)
            cells = np.bincount(unit.astype(np.intp) * width + sums, minlength=50 * width).reshape(50, width)
            score = np.arange(width) / len(columns)
            base = cells.sum(axis=1)
            mean = cells @ score / base
            sd = np.sqrt((cells @ score**2 - base * mean**2) / (base - 1))
            means.append((mean, stats.t.ppf(0.975, base - 1) * sd / np.sqrt(base)))
            histograms.append(cells.sum(axis=0))
        return np.array(means), histograms

    def alpha() -> list[float]:
        floats = answers.astype(np.float32)
        floats -= 3
        cov = floats @ floats.T / np.float32(n)
        centre = floats.mean(axis=1)
        cov = (cov - np.outer(centre, centre)).astype(float) * n / (n - 1)
        parts = [list(range(22)), *(list(columns) for columns in DIMENSIONS.values())]
        return [len(p) / (len(p) - 1) * (1 - np.trace(c := cov[np.ix_(p, p)]) / c.sum()) for p in parts]

    def top_box() -> np.ndarray:
        p, z = counts[:, 4:].sum(axis=1) / n, stats.norm.ppf(0.975)
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return np.array([centre - half, centre + half])

    def bootstrap(histograms: list[np.ndarray]) -> list[np.ndarray]:
        rng = np.random.default_rng(1)
        found = []
        for counted in histograms:
            draws = rng.multinomial(n, counted / n, size=RESAMPLES) @ np.arange(len(counted)) / n
            found.append(np.quantile(draws, [0.025, 0.975]))
        return found

    mean, _ = watch("items", items)
    by_unit, histograms = watch("units", units)
    alphas = watch("alpha", alpha)
    watch("top box", top_box)
    watch("bootstrap", lambda: bootstrap(histograms))
    watch.tell(item=float(mean[0]), unit=float(by_unit[4, 0, 0]), alpha=float(alphas[0]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

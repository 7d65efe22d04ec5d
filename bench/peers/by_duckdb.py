"""The task with DuckDB on Parquet: every query reads the file again; the bootstrap from histograms."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import numpy as np
from clock import ITEMS, MEMBERS, RESAMPLES, Watch
from scipy import stats


def variance_shares(connection: duckdb.DuckDBPyConnection, source: str) -> list[float]:
    """Return alpha of all items and of each dimension: item variances against the variance of the sum."""
    parts = [ITEMS, *MEMBERS.values()]
    wanted = [f"var_samp({'+'.join(f'{item}::INT' for item in members)})" for members in parts]
    single = [f"var_samp({item})" for item in ITEMS]
    row = connection.sql(f"SELECT {','.join(wanted + single)} FROM {source}").fetchall()[0]  # noqa: S608
    of_item = dict(zip(ITEMS, row[len(parts) :], strict=True))
    return [
        len(members) / (len(members) - 1) * (1 - sum(of_item[item] for item in members) / total)
        for members, total in zip(parts, row, strict=False)
    ]


def main(folder: Path, _kind: str) -> None:
    """Run the task on the Parquet file."""
    watch = Watch()
    connection = duckdb.connect()
    source = f"read_parquet('{folder / 'survey.parquet'}')"
    score = {name: "(" + "+".join(f"{i}::INT" for i in members) + ")" for name, members in MEMBERS.items()}

    def items() -> tuple:
        parts = [f"avg({item}), stddev_samp({item})" for item in ITEMS]
        return connection.sql(f"SELECT {','.join(parts)}, count(*) FROM {source}").fetchall()[0]  # noqa: S608

    def units() -> list[tuple]:
        parts = [f"avg({s}), stddev_samp({s})" for s in score.values()]
        return connection.sql(
            f"SELECT unit, count(*), {','.join(parts)} FROM {source} GROUP BY unit ORDER BY unit"  # noqa: S608
        ).fetchall()

    def top_box() -> np.ndarray:
        parts = [f"count(*) FILTER ({item} >= 4)" for item in ITEMS]
        row = connection.sql(f"SELECT {','.join(parts)} FROM {source}").fetchall()[0]  # noqa: S608
        p, z = np.array(row) / n, stats.norm.ppf(0.975)
        centre, half = (p + z * z / (2 * n)), z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return np.array([centre - half, centre + half]) / (1 + z * z / n)

    def bootstrap() -> list[np.ndarray]:
        rng, found = np.random.default_rng(1), []
        for name, members in MEMBERS.items():
            rows = connection.sql(f"SELECT {score[name]} AS s, count(*) FROM {source} GROUP BY s").fetchall()  # noqa: S608
            counted = np.array(rows)
            draws = rng.multinomial(n, counted[:, 1] / n, size=RESAMPLES) @ counted[:, 0] / n / len(members)
            found.append(np.quantile(draws, [0.025, 0.975]))
        return found

    mean = watch("items", items)
    n = mean[-1]
    by_unit = watch("units", units)
    alphas = watch("alpha", lambda: variance_shares(connection, source))
    watch("top box", top_box)
    watch("bootstrap", bootstrap)
    watch.tell(item=mean[0], unit=by_unit[0][2 + 8] / 5, alpha=alphas[0])


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])

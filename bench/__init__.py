"""Benchmarks: each ``bench_*.py`` has ``run() -> list[tuple[name, figure, unit]]``; ``make bench`` runs all."""

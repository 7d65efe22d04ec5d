"""The stop-watch of the engines; nothing here but the standard library, because every environment runs it."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

DIMENSIONS = {"T": range(4), "R": range(4, 9), "Rs": range(9, 13), "A": range(13, 17), "E": range(17, 22)}
ITEMS = [f"q{number}" for number in range(1, 23)]
MEMBERS = {name: [ITEMS[column] for column in columns] for name, columns in DIMENSIONS.items()}
RESAMPLES = 1000


class Watch:
    """Times the steps of the task, one after the other."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}
        self.work: dict[str, float] = {}

    def __call__(self, step: str, task: Callable[[], Any], scale: float = 1.0) -> Any:
        """Run a step once; ``scale`` multiplies a step of which only a part is run."""
        begin, worked = time.perf_counter(), time.process_time()
        answer = task()
        self.steps[step] = (time.perf_counter() - begin) * scale
        self.work[step] = (time.process_time() - worked) * scale
        return answer

    def tell(self, **answers: float) -> None:
        """Print elapsed and processor seconds of the steps, the peak memory and the answers to compare."""
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        sys.stdout.write(json.dumps({"steps": self.steps, "work": self.work, "peak": peak, "answers": answers}))

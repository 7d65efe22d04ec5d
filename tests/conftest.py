"""What every test may ask for."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder with data whose licence keeps it out of the repository."""
    folder = os.environ.get("BIHUAN_REFERENCE_DATA")
    if not folder:
        pytest.skip("BIHUAN_REFERENCE_DATA names no folder")
    return Path(folder)

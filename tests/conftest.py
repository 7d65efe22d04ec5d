"""What every test may ask for."""

import os
from pathlib import Path

import pytest

from tests.kit import World, make_world


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder with data whose licence keeps it out of the repository."""
    folder = os.environ.get("BIHUAN_REFERENCE_DATA")
    if not folder:
        pytest.skip("BIHUAN_REFERENCE_DATA names no folder")
    return Path(folder)


def pytest_configure() -> None:
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def world(db: None) -> World:
    """Company with stations North and South."""
    return make_world()

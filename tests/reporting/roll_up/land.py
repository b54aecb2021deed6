"""A province of six communes, each with a form, made once; every test has a copy of it."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.credentials import ENVIRONMENT
from sandbox.server import RunningSandbox, start
from tests.reporting.roll_up.made import Land, found_land, province

NAME = "province:6x600"
UNITS = tuple(f"don-vi-{number:03d}" for number in range(1, 7))


@pytest.fixture(scope="session")
def province_sandbox() -> Iterator[RunningSandbox]:
    with start(NAME) as running:
        yield running


@pytest.fixture(scope="session")
def made_land(tmp_path_factory: pytest.TempPathFactory, province_sandbox: RunningSandbox) -> Land:
    home = tmp_path_factory.mktemp("land")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        land = found_land(home, province_sandbox.url, NAME, province(6))
        land.make(UNITS)
    return land


@pytest.fixture
def land(tmp_path: Path, made_land: Land, credentials: None) -> Land:
    shutil.copytree(made_land.home, tmp_path / "land")
    home = tmp_path / "land"
    return replace(made_land, home=home, database_url=f"sqlite:///{home}/var/baocao.db")

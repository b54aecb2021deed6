"""Installations at every stage of a form's life, made once for each database by taking every step undisturbed."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from sandbox.server import start
from tests.crash.installation import LATER, NOW, Installation, Sources
from tests.crash.work import STEPS
from tests.crash.zygote import Zygote, start_zygote
from tests.postgres import PostgresServer, postgres_server

__all__ = ["postgres_server"]


@dataclass(frozen=True)
class Stage:
    """Before a step and after it, and how many transitions lie between."""

    step: str
    before: Installation
    after: Installation
    transitions: int


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    with start_zygote() as running:
        yield running


@pytest.fixture(scope="session")
def sources() -> Iterator[Sources]:
    with start("tiny", now=NOW) as first, start("tiny", now=NOW + LATER) as later:
        yield Sources(first.url, later.url)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def stages(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, zygote: Zygote, sources: Sources
) -> Iterator[dict[str, Stage]]:
    postgres: PostgresServer | None = None
    if request.param == "postgresql":
        postgres = request.getfixturevalue("postgres_server")
    folder = tmp_path_factory.mktemp("stages")
    made = [Installation.new(folder / "new", sources, zygote, postgres)]
    stages: dict[str, Stage] = {}
    for step in STEPS:
        made.append(made[-1].copy(folder / step))
        answer = made[-1].take(step)
        assert answer["exit_code"] == 0, answer
        stages[step] = Stage(step, made[-2], made[-1], answer["transitions"])
    yield stages
    for installation in made:
        installation.close()

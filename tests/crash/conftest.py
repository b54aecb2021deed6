"""Installations at every stage of a form's life, made once for each database by taking every step undisturbed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sandbox.server import start
from tests.crash.installation import LATER, NOW, Installation, Sources
from tests.crash.work import STEPS
from tests.crash.zygote import Zygote, start_zygote
from tests.postgres import PostgresServer
from tests.reporting.alerting.sinks import PostSink


@dataclass(frozen=True)
class Stage:
    """Before a step and after it, how many transitions lie between, at which an alert went out, and the alerts' keys."""

    step: str
    before: Installation
    after: Installation
    transitions: int
    posts: tuple[int, ...]
    told: frozenset[str]


class Stages:
    """The stages of one database; each is made when it is first asked for, with those before it."""

    def __init__(self, folder: Path, new: Installation, database: str) -> None:
        self.database = database
        self._folder = folder
        self._made = [new]
        self._stages: dict[str, Stage] = {}

    def __getitem__(self, step: str) -> Stage:
        for name in list(STEPS)[len(self._stages) : list(STEPS).index(step) + 1]:
            self._stages[name] = self._make(name)
        return self._stages[step]

    def _make(self, step: str) -> Stage:
        before = self._made[-1]
        after = before.copy(self._folder / step)
        self._made.append(after)
        after.sources.take_told()
        answer = after.take(step)
        assert answer["exit_code"] == 0, answer
        told = after.sources.take_told()
        assert set(told.values()) <= {1}
        return Stage(step, before, after, answer["transitions"], tuple(answer["posts"]), frozenset(told))

    def close(self) -> None:
        for installation in self._made:
            installation.close()


@pytest.fixture(scope="session")
def zygote() -> Iterator[Zygote]:
    with start_zygote() as running:
        yield running


@pytest.fixture(scope="session")
def sources() -> Iterator[Sources]:
    with (
        start("tiny", now=NOW) as refusing,
        start("tiny", now=NOW) as first,
        start("tiny", now=NOW + LATER) as later,
        PostSink.running() as sink,
    ):
        refusing.set_fault("one_stop", "forbidden_403")
        yield Sources(refusing.url, first.url, later.url, sink)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def stages(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, zygote: Zygote, sources: Sources
) -> Iterator[Stages]:
    postgres: PostgresServer | None = None
    if request.param == "postgresql":
        postgres = request.getfixturevalue("postgres_server")
    folder = tmp_path_factory.mktemp("stages")
    stages = Stages(folder, Installation.new(folder / "new", sources, zygote, postgres), request.param)
    yield stages
    stages.close()

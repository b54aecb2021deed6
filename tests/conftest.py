"""What every test may use: the shipped configuration, and a sandbox that answers for one data set."""

from collections.abc import Iterator

import pytest

from baocao.catalogue import Catalogue
from baocao.settings import CHECKOUT_DIR
from sandbox.credentials import ENVIRONMENT
from sandbox.server import RunningSandbox, start


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue.read(CHECKOUT_DIR / "config")


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def _tiny_server() -> Iterator[RunningSandbox]:
    with start("tiny") as running:
        yield running


@pytest.fixture
def tiny_sandbox(_tiny_server: RunningSandbox) -> Iterator[RunningSandbox]:
    """The smallest data set, without faults."""
    _tiny_server.clear_faults()
    yield _tiny_server
    _tiny_server.clear_faults()

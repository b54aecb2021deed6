"""One fixture asks any connector of the sandbox."""

import pytest

from baocao.catalogue import Catalogue
from sandbox.server import RunningSandbox
from tests.connectors.suite import ENTRIES, Ask, Asked, Entry, assignment, connector


@pytest.fixture(params=ENTRIES, ids=lambda entry: entry.source_code)
def entry(request: pytest.FixtureRequest) -> Entry:
    found: Entry = request.param
    return found


@pytest.fixture
def ask(entry: Entry, catalogue: Catalogue, tiny_sandbox: RunningSandbox, credentials: None) -> Ask:
    def make(**overrides: object) -> Asked:
        given = assignment(catalogue, entry, tiny_sandbox.url, **overrides)  # type: ignore[arg-type]
        return Asked(entry, connector(catalogue, entry), given)

    return make

"""Real servers that take alerts, and an office that sends them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.server import RunningSandbox
from tests.reporting.alerting.offices import AlertOffice
from tests.reporting.alerting.sinks import Authority, MailSink, PostSink, make_authority


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A certificate authority of the province's own, and a certificate for this machine."""
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def mail_sink(authority: Authority) -> Iterator[MailSink]:
    """A mail server that insists on STARTTLS and a password."""
    with MailSink.running(authority) as sink:
        yield sink


@pytest.fixture
def post_sink() -> Iterator[PostSink]:
    with PostSink.running() as sink:
        yield sink


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def office(home: Path, database_url: str, tiny_sandbox: RunningSandbox, credentials: None) -> AlertOffice:
    """On SQLite and on PostgreSQL."""
    return AlertOffice.make(home, database_url, tiny_sandbox.url)


@pytest.fixture
def small_office(home: Path, migrated_sqlite_url: str, tiny_sandbox: RunningSandbox, credentials: None) -> AlertOffice:
    """On SQLite only."""
    return AlertOffice.make(home, migrated_sqlite_url, tiny_sandbox.url)

"""What the contract tests of every connector share: which dialect, how to ask the sandbox, what must come out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from baocao.catalogue import Catalogue
from baocao.catalogue.sources import Limits, Pace
from baocao.domain import RawPayload, Window
from connectors.contract import Assignment, Connector, Parsed
from connectors.registry import connector_of
from sandbox.credentials import ENVIRONMENT

WINDOW = Window(date(2025, 9, 15), date(2025, 12, 14))
QUICK = Limits(connect_s=1, read_s=1.5, total_s=3, answer_mb=8, attempts=3, retry_after_s=2, backoff_s=0.02)


@dataclass(frozen=True)
class Entry:
    """One connector under test; add one for a new dialect and it gets the whole suite."""

    source_code: str
    system: str
    kind: str
    needed_field: str
    options: Mapping[str, Any] = field(default_factory=dict)


ENTRIES = (
    Entry("documents_qlvb", "documents", "documents", "congVanDenDi", {"page_size": 20}),
    Entry("one_stop_igate", "one_stop", "dossiers", "acceptedDate", {"page_size": 25}),
    Entry("portal_dvcqg", "portal", "procedures", "MUCDO"),
)


def assignment(
    catalogue: Catalogue, entry: Entry, url: str, *, secret: str | None = None, limits: Limits = QUICK
) -> Assignment:
    source = catalogue.source(entry.source_code)
    unit = catalogue.unit("dac-khu")
    return Assignment(
        source=source.model_copy(
            update={
                "limits": limits,
                "pace": Pace(requests_per_s=1000, at_once=8),
                "options": {**source.options, **entry.options},
                "lookback_days": 0,
            }
        ),
        base_url=url,
        unit_code=unit.unit_code,
        unit_key=unit.source_keys[entry.source_code],
        window=WINDOW,
        secret=secret or ENVIRONMENT[source.auth.secret.removeprefix("env:")],
        clock=lambda: datetime(2025, 12, 15, tzinfo=UTC),
    )


def connector(catalogue: Catalogue, entry: Entry) -> Connector:
    return connector_of(catalogue.source(entry.source_code))


@dataclass(frozen=True)
class Asked:
    """A connector pointed at a sandbox."""

    entry: Entry
    connector: Connector
    assignment: Assignment

    def fetch(self) -> list[RawPayload]:
        return list(self.connector.fetch(self.assignment))

    def parse(self, payloads: list[RawPayload]) -> Parsed:
        return self.connector.parse(payloads, source_code=self.entry.source_code, unit_code="dac-khu")

    def collect(self) -> Parsed:
        return self.parse(self.fetch())


Ask = Callable[..., Asked]

"""What the contract tests of every connector share: which dialect, how to ask the sandbox, what must come out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest

from baocao.catalogue import Catalogue, Source
from baocao.catalogue.sources import Limits, PaceLimits, Sources
from baocao.catalogue.yaml_files import read_yaml
from baocao.domain import RawPayload, Window
from baocao.settings import CHECKOUT_DIR
from connectors.contract import Assignment, Connector, ParseResult
from connectors.registry import connector_of
from sandbox.credentials import ENVIRONMENT
from sandbox.server import RunningSandbox

WINDOW = Window(date(2025, 9, 15), date(2025, 12, 14))
PATIENT = Limits(connect_s=60, read_s=120, total_s=120, answer_mb=8, attempts=3, retry_after_s=2, backoff_s=0.02)
"""Little is waited between tries, but a sandbox on a busy machine is waited for."""


@dataclass(frozen=True)
class Entry:
    """One connector under test; add one for a new dialect and it gets the whole suite.

    `system` is the sandbox's name for what plays it, `mount` where it is played; `kind` the records looked at, of which
    there are at least `least`. With a `unit_key`, the source is the one of `config/examples/sources-<source code>.yaml`;
    without, it is in `config/`. `without` names the faults this dialect cannot have, each with the reason: they are no
    cases of the tests of faults, and its records stay as they are under them.
    """

    source_code: str
    system: str
    kind: str
    needed_field: str
    options: Mapping[str, Any] = field(default_factory=dict)
    unit_key: str | None = None
    mount: str = ""
    least: int = 11
    sign_in_requests: int = 1
    without: Mapping[str, str] = field(default_factory=dict)


LISTING_FAULTS = ("repeat_page", "lose_row", "never_ends")
IN_ONE_ANSWER = dict.fromkeys(LISTING_FAULTS, "everything comes in one answer")
NO_TOTAL = {
    "repeat_page": "everything comes in one answer",
    "lose_row": "its one answer names no total: a lost row cannot be known, and nothing proves the rest whole",
}
NO_CODES = {"unknown_status": "a statistic has no codes"}
NO_TOKEN = {"token_dies": "there is no token"}
NO_ACCOUNT = {**NO_TOKEN, "wrong_password": "a public interface: nobody signs in"}
ENTRIES = (
    Entry("documents_qlvb", "documents", "documents", "congVanDenDi", {"page_size": 20}),
    Entry("one_stop_igate", "one_stop", "dossiers", "acceptedDate", {"page_size": 25}),
    Entry("portal_dvcqg", "portal", "procedures", "MUCDO", without=NO_TOTAL),
    Entry(
        "one_stop_igate_lgsp", "lgsp", "dossiers", "acceptedDate", {"page_size": 25}, "64f0c1a2b3d4e5f607182951",
        "/lgsp", sign_in_requests=2,
    ),
    Entry(
        "one_stop_igate_statistics", "one_stop", "tallies", "received", {"online_by": "applied"},
        "64f0c1a2b3d4e5f607182951", least=7,
        without={
            **NO_CODES,
            **dict.fromkeys(LISTING_FAULTS, "only the day of the probe is listed"),
        },
    ),
    Entry(
        "one_stop_opencps", "opencps", "tallies", "dossierOnline4Count", {"page_size": 3}, "H98.51", "/opencps", 3,
        without={**NO_CODES, **NO_TOKEN},
    ),
    Entry("one_stop_tandan", "tandan", "dossiers", "ngayTiepNhan", {"page_size": 25}, "H98.51", "/tandan"),
    Entry(
        "documents_axis", "axis", "documents", "senderDocId", {"statistic": True}, "H98.51", "/vxp",
        without={**IN_ONE_ANSWER, **NO_TOKEN},
    ),
    Entry(
        "portal_evaluation", "evaluation", "tallies", "fullCount", {}, "019d2bfd-0000-7000-8000-e5f607182951", least=7,
        without={**IN_ONE_ANSWER, **NO_CODES, **NO_ACCOUNT},
    ),
)  # fmt: skip


def each_entry(names: str, cases: Iterable[tuple[Any, ...]]) -> pytest.MarkDecorator:
    """Parametrize `entry` and these names: every case with every dialect that can have its fault, which comes first."""
    values = [
        pytest.param(entry, *case, id="-".join((entry.source_code, *map(str, case))))
        for case in cases
        for entry in ENTRIES
        if case[0] not in entry.without
    ]
    return pytest.mark.parametrize(("entry", *names.split()), values)


def assignment(
    catalogue: Catalogue, entry: Entry, url: str, *, secret: str | None = None, limits: Limits = PATIENT
) -> Assignment:
    source = source_of(catalogue, entry)
    unit = catalogue.unit("dac-khu")
    return Assignment(
        source=source.model_copy(
            update={
                "limits": limits,
                "pace": PaceLimits(requests_per_s=1000, at_once=8),
                "options": {**source.options, **entry.options},
                "lookback_days": 0,
            }
        ),
        base_url=url + entry.mount,
        unit_code=unit.unit_code,
        unit_key=entry.unit_key or unit.source_keys[entry.source_code],
        window=WINDOW,
        secret=secret or ENVIRONMENT.get(source.auth.secret.removeprefix("env:"), ""),
        clock=lambda: datetime(2025, 12, 15, tzinfo=UTC),
    )


def source_of(catalogue: Catalogue, entry: Entry) -> Source:
    if entry.unit_key is None:
        return catalogue.source(entry.source_code)
    return example_source(entry.source_code)


@cache
def example_source(source_code: str) -> Source:
    """The source as the example shows it, so that every example is one that works."""
    found = read_yaml(CHECKOUT_DIR / "config" / "examples" / f"sources-{source_code}.yaml", Sources)
    return found.sources[source_code].model_copy(update={"source_code": source_code})


def connector(catalogue: Catalogue, entry: Entry) -> Connector:
    return connector_of(source_of(catalogue, entry))


@dataclass(frozen=True)
class Asked:
    """A connector pointed at a sandbox."""

    entry: Entry
    connector: Connector
    assignment: Assignment

    def fetch(self) -> list[RawPayload]:
        return list(self.connector.fetch(self.assignment))

    def parse(self, payloads: list[RawPayload]) -> ParseResult:
        return self.connector.parse(payloads, source_code=self.entry.source_code, unit_code="dac-khu")

    def collect(self) -> ParseResult:
        return self.parse(self.fetch())


Ask = Callable[..., Asked]


def asked(catalogue: Catalogue, sandbox: RunningSandbox, source_code: str) -> Asked:
    entry = next(entry for entry in ENTRIES if entry.source_code == source_code)
    return Asked(entry, connector(catalogue, entry), assignment(catalogue, entry, sandbox.url))


def with_option(one: Asked, **options: object) -> Asked:
    source = one.assignment.source
    source = source.model_copy(update={"options": {**source.options, **options}})
    return replace(one, assignment=replace(one.assignment, source=source))

"""What the store is asked by, and what it says about a run: keys, vintages, collections, kept payloads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from baocao.domain import Period, SourceFailure, Window


@dataclass(frozen=True, slots=True)
class FormKey:
    """One form one unit owes for one period: what leases are taken on and vintages are numbered within."""

    unit_code: str
    form_code: str
    period: Period

    def __str__(self) -> str:
        return f"{self.unit_code}/{self.form_code}/{self.period}"


@dataclass(frozen=True, slots=True)
class VintageKey:
    """One state of knowledge about a form: 1 is the first run, 2 the next, whatever became of the first."""

    unit_code: str
    form_code: str
    period: Period
    vintage: int

    @property
    def form_key(self) -> FormKey:
        return FormKey(self.unit_code, self.form_code, self.period)

    def __str__(self) -> str:
        return f"{self.form_key}/v{self.vintage}"


class VintageStatus(StrEnum):
    """How far the making of a vintage has come; not how far its form is (FormStage).

    `whole`: figures, form and check results are all there, whatever the checks said (`exit_code` tells); it is stored
    as `checked`, as it was from the first schema. `failed` ended without a form, or its run died and another one found
    it so.
    """

    RUNNING = "running"
    COLLECTED = "collected"
    WHOLE = "checked"
    FAILED = "failed"


UNDER_WAY = (VintageStatus.RUNNING, VintageStatus.COLLECTED)


@dataclass(frozen=True, slots=True)
class Vintage:
    """One run's entry. `known_at`, `exit_code` come with its end; `reason` says why it failed.

    `replayed_from` is the number of the vintage whose kept answers it was made from, where it was not asked anew.
    """

    key: VintageKey
    status: VintageStatus
    opened_at: datetime
    code_version: str
    config_hash: str
    holder: str
    known_at: datetime | None = None
    exit_code: int | None = None
    reason: str = ""
    replayed_from: int | None = None

    @property
    def is_whole(self) -> bool:
        return self.status is VintageStatus.WHOLE

    @property
    def is_under_way(self) -> bool:
        return self.status in UNDER_WAY


@dataclass(frozen=True, slots=True)
class KeptPayload:
    """A kept payload without its body.

    The same body can be the answer to many requests: `sha256` is of the body, `entry_sha256` of everything
    said here, so that the same answer to another request, or at another time, is another entry.
    """

    entry_sha256: str
    source_code: str
    unit_code: str
    window: Window
    request: Mapping[str, Any]
    fetched_at: datetime
    media_type: str
    sha256: str
    body_bytes: int
    answer_sha256: str
    answer_bytes: int


@dataclass(frozen=True, slots=True)
class Collection:
    """What asking one source for one unit and period gave: its payloads in order, or why there are none."""

    source_code: str
    unit_code: str
    period: Period
    payloads: tuple[KeptPayload, ...]
    started_at: datetime
    ended_at: datetime
    failure: SourceFailure | None = None

    @property
    def payload_hashes(self) -> tuple[str, ...]:
        return tuple(payload.sha256 for payload in self.payloads)


@dataclass(frozen=True, slots=True)
class Capture:
    """One attempt to take a source's stocks at the cut-off of a period: its payloads, or why there are none."""

    source_code: str
    unit_code: str
    period: Period
    attempt: int
    payloads: tuple[KeptPayload, ...]
    started_at: datetime
    ended_at: datetime
    failure: SourceFailure | None = None

    @property
    def captured_at(self) -> datetime:
        """When the source was first asked: its stocks are of that instant."""
        return min((payload.fetched_at for payload in self.payloads), default=self.started_at)

    @property
    def collection(self) -> Collection:
        """The capture as what a vintage is made from."""
        return Collection(
            self.source_code, self.unit_code, self.period, self.payloads, self.started_at, self.ended_at, self.failure
        )


class HandInOutcome(StrEnum):
    """What became of a file a unit handed in."""

    ACCEPTED = "accepted"
    SENT_BACK = "sent_back"


@dataclass(frozen=True, slots=True)
class HandIn:
    """One file a unit handed in for a period, as the how manieth, and what was answered.

    `said` holds the answer, the findings by their check and cells, and the explanations given. `payloads` are the
    file and, where it was accepted, the figures read from it. `message_key` tells one message from another, so that
    none is taken twice; `answered_at` is None until the answer has gone out.
    """

    unit_code: str
    period: Period
    number: int
    form_code: str
    received_at: datetime
    channel: str
    outcome: HandInOutcome
    said: Mapping[str, Any] = field(default_factory=dict)
    payloads: tuple[KeptPayload, ...] = ()
    message_key: str | None = None
    answered_at: datetime | None = None

    @property
    def is_accepted(self) -> bool:
        return self.outcome is HandInOutcome.ACCEPTED

    @property
    def form_key(self) -> FormKey:
        return FormKey(self.unit_code, self.form_code, self.period)

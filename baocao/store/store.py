"""The store: all a run keeps, and all that is asked of the past. Threads may share one."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any, Self

from baocao.domain import CheckResult, FilledForm, Observation, Period, RawPayload, SourceFailure
from baocao.store.alerts.incidents import StoredIncidents
from baocao.store.alerts.outbox import StoredOutbox
from baocao.store.database.opening import Database, open_database
from baocao.store.errors import PayloadDamagedError
from baocao.store.files.payloads import PayloadStore, Removed
from baocao.store.keys import Collection, FormKey, KeptPayload, Vintage, VintageKey
from baocao.store.leasing.heartbeat import hold_lease
from baocao.store.leasing.holders import name_process
from baocao.store.leasing.leases import DEFAULT_TTL, Lease, renew_lease
from baocao.store.leasing.turns import StoredTurns
from baocao.store.monitor import Monitor
from baocao.store.releases import configurations as release_configurations
from baocao.store.releases import mentions, release_log
from baocao.store.releases.release_log import LogEntry, LogFault
from baocao.store.runs import collecting, contents, finishing, overview, vintages
from baocao.store.runs import collection_attempts as attempts
from baocao.store.runs.captures import StoredCaptures
from baocao.store.runs.histories import StoredHistories
from baocao.store.runs.overview import FormState
from baocao.store.serial.translation import raw_payload_of, vintage_of


def open_store(database_url: str, payload_url: str) -> "Store":
    """Open both halves. Raise ConfigError where one of them cannot be used."""
    return Store(open_database(database_url), PayloadStore(payload_url))


class Store:
    """Payloads, vintages and leases of one installation.

    Everything that asks about a vintage raises NotInStoreError where there is none; everything raises
    StoreUnavailableError where the database or the payload folder does not answer.
    """

    def __init__(self, database: Database, payloads: PayloadStore) -> None:
        self._database = database
        self._payloads = payloads
        self.turns = StoredTurns(database)
        self.captures = StoredCaptures(database, payloads)
        self.monitor = Monitor(database)
        self.histories = StoredHistories(database)
        self.incidents = StoredIncidents(database)
        self.outbox = StoredOutbox(database)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._payloads.close()
        self._database.close()

    def keep_payload(self, payload: RawPayload) -> KeptPayload:
        """Keep an answer before anything reads it: the body's file, then the entry. Twice is as good as once.

        Raise PayloadDamagedError where the body is not what its hash says.
        """
        if self._payloads.put(payload.body) != payload.sha256:
            raise PayloadDamagedError(f"{payload.source_code}: the body given has not the hash {payload.sha256}")
        with self._database.writing() as session:
            return collecting.keep_entry(session, payload)

    def open_collection(self, key: VintageKey, opened: Collection) -> int:
        """Begin a collection and give its number. Until closed it counts as interrupted."""
        with self._database.writing() as session:
            return attempts.open_attempt(session, key, opened)

    def keep_payloads(
        self, key: VintageKey, collection_id: int, payloads: Sequence[RawPayload], *, first: int
    ) -> tuple[KeptPayload, ...]:
        """Keep a block of answers as the collection's, from position `first` on: all the files, then all the entries.

        Raise PayloadDamagedError where a body is not what its hash says.
        """
        kept = self._payloads.put_all([payload.body for payload in payloads])
        if kept != [payload.sha256 for payload in payloads]:
            raise PayloadDamagedError(f"{payloads[0].source_code}: a body given has not the hash it is given with")
        with self._database.writing() as session:
            return attempts.enter_payloads(session, key, collection_id, payloads, first)

    def close_collection(
        self, key: VintageKey, collection_id: int, *, ended_at: datetime, failure: SourceFailure | None = None
    ) -> None:
        """Say how a collection ended."""
        with self._database.writing() as session:
            attempts.close_attempt(session, key, collection_id, ended_at, failure)

    def interrupted_payloads(self, key: VintageKey, source_code: str, *, since: datetime) -> tuple[KeptPayload, ...]:
        """What the form's last attempt at a source kept before it was interrupted; none where it ended otherwise."""
        with self._database.reading() as session:
            return attempts.list_interrupted(session, key, source_code, since)

    def load_payload(self, kept: KeptPayload) -> RawPayload:
        """Raise PayloadDamagedError where the body is missing or was changed."""
        return raw_payload_of(kept, self._payloads.get(kept.sha256))

    def lease(
        self, form_key: FormKey, holder: str | None = None, ttl: timedelta = DEFAULT_TTL
    ) -> AbstractContextManager[Lease]:
        """Hold the form while the block lasts; raise LeaseHeldError while another run does.

        A vintage can be written only within the block of the lease it was opened under.
        """
        return hold_lease(self._database, form_key, holder or name_process(), ttl)

    def renew_lease(self, lease: Lease) -> None:
        """Raise LeaseLostError where another run has taken over. Renewing as such happens by itself."""
        renew_lease(self._database, lease)

    def open_vintage(
        self,
        lease: Lease,
        *,
        opened_at: datetime,
        code_version: str,
        config_hash: str,
        replayed_from: int | None = None,
    ) -> VintageKey:
        """Begin the form's next vintage: 1, 2, 3, …"""
        with self._database.writing() as session:
            return vintages.open_vintage(session, lease, opened_at, code_version, config_hash, replayed_from)

    def keep_collection(self, key: VintageKey, collection: Collection) -> None:
        """Say what one source gave, once it is done; a later attempt at the same source comes in its place."""
        with self._database.writing() as session:
            collecting.keep_collection(session, key, collection)

    def mark_collected(self, key: VintageKey) -> None:
        """Say that all sources were asked."""
        with self._database.writing() as session:
            finishing.mark_collected(session, key)

    def finish_vintage(
        self,
        key: VintageKey,
        *,
        observations: Iterable[Observation],
        filled_form: FilledForm,
        check_results: Iterable[CheckResult],
        failures: Iterable[SourceFailure] = (),
        known_at: datetime,
        exit_code: int,
    ) -> None:
        """Write all a run found out in one transaction. Twice the same is as good as once.

        Raise LeaseLostError or VintageFinishedError, having written nothing, where the run may not write.
        """
        with self._database.writing() as session:
            finishing.finish_vintage(
                session,
                key,
                observations=observations,
                filled_form=filled_form,
                check_results=check_results,
                failures=failures,
                known_at=known_at,
                exit_code=exit_code,
            )

    def fail_vintage(
        self, key: VintageKey, *, exit_code: int, reason: str, failures: Iterable[SourceFailure] = ()
    ) -> None:
        """Close a vintage whose run came to no form."""
        with self._database.writing() as session:
            finishing.fail_vintage(session, key, exit_code=exit_code, reason=reason, failures=failures)

    def vintage(self, key: VintageKey) -> Vintage:
        with self._database.reading() as session:
            return vintage_of(vintages.find_vintage(session, key))

    def vintages(self, form_key: FormKey) -> tuple[Vintage, ...]:
        """All of a form, whatever became of them, the first first."""
        with self._database.reading() as session:
            return vintages.list_vintages(session, form_key)

    def latest_vintage(self, form_key: FormKey, as_of: datetime | None = None) -> Vintage | None:
        """The last whole vintage, or the last of those known at `as_of`; None where there is none."""
        with self._database.reading() as session:
            row = vintages.find_latest(session, form_key, as_of)
            return vintage_of(row) if row else None

    def latest_vintages(self, form_code: str, period: Period) -> dict[str, int]:
        """The number of the last whole vintage of every unit that has one, by unit code."""
        with self._database.reading() as session:
            return overview.latest_numbers(session, form_code, period)

    def form_states(self, periods: Iterable[Period]) -> tuple[FormState, ...]:
        """How every form of the periods stands, in as many questions for one unit as for thousands."""
        with self._database.reading() as session:
            return overview.list_states(session, periods)

    def collections(self, key: VintageKey) -> tuple[Collection, ...]:
        """What each source gave in the end, in the order in which they were done."""
        with self._database.reading() as session:
            return collecting.list_collections(session, key)

    def payloads(self, key: VintageKey) -> tuple[KeptPayload, ...]:
        """All payloads of a vintage, source by source, in the order in which they were fetched."""
        return tuple(payload for collection in self.collections(key) for payload in collection.payloads)

    def observations(self, key: VintageKey) -> tuple[Observation, ...]:
        with self._database.reading() as session:
            return contents.read_observations(session, key)

    def filled_form(self, key: VintageKey) -> FilledForm:
        """Raise NotInStoreError where the vintage is not whole, FormDamagedError where the form was changed."""
        with self._database.reading() as session:
            return contents.read_form(session, key)

    def check_results(self, key: VintageKey) -> tuple[CheckResult, ...]:
        with self._database.reading() as session:
            return contents.read_check_results(session, key)

    def failures(self, key: VintageKey) -> tuple[SourceFailure, ...]:
        """The sources the run could not read."""
        with self._database.reading() as session:
            return contents.read_failures(session, key)

    def keep_file(self, content: bytes) -> str:
        """Keep a file of ours content-addressed beside the payloads; returns its sha256."""
        return self._payloads.put(content)

    def load_file(self, sha256: str) -> bytes:
        """Raise PayloadDamagedError where it is missing or was changed."""
        return self._payloads.get(sha256)

    def keep_configuration(self, config_hash: str, bundle: bytes, kept_at: datetime) -> None:
        """Keep the whole configuration folder a run was made with."""
        sha256 = self._payloads.put(bundle)
        with self._database.writing() as session:
            release_configurations.keep_configuration(session, config_hash, sha256, kept_at)

    def find_configuration(self, config_hash: str) -> str | None:
        """The sha256 of the kept folder's bundle (see `load_file`); None where it was never kept."""
        with self._database.reading() as session:
            return release_configurations.find_bundle(session, config_hash)

    def kept_hashes(self) -> tuple[str, ...]:
        """Every payload and configuration the database speaks of, by sha256."""
        with self._database.reading() as session:
            return release_configurations.list_kept_hashes(session)

    def remove_unmentioned(self, before: datetime, *, only_count: bool = False) -> Removed:
        """Remove files of the payload folder that no table speaks of and nobody has used since `before`.

        A run keeps a body before it enters it, so `before` must lie well back.
        """
        with self._database.reading() as session:
            mentioned = mentions.find_mentioned_hashes(session)
        return self._payloads.remove_unmentioned(mentioned, before, only_count=only_count)

    def copy_bodies(self, hashes: Iterable[str], payload_url: str) -> tuple[int, tuple[str, ...]]:
        """Copy kept bodies to another payload folder; how many were new there, and those missing or changed here."""
        other, new, damaged = PayloadStore(payload_url), 0, []
        for sha256 in hashes:
            try:
                new += self._payloads.copy_to(other, sha256)
            except PayloadDamagedError:
                damaged.append(sha256)
        return new, tuple(damaged)

    def append_to_log(
        self, form_key: FormKey, kind: str, at: datetime, content: Mapping[str, Any], *, after: str
    ) -> LogEntry:
        """Add an entry to the release log. `after` is the hash of the form's last entry as the caller knows it, or "".

        Raise LogMovedError, having written nothing, where it no longer is.
        """
        with self._database.writing() as session:
            return release_log.append_entry(session, form_key, kind, at, content, after)

    def release_log(self, form_key: FormKey | None = None, *, intact_only: bool = False) -> tuple[LogEntry, ...]:
        """The entries of one form, or all, in order; LogDamagedError at a changed one unless only intact ones count."""
        with self._database.reading() as session:
            return release_log.list_entries(session, form_key, intact_only=intact_only)

    def log_faults(self) -> tuple[LogFault, ...]:
        """What is wrong with the chain of the release log."""
        with self._database.reading() as session:
            return tuple(release_log.find_log_faults(session))

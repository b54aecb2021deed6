"""The store: all a run keeps, and all that is asked of the past. Threads may share one."""

from typing import Self

from baocao.store.alerts.incidents import StoredIncidents
from baocao.store.alerts.outbox import StoredOutbox
from baocao.store.database.opening import Database, open_database, open_empty_database
from baocao.store.files.payloads import PayloadStore
from baocao.store.files.stored_payloads import StoredConfigurations, StoredPayloads
from baocao.store.leasing.holding import StoredLeases
from baocao.store.leasing.rate_limits import StoredRateLimits
from baocao.store.monitor import Monitor
from baocao.store.people.accounts import StoredPeople
from baocao.store.people.journal import StoredJournal
from baocao.store.people.sessions import StoredAttempts, StoredSessions
from baocao.store.release_log import StoredReleases
from baocao.store.remarks import StoredRemarks
from baocao.store.runs.captures import StoredCaptures
from baocao.store.runs.contents import StoredContents
from baocao.store.runs.given import StoredGiven
from baocao.store.runs.hand_ins import StoredHandIns
from baocao.store.runs.histories import StoredHistories
from baocao.store.runs.roots import StoredRoots
from baocao.store.runs.stored_collections import StoredCollections
from baocao.store.runs.vintages import StoredVintages
from baocao.store.typed_entries import StoredTypedEntries


def open_store(database_url: str, payload_url: str) -> "Store":
    """Open both halves. Raise ConfigError where one of them cannot be used."""
    files = PayloadStore(payload_url)
    return Store(open_database(database_url), files)


def open_empty_store(payload_url: str) -> "Store":
    """A store with nothing in it, forgotten afterwards: for looking where none was made yet."""
    return Store(open_empty_database(), PayloadStore(payload_url))


class Store:
    """All that one installation keeps, by rooms; `files` are bodies and files of ours by their sha256.

    Everything that asks about a vintage raises NotInStoreError where there is none; everything raises
    StoreUnavailableError where the database or the payload folder does not answer.
    """

    def __init__(self, database: Database, files: PayloadStore) -> None:
        self._database = database
        self.files = files
        self.payloads = StoredPayloads(database, files)
        self.leases = StoredLeases(database)
        self.rate_limits = StoredRateLimits(database)
        self.vintages = StoredVintages(database)
        self.collections = StoredCollections(database, files)
        self.contents = StoredContents(database)
        self.histories = StoredHistories(database)
        self.captures = StoredCaptures(database, files)
        self.hand_ins = StoredHandIns(database, files)
        self.configurations = StoredConfigurations(database, files)
        self.releases = StoredReleases(database)
        self.roots = StoredRoots(database, files)
        self.given = StoredGiven(database, files)
        self.typed_entries = StoredTypedEntries(database)
        self.remarks = StoredRemarks(database)
        self.incidents = StoredIncidents(database)
        self.outbox = StoredOutbox(database)
        self.monitor = Monitor(database)
        self.people = StoredPeople(database)
        self.sessions = StoredSessions(database)
        self.attempts = StoredAttempts(database)
        self.journal = StoredJournal(database)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.files.close()
        self._database.close()

"""What was collected: which payloads of which sources a vintage is made of.

A collection is opened as interrupted, its payloads are entered block by block, and it is closed with its outcome. A run
that is killed thus leaves a collection that says so and holds what it had kept: the next one goes on from there.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.orm import Session

from baocao.domain import RawPayload, SourceFailure
from baocao.errors import SourceUnavailableError
from baocao.store.database.opening import Database
from baocao.store.files.payloads import PayloadStore
from baocao.store.files.stored_payloads import enter_payloads, keep_bodies
from baocao.store.keys import Collection, KeptPayload, VintageKey
from baocao.store.runs.vintage_rows import find_vintage, find_writable_vintage, select_vintages
from baocao.store.serial.forms import dump_failure, load_failure
from baocao.store.serial.translation import collection_columns, collection_of, kept_payload_of
from baocao.store.tables.rows import CollectionPayloadRow, CollectionRow, PayloadRow, VintageRow

INTERRUPTED = "Interrupted"
GOING_ON_AFTER = frozenset({INTERRUPTED, SourceUnavailableError.__name__})


class StoredCollections:
    """The collections of one installation."""

    def __init__(self, database: Database, files: PayloadStore) -> None:
        self._database = database
        self._files = files

    def open(self, key: VintageKey, opened: Collection) -> int:
        """Begin a collection and give its number. Until closed it counts as interrupted."""
        assert opened.failure is not None
        interrupted = replace(opened, failure=replace(opened.failure, kind=INTERRUPTED))
        with self._database.writing() as session:
            vintage_id = find_writable_vintage(session, key).vintage_id
            return _add(session, vintage_id, interrupted, _last_of(session, vintage_id, opened)).collection_id

    def enter(self, key: VintageKey, collection_id: int, payloads: Sequence[RawPayload], *, first: int) -> None:
        """Keep a block of answers as the collection's, from position `first` on: all the files, then all the entries.

        Raise PayloadDamagedError where a body is not what its hash says.
        """
        keep_bodies(self._files, payloads)
        with self._database.writing() as session:
            find_writable_vintage(session, key)
            _link(session, collection_id, enter_payloads(session, payloads), first)

    def close(
        self, key: VintageKey, collection_id: int, *, ended_at: datetime, failure: SourceFailure | None = None
    ) -> None:
        """Say how a collection ended."""
        with self._database.writing() as session:
            find_writable_vintage(session, key)
            row = session.get_one(CollectionRow, collection_id)
            row.ended_at, row.failure = ended_at, dump_failure(failure) if failure else None

    def keep(self, key: VintageKey, collection: Collection) -> None:
        """Say what one source gave, once it is done; a later attempt at the same source comes in its place.

        Nothing happens where it says what the last attempt said.
        """
        with self._database.writing() as session:
            vintage_id = find_writable_vintage(session, key).vintage_id
            last = _last_of(session, vintage_id, collection)
            if last is None or _read(session, last) != collection:
                row = _add(session, vintage_id, collection, last)
                _link(session, row.collection_id, [payload.entry_sha256 for payload in collection.payloads])

    def list(self, key: VintageKey, source_code: str | None = None) -> tuple[Collection, ...]:
        """What each source, or the one named, gave in the end (its last attempt), in the order in which they were first
        done.
        """
        with self._database.reading() as session:
            rows = select(CollectionRow).where(CollectionRow.vintage_id == find_vintage(session, key).vintage_id)
            if source_code is not None:
                rows = rows.where(CollectionRow.source_code == source_code)
            found = session.scalars(rows.order_by(CollectionRow.collection_id))
            last = {(row.source_code, row.unit_code, row.period_code): row for row in found}
            return tuple(_read(session, row) for row in last.values())

    def list_payloads(self, key: VintageKey) -> tuple[KeptPayload, ...]:
        """All payloads of a vintage, source by source, in the order in which they were fetched."""
        return tuple(payload for collection in self.list(key) for payload in collection.payloads)

    def last_successes(self) -> dict[str, datetime]:
        """When each source last gave all it was asked for, any unit; none of one that never did."""
        ended_at = func.max(CollectionRow.ended_at, type_=CollectionRow.ended_at.type)
        rows = select(CollectionRow.source_code, ended_at).where(CollectionRow.failure.is_(None))
        with self._database.reading() as session:
            return {row.source_code: row[1] for row in session.execute(rows.group_by(CollectionRow.source_code))}

    def find_interrupted(self, key: VintageKey, source_code: str, *, since: datetime) -> tuple[KeptPayload, ...]:
        """What the form's last attempt at a source kept before it was interrupted or the source went away.

        None where it ended in another way, began before `since`, or was made by another version of the code.
        """
        with self._database.reading() as session:
            version = find_vintage(session, key).code_version
            vintages = select_vintages(key.form_key).where(VintageRow.code_version == version)
            rows = (
                select(CollectionRow)
                .join(VintageRow, VintageRow.vintage_id == CollectionRow.vintage_id)
                .where(CollectionRow.vintage_id.in_(vintages.with_only_columns(VintageRow.vintage_id)))
                .where(CollectionRow.source_code == source_code, CollectionRow.unit_code == key.unit_code)
                .order_by(VintageRow.number.desc(), CollectionRow.attempt.desc())
            )
            last = session.scalars(rows).first()
            if last is None or last.failure is None or last.started_at < since:
                return ()
            return _payloads_of(session, last) if load_failure(last.failure).kind in GOING_ON_AFTER else ()


def _add(session: Session, vintage_id: int, collection: Collection, last: CollectionRow | None) -> CollectionRow:
    attempt = last.attempt + 1 if last else 1
    row = CollectionRow(vintage_id=vintage_id, attempt=attempt, **collection_columns(collection))
    session.add(row)
    session.flush()
    return row


def _last_of(session: Session, vintage_id: int, collection: Collection) -> CollectionRow | None:
    same: tuple[ColumnElement[bool], ...] = (
        CollectionRow.vintage_id == vintage_id,
        CollectionRow.source_code == collection.source_code,
        CollectionRow.unit_code == collection.unit_code,
        CollectionRow.period_code == collection.period.code,
    )
    return session.scalars(select(CollectionRow).where(*same).order_by(CollectionRow.attempt.desc())).first()


def _link(session: Session, collection_id: int, entries: Sequence[str], first: int = 0) -> None:
    links = [
        {"collection_id": collection_id, "position": position, "entry_sha256": entry_sha256}
        for position, entry_sha256 in enumerate(entries, start=first)
    ]
    if links:
        session.execute(insert(CollectionPayloadRow), links)


def _read(session: Session, row: CollectionRow) -> Collection:
    return collection_of(row, _payloads_of(session, row))


def _payloads_of(session: Session, row: CollectionRow) -> tuple[KeptPayload, ...]:
    entries = session.scalars(
        select(PayloadRow)
        .join(CollectionPayloadRow, CollectionPayloadRow.entry_sha256 == PayloadRow.entry_sha256)
        .where(CollectionPayloadRow.collection_id == row.collection_id)
        .order_by(CollectionPayloadRow.position)
    )
    return tuple(kept_payload_of(entry) for entry in entries)

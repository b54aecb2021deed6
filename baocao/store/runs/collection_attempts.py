"""A collection while it grows: opened as interrupted, its payloads entered block by block, closed with its outcome.

A run that is killed thus leaves a collection that says so and holds what it had kept: the next one goes on from there.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from baocao.domain import RawPayload, SourceFailure
from baocao.errors import SourceUnavailableError
from baocao.store.keys import Collection, KeptPayload, VintageKey
from baocao.store.runs.vintages import find_vintage, find_writable_vintage, select_vintages
from baocao.store.serial.canonical import load_tagged
from baocao.store.serial.forms import dump_failure, load_failure
from baocao.store.serial.translation import collection_columns, kept_payload_of, payload_columns
from baocao.store.tables.rows import CollectionPayloadRow, CollectionRow, PayloadRow, VintageRow

INTERRUPTED = "Interrupted"
GOING_ON_AFTER = frozenset({INTERRUPTED, SourceUnavailableError.__name__})


def open_attempt(session: Session, key: VintageKey, opened: Collection) -> int:
    """Enter a collection that has just begun, and give its number; until it is closed it says it was interrupted."""
    assert opened.failure is not None
    vintage_id = find_writable_vintage(session, key).vintage_id
    same = (
        CollectionRow.vintage_id == vintage_id,
        CollectionRow.source_code == opened.source_code,
        CollectionRow.unit_code == opened.unit_code,
        CollectionRow.period_code == opened.period.code,
    )
    last = session.scalar(select(func.max(CollectionRow.attempt)).where(*same)) or 0
    failure = replace(opened.failure, kind=INTERRUPTED)
    columns = collection_columns(replace(opened, failure=failure))
    row = CollectionRow(vintage_id=vintage_id, attempt=last + 1, **columns)
    session.add(row)
    session.flush()
    return row.collection_id


def enter_payloads(
    session: Session, key: VintageKey, collection_id: int, payloads: Sequence[RawPayload], first: int
) -> tuple[KeptPayload, ...]:
    """Enter payloads whose bodies are kept already as the collection's, from position `first` on."""
    find_writable_vintage(session, key)
    columns = [payload_columns(payload) for payload in payloads]
    _insert_new_entries(session, columns)
    links = [
        {"collection_id": collection_id, "position": position, "entry_sha256": each["entry_sha256"]}
        for position, each in enumerate(columns, start=first)
    ]
    session.execute(insert(CollectionPayloadRow), links)
    return tuple(_kept(payload, each) for payload, each in zip(payloads, columns, strict=True))


def close_attempt(
    session: Session, key: VintageKey, collection_id: int, ended_at: datetime, failure: SourceFailure | None
) -> None:
    """Say how the collection ended."""
    find_writable_vintage(session, key)
    row = session.get_one(CollectionRow, collection_id)
    row.ended_at, row.failure = ended_at, dump_failure(failure) if failure else None


def list_interrupted(session: Session, key: VintageKey, source_code: str, since: datetime) -> tuple[KeptPayload, ...]:
    """What the last attempt at the source for this form kept before it was interrupted or the source went away.

    None where that attempt ended in another way, began before `since`, or was made by another version of the code.
    """
    vintage = find_vintage(session, key)
    vintages = select_vintages(key.form_key).where(VintageRow.code_version == vintage.code_version)
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


def _payloads_of(session: Session, row: CollectionRow) -> tuple[KeptPayload, ...]:
    entries = session.scalars(
        select(PayloadRow)
        .join(CollectionPayloadRow, CollectionPayloadRow.entry_sha256 == PayloadRow.entry_sha256)
        .where(CollectionPayloadRow.collection_id == row.collection_id)
        .order_by(CollectionPayloadRow.position)
    )
    return tuple(kept_payload_of(entry) for entry in entries)


def _insert_new_entries(session: Session, columns: Sequence[dict[str, Any]]) -> None:
    """In one statement for the block; an entry that is there already says the same."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(dialect.insert(PayloadRow).on_conflict_do_nothing(), list(columns))


def _kept(payload: RawPayload, columns: dict[str, Any]) -> KeptPayload:
    return KeptPayload(
        entry_sha256=columns["entry_sha256"],
        source_code=payload.source_code,
        unit_code=payload.unit_code,
        window=payload.window,
        request=load_tagged(columns["request"]),
        fetched_at=payload.fetched_at,
        media_type=payload.media_type,
        sha256=payload.sha256,
        body_bytes=len(payload.body),
        answer_sha256=payload.answer_sha256,
        answer_bytes=payload.answer_bytes,
    )

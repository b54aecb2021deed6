"""What was collected: payload entries, and which of them a vintage is made of."""

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from baocao.domain import RawPayload
from baocao.store.database.statements import insert_new
from baocao.store.keys import Collection, KeptPayload, VintageKey
from baocao.store.runs.vintages import find_vintage, find_writable_vintage
from baocao.store.serial.translation import collection_columns, collection_of, kept_payload_of, payload_columns
from baocao.store.tables.rows import CollectionPayloadRow, CollectionRow, PayloadRow


def keep_entry(session: Session, payload: RawPayload) -> KeptPayload:
    """The entry of a payload whose body is kept already; made where there is none."""
    columns = payload_columns(payload)
    key = {"entry_sha256": columns.pop("entry_sha256")}
    insert_new(session, PayloadRow, key, columns)
    return kept_payload_of(session.get_one(PayloadRow, key))


def keep_collection(session: Session, key: VintageKey, collection: Collection) -> None:
    """Add an attempt of a source; nothing happens where it says what the last one of that source said."""
    vintage_id = find_writable_vintage(session, key).vintage_id
    last = _last_attempt(session, vintage_id, collection)
    if last is not None and _read(session, last) == collection:
        return
    attempt = last.attempt + 1 if last else 1
    row = CollectionRow(vintage_id=vintage_id, attempt=attempt, **collection_columns(collection))
    session.add(row)
    session.flush()
    _link(session, row.collection_id, collection.payloads)


def list_collections(session: Session, key: VintageKey) -> tuple[Collection, ...]:
    """The last attempt of each source, in the order in which the sources were first done."""
    rows = session.scalars(
        select(CollectionRow)
        .where(CollectionRow.vintage_id == find_vintage(session, key).vintage_id)
        .order_by(CollectionRow.collection_id)
    )
    last = {(row.source_code, row.unit_code, row.period_code): row for row in rows}
    return tuple(_read(session, row) for row in last.values())


def _last_attempt(session: Session, vintage_id: int, collection: Collection) -> CollectionRow | None:
    return session.scalars(
        select(CollectionRow)
        .where(CollectionRow.vintage_id == vintage_id, CollectionRow.source_code == collection.source_code)
        .where(CollectionRow.unit_code == collection.unit_code)
        .where(CollectionRow.period_code == collection.period.code)
        .order_by(CollectionRow.attempt.desc())
    ).first()


def _link(session: Session, collection_id: int, payloads: Sequence[KeptPayload]) -> None:
    links = [
        {"collection_id": collection_id, "position": position, "entry_sha256": payload.entry_sha256}
        for position, payload in enumerate(payloads)
    ]
    if links:
        session.execute(insert(CollectionPayloadRow), links)


def _read(session: Session, row: CollectionRow) -> Collection:
    entries = session.scalars(
        select(PayloadRow)
        .join(CollectionPayloadRow, CollectionPayloadRow.entry_sha256 == PayloadRow.entry_sha256)
        .where(CollectionPayloadRow.collection_id == row.collection_id)
        .order_by(CollectionPayloadRow.position)
    )
    return collection_of(row, tuple(kept_payload_of(entry) for entry in entries))

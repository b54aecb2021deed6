"""One hash over everything a vintage is made of, for the release log to hold: no row of it can vouch for itself.

The root is the sha256 of the vintage's inventory: each of its rows with its hash, in every table that hangs off a
vintage or a collection, the entries of its answers, and the configuration it was made with. The inventory is kept as
a file under the root, so that a vintage whose root is another one can be compared with it row by row.

Empty values are left out, so that a column added to a table later, empty in old rows, changes no root.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, RowMapping, Table, select
from sqlalchemy.orm import Session

from baocao.store.canonical import dump_plain, hash_text
from baocao.store.database.opening import Database
from baocao.store.errors import FormDamagedError, NotInStoreError, PayloadDamagedError
from baocao.store.files.payloads import PayloadStore
from baocao.store.keys import VintageKey
from baocao.store.runs.vintage_rows import find_vintage
from baocao.store.tables.release_rows import ConfigurationRow
from baocao.store.tables.rows import CollectionPayloadRow, CollectionRow, PayloadRow, Row, VintageRow

TABLES = Row.metadata.tables
VINTAGE, COLLECTION = TABLES[VintageRow.__tablename__], TABLES[CollectionRow.__tablename__]
PAYLOAD, CONFIGURATION = TABLES[PayloadRow.__tablename__], TABLES[ConfigurationRow.__tablename__]
LINK = TABLES[CollectionPayloadRow.__tablename__]
SURROGATES = ("vintage_id", "collection_id")
NAMES = ("indicator_code", "check", "source_code", "number", "cell", "deed")
AT_ONCE = 500

Inventory = Mapping[str, tuple[str, str]]
"""By table and place in it: what the row is called, and its hash."""
InventoryRow = tuple[str, tuple[str, str]]


class RootChange(StrEnum):
    """How a row is not what it was."""

    MISSING = "missing"
    CHANGED = "changed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class RootDifference:
    """A row that is not what it was; `table` is empty where only the root itself tells, its inventory being lost."""

    change: RootChange
    table: str
    place: str
    name: str


class StoredRoots:
    """The roots of the vintages of one installation."""

    def __init__(self, database: Database, files: PayloadStore) -> None:
        self._database = database
        self._files = files

    def keep(self, key: VintageKey) -> str:
        """The root of a vintage as it is now, its inventory kept under it."""
        return self._files.put(print_inventory(self._read(key)).encode())

    def find_differences(self, key: VintageKey, root: str) -> tuple[RootDifference, ...]:
        """What of the vintage is not what it was when `root` was kept; nothing where all of it is."""
        try:
            found = self._read(key)
        except NotInStoreError:
            return (RootDifference(RootChange.MISSING, VINTAGE.name, VINTAGE.name, str(key.vintage)),)
        if hash_text(print_inventory(found)) == root:
            return ()
        try:
            kept: Inventory = json.loads(self._files.get(root))
        except PayloadDamagedError:
            return (RootDifference(RootChange.CHANGED, "", "", ""),)
        entries = [place.partition("/")[2] for place in kept if place.startswith(f"{PAYLOAD.name}/")]
        return tuple(compare_inventories(kept, self._read(key, entries)))

    def _read(self, key: VintageKey, entries: Collection[str] = ()) -> Inventory:
        with self._database.reading() as session:
            vintage_id = find_vintage(session, key).vintage_id
            try:
                return dict(sorted(_list_rows(session, vintage_id, entries)))
            except (ValueError, ArithmeticError, TypeError) as error:
                raise FormDamagedError(
                    f"{key}: một dòng của lần lập này trong cơ sở dữ liệu không còn đọc được. Khôi phục cơ sở dữ "
                    "liệu từ bản sao lưu."
                ) from error


def compare_inventories(kept: Inventory, found: Inventory) -> Iterator[RootDifference]:
    """Row by row, in the order of their places."""
    for place in sorted({*kept, *found}):
        before, after = kept.get(place), found.get(place)
        name, table = (before or after or ("",))[0], place.partition("/")[0]
        if before is None:
            yield RootDifference(RootChange.ADDED, table, place, name)
        elif after is None:
            yield RootDifference(RootChange.MISSING, table, place, name)
        elif before[1] != after[1]:
            yield RootDifference(RootChange.CHANGED, table, place, name)


def _list_rows(session: Session, vintage_id: int, entries: Collection[str]) -> Iterator[InventoryRow]:
    vintage = session.execute(select(VINTAGE).where(VINTAGE.c.vintage_id == vintage_id)).mappings().one()
    yield enter_row(VINTAGE, "", vintage)
    for table in _hanging_off(VINTAGE.c.vintage_id):
        for row in session.execute(select(table).where(table.c.vintage_id == vintage_id)).mappings():
            yield enter_row(table, place_of(table, row), row)
    linked = set(entries)
    of_vintage = select(COLLECTION.c.collection_id).where(COLLECTION.c.vintage_id == vintage_id)
    for table in _hanging_off(COLLECTION.c.collection_id):
        for row in session.execute(select(table).where(table.c.collection_id.in_(of_vintage))).mappings():
            yield enter_row(table, place_of(table, row), row)
            linked.update([row["entry_sha256"]] if table is LINK else [])
    yield from list_by_key(session, PAYLOAD, PAYLOAD.c.entry_sha256, sorted(linked))
    yield from list_by_key(session, CONFIGURATION, CONFIGURATION.c.config_hash, [vintage["config_hash"]])


def list_by_key(session: Session, table: Table, key: Column[Any], values: list[str]) -> Iterator[InventoryRow]:
    """The rows of a table that has no part of a vintage's number in it."""
    for start in range(0, len(values), AT_ONCE):
        block = values[start : start + AT_ONCE]
        for row in session.execute(select(table).where(key.in_(block))).mappings():
            yield enter_row(table, row[key.name], row)


def _hanging_off(key: Column[Any]) -> list[Table]:
    """Every table that names this key, those of later versions too."""
    return [table for table in Row.metadata.sorted_tables if any(one.column is key for one in table.foreign_keys)]


def place_of(table: Table, row: RowMapping) -> str:
    """Its primary key within the vintage: of a part its position, of what hangs off a collection that one's as well."""
    return "/".join(str(row[column.name]) for column in table.primary_key if column.name != "vintage_id")


def enter_row(table: Table, place: str, row: RowMapping) -> InventoryRow:
    """A row as it stands in an inventory."""
    said = {name: value for name, value in row.items() if name not in SURROGATES and value not in (None, "")}
    name = next((str(row[name]) for name in NAMES if row.get(name)), "")
    return f"{table.name}/{place}".rstrip("/"), (name, hash_text(dump_plain(said)))


def print_inventory(inventory: Inventory) -> str:
    """What is kept of it, and hashed."""
    return dump_plain(inventory)

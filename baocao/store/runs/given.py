"""What people gave and did, for the release log to hold: a row of it that is changed or removed afterwards is found.

Of a form: the figures typed in for its unit and period, what was said of its cells, the files handed in, the captures.
Of the whole installation: the journal, in segments that each begin where the entry of the log before ended.

Rows are added to these tables all the time, so one that is added is no damage here; what the figures of a vintage came
from is held by its root.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, func, select
from sqlalchemy.orm import Session

from baocao.store.canonical import load_tagged
from baocao.store.database.opening import Database
from baocao.store.errors import FormDamagedError, PayloadDamagedError
from baocao.store.files.payloads import PayloadStore
from baocao.store.keys import FormKey
from baocao.store.runs.roots import (
    PAYLOAD,
    TABLES,
    Inventory,
    InventoryRow,
    RootChange,
    RootDifference,
    compare_inventories,
    enter_row,
    list_by_key,
    place_of,
    print_inventory,
)
from baocao.store.tables.capture_rows import CapturePayloadRow, CaptureRow
from baocao.store.tables.desk_rows import RemarkRow, TypedEntryRow
from baocao.store.tables.hand_in_rows import HandInPayloadRow, HandInRow
from baocao.store.tables.people_rows import JournalRow, PersonRow

TYPED, REMARK = TABLES[TypedEntryRow.__tablename__], TABLES[RemarkRow.__tablename__]
HAND_IN, HAND_IN_FILE = TABLES[HandInRow.__tablename__], TABLES[HandInPayloadRow.__tablename__]
CAPTURE, CAPTURE_ANSWER = TABLES[CaptureRow.__tablename__], TABLES[CapturePayloadRow.__tablename__]
JOURNAL = TABLES[JournalRow.__tablename__]
MOVING = {HAND_IN.name: {"answered_at"}}
"""Columns that are filled in later by whoever sends the answer."""


@dataclass(frozen=True, slots=True)
class PersonFault:
    """An account that is not what the journal says was done to it; `position` is the journal's entry."""

    person_code: str
    what: str
    position: int


class StoredGiven:
    """What the people of one installation gave and did."""

    def __init__(self, database: Database, files: PayloadStore) -> None:
        self._database = database
        self._files = files

    def keep(self, form_key: FormKey) -> str:
        """The hash of all that was given for a form so far, its inventory kept under it."""
        return self._keep(self._read(lambda session: _list_given(session, form_key)))

    def keep_journal(self, after: int) -> dict[str, Any]:
        """The same of the journal's entries after a position; without a root where there is none."""
        with self._database.reading() as session:
            through = session.scalar(select(func.max(JOURNAL.c.position))) or 0
        if through <= after:
            return {"after": after, "through": after}
        root = self._keep(self._read(lambda session: _list_journal(session, after, through)))
        return {"after": after, "through": through, "root": root}

    def find_differences(self, form_key: FormKey, root: str) -> tuple[RootDifference, ...]:
        """What was given is not what it was when `root` was kept; nothing where the inventory itself is lost."""
        return self._differ(root, lambda session: _list_given(session, form_key))

    def find_journal_differences(self, segment: dict[str, Any]) -> tuple[RootDifference, ...]:
        """The same of one segment of the journal."""
        if "root" not in segment:
            return ()
        after, through = int(segment["after"]), int(segment["through"])
        return self._differ(segment["root"], lambda session: _list_journal(session, after, through))

    def find_person_faults(self) -> tuple[PersonFault, ...]:
        """The accounts whose name, roles, lock or sign-in of the province are not as the journal has them."""
        with self._database.reading() as session:
            return tuple(_find_person_faults(session))

    def _keep(self, inventory: Inventory) -> str:
        return self._files.put(print_inventory(inventory).encode())

    def _read(self, list_rows: Callable[[Session], Iterator[InventoryRow]]) -> Inventory:
        with self._database.reading() as session:
            try:
                return dict(sorted(list_rows(session)))
            except (ValueError, ArithmeticError, TypeError) as error:
                raise FormDamagedError(
                    "một dòng người dùng đã nhập (số liệu, ý kiến, tệp đã nộp, nhật ký việc làm) trong cơ sở dữ liệu "
                    "không còn đọc được. Khôi phục cơ sở dữ liệu từ bản sao lưu."
                ) from error

    def _differ(self, root: str, list_rows: Callable[[Session], Iterator[InventoryRow]]) -> tuple[RootDifference, ...]:
        try:
            kept: Inventory = json.loads(self._files.get(root))
        except PayloadDamagedError:
            return ()
        found = compare_inventories(kept, self._read(list_rows))
        return tuple(one for one in found if one.change is not RootChange.ADDED)


def _list_given(session: Session, form_key: FormKey) -> Iterator[InventoryRow]:
    yield from _list_rows(session, TYPED, *_of_period(TYPED, form_key))
    yield from _list_rows(session, REMARK, *_of_period(REMARK, form_key), REMARK.c.form_code == form_key.form_code)
    entries: set[str] = set()
    for table, links, key in ((HAND_IN, HAND_IN_FILE, "hand_in_id"), (CAPTURE, CAPTURE_ANSWER, "capture_id")):
        wanted = _of_period(table, form_key)
        # One that is still open, or was interrupted, is closed or made up for later.
        wanted += (CAPTURE.c.failure.is_(None),) if table is CAPTURE else ()
        yield from _list_rows(session, table, *wanted)
        of_table = select(table.c[key]).where(*wanted)
        for row in session.execute(select(links).where(links.c[key].in_(of_table))).mappings():
            entries.add(row["entry_sha256"])
            yield enter_row(links, place_of(links, row), row)
    yield from list_by_key(session, PAYLOAD, PAYLOAD.c.entry_sha256, sorted(entries))


def _of_period(table: Table, form_key: FormKey) -> tuple[ColumnElement[bool], ...]:
    return table.c.unit_code == form_key.unit_code, table.c.period_code == form_key.period.code


def _list_journal(session: Session, after: int, through: int) -> Iterator[InventoryRow]:
    yield from _list_rows(session, JOURNAL, JOURNAL.c.position > after, JOURNAL.c.position <= through)


def _list_rows(session: Session, table: Table, *wanted: ColumnElement[bool]) -> Iterator[InventoryRow]:
    columns = [column for column in table.columns if column.name not in MOVING.get(table.name, ())]
    for row in session.execute(select(*columns).where(*wanted)).mappings():
        yield enter_row(table, place_of(table, row), row)


def _find_person_faults(session: Session) -> Iterator[PersonFault]:
    """Of people the journal never spoke of, one is enough: each account is added with its entry, in one step."""
    said = _fold_journal(session)
    rows = {row.person_code: row for row in session.scalars(select(PersonRow))}
    for code in sorted({*said, *rows}):
        row, known = rows.get(code), said.get(code)
        if row is None or known is None:
            yield PersonFault(code, "removed" if row is None else "unknown", known["position"] if known else 0)
            continue
        found = {"name": row.name, "grants": _load(row.grants), "subject": row.subject, "locked": bool(row.locked_at)}
        yield from (PersonFault(code, name, known["position"]) for name in found if found[name] != known[name])


def _fold_journal(session: Session) -> dict[str, dict[str, Any]]:
    """By person, what the last entries about them say."""
    people: dict[str, dict[str, Any]] = {}
    rows = select(JournalRow).where(JournalRow.deed.startswith("person.")).order_by(JournalRow.position)
    for row in session.scalars(rows):
        said = load_tagged(row.content)
        known = people.setdefault(said["person"], {}) if "person" in said else {}
        match row.deed:
            case "person.added":
                known.update(name=said["name"], grants=said["grants"], subject=said["subject"], locked=False)
            case "person.granted":
                known.update(grants=said["grants"])
            case "person.locked" | "person.unlocked":
                known.update(locked=row.deed == "person.locked")
            case _:
                continue
        known["position"] = row.position
    return {code: known for code, known in people.items() if "name" in known}


def _load(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None

"""The release log: append-only, each entry holding the hash of the one before it.

An entry's hash is of its canonical JSON, which has its place, the hash of the entry before, and everything it
says. A changed, removed or exchanged entry breaks the chain; one cut off at the end no longer reaches the head.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from baocao.domain import Period
from baocao.hints import hint
from baocao.store.canonical import dump_tagged, hash_text, load_tagged
from baocao.store.database.opening import Database
from baocao.store.database.statements import insert_new
from baocao.store.errors import LogDamagedError, LogMovedError
from baocao.store.keys import FormKey
from baocao.store.tables.release_rows import ReleaseHeadRow, ReleaseLogRow

LOG_NAME = "release"
NOTHING_BEFORE = "0" * 64
MOST_NAMED = 500


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One entry as it was written. `content` is what the kind of entry says; `previous` the hash before it."""

    position: int
    form_key: FormKey
    kind: str
    at: datetime
    content: Mapping[str, Any]
    previous: str
    sha256: str


@dataclass(frozen=True, slots=True)
class LogFault:
    """Something wrong with the log: at which position, and what, in English."""

    position: int
    kind: str
    what: str


class StoredReleases:
    """The release log of one installation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, form_key: FormKey, kind: str, at: datetime, content: Mapping[str, Any], *, after: str) -> LogEntry:
        """Add an entry, provided that `after` is still the hash of the form's last one ("" for none).

        Raise LogMovedError, having written nothing, where somebody else was faster. The head's row makes two writers
        wait for each other.
        """
        with self._database.writing() as session:
            head = _lock_head(session)
            if _last_hash(session, form_key) != after:
                raise LogMovedError(
                    f"{form_key}: người khác vừa chuyển biểu mẫu này sang bước sau; xem lại: "
                    f"{hint('release status', form_key.period, unit=form_key.unit_code)}"
                )
            position = head.position + 1
            body = _print_body(position, head.sha256, form_key, kind, at, content)
            row = ReleaseLogRow(position=position, **_columns(form_key, kind), body=body, sha256=hash_text(body))
            session.add(row)
            session.flush()
            head.position, head.sha256 = position, row.sha256
            return _read(row)

    def list(self, form_key: FormKey | None = None, *, intact_only: bool = False) -> tuple[LogEntry, ...]:
        """The entries of one form, or all, in order; LogDamagedError at a changed one unless only intact ones count."""
        rows = select(ReleaseLogRow).order_by(ReleaseLogRow.position)
        if form_key is not None:
            rows = rows.where(*_about(form_key))
        with self._database.reading() as session:
            return tuple(_read(row) for row in session.scalars(rows) if not (intact_only and _is_changed(row)))

    def find_last(self) -> LogEntry | None:
        """The entry the log ends with, of whatever form."""
        with self._database.reading() as session:
            row = session.scalars(select(ReleaseLogRow).order_by(ReleaseLogRow.position.desc()).limit(1)).first()
            return _read(row) if row is not None else None

    def list_about(self, unit_codes: Collection[str], periods: Collection[Period]) -> tuple[LogEntry, ...]:
        """The entries about some units' forms of some periods, in order; of very many units every one is read."""
        rows = select(ReleaseLogRow).where(ReleaseLogRow.period_code.in_({period.code for period in periods}))
        if len(unit_codes) <= MOST_NAMED:
            rows = rows.where(ReleaseLogRow.unit_code.in_(unit_codes))
        with self._database.reading() as session:
            found = session.scalars(rows.order_by(ReleaseLogRow.position))
            return tuple(_read(row) for row in found if row.unit_code in unit_codes)

    def find_faults(self) -> tuple[LogFault, ...]:
        """What is wrong with the chain, walked from its beginning to its head."""
        with self._database.reading() as session:
            return tuple(_walk(session))


def list_entries_of(
    session: Session, unit_codes: Collection[str], period_codes: Collection[str], kinds: Collection[str]
) -> tuple[LogEntry, ...]:
    """The entries of some kinds about many forms, in order. Raise LogDamagedError at a changed one."""
    rows = select(ReleaseLogRow).where(ReleaseLogRow.unit_code.in_(unit_codes), ReleaseLogRow.kind.in_(kinds))
    rows = rows.where(ReleaseLogRow.period_code.in_(period_codes)).order_by(ReleaseLogRow.position)
    return tuple(_read(row) for row in session.scalars(rows))


def _walk(session: Session) -> Iterator[LogFault]:
    previous, expected = NOTHING_BEFORE, 1
    for row in session.scalars(select(ReleaseLogRow).order_by(ReleaseLogRow.position)):
        yield from _find_faults(row, previous, expected)
        previous, expected = row.sha256, row.position + 1
    head = session.get(ReleaseHeadRow, LOG_NAME)
    if (head.position, head.sha256) != (expected - 1, previous) if head else expected > 1:
        ended = head.position if head else 0
        yield LogFault(ended, "log_cut", f"nhật ký hết ở dòng {expected - 1}, đầu mối ghi {ended}")


def _find_faults(row: ReleaseLogRow, previous: str, expected: int) -> Iterator[LogFault]:
    if row.position != expected:
        missing = f"{expected}" if row.position == expected + 1 else f"{expected} đến {row.position - 1}"
        yield LogFault(expected, "log_removed", f"mất dòng {missing}")
    if _is_changed(row):
        yield LogFault(row.position, "log_changed", f"dòng {row.position} không khớp mã băm của chính nó")
        return
    plain = load_tagged(row.body)
    if plain["position"] != row.position:
        yield LogFault(row.position, "log_reordered", f"dòng {row.position} được ghi là dòng {plain['position']}")
    elif row.position == expected and plain["previous"] != previous:
        yield LogFault(row.position, "log_broken", f"dòng {row.position} không mang mã của dòng trước")
    if _columns(_key_of(plain), plain["kind"]) != {name: getattr(row, name) for name in _COLUMNS}:
        yield LogFault(row.position, "log_changed", f"dòng {row.position} xếp vào biểu mẫu khác với biểu mẫu nó ghi")


_COLUMNS = ("unit_code", "form_code", "period_code", "kind")


def _columns(form_key: FormKey, kind: str) -> dict[str, str]:
    values = (form_key.unit_code, form_key.form_code, form_key.period.code, kind)
    return dict(zip(_COLUMNS, values, strict=True))


def _print_body(
    position: int, previous: str, form_key: FormKey, kind: str, at: datetime, content: Mapping[str, Any]
) -> str:
    said = {"position": position, "previous": previous, "at": at, "content": content}
    return dump_tagged({**said, **_columns(form_key, kind)})


def _is_changed(row: ReleaseLogRow) -> bool:
    return hash_text(row.body) != row.sha256


def _read(row: ReleaseLogRow) -> LogEntry:
    if _is_changed(row):
        raise LogDamagedError(f"nhật ký phát hành: dòng {row.position} đã bị sửa sau khi ghi; chạy {hint('verify')}")
    plain = load_tagged(row.body)
    return LogEntry(
        position=plain["position"],
        form_key=_key_of(plain),
        kind=plain["kind"],
        at=plain["at"],
        content=plain["content"],
        previous=plain["previous"],
        sha256=row.sha256,
    )


def _key_of(plain: Mapping[str, Any]) -> FormKey:
    return FormKey(plain["unit_code"], plain["form_code"], Period.parse(plain["period_code"]))


def _lock_head(session: Session) -> ReleaseHeadRow:
    key = {"log_name": LOG_NAME}
    insert_new(session, ReleaseHeadRow, key, {"position": 0, "sha256": NOTHING_BEFORE})
    return session.get_one(ReleaseHeadRow, key, with_for_update=True, populate_existing=True)


def _last_hash(session: Session, form_key: FormKey) -> str:
    rows = select(ReleaseLogRow.sha256).where(*_about(form_key)).order_by(ReleaseLogRow.position.desc())
    return session.scalars(rows).first() or ""


def _about(form_key: FormKey) -> tuple[ColumnElement[bool], ...]:
    return (
        ReleaseLogRow.unit_code == form_key.unit_code,
        ReleaseLogRow.form_code == form_key.form_code,
        ReleaseLogRow.period_code == form_key.period.code,
    )

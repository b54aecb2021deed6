"""Every column of every table, changed, swapped, removed by somebody who owns the database: found, or said why not.

The tables and columns are read from the schema: one that is added later is tried as well, or has to be listed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    Connection,
    Date,
    Engine,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    delete,
    insert,
    select,
    text,
)

from baocao.domain import SourceFailure, System
from baocao.people import Actor, Grant, Person, PersonRole
from baocao.remarks import CellRemark, RemarkKind
from baocao.store import HandIn, HandInOutcome, Store, VintageKey
from baocao.store.tables.columns import ExactDecimal, Instant, NfcText
from baocao.store.tables.rows import Row
from baocao.typed_figures import TypedEntry
from reporting.release.given import hold_given
from reporting.release.verifying import verify
from tests.baocao.store import samples
from tests.baocao.store.samples import FORM, NOW, Q4

TABLES = {table.name: table for table in Row.metadata.sorted_tables}
NOT_EVIDENCE = {
    "lease": "who works on a form now; the vintage holds who made it",
    "turn": "when a source may be asked next",
    "turn_place": "who asks a source now",
    "incident": "what people were told; what is wrong with a form stands in its check results",
    "incident_event": "what people were told",
    "incident_head": "the last number given out",
    "outbox": "messages under way; a letter that was received proves the log by its anchor",
    "person_session": "sign-ins that are open; that somebody signed in stands in the journal",
    "sign_in_attempt": "counted to lock out who guesses",
    "person.created_at": "when an account was added stands in the journal",
    "person.password_hash": "by what somebody proves to be themselves: changed by every new password",
    "person.must_change_password": "changed by every new password",
    "person.totp_secret": "by what somebody proves to be themselves",
    "person.totp_step": "changed by every sign-in",
    "person.is_demo": "whether a password is asked for",
    "hand_in.answered_at": "filled in once the answer has gone out",
}
ADDED_TO = {
    "typed_entry": "anybody with the role types figures in; one counts from the next run on, whose root holds it",
    "remark": "anybody with the role may say something",
    "hand_in": "units hand in again",
    "hand_in_payload": "no figure is read from a link: a vintage's own are under its root",
    "capture": "a source is captured again",
    "capture_payload": "no figure is read from a link: a vintage's own are under its root",
    "journal": "deeds follow each other; an entry holds from the next step of any form on",
    "payload": "an answer no collection has counts for nothing",
    "configuration": "one no vintage names is read by none",
    "vintage": "the next run of the form",
    "release_head": "there is one log; a second head is read by nobody",
    "filled_form": "of a vintage that is not there",
}
ACTOR = Actor("lan", "thử nghiệm")
EVIDENCE = sorted(set(TABLES) - set(NOT_EVIDENCE))


def publish_everything(store: Store) -> VintageKey:
    """Each table that can bear witness has two rows at least, and the log vouches for them."""
    store.configurations.keep("c0ffee", b"the configuration", NOW)
    for code in ("lan", "minh"):
        grants = (Grant(PersonRole.OFFICER, "dac-khu"), Grant(PersonRole.OWNER, "dac-khu", "van-phong"))
        store.people.add(Person(code, code.title(), grants), ACTOR, NOW, subject=f"https://tinh.vn {code}")
    store.people.lock("minh", ACTOR, NOW, "đi học")
    for number, code in enumerate(("reports_sent_count", "reports_due_count")):
        store.typed_entries.add(_typed(store, code, Decimal(number)))
        store.remarks.add(CellRemark(*_of_form(), str(number), RemarkKind.EXPLANATION, f"vì {number}", "lan", NOW))
        _hand_in(store, number)
        _capture(store, number)
    key = samples.run(
        store,
        observations=[samples.observation(), samples.observation("1", "other_count")],
        failures=[samples.failure(), samples.failure(source_code="other")],
        coverages=[samples.coverage(), samples.coverage(source_code="other")],
        check_results=[samples.check_result(), samples.check_result(check="form.other")],
    )
    samples.run(store, observations=[samples.observation("16737")])
    last = ""
    for kind in ("prepare", "withdraw", "prepare"):
        root = {"root": store.roots.keep(key), "config_hash": "c0ffee"} if kind == "prepare" else {}
        said = {"by": "lan", "vintage": 1, **root, **hold_given(store, FORM, is_vouching=bool(root))}
        last = store.releases.append(FORM, kind, NOW, said, after=last).sha256
        store.journal.append(ACTOR, "form.moved", NOW, {"kind": kind}, "dac-khu")
    store.releases.append(
        FORM, "approve", NOW, {"by": "minh", **hold_given(store, FORM, is_vouching=False)}, after=last
    )
    return key


def _of_form() -> tuple[str, str, Any]:
    return FORM.unit_code, FORM.form_code, Q4


def _typed(store: Store, code: str, value: Decimal) -> TypedEntry:
    said = {"file_name": "cong-van.pdf", "file_sha256": store.files.put(code.encode()), "overrules": Decimal(7)}
    return TypedEntry("dac-khu", Q4, code, 0, value, "Lan", date(2025, 12, 12), "CV 12", "lan", NOW, **said)


def _hand_in(store: Store, number: int) -> None:
    file = samples.payload(b"a form %d" % number, source_code="handed_in")
    given = HandIn(
        "dac-khu",
        Q4,
        number + 1,
        FORM.form_code,
        NOW,
        "thư",
        HandInOutcome.ACCEPTED,
        {"says": number},
        message_key=str(number),
    )
    store.hand_ins.add(given, [file])


def _capture(store: Store, number: int) -> None:
    failure = SourceFailure("igate", System.ONE_STOP, "dac-khu", 11, "x", "x")
    capture_id = store.captures.open("dac-khu", Q4, failure, NOW)
    store.captures.keep(capture_id, samples.payload(b"stocks %d" % number), 0)
    store.captures.close(capture_id, NOW)


EMPTY: dict[type, Any] = {NfcText: "x", Text: "x", Instant: NOW, ExactDecimal: Decimal(77), Date: NOW.date()}
"""What is put where nothing stood."""


class Intruder:
    """Somebody past every guard and constraint of the database; each deed of theirs is undone after a look."""

    def __init__(self, engine: Engine, store: Store, out_dir: Path) -> None:
        self._engine = engine
        self._look = lambda: verify(store, out_dir)
        if engine.dialect.name == "sqlite":
            with engine.begin() as connection:
                for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars():
                    connection.execute(text(f"DROP TRIGGER {name}"))

    @contextmanager
    def _unguarded(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
            if self._engine.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            yield connection

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """Those of the released vintage first."""
        with self._engine.connect() as connection:
            found = connection.execute(select(table).order_by(*table.primary_key)).mappings()
            return [dict(row) for row in found]

    def is_found(self, table: Table, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> bool:
        """Whether `verify` ends with 14 once these rows stand in the place of those; it ends well again afterwards."""
        self._put(table, before, after)
        found = self._look()
        self._put(table, after, before)
        assert (found.exit_code == 14) == bool(found.findings)
        return found.exit_code == 14

    def _put(self, table: Table, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> None:
        with self._unguarded() as connection:
            for row in old:
                connection.execute(delete(table).where(*_is(table, row)))
            for row in new:
                connection.execute(insert(table).values(row))

    def is_quiet(self) -> bool:
        return self._look().findings == ()


def _is(table: Table, row: dict[str, Any]) -> list[Any]:
    return [column == row[column.name] for column in table.primary_key]


def _other(column: Column[Any], value: Any) -> Any:
    """Another value of the column's own kind."""
    if value is None:
        return EMPTY.get(type(column.type), 77)
    if isinstance(value, str):
        return _other_text(value)
    if isinstance(value, date):
        return value + timedelta(days=1)
    return not value if isinstance(value, bool) else value + 1000


def _other_text(value: str) -> str:
    if value.startswith("{"):
        return value[:-1] + (',"x":1}' if len(value) > 2 else '"x":1}')
    if value.startswith("["):
        return value[:-1] + (',"x"]' if len(value) > 2 else '"x"]')
    return f"{value}x"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"migrated_{request.param}_url"))


@pytest.fixture
def intruder(store: Store, database_url: str, tmp_path: Path) -> Iterator[Intruder]:
    publish_everything(store)
    engine = create_engine(database_url)
    intruder = Intruder(engine, store, tmp_path / "out")
    assert intruder.is_quiet()
    yield intruder
    engine.dispose()


def test_every_column_is_evidence_or_says_why_not(intruder: Intruder) -> None:
    missed = []
    for table in (TABLES[name] for name in EVIDENCE):
        first = intruder.rows(table)[0]
        for column in table.columns:
            after = {**first, column.name: _other(column, first[column.name])}
            if not intruder.is_found(table, [first], [after]):
                missed.append(f"{table.name}.{column.name}")
    assert sorted(missed) == sorted(name for name in NOT_EVIDENCE if "." in name)


def test_a_row_removed_is_found_whatever_the_table(intruder: Intruder) -> None:
    missed = [name for name in EVIDENCE if not intruder.is_found(TABLES[name], intruder.rows(TABLES[name])[:1], [])]
    assert missed == []


def test_values_swapped_between_two_rows_are_found(intruder: Intruder) -> None:
    missed = []
    for table in (TABLES[name] for name in EVIDENCE):
        one, other = [*intruder.rows(table), {}][:2]
        for column in table.columns if other else ():
            name = column.name
            if one[name] == other[name] or f"{table.name}.{name}" in NOT_EVIDENCE:
                continue
            after = [{**one, name: other[name]}, {**other, name: one[name]}]
            if not intruder.is_found(table, [one, other], after):
                missed.append(f"{table.name}.{name}")
    assert missed == []


def test_a_row_added_is_found_or_counts_for_nothing(intruder: Intruder) -> None:
    missed = []
    for table in (TABLES[name] for name in EVIDENCE):
        row = intruder.rows(table)[0]
        own = {list(table.primary_key)[-1]} | {
            list(one.columns)[-1] for one in table.constraints if isinstance(one, UniqueConstraint)
        }
        more = {**row, **{column.name: _other(column, row[column.name]) for column in own}}
        if not intruder.is_found(table, [], [more]):
            missed.append(table.name)
    assert sorted(missed) == sorted(ADDED_TO)


def test_what_is_listed_is_there_and_says_why() -> None:
    known = {*TABLES, *(f"{table.name}.{column.name}" for table in TABLES.values() for column in table.columns)}
    assert {*NOT_EVIDENCE, *ADDED_TO} - known == set()
    assert all([*NOT_EVIDENCE.values(), *ADDED_TO.values()])

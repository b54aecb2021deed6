"""What a run found out: figures, form, check results and failures, written together and read one by one."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session

from baocao.coverage import Coverage
from baocao.domain import CheckResult, FilledForm, Observation, Outcome, SourceFailure
from baocao.store.canonical import hash_text
from baocao.store.database.opening import Database
from baocao.store.errors import FormDamagedError, NotInStoreError
from baocao.store.keys import VintageKey
from baocao.store.runs.vintage_rows import find_vintage, of_vintage
from baocao.store.serial.forms import dump_form, load_form
from baocao.store.serial.translation import (
    check_result_columns,
    check_result_of,
    coverage_columns,
    coverage_of,
    failure_columns,
    failure_of,
    observation_columns,
    observation_of,
)
from baocao.store.tables.content_rows import (
    CheckResultRow,
    CoverageRow,
    FilledFormRow,
    ObservationRow,
    SourceFailureRow,
    VintagePart,
)
from baocao.store.tables.rows import VintageRow

Part = TypeVar("Part", bound=VintagePart)
Thing = TypeVar("Thing")


class StoredContents:
    """What the vintages of one installation hold. Raise NotInStoreError where there is no such vintage."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def observations(self, key: VintageKey) -> tuple[Observation, ...]:
        return self._read_part(ObservationRow, key, observation_of)

    def check_results(self, key: VintageKey, outcome: Outcome | None = None) -> tuple[CheckResult, ...]:
        """All of them, or those that ended so."""
        only = () if outcome is None else (CheckResultRow.outcome == outcome,)
        return self._read_part(CheckResultRow, key, check_result_of, *only)

    def failures(self, key: VintageKey) -> tuple[SourceFailure, ...]:
        """The sources the run could not read."""
        return self._read_part(SourceFailureRow, key, failure_of)

    def coverages(self, key: VintageKey) -> tuple[Coverage, ...]:
        """Of the run's sources; none of a vintage from before they were kept: not known."""
        return self._read_part(CoverageRow, key, coverage_of)

    def filled_form(self, key: VintageKey) -> FilledForm:
        """Raise NotInStoreError where the vintage is not whole, FormDamagedError where the form was changed."""
        with self._database.reading() as session:
            joined = select(FilledFormRow).join(VintageRow, VintageRow.vintage_id == FilledFormRow.vintage_id)
            row = session.scalar(joined.where(*of_vintage(key)))
            if row is None:
                find_vintage(session, key)
                raise NotInStoreError(f"{key}: lần lập này chưa xong nên không có biểu mẫu")
            return load_checked(row, key)

    def _read_part(
        self, kind: type[Part], key: VintageKey, thing_of: Callable[[Part], Thing], *only: ColumnElement[bool]
    ) -> tuple[Thing, ...]:
        with self._database.reading() as session:
            joined = select(kind).join(VintageRow, VintageRow.vintage_id == kind.vintage_id).where(*of_vintage(key))
            found = tuple(thing_of(row) for row in session.scalars(joined.where(*only).order_by(kind.position)))
            if not found:
                find_vintage(session, key)
            return found


def write_found(
    session: Session,
    vintage_id: int,
    observations: Iterable[Observation],
    form: FilledForm,
    results: Iterable[CheckResult],
    failures: Iterable[SourceFailure],
    coverages: Iterable[Coverage],
) -> None:
    """All a run found out; the form as canonical text with its hash."""
    _write_part(session, ObservationRow, vintage_id, map(observation_columns, observations))
    _write_part(session, CheckResultRow, vintage_id, map(check_result_columns, results))
    _write_part(session, CoverageRow, vintage_id, map(coverage_columns, coverages))
    write_failures(session, vintage_id, failures)
    body = dump_form(form)
    session.add(FilledFormRow(vintage_id=vintage_id, body=body, sha256=hash_text(body)))
    session.flush()


def write_failures(session: Session, vintage_id: int, failures: Iterable[SourceFailure]) -> None:
    _write_part(session, SourceFailureRow, vintage_id, map(failure_columns, failures))


def has_form(session: Session, key: VintageKey, form: FilledForm) -> bool:
    """Whether the vintage is whole with this very form."""
    kept = session.get(FilledFormRow, find_vintage(session, key).vintage_id)
    return kept is not None and kept.sha256 == hash_text(dump_form(form))


def load_checked(row: FilledFormRow, key: VintageKey) -> FilledForm:
    """The form of a row; raise FormDamagedError where its text was changed."""
    if hash_text(row.body) != row.sha256:
        raise FormDamagedError(f"{key}: biểu mẫu trong cơ sở dữ liệu không còn là bản lần lập đó đã ghi ({row.sha256})")
    return load_form(row.body)


def _write_part(session: Session, kind: type[VintagePart], vintage_id: int, columns: Iterable[dict[str, Any]]) -> None:
    rows = [{"vintage_id": vintage_id, "position": position, **each} for position, each in enumerate(columns)]
    if rows:
        session.execute(insert(kind), rows)

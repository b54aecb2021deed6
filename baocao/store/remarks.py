"""What people asked, answered and explained about the cells of forms; only added to."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import select

from baocao.domain import Period
from baocao.remarks import CellRemark, RemarkKind
from baocao.store.database.opening import Database
from baocao.store.keys import FormKey
from baocao.store.tables.desk_rows import RemarkRow

_SAME_NAMES = ("unit_code", "form_code", "cell", "text", "account", "at", "owner", "check", "answers")


class StoredRemarks:
    """The remarks of one installation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, remark: CellRemark) -> CellRemark:
        """Give it its number and keep it."""
        with self._database.writing() as session:
            same = {name: getattr(remark, name) for name in _SAME_NAMES}
            row = RemarkRow(period_code=remark.period.code, kind=remark.kind.value, **same)
            session.add(row)
            session.flush()
            return replace(remark, number=row.remark_id)

    def list(self, form_key: FormKey) -> tuple[CellRemark, ...]:
        """Of one form, the first first."""
        rows = select(RemarkRow).where(
            RemarkRow.unit_code == form_key.unit_code,
            RemarkRow.form_code == form_key.form_code,
            RemarkRow.period_code == form_key.period.code,
        )
        with self._database.reading() as session:
            return tuple(_remark(row) for row in session.scalars(rows.order_by(RemarkRow.remark_id)))

    def list_of_periods(self, periods: Collection[Period]) -> tuple[CellRemark, ...]:
        """Of every form of some periods."""
        rows = select(RemarkRow).where(RemarkRow.period_code.in_({period.code for period in periods}))
        with self._database.reading() as session:
            return tuple(_remark(row) for row in session.scalars(rows.order_by(RemarkRow.remark_id)))


def _remark(row: RemarkRow) -> CellRemark:
    same = {name: getattr(row, name) for name in _SAME_NAMES}
    return CellRemark(period=Period.parse(row.period_code), kind=RemarkKind(row.kind), number=row.remark_id, **same)

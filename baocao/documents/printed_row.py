"""One figure of a form, with every text that is printed of it."""

from dataclasses import dataclass

from baocao.catalogue import FormRow
from baocao.catalogue.forms import MatrixCell
from baocao.documents.texts import Run
from baocao.domain import Cell


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """One row of the table. `note` is whole; `short_note` fits the column and may point below the table."""

    row: FormRow
    cell: Cell
    number: str
    label: tuple[Run, ...]
    unit: tuple[Run, ...]
    figure: str
    note: str
    short_note: str

    @property
    def key(self) -> str:
        return self.row.key

    @property
    def spoken_number(self) -> str:
        """As it is printed in a list form, `dòng Hộ tịch, cột 8` in a matrix."""
        return self.row.place if isinstance(self.row, MatrixCell) else self.number

    @property
    def label_text(self) -> str:
        return "".join(run.text for run in self.label)

    @property
    def unit_text(self) -> str:
        return "".join(run.text for run in self.unit)

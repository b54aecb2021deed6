"""Forms: every row of the official text to the letter, and what fills it."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from baocao.catalogue.matrix import Matrix, MatrixColumn, cell_key
from baocao.catalogue.model import Day, YamlModel, matching
from baocao.domain import FilledForm, FormLine, Tier
from baocao.messages import upper_first
from baocao.written.errors import WrongValueError

_MARKUP = re.compile(r"</?i>")
_KEY_SAYS = "chỉ gồm chữ, chữ số, dấu gạch và dấu chấm ở giữa, như I.1.a"
RowKey = Annotated[str, matching(r"[\w-]+(\.[\w-]+)*", _KEY_SAYS)]


class Misprint(YamlModel):
    """A known mistake of the official text: what it prints, what it means, what the reader is told."""

    where: Literal["label", "unit", "number"]
    printed: str
    meant: str
    note: str


class FormRow(YamlModel):
    """One row. `number`, `label` and `unit` are printed to the letter; `<i>…</i>` marks italics in a label.

    A row is a heading or has an indicator. `tiers` are those it applies to; none given means all. `key` tells rows
    apart whose printed numbers begin anew under each heading (`I.1`, `II.1`) or that have none.
    """

    number: str
    own_key: RowKey | None = Field(default=None, alias="key")
    label: str
    unit: str = ""
    heading: bool = False
    indicator: str | None = None
    tiers: tuple[Tier, ...] = tuple(Tier)
    misprints: tuple[Misprint, ...] = ()
    crosswalk: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_heading_or_has_indicator(self) -> "FormRow":
        if self.heading == (self.indicator is not None):
            raise WrongValueError("phải có đúng một trong hai: heading: true (đề mục) hoặc indicator (có số liệu)")
        return self

    @property
    def key(self) -> str:
        """How cells are named everywhere: the key given, else the number without its final dot."""
        return self.own_key or self.number.rstrip(".")

    @property
    def shown_number(self) -> str:
        """The number as printed; the key where the number alone names several rows or none."""
        return self.own_key or self.number

    @property
    def depth(self) -> int:
        return self.key.count(".")

    @property
    def label_text(self) -> str:
        """The label without the marks of italics."""
        return _MARKUP.sub("", self.label)

    @property
    def meant_label(self) -> str:
        """The label as it should read."""
        return next((m.meant for m in self.misprints if m.where == "label"), self.label_text)

    @property
    def printed_unit(self) -> str:
        """The unit of measure as the form prints it, without the marks of italics."""
        return _MARKUP.sub("", self.unit)

    @property
    def meant_unit(self) -> str:
        """The unit of measure as it should read."""
        return next((m.meant for m in self.misprints if m.where == "unit"), self.printed_unit)

    @property
    def place(self) -> str:
        """How the row is said to people."""
        return f"mục {self.key}"

    @property
    def cell_words(self) -> str:
        """Its cell as people call it."""
        return f"ô {self.key}"

    @property
    def heading_text(self) -> str:
        """The row by its number and words, as the head of what is said of it."""
        return f"{self.shown_number} {self.meant_label}"

    @property
    def printed_heading(self) -> str:
        """The same as the form prints it."""
        return f"{self.number} {self.label_text}".strip()


class MatrixCell(FormRow):
    """One cell of a matrix form: what a row is to a list form."""

    line: FormLine
    column: MatrixColumn

    @property
    def key(self) -> str:
        return self.number

    @property
    def depth(self) -> int:
        return 0

    @property
    def place(self) -> str:
        return f"dòng {self.line.label}, cột {self.column.number}"

    @property
    def cell_words(self) -> str:
        return self.place

    @property
    def heading_text(self) -> str:
        heads = " – ".join(" ".join(words.split()) for words in self.column.heads)
        return f"{upper_first(self.place)}: {heads}"

    @property
    def printed_heading(self) -> str:
        return self.heading_text


class FormColumns(YamlModel):
    """The words of the table's head."""

    number: str = "STT"
    label: str = "Chỉ tiêu thống kê"
    label_note: str = "(Sử dụng trong kỳ báo cáo hàng quý, 6 tháng, năm)"
    result: str = "Kết quả thống kê"
    unit: str = "Đơn vị tính"
    figure: str = "Số liệu"
    note: str = "Ghi chú"


class Form(YamlModel):
    """One version of a form; the versions of one `series` follow each other by validity.

    `evidence_in_notes` puts what a typed-in figure rests on into its note;
    `attached_to` is the line under the title, with the places {number}, {day}, {month}, {year} and {issuer};
    `word_template` a Word file of the province's own, relative to the configuration folder (docs/templates.md);
    `covering_report` says that the form is an annex of a report that is made with it.

    Instead of `rows` a form may have a `matrix`; its rows are then its cells, those of the lines known beforehand until
    it is laid out for a filled form. `head_left` and `head_right` are lines beside the title, `measure_line` stands
    above the table, `prepared_by` above the room for the name of who made the form.
    """

    form_code: str = ""
    series: str = ""
    appendix: str
    title: tuple[str, ...]
    attached_to: str
    columns: FormColumns = FormColumns()
    signature_block: bool
    valid_from: Day
    valid_to: Day | None = None
    word_template: str | None = None
    covering_report: bool = False
    evidence_in_notes: bool = False
    head_left: tuple[str, ...] = ()
    head_right: tuple[str, ...] = ()
    measure_line: str = ""
    prepared_by: str = ""
    matrix: Matrix | None = None
    rows: tuple[FormRow, ...] = ()

    @model_validator(mode="after")
    def _has_rows_or_matrix(self) -> "Form":
        if self.matrix is None and not self.rows:
            raise WrongValueError("phải có rows (biểu danh mục) hoặc matrix (biểu có nhiều cột số liệu)")
        if self.matrix is not None:
            if self.rows:
                raise WrongValueError("chỉ được có một trong hai: rows hoặc matrix")
            self.__dict__["rows"] = _cells_of(self.matrix, self.matrix.fixed_lines())
        return self

    def laid_out(self, filled: FilledForm) -> "Form":
        """The form with the lines of a filled one; a list form is the same for all."""
        return self.with_lines(filled.lines)

    def with_lines(self, lines: tuple[FormLine, ...]) -> "Form":
        """A matrix laid out with these lines."""
        if self.matrix is None:
            return self
        return self.model_copy(update={"rows": _cells_of(self.matrix, lines)})

    @property
    def series_code(self) -> str:
        """The series; a form that names none is one of its own."""
        return self.series or self.form_code

    def row(self, key: str) -> FormRow:
        """Raise KeyError where the form has no such row."""
        for row in self.rows:
            if row.key == key.rstrip("."):
                return row
        raise KeyError(key)

    def in_force_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def _cells_of(matrix: Matrix, lines: tuple[FormLine, ...]) -> tuple[FormRow, ...]:
    return tuple(
        MatrixCell.model_construct(
            number=cell_key(line.key, column.number),
            label=f"{line.label} – {' – '.join(column.heads)}",
            indicator=code,
            crosswalk={form_code: cell_key(line.key, number) for form_code, number in column.crosswalk.items()},
            tiers=matrix.tiers_of(line),
            line=line,
            column=column,
        )
        for line in lines
        for column in matrix.figure_columns
        if (code := matrix.code_in(line, column))
    )

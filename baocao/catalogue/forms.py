"""Forms: every row of the official text to the letter, and what fills it."""

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from baocao.catalogue.model import Day, YamlModel, matching
from baocao.domain import Tier
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
    def meant_unit(self) -> str:
        """The unit of measure as it should read."""
        return next((m.meant for m in self.misprints if m.where == "unit"), _MARKUP.sub("", self.unit))


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
    rows: tuple[FormRow, ...] = Field(min_length=1)

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

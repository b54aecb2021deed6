"""Matrix forms: columns with heads on several levels, lines that are fixed or come from the data."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from pydantic import Field, field_validator, model_validator

from baocao.catalogue.model import YamlModel
from baocao.domain import FormLine, Tier
from baocao.groups import GROUP_MARK, UNKNOWN_GROUP, Dimension, GroupCode
from baocao.messages import fold, list_names, say_unknown
from baocao.written.errors import WrongValueError

TOTAL_KEY = "tong-cong"
UNKNOWN_LABELS = {
    Dimension.FIELD: "Lĩnh vực chưa khai báo",
    Dimension.UNIT: "Đơn vị chưa khai báo",
    Dimension.PROCEDURE: "Không có mã thủ tục",
}
"""The words of the line of what is in no declared group."""
_KEY_SIGN = "/"
_CELL_WORDS = (
    re.compile(r"(?:dong\s+)?(?P<line>.+?)\s*(?:,?\s*cot\s+|/\s*)(?P<column>[^\s/]+)"),
    re.compile(r"cot\s+(?P<column>[^\s,/]+)\s*,?\s*(?:dong\s+)?(?P<line>.+)"),
)


def cell_key(line_key: str, column: str) -> str:
    """`ho-tich/8`: how a cell of a matrix is named in code and files."""
    return f"{line_key}{_KEY_SIGN}{column}"


def split_cell_key(key: str) -> tuple[str, str]:
    """The line's key and the column's number; the column is empty where the key is of a list form."""
    line, _, column = key.rpartition(_KEY_SIGN)
    return (line, column) if line else (key, "")


def read_cell_words(given: str) -> tuple[str, str]:
    """The line and the column somebody names: `Dòng Hộ tịch, cột 8`, `cột 8 dòng Hộ tịch`, `ho-tich/8`; both folded.

    The column is empty where none is named.
    """
    words = fold(given).strip().rstrip(".")
    found = next((one for pattern in _CELL_WORDS if (one := pattern.fullmatch(words))), None)
    return (found["line"].strip(), found["column"].strip()) if found else (words, "")


class MatrixColumn(YamlModel):
    """One column. `heads` are its words from the top down; equal words side by side are printed as one merged head.

    A column holds the line's order, its label, or a figure: `indicator` under the restriction of the line, or of
    `group` (`field:ho-tich`). `width_mm` is what Word and PDF give it; without one the columns share what is left.
    `crosswalk` says which column of an earlier form it goes on with, by form.
    """

    number: str
    heads: tuple[str, ...] = Field(min_length=1)
    holds: Literal["order", "label", "figure"] = "figure"
    indicator: str | None = None
    group: str | None = None
    width_mm: int | None = Field(default=None, ge=6, le=150)
    crosswalk: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _words_have_no_figure(self) -> "MatrixColumn":
        if self.holds != "figure" and (self.indicator or self.group):
            raise WrongValueError("cột ghi số thứ tự hoặc tên dòng (holds: order, label) không có indicator, group")
        return self


class MatrixLine(YamlModel):
    """One fixed line, or a rule for lines from the data: `each: field` or `each: unit` (the units below).

    Where columns have no indicator of their own the fixed line gives it; `cells` gives single cells theirs, by column.
    `head` are the words of the label column for lines of a rule; `tiers` those whose form has the line.
    """

    key: str = ""
    order: str = ""
    label: str = ""
    each: Dimension | None = None
    head: str = ""
    heading: bool = False
    indicator: str | None = None
    group: str | None = None
    cells: dict[str, str] = Field(default_factory=dict)
    tiers: tuple[Tier, ...] = tuple(Tier)

    @model_validator(mode="after")
    def _is_fixed_or_rule(self) -> "MatrixLine":
        own = [name for name in ("key", "order", "label", "indicator", "group", "cells") if getattr(self, name)]
        if self.each and (own or self.heading):
            raise WrongValueError(f"dòng lấy từ số liệu (each) không có {list_names(own or ['heading'])}")
        if not self.each and not (self.key and self.label):
            raise WrongValueError(
                "dòng cố định phải có key và label; dòng lấy từ số liệu phải có each: field hoặc unit"
            )
        if _KEY_SIGN in self.key or GROUP_MARK in self.key or self.key == TOTAL_KEY:
            raise WrongValueError(f"key không có dấu /, @ và không là {TOTAL_KEY} (dòng tổng cộng)")
        if self.heading and (self.indicator or self.cells):
            raise WrongValueError("dòng đề mục (heading) không có indicator, cells")
        return self


class ColumnBalance(YamlModel):
    """Columns whose figures, added up, are equal on every line."""

    left: tuple[str, ...] = Field(min_length=1)
    right: tuple[str, ...] = Field(min_length=1)


class CarriedColumn(YamlModel):
    """A column of a period that begins with what another column ended with in the period before."""

    column: str
    from_column: str


class Matrix(YamlModel):
    """The table of a matrix form. `total` is the label of the last line, which adds up the others."""

    columns: tuple[MatrixColumn, ...] = Field(min_length=2)
    lines: tuple[MatrixLine, ...] = Field(min_length=1)
    total: str = ""
    balances: tuple[ColumnBalance, ...] = ()
    carried: tuple[CarriedColumn, ...] = ()

    @field_validator("columns")
    @classmethod
    def _columns_are_whole(cls, columns: tuple[MatrixColumn, ...]) -> tuple[MatrixColumn, ...]:
        numbers = [column.number for column in columns]
        if twice := sorted({number for number in numbers if numbers.count(number) > 1}):
            raise WrongValueError(f"các số cột này ghi hai lần: {list_names(twice)}")
        if [column.holds for column in columns].count("label") != 1:
            raise WrongValueError("phải có đúng một cột ghi tên dòng (holds: label)")
        return columns

    @model_validator(mode="after")
    def _lines_fit_columns(self) -> "Matrix":
        keys = [line.key for line in self.lines if not line.each]
        if twice := sorted({key for key in keys if keys.count(key) > 1}):
            raise WrongValueError(f"các key dòng này ghi hai lần: {list_names(twice)}")
        figures = {column.number: column for column in self.figure_columns}
        for number in self._named_columns():
            if number not in figures:
                raise WrongValueError(say_unknown("cột số liệu", number, figures))
        for line in self.lines:
            for column in figures.values() if not line.heading else ():
                _require_one_figure(line, column)
        return self

    def _named_columns(self) -> Iterator[str]:
        for balance in self.balances:
            yield from (*balance.left, *balance.right)
        for carried in self.carried:
            yield from (carried.column, carried.from_column)
        for line in self.lines:
            yield from line.cells

    @property
    def figure_columns(self) -> tuple[MatrixColumn, ...]:
        return tuple(column for column in self.columns if column.holds == "figure")

    def has_column(self, given: str) -> bool:
        """Whether a cell's key, or words, name a column with figures."""
        _, number = read_cell_words(given)
        return any(column.number == number for column in self.figure_columns)

    @property
    def indicator_codes(self) -> tuple[str, ...]:
        """Every figure some cell shows, without its group."""
        codes = [column.indicator for column in self.figure_columns]
        for line in self.lines:
            codes += [line.indicator, *line.cells.values()]
        return tuple(dict.fromkeys(code for code in codes if code))

    def lines_of(self, tier: Tier | None) -> tuple[MatrixLine, ...]:
        """Those of a tier's form; of all tiers where it is not known."""
        return tuple(line for line in self.lines if tier is None or tier in line.tiers)

    def dimensions_of(self, tier: Tier | None) -> tuple[str, ...]:
        """What the lines from the data are one each of."""
        return tuple(dict.fromkeys(line.each for line in self.lines_of(tier) if line.each))

    def groupings(self, tier: Tier | None) -> tuple[tuple[str, str], ...]:
        """Each figure with each dimension it is asked by: from the lines of the data and from fixed groups."""
        columns = [column.indicator for column in self.figure_columns if column.indicator]
        asked = [(code, dimension) for dimension in self.dimensions_of(tier) for code in columns]
        for line in self.lines_of(tier):
            for column in self.figure_columns:
                code, group = figure_of(line, column), line.group or column.group
                asked += [(code, group.partition(":")[0])] if code and group else []
        return tuple(dict.fromkeys(asked))

    def fixed_lines(self) -> tuple[FormLine, ...]:
        """The lines known before there is any figure, the total last."""
        fixed = [
            FormLine(line.key, line.label, line.order, line.group or "", "heading" if line.heading else "line")
            for line in self.lines
            if not line.each
        ]
        return (*fixed, *([FormLine(TOTAL_KEY, self.total, kind="total")] if self.total else []))

    def code_in(self, line: FormLine, column: MatrixColumn) -> str | None:
        """The figure a cell shows, with its group; None where it shows none."""
        fixed = next((one for one in self.lines if one.key and one.key == line.key), None)
        if line.kind == "heading":
            return None
        code = figure_of(fixed, column) if fixed else column.indicator
        group = line.group or column.group
        return f"{code}{GROUP_MARK}{group}" if code and group else code

    def tiers_of(self, line: FormLine) -> tuple[Tier, ...]:
        """A fixed line's own; lines of the data are there for their tier only."""
        return next((one.tiers for one in self.lines if one.key and one.key == line.key), tuple(Tier))

    def label_head(self, tier: Tier | None) -> str:
        """The words over the lines' labels, where the lines of the tier have their own."""
        return next((line.head for line in self.lines_of(tier) if line.head), "") if tier else ""


def figure_of(line: MatrixLine, column: MatrixColumn) -> str | None:
    return line.cells.get(column.number) or column.indicator or line.indicator


def _require_one_figure(line: MatrixLine, column: MatrixColumn) -> None:
    name = f"dòng {line.key or line.each}, cột {column.number}"
    if column.number not in line.cells and column.indicator and line.indicator:
        raise WrongValueError(f"{name}: dòng và cột cùng ghi indicator; giữ một, hoặc ghi riêng ô này trong cells")
    if line.each and not column.indicator:
        raise WrongValueError(f"{name}: cột phải có indicator, vì dòng lấy từ số liệu không có")
    if not figure_of(line, column):
        raise WrongValueError(f"{name}: chưa có indicator nào")
    if column.group and (line.group or line.each):
        raise WrongValueError(f"{name}: dòng và cột cùng giới hạn (group, each); một ô chỉ có một giới hạn")


def arrange_lines(
    matrix: Matrix, tier: Tier | None, codes: Iterable[str], labels: Mapping[str, Mapping[str, str]]
) -> tuple[FormLine, ...]:
    """The lines of one filled form, in order: fixed ones, one for each group that has a figure, the total.

    `codes` are those of the figures there are; `labels` the words for the groups of each dimension, in order.
    """
    fixed = {line.key: line for line in matrix.fixed_lines()}
    lines: list[FormLine] = []
    present = [GroupCode.parse(code) for code in codes if GROUP_MARK in code]
    for rule in matrix.lines_of(tier):
        if rule.each is None:
            lines.append(fixed[rule.key])
        else:
            keys = {code.group_key for code in present if code.dimension is rule.each}
            lines += _lines_of_data(rule.each, keys, labels.get(rule.each, {}))
    return (*lines, *([fixed[TOTAL_KEY]] if matrix.total else []))


def arrange_declared_lines(
    matrix: Matrix, tier: Tier | None, labels: Mapping[str, Mapping[str, str]], codes: Iterable[str] = ()
) -> tuple[FormLine, ...]:
    """One line for each declared group, and for those of the figures there are."""
    code = matrix.indicator_codes[0]
    declared = [
        f"{code}{GROUP_MARK}{each}:{key}" for each in matrix.dimensions_of(tier) for key in labels.get(each, {})
    ]
    return arrange_lines(matrix, tier, (*declared, *codes), labels)


def _lines_of_data(each: Dimension, keys: set[str], labels: Mapping[str, str]) -> Iterator[FormLine]:
    """In the order of the labels; what has none stands behind, the unknown last."""
    others = sorted(keys - labels.keys(), key=lambda key: (key == UNKNOWN_GROUP, key))
    for number, key in enumerate([*(key for key in labels if key in keys), *others], start=1):
        label = labels.get(key) or (UNKNOWN_LABELS[each] if key == UNKNOWN_GROUP else key)
        yield FormLine(key, label, str(number), f"{each}:{key}")

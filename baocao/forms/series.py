"""Where a series breaks between two versions of a form: rows without a counterpart, other units, other definitions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from baocao.catalogue import Form, FormRow, Indicator
from baocao.messages import upper_first


class Break(StrEnum):
    """The kinds of break."""

    NO_COUNTERPART = "no_counterpart"
    LEFT_OUT = "left_out"
    OTHER_UNIT = "other_unit"
    OTHER_DEFINITION = "other_definition"


@dataclass(frozen=True, slots=True)
class SeriesBreak:
    """One break: the row of the form asked for and that of the form in force; one of them may be ""."""

    kind: Break
    number: str
    number_in_force: str
    says: str

    def as_json(self) -> dict[str, str]:
        return {
            "kind": self.kind.value,
            "cell": self.number,
            "cell_in_force": self.number_in_force,
            "says": self.says,
        }


def find_breaks(asked: Form, in_force: Form, indicators: Mapping[str, Indicator]) -> tuple[SeriesBreak, ...]:
    """Every break of a period filled on another form than the one in force; none on that one itself."""
    if asked.form_code == in_force.form_code:
        return ()
    pairs = [(row, _find_counterpart(row, asked, in_force)) for row in asked.rows if row.indicator]
    taken = {other.key for _, other in pairs if other is not None}
    left_out = [row for row in in_force.rows if row.indicator and row.key not in taken]
    return (
        *(found for row, other in pairs for found in _compare(row, other, in_force, indicators)),
        *(_tell_left_out(row, in_force) for row in left_out),
    )


def break_notes(breaks: tuple[SeriesBreak, ...]) -> dict[str, str]:
    """By row of the form asked for, what its cell must say."""
    notes: dict[str, str] = {}
    for one in breaks:
        if one.number:
            notes[one.number] = "; ".join(filter(None, (notes.get(one.number), one.says)))
    return notes


def _find_counterpart(row: FormRow, asked: Form, in_force: Form) -> FormRow | None:
    """By the crosswalk of either form."""
    wanted = row.crosswalk.get(in_force.form_code)
    for other in in_force.rows:
        if other.indicator and (other.key == wanted or other.crosswalk.get(asked.form_code) == row.key):
            return other
    return None


def _compare(
    row: FormRow, other: FormRow | None, in_force: Form, indicators: Mapping[str, Indicator]
) -> Iterator[SeriesBreak]:
    if other is None:
        says = f"{in_force.appendix} đang có hiệu lực không có chỉ tiêu tương ứng"
        yield SeriesBreak(Break.NO_COUNTERPART, row.key, "", says)
        return
    where = f"{other.cell_words} của {in_force.appendix}"
    if row.indicator != other.indicator:
        indicator = indicators.get(other.indicator or "")
        label = indicator.label if indicator else other.meant_label
        says = f"Định nghĩa khác {where} ({label})"
        yield SeriesBreak(Break.OTHER_DEFINITION, row.key, other.key, says)
    if _words(row.meant_unit) != _words(other.meant_unit):
        says = f"Đơn vị tính khác {where}: {_words(row.meant_unit)} thay vì {_words(other.meant_unit)}"
        yield SeriesBreak(Break.OTHER_UNIT, row.key, other.key, says)


def _tell_left_out(row: FormRow, in_force: Form) -> SeriesBreak:
    cell = f"{upper_first(row.cell_words)} của {in_force.appendix} đang có hiệu lực"
    says = f"{cell} không có trong mẫu này: {row.meant_label}"
    return SeriesBreak(Break.LEFT_OUT, "", row.key, says)


def _words(unit: str) -> str:
    return " / ".join(unit.split("\n"))

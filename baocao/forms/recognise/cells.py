"""From aligned rows to cells: each figure read by what it counts, then looked at again beside its ratio."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal

from baocao.catalogue import Catalogue, Form, FormRow
from baocao.domain import Cell, CellStatus, Measure, Tier
from baocao.figures import ratio_pct
from baocao.forms.numbers import Reading, ReadingKind, read_figure, show
from baocao.forms.recognise.alignment import AlignedRow
from baocao.forms.recognise.raw import RawCell

_CLOSE = Decimal("0.1")
_STATUSES = {
    ReadingKind.NUMBER: CellStatus.REPORTED,
    ReadingKind.NOTHING_AROSE: CellStatus.NO_DENOMINATOR,
}


def read_figures(rows: Mapping[str, AlignedRow], form: Form, catalogue: Catalogue) -> dict[str, Reading]:
    """One reading for each row that is there, confirmed by the ratios of the form where it can be."""
    readings = {key: _read_row(found.row, found.text.figure, catalogue) for key, found in rows.items()}
    for row in form.rows:
        parts = catalogue.ratio_rows(form, row)
        if parts is not None and {row.key, *parts} <= readings.keys():
            readings |= _confirm(row.key, *parts, readings)
    return readings


def _read_row(row: FormRow, cell: RawCell, catalogue: Catalogue) -> Reading:
    indicator = catalogue.indicators[row.indicator] if row.indicator else None
    codes = indicator.typed.codes if indicator and indicator.typed else None
    measure = indicator.measure if indicator else None
    if cell.unclear:
        return Reading(ReadingKind.UNCLEAR, cell.text, cell.unclear)
    reading = read_figure(cell.text, measure, exact=cell.exact, codes=codes)
    if cell.formula and reading.kind is ReadingKind.NUMBER:
        return replace(reading, how_read=f"{reading.how_read}; là kết quả của công thức trong ô")
    return reading


def _confirm(pct_key: str, part_key: str, whole_key: str, readings: Mapping[str, Reading]) -> dict[str, Reading]:
    """Say where numerator, denominator and percentage bear each other out; settle a percentage in doubt."""
    pct, part, whole = readings[pct_key], readings[part_key], readings[whole_key]
    if pct.value is None or part.value is None or whole.value is None:
        return {}
    computed = ratio_pct(part.value, whole.value)
    if computed is None or not agrees(pct.value, computed):
        return {}
    proof = f"; kiểm lại: {part.text}/{whole.text} = {show(computed)} %, khớp “{pct.text}” đã ghi"
    proven = {key: replace(readings[key], how_read=readings[key].how_read + proof) for key in (part_key, whole_key)}
    marked = {key: reading for key, reading in proven.items() if reading.thousands}
    settled = f"“{pct.text}” đọc là {show(pct.value)}: đúng bằng {part.text}/{whole.text}"
    return marked | ({pct_key: replace(pct, how_read=settled, candidates=())} if pct.candidates else {})


def agrees(written: Decimal, computed: Decimal) -> bool:
    """Whether a written percentage is the computed one, rounded or cut at any place."""
    places = written.normalize().as_tuple().exponent
    step = Decimal(1).scaleb(min(int(places), 0))
    return abs(written - computed) < _CLOSE or computed.quantize(step, ROUND_DOWN) == written


def make_cell(row: FormRow, reading: Reading | None, tier: Tier | None, catalogue: Catalogue) -> Cell:
    """The cell of one row; `reading` is None where the document does not have the row."""
    measure = _measure(row, catalogue)
    if reading is None:
        return Cell(row.key, None, "", _blank_status(row, tier), measure, row.indicator, how_read="không có dòng này")
    return Cell(
        number=row.key,
        value=reading.value,
        display=reading.text,
        status=_status(row, reading, tier),
        measure=measure,
        indicator_code=row.indicator,
        text=reading.text,
        how_read=reading.how_read,
    )


def _measure(row: FormRow, catalogue: Catalogue) -> Measure | None:
    return catalogue.indicators[row.indicator].measure if row.indicator else None


def _status(row: FormRow, reading: Reading, tier: Tier | None) -> CellStatus:
    """What could not be read counts as blank: no figure is given; `text` says what stands there."""
    if row.heading:
        return CellStatus.HEADING
    if reading.kind is ReadingKind.EMPTY:
        return _blank_status(row, tier)
    return _STATUSES.get(reading.kind, CellStatus.BLANK)


def _blank_status(row: FormRow, tier: Tier | None) -> CellStatus:
    if row.heading:
        return CellStatus.HEADING
    return CellStatus.NOT_APPLICABLE if tier is not None and tier not in row.tiers else CellStatus.BLANK

"""What the figures of a form say in sentences, made by rule: how much, and whether more or less than before.

Every number is followed by the cell it stands in; a figure that cannot be compared says why.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from baocao.catalogue import Indicator
from baocao.documents.evidence import PastFigure
from baocao.documents.printed import PrintedForm
from baocao.documents.printed_row import PrintedRow
from baocao.documents.texts import on_one_line
from baocao.domain import CellStatus, Measure, Period
from baocao.figures import is_code, is_percent, print_figure, ratio_pct

FIRST_TIME = "kỳ đầu tiên có số liệu theo mẫu này"
_SAYING_WHY = (CellStatus.NOT_COLLECTED, CellStatus.INCOMPLETE, CellStatus.BLANK)


@dataclass(frozen=True)
class EarlierPeriods:
    """What this period is compared with: past figures by row number, and the forms of before by period.

    `other_forms` names, by period, the form that was in force where it was another version than today's.
    """

    figures: Mapping[str, Sequence[PastFigure]] = field(default_factory=dict)
    other_forms: Mapping[Period, str] = field(default_factory=dict)

    def value(self, key: str, period: Period) -> Decimal | None:
        return next((past.value for past in self.figures.get(key, ()) if past.period == period), None)

    @property
    def has_any(self) -> bool:
        return any(past.value is not None for figures in self.figures.values() for past in figures)


@dataclass(frozen=True)
class Sentence:
    """One paragraph of the report: a heading of the form, or what one row says."""

    text: str
    is_heading: bool = False


def tell_figures(
    page: PrintedForm, indicators: Mapping[str, Indicator], earlier: EarlierPeriods
) -> tuple[Sentence, ...]:
    """In the order of the form; a heading only where something below it is told. Parts of a printed ratio are told with
    it.
    """
    parts = {key for row in page.rows for key in _parts_of(row, page, indicators)}
    told: list[Sentence] = []
    headings: list[PrintedRow] = []
    for row in page.rows:
        if row.row.heading:
            headings = [one for one in headings if one.row.depth < row.row.depth] + [row]
        elif row.key not in parts and (text := tell_row(row, page, indicators, earlier)):
            headings = [one for one in headings if one.row.depth < row.row.depth]
            told += [Sentence(f"{one.number} {on_one_line(one.label_text)}", is_heading=True) for one in headings]
            headings = []
            told.append(Sentence(text))
    return (*told, *(Sentence(f"{text}.") for text in _tell_other_forms(page, earlier)))


def tell_row(row: PrintedRow, page: PrintedForm, indicators: Mapping[str, Indicator], earlier: EarlierPeriods) -> str:
    """One sentence; empty for a row of another tier."""
    cell, label = row.cell, on_one_line(row.row.meant_label).rstrip(".")
    where = f"(ô {row.key})"
    if cell.status is CellStatus.NOT_APPLICABLE:
        return ""
    if cell.status is CellStatus.NO_DENOMINATOR:
        return f"{label} {where}: không phát sinh trong kỳ."
    if cell.value is None:
        said = row.note.rstrip(".") if cell.status in _SAYING_WHY and row.note else "chưa có số liệu"
        return f"{label} {where}: {said[:1].lower()}{said[1:]}."
    return f"{label}: {_amount(row, page, indicators)}{tell_comparison(row, page, earlier)}."


def tell_comparison(row: PrintedRow, page: PrintedForm, earlier: EarlierPeriods) -> str:
    """`, tăng 2,31 điểm phần trăm so với Quý III năm 2025 (54,63%)`; of a code only whether it changed.

    Of a period on another form nothing here: that is told once for all rows.
    """
    period, value = page.filled.period, row.cell.value
    if period is None or value is None:
        return ""
    compared = [
        said
        for other in dict.fromkeys((period.predecessor, period.same_period_last_year))
        if (said := _compare(row, value, other, earlier))
    ]
    if compared:
        return ", " + "; ".join(compared)
    return "" if earlier.has_any or earlier.other_forms else f", {FIRST_TIME}"


def _compare(row: PrintedRow, value: Decimal, period: Period, earlier: EarlierPeriods) -> str:
    before = earlier.value(row.key, period) if period not in earlier.other_forms else None
    if before is None:
        return ""
    named, then = period.label_vi, _print(before, row)
    if before == value:
        return f"không đổi so với {named}"
    if is_code(row.cell.measure):
        return f"{named} là {then}"
    verb, difference = ("tăng" if value > before else "giảm"), abs(value - before)
    if is_percent(row.cell.measure):
        return f"{verb} {print_figure(difference, Measure.PERCENT)} điểm phần trăm so với {named} ({then})"
    relative = ratio_pct(difference, before) if before else None
    share = f" ({print_figure(relative, Measure.PERCENT)}%)" if relative is not None else ""
    return f"{verb} {print_figure(difference, Measure.DOSSIER)}{share} so với {named} ({then})"


def _tell_other_forms(page: PrintedForm, earlier: EarlierPeriods) -> Iterator[str]:
    """Which periods are not compared with, and why; the one before is named only where the form changed with this."""
    for period, form in earlier.other_forms.items():
        yield f"Không so sánh với {period.label_vi} vì kỳ ấy báo cáo theo {form}, khác {page.appendix}"


def _amount(row: PrintedRow, page: PrintedForm, indicators: Mapping[str, Indicator]) -> str:
    cell = row.cell
    assert cell.value is not None
    text = _print(cell.value, row)
    if is_percent(cell.measure):
        parts = _parts_of(row, page, indicators)
        figures = {one.key: _print(one.cell.value, one) for one in page.rows if one.cell.value is not None}
        of = f"{figures[parts[0]]}/{figures[parts[1]]}; " if parts else ""
        return f"{text} ({of}ô {', '.join((row.key, *parts))})"
    if is_code(cell.measure):
        indicator = indicators.get(cell.indicator_code or "")
        codes = indicator.typed.codes if indicator and indicator.typed else None
        meaning = (codes or {}).get(int(cell.value))
        return f"{text} ({meaning}; ô {row.key})" if meaning else f"{text} (ô {row.key})"
    return f"{text} {on_one_line(row.row.meant_unit).lower()} (ô {row.key})"


def _print(value: Decimal, row: PrintedRow) -> str:
    measure = row.cell.measure or Measure.CODE
    return print_figure(value, measure) + ("%" if measure.is_percent else "")


def _parts_of(row: PrintedRow, page: PrintedForm, indicators: Mapping[str, Indicator]) -> tuple[str, ...]:
    """The rows of a ratio's numerator and denominator, where the form prints both with a figure."""
    indicator = indicators.get(row.row.indicator or "")
    if indicator is None or indicator.ratio is None:
        return ()
    keys = {one.row.indicator: one.key for one in page.rows if one.cell.value is not None}
    wanted = (indicator.ratio.numerator, indicator.ratio.denominator)
    return tuple(keys[code] for code in wanted) if all(code in keys for code in wanted) else ()


def comparison_values(page: PrintedForm, earlier: EarlierPeriods) -> Iterator[tuple[str, str]]:
    """By row number, what a template may say of the row in its own words."""
    for row in page.rows:
        if not row.row.heading:
            yield row.key, tell_comparison(row, page, earlier).removeprefix(", ")

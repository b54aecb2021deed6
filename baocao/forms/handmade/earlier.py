"""The column “Kỳ trước” beside what was released for that period."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal

from baocao.catalogue import Catalogue
from baocao.domain import CheckResult, Measure, Period, Severity
from baocao.figures import print_figure
from baocao.forms.handmade.finding import FindingText, found, quoted
from baocao.forms.numbers import read_figure
from baocao.forms.recognise import ReadForm
from baocao.forms.recognise.heads import ColumnRole, period_named, plain

Released = Callable[[str, str, Period], Mapping[str, Decimal]]
"""The released figures by indicator code, of a unit, a form code and a period; none where nothing was released."""

_LAST_YEAR = re.compile(r"cung ky|nam truoc|cung thoi diem")


def check_earlier(read: ReadForm, catalogue: Catalogue, released: Released) -> Iterator[CheckResult]:
    """One finding for all cells that say something else; silent where the period was not released."""
    period = _earlier_period(read)
    written = {key: row.text.previous for key, row in read.rows.items() if row.text.previous is not None}
    if period is None or not read.filled.unit_code or not any(cell.text.strip() for cell in written.values()):
        return
    figures = released(read.filled.unit_code, read.form.form_code, period)
    differing = {}
    for key, cell in written.items():
        code = read.form.row(key).indicator
        measure = catalogue.indicators[code].measure if code else None
        value = read_figure(cell.text, measure, exact=cell.exact).value if measure and not cell.unclear else None
        if code and code in figures and measure and value is not None and not _is_same(value, figures[code]):
            differing[key] = f"dòng {key} ghi {quoted(cell.text)}, đã phát hành {_print(figures[code], measure)}"
    if differing:
        words = FindingText(
            f"Cột kỳ trước ghi khác số đã phát hành của {period.label_vi}: {'; '.join(differing.values())}.",
            f"the earlier period's column differs from what was released for {period.code}: {', '.join(differing)}",
            "Ghi lại đúng số đã phát hành; nếu số đã phát hành sai thì lập bản điều chỉnh của kỳ đó.",
        )
        yield found(read, "earlier_differs", Severity.WARNING, list(differing), words, expected=period.code)


def _earlier_period(read: ReadForm) -> Period | None:
    """As the column's head names it; else the one just before."""
    mine = read.filled.period
    if mine is None:
        return None
    columns = (column for table in read.understood.tables for column in table.columns)
    head = next((column.head for column in columns if column.role is ColumnRole.PREVIOUS), "")
    named = period_named(head)
    if named is not None and named.year and (named.part or not mine.part):
        return Period(named.year, named.part)
    if _LAST_YEAR.search(plain(head)):
        return mine.same_period_last_year
    before = mine.predecessor
    return before if named is None or not named.part or named.part == before.part else None


def _is_same(written: Decimal, released: Decimal) -> bool:
    """At the places written: 84,1 says the same as 84,13."""
    exponent = written.as_tuple().exponent
    places = Decimal(1).scaleb(min(exponent, 0) if isinstance(exponent, int) else 0)
    return written == released.quantize(places, ROUND_HALF_UP)


def _print(value: Decimal, measure: Measure) -> str:
    return print_figure(value, measure)

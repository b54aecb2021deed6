"""The form as one self-contained web page: coloured by status and finding, each figure with its passport and trend.

The page loads nothing, runs nothing, and forbids itself to.
"""

from dataclasses import dataclass
from pathlib import Path

from baocao.catalogue import Form
from baocao.documents.evidence import OUTCOME_LABELS, SEVERITY_LABELS, Evidence, applying, by_gravity
from baocao.documents.files import write_file
from baocao.documents.passport import Passport
from baocao.documents.printed import STATUS_LABELS, PrintedForm, print_form
from baocao.documents.printed_row import PrintedRow
from baocao.documents.texts import clean_text
from baocao.documents.trend import Trend, draw_trend
from baocao.documents.web_page import page_facts, page_template
from baocao.domain import CellStatus, CheckResult, FilledForm

_LEGEND = (
    CellStatus.NOT_COLLECTED,
    CellStatus.INCOMPLETE,
    CellStatus.PROVISIONAL,
    CellStatus.TYPED_IN,
    CellStatus.CORRECTED,
    CellStatus.NO_DENOMINATOR,
)
_PASSPORTS_AT_MOST = 400
"""A page with more figures leaves their passports to the workbook: a browser would choke on them."""
_UNSAID = (CellStatus.REPORTED, CellStatus.HEADING, CellStatus.NO_DENOMINATOR)


@dataclass(frozen=True, slots=True)
class HtmlRow:
    """One row of the page. `shown` is what is clicked for the passport."""

    printed: PrintedRow
    passport: Passport | None
    findings: list[CheckResult]
    trend: Trend | None

    @property
    def shown(self) -> str:
        return self.printed.figure or "Nguồn số liệu"

    @property
    def status(self) -> str:
        status = self.printed.cell.status
        return "" if status in _UNSAID else STATUS_LABELS[status]

    @property
    def classes(self) -> str:
        gravest = [finding.severity.value for finding in self.findings[:1]]
        return " ".join(["figure", self.printed.cell.status.value, *gravest])


def write_form_html(
    filled: FilledForm, form: Form, path: Path, *, draft: bool = False, evidence: Evidence | None = None
) -> str:
    """Write the page; give its SHA-256."""
    return write_file(path, render_html(print_form(filled, form, draft=draft), evidence or Evidence()))


def render_html(page: PrintedForm, evidence: Evidence) -> bytes:
    """The page's bytes: equal for equal input on every machine."""
    rows = [_html_row(row, evidence) for row in page.rows]
    text = page_template("form.html.j2").render(
        page=page,
        rows=rows,
        by_key={row.printed.key: row for row in rows},
        cell_names=page.cell_names,
        show_passports=len(rows) <= _PASSPORTS_AT_MOST,
        facts=page_facts(page),
        legend=[(status.value, STATUS_LABELS[status]) for status in _list_legend(page)],
        checks=by_gravity(applying(evidence.checks, page)),
        severities=SEVERITY_LABELS,
        outcomes=OUTCOME_LABELS,
        owner_name=evidence.owner_name,
    )
    return clean_text(text).encode()


def _list_legend(page: PrintedForm) -> list[CellStatus]:
    """That a unit reports a figure itself is explained where some cell of the page says so."""
    handed_in = any(row.cell.status is CellStatus.HANDED_IN for row in page.rows)
    return [*_LEGEND, CellStatus.HANDED_IN] if handed_in else [*_LEGEND]


def _html_row(row: PrintedRow, evidence: Evidence) -> HtmlRow:
    past = evidence.history.get(row.key, ())
    return HtmlRow(
        printed=row,
        passport=evidence.passports.get(row.key),
        findings=evidence.findings_of(row.key),
        trend=draw_trend(past, row.cell),
    )

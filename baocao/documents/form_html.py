"""The form as one self-contained web page: coloured by status and finding, each figure with its passport and trend.

The page loads nothing, runs nothing, and forbids itself to.
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from baocao.catalogue import Form
from baocao.documents.evidence import OUTCOME_LABELS, SEVERITY_LABELS, Evidence, by_gravity
from baocao.documents.files import write_file
from baocao.documents.passport import Passport
from baocao.documents.printed import STATUS_LABELS, PrintedForm, PrintedRow, print_form
from baocao.documents.texts import clean_text, print_time
from baocao.documents.trend import Trend, draw_trend
from baocao.domain import CellStatus, CheckResult, FilledForm, FormStatus, Measure
from baocao.figures import print_figure

FORM_STATUS_LABELS = {
    FormStatus.DRAFT: "Bản nháp",
    FormStatus.PROVISIONAL: "Số tạm tính, kỳ báo cáo chưa chốt",
    FormStatus.CHECKED: "Đã kiểm tra",
    FormStatus.RELEASED: "Đã phát hành",
    FormStatus.RESTATED: "Đã điều chỉnh sau phát hành",
    FormStatus.READ: "Đọc từ tệp",
}
_LEGEND = (
    CellStatus.NOT_COLLECTED,
    CellStatus.PROVISIONAL,
    CellStatus.TYPED_IN,
    CellStatus.CORRECTED,
    CellStatus.NO_DENOMINATOR,
)
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
    text = _template().render(
        page=page,
        rows=[_html_row(row, evidence) for row in page.rows],
        facts=_facts(page),
        legend=[(status.value, STATUS_LABELS[status]) for status in _LEGEND],
        checks=by_gravity(evidence.checks),
        severities=SEVERITY_LABELS,
        outcomes=OUTCOME_LABELS,
        owner_name=evidence.owner_name,
    )
    return clean_text(text).encode()


def _html_row(row: PrintedRow, evidence: Evidence) -> HtmlRow:
    past = evidence.history.get(row.key, ())
    return HtmlRow(
        printed=row,
        passport=evidence.passports.get(row.key),
        findings=evidence.findings_of(row.key),
        trend=draw_trend(past, row.cell),
    )


def _facts(page: PrintedForm) -> list[tuple[str, str]]:
    """What the reader must know of the whole form."""
    filled = page.filled
    facts = [("Đơn vị báo cáo", filled.unit_name)]
    if filled.period:
        facts.append(("Kỳ báo cáo", filled.period.label_vi))
    if filled.window:
        facts.append(("Số liệu từ", f"{filled.window.start_on:%d/%m/%Y} đến {filled.window.end_on:%d/%m/%Y}"))
    if filled.known_at:
        facts.append(("Số liệu lấy lúc", print_time(page.made_at)))
    if filled.vintage is not None:
        facts.append(("Lần lập", str(filled.vintage)))
    facts.append(("Tình trạng", FORM_STATUS_LABELS[filled.status]))
    return [*facts, ("Bản điều chỉnh", filled.restatement_note)] if filled.revision else facts


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["time"] = print_time
    environment.filters["count"] = lambda value: print_figure(Decimal(value), Measure.DOSSIER)
    return environment.get_template("form.html.j2")

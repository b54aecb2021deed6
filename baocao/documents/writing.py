"""One filled form in every format it is given out in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from baocao.catalogue import Form, Indicator
from baocao.documents.covering_docx import render_covering
from baocao.documents.evidence import Evidence, PastFigure
from baocao.documents.files import write_file
from baocao.documents.fonts import times_family
from baocao.documents.form_csv import render_csv
from baocao.documents.form_docx import load_parts, render_docx
from baocao.documents.form_html import render_html
from baocao.documents.form_json import render_form_json
from baocao.documents.form_pdf import render_pdf
from baocao.documents.form_xlsx import render_xlsx
from baocao.documents.layout import VERSION
from baocao.documents.passport import Passport
from baocao.documents.printed import PrintedForm, print_form
from baocao.documents.sentences import EarlierPeriods
from baocao.documents.template_docx import render_template_docx
from baocao.documents.web_page import page_template
from baocao.domain import CheckResult, FilledForm, Period

COVERING_NAME = "report.docx"
Render = Callable[[PrintedForm, Evidence], bytes]

RENDER_BY_FORMAT: Mapping[str, Render] = {
    "docx": lambda page, _: render_docx(page),
    "pdf": lambda page, _: render_pdf(page),
    "xlsx": render_xlsx,
    "html": render_html,
    "json": lambda page, _: render_form_json(page.filled, page.form),
    "csv": lambda page, _: render_csv(page),
}


@dataclass(frozen=True)
class CoveringReport:
    """The report to be made with a form: the unit's own template, if any, and which periods were on another form."""

    template: Path | None = None
    other_forms: Mapping[Period, str] = field(default_factory=dict)


def load_writers() -> None:
    """Load what writers read when they come to it (pages, parts, fonts), for who is about to write many forms."""
    for page in ("form", "checks"):
        page_template(f"{page}.html.j2")
    load_parts()
    times_family()


def write_documents(
    filled: FilledForm,
    form: Form,
    folder: Path,
    *,
    draft: bool = False,
    checks: Sequence[CheckResult] = (),
    passports: Mapping[str, Passport] | None = None,
    indicators: Mapping[str, Indicator] | None = None,
    owners: Mapping[str, str] | None = None,
    history: Mapping[str, Sequence[PastFigure]] | None = None,
    template: Path | None = None,
    covering: CoveringReport | None = None,
    layout_version: int = VERSION,
) -> dict[str, str]:
    """Write `form.docx`, `form.pdf` … into the folder; give the SHA-256 of each by file name.

    All are made before the first is written, and each is whole or not there. `template` is the province's own
    Word file, `covering` the report the form is an annex of. Raise ConfigError for a template that cannot be used.
    """
    evidence = Evidence(checks, passports or {}, indicators or {}, owners or {}, history or {})
    page = print_form(filled, form, draft=draft, layout_version=layout_version)
    renders = dict(RENDER_BY_FORMAT)
    if template is not None:
        renders["docx"] = lambda page, _: render_template_docx(page, template)
    contents = {f"form.{name}": render(page, evidence) for name, render in renders.items()}
    if covering is not None:
        earlier = EarlierPeriods(evidence.history, covering.other_forms)
        contents[COVERING_NAME] = render_covering(page, evidence.indicators, earlier, covering.template)
    return {name: write_file(folder / name, content) for name, content in contents.items()}

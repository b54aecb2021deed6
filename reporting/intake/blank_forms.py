"""The form a unit is given to fill: made for it and a period, as Word and Excel, so that it is certainly recognised."""

from baocao.catalogue import Catalogue
from baocao.catalogue.owed import list_owed
from baocao.errors import ConfigError
from baocao.messages import list_names
from baocao.written.asked import ask_period

KINDS = ("docx", "xlsx")


def make_blank(catalogue: Catalogue, form_code: str, unit_code: str, period_code: str) -> dict[str, bytes]:
    """The files by their name; raise ConfigError where the unit owes no such form for the period."""
    from baocao.documents.blank_form import render_blank_docx, render_blank_xlsx

    unit, form, period = catalogue.unit(unit_code), catalogue.form(form_code), ask_period(period_code, "--period")
    owed = {report.form.form_code: report for report in list_owed(catalogue, unit, period)}
    if form_code not in owed:
        raise ConfigError(f"{unit.name}, kỳ {period}: không phải nộp {form_code}; phải nộp: {list_names(owed)}")
    report = owed[form_code]
    name = f"{form_code}-{unit_code}-{period}"
    renders = dict(zip(KINDS, (render_blank_docx, render_blank_xlsx), strict=True))
    return {f"{name}.{kind}": render(form, unit, period, report.window, catalogue) for kind, render in renders.items()}

"""What our web pages share: how templates are read, and what the reader must know of the whole form."""

from decimal import Decimal
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from baocao.documents.printed import PrintedForm
from baocao.domain import Measure
from baocao.figures import print_figure, print_instant
from baocao.vocabulary import FORM_MARKS


def page_facts(page: PrintedForm) -> list[tuple[str, str]]:
    """What the reader must know of the whole form."""
    filled = page.filled
    facts = [("Đơn vị báo cáo", filled.unit_name)]
    if filled.period:
        facts.append(("Kỳ báo cáo", filled.period.label_vi))
    if filled.window:
        facts.append(("Số liệu từ", f"{filled.window.start_on:%d/%m/%Y} đến {filled.window.end_on:%d/%m/%Y}"))
    if filled.known_at:
        facts.append(("Số liệu lấy lúc", print_instant(page.made_at)))
    if filled.vintage is not None:
        facts.append(("Lần lập", str(filled.vintage)))
    facts.append(("Tình trạng", FORM_MARKS[filled.status].capitalize()))
    return [*facts, ("Bản điều chỉnh", filled.restatement_note)] if filled.revision else facts


@cache
def page_template(name: str) -> Template:
    """A template of this folder; what it prints is escaped, and what it does not know is an error."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["time"] = print_instant
    environment.filters["count"] = lambda value: print_figure(Decimal(value), Measure.DOSSIER)
    return environment.get_template(name)

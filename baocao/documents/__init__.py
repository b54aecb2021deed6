"""From one filled form to files (Word, PDF, Excel, HTML, JSON, CSV), and back from those filled by hand.

Each writer is imported when its format is asked for.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from baocao.catalogue import Form, Indicator
from baocao.documents.evidence import Evidence, PastFigure
from baocao.documents.files import write_file
from baocao.documents.passport import Passport, PassportInput
from baocao.documents.printed import PrintedForm, print_form
from baocao.domain import CheckResult, FilledForm
from baocao.errors import ConfigError

__all__ = [
    "FORMATS", "Evidence", "Passport", "PassportInput", "PastFigure", "load_writers", "render_documents",
    "write_documents",
]  # fmt: skip

FORMATS = ("docx", "pdf", "xlsx", "html", "json", "csv")

Render = Callable[[PrintedForm, Evidence], bytes]


def load_writers() -> None:
    """Load every writer, its page and the fonts now, for who is about to write many forms."""
    for name in FORMATS:
        import_module(f"{__name__}.form_{name}")
    import_module(f"{__name__}.checks_html")
    for page in ("form", "checks"):
        import_module(f"{__name__}.web_page").page_template(f"{page}.html.j2")
    import_module(f"{__name__}.form_docx").load_parts()
    import_module(f"{__name__}.fonts").times_family()


def write_documents(
    filled: FilledForm,
    form: Form,
    folder: Path,
    *,
    formats: Collection[str] = FORMATS,
    draft: bool = False,
    checks: Sequence[CheckResult] = (),
    passports: Mapping[str, Passport] | None = None,
    indicators: Mapping[str, Indicator] | None = None,
    owners: Mapping[str, str] | None = None,
    history: Mapping[str, Sequence[PastFigure]] | None = None,
    template: Path | None = None,
) -> dict[str, str]:
    """Write `form.docx`, `form.pdf` … into the folder; give the SHA-256 of each by file name.

    All are made before the first is written, and each is whole or not there. `template` is the province's own
    Word file. Raise ConfigError for a format or a template that cannot be used.
    """
    evidence = Evidence(checks, passports or {}, indicators or {}, owners or {}, history or {})
    page = print_form(filled, form, draft=draft)
    contents = render_documents(page, evidence, formats=formats, template=template)
    return {name: write_file(folder / name, content) for name, content in contents.items()}


def render_documents(
    page: PrintedForm, evidence: Evidence, *, formats: Collection[str] = FORMATS, template: Path | None = None
) -> dict[str, bytes]:
    """The bytes of each file by its name, in the order of FORMATS."""
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        raise ConfigError(f"no document format {', '.join(unknown)}; there are: {', '.join(FORMATS)}")
    wanted = [name for name in FORMATS if name in formats]
    return {f"form.{name}": _renderer(name, template)(page, evidence) for name in wanted}


def _renderer(name: str, template: Path | None) -> Render:
    if name == "docx" and template is not None:
        return lambda page, _: _call("template_docx", "render_template_docx", page, template)
    if name == "json":
        return lambda page, _: _call("form_json", "render_form_json", page.filled, page.form)
    if name in ("xlsx", "html"):
        return lambda page, evidence: _call(f"form_{name}", f"render_{name}", page, evidence)
    return lambda page, _: _call(f"form_{name}", f"render_{name}", page)


def _call(module: str, function: str, *arguments: object) -> bytes:
    """What a writer gives, its module imported now."""
    made: bytes = getattr(import_module(f"{__name__}.{module}"), function)(*arguments)
    return made

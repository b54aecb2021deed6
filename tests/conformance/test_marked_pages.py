"""What is struck out, raised as a note's mark or laid sideways on a page of a PDF, as its reader sees it."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import typst

from baocao.catalogue import Catalogue
from baocao.forms.recognise import Wishes
from reporting.intake.linting import LintResult, lint_files
from tests.conformance.conftest import TODAY
from tests.conformance.made import NEW_FORM, MadeForm, make_clean
from tests.conformance.test_what_clerks_do import figures, of, told

Lint = Callable[[bytes], LintResult]


@pytest.fixture
def lint(catalogue: Catalogue, tmp_path: Path) -> Lint:
    def read(content: bytes) -> LintResult:
        path = tmp_path / "form.pdf"
        path.write_bytes(content)
        (one,) = lint_files([path], catalogue, Wishes(today=TODAY))
        return one

    return read


@pytest.fixture
def made(catalogue: Catalogue) -> MadeForm:
    return make_clean(catalogue, NEW_FORM)


def printed(made: MadeForm, figure_of: dict[str, str], size: int = 9, **table: str) -> bytes:
    """The form printed by Typst; `figure_of` gives the markup of some figures."""

    def plain(text: str) -> str:
        return "".join(f"\\{sign}" if sign in "#*_$@<>`\\[]~/=+-" else sign for sign in text)

    label = "Chỉ tiêu thống kê \\ (Sử dụng trong kỳ báo cáo \\ hàng quý, 6 tháng, \\ năm)"
    heads = ["STT", label, "Kết quả thống \\ kê Đơn vị tính", "Kết quả \\ Số liệu", "Ghi \\ chú"]
    cells = [
        text
        for row in made.rows
        for text in (*map(plain, (row.number, row.label, row.unit)), figure_of.get(row.key, plain(row.figure)), "")
    ]
    head, body = ("".join(f"[{cell}]," for cell in some) for some in (heads, cells))
    options = "".join(f"{name}: {value}, " for name, value in table.items())
    sheet = f"#table(columns: (auto, 1fr, auto, auto, auto), {options}table.header({head}), {body})"
    lines = ['#set page(paper: "a4", margin: 1.5cm)', f"#set text(size: {size}pt)", *map(plain, made.head), sheet]
    return bytes(typst.compile("\n\n".join(lines).encode()))


def turned(content: bytes, degrees: int) -> bytes:
    document, stream = pypdfium2.PdfDocument(content), BytesIO()
    for page in document:
        page.set_rotation(degrees)
    document.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("rules", [{}, {"stroke": "none"}])
def test_a_struck_figure_and_a_notes_mark_are_no_figures(lint: Lint, made: MadeForm, rules: dict[str, Any]) -> None:
    figure_of = {
        "4.3.1": f"#strike[16.376] {made.row('4.3.1').figure}",
        "4.4.2": f"{made.row('4.4.2').figure}#super(typographic: false)[2]",
        "4.5.1": f"{made.row('4.5.1').figure}#super(typographic: false)[(1)]",
    }
    one = lint(printed(made, figure_of, **rules))
    assert (one.exit_code, figures(one)) == (0, of(made))
    assert {check for check, _ in told(one)} == {"document.unseen_struck", "document.unseen_note_mark"}
    marks = next(finding for finding in one.findings if finding.check == "document.unseen_note_mark")
    assert marks.cells in ((), ("4.4.2", "4.5.1"))
    assert "“16.376”" in " ".join(finding.message_vi for finding in one.findings)


def test_a_figure_struck_without_another_is_unclear_not_blank(lint: Lint, made: MadeForm) -> None:
    one = lint(printed(made, {"4.4.2": "#strike[2.809]"}))
    assert one.exit_code == 20
    assert ("document.unreadable_number", ("4.4.2",)) in told(one)
    assert "form.blank" not in {check for check, _ in told(one)}


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_laid_sideways_or_upside_down_is_turned_and_read(lint: Lint, made: MadeForm, degrees: int) -> None:
    one = lint(turned(printed(made, {}), degrees))
    assert (one.exit_code, told(one), figures(one)) == (0, [], of(made))


def test_a_head_of_several_lines_printed_again_on_the_next_page_is_no_part_of_a_row(lint: Lint, made: MadeForm) -> None:
    content = printed(made, {}, size=15, stroke="none")
    assert len(pypdfium2.PdfDocument(content)) > 1
    one = lint(content)
    assert (one.exit_code, told(one), figures(one)) == (0, [], of(made))

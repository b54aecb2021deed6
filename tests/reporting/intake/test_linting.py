"""The two real forms, as given and as Word files, and what is said of files that are none."""

import json
from pathlib import Path

import docx
import pytest

from baocao.catalogue import Catalogue
from baocao.settings import CHECKOUT_DIR
from reporting.intake.linting import LintResult, lint_files
from tests.flows.conftest import Ended, Installation

GOLDEN = CHECKOUT_DIR / "tests" / "golden"
COMMUNE = {
    ("critical", "form.part_within_whole", ("6.1.3", "6.1.2")),
    ("critical", "form.unit_slip", ("6.1.3", "6.1.2", "6.4.2")),
    ("warning", "form.value_in_heading", ("5",)),
    ("warning", "form.ratio_matches", ("6.4", "6.4.2", "6.4.1")),
    ("warning", "document.dated_before_cutoff", ()),
}
SPECIAL_ZONE = {
    ("critical", "document.formula_left", ("4.5",)),
    ("critical", "document.placeholder_left", ("4.5.1",)),
    ("critical", "document.placeholder_left", ("4.5.2",)),
    ("warning", "form.fraction_as_percent", ("2",)),
    ("warning", "document.percent_sign", ("3.2", "3.2.1")),
    ("warning", "form.other_tier", ("3.2.1",)),
    ("warning", "document.mixed_number_styles", ("4.2", "4.3", "4.4")),
    ("warning", "document.mixed_number_styles", ("4.3.1", "4.3.2", "4.4.1", "4.4.2")),
    ("warning", "form.ratio_matches", ("4.2", "4.2.2", "4.2.1")),
    ("warning", "form.ratio_matches", ("4.3", "4.3.2", "4.3.1")),
    ("warning", "document.head_blank", ()),
}


def found(linted: LintResult) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(f.severity.value, f.check, f.cells) for f in linted.findings}


@pytest.fixture(scope="module")
def real_forms(catalogue: Catalogue) -> list[LintResult]:
    paths = [GOLDEN / "2024-phu-luc-8.txt", GOLDEN / "2025-bieu-mau-7.txt"]
    return lint_files(paths, catalogue)


def test_the_real_commune_form_gives_its_defects_and_none_besides(real_forms: list[LintResult]) -> None:
    assert found(real_forms[0]) == COMMUNE


def test_the_real_special_zone_form_gives_its_defects_and_none_besides(real_forms: list[LintResult]) -> None:
    assert found(real_forms[1]) == SPECIAL_ZONE


@pytest.mark.parametrize(
    ("form", "check", "cell", "says"),
    [
        (0, "form.unit_slip", "6.1.3", "277 thủ tục trong khi chỉ có 28 thủ tục"),
        (0, "form.ratio_matches", "6.4", "64,05"),
        (0, "document.dated_before_cutoff", "", "05/03/2024, sớm hơn ngày chốt số liệu 14/03/2024"),
        (1, "form.ratio_matches", "4.2", "đã cắt bỏ phần lẻ"),
        (1, "form.ratio_matches", "4.2", "làm tròn đúng là 84,13"),
        (1, "form.ratio_matches", "4.3", "56,94"),
        (1, "document.formula_left", "4.5", "=b/a*100"),
    ],
)
def test_a_finding_says_what_is_wrong_and_what_would_be_right(
    real_forms: list[LintResult], form: int, check: str, cell: str, says: str
) -> None:
    findings = [f for f in real_forms[form].findings if f.check == check and (not cell or f.cells[0] == cell)]
    assert any(says in finding.message_vi for finding in findings)
    assert all(finding.mend_vi for finding in findings)


def test_ambiguous_numbers_are_read_by_their_unit_and_their_ratio(real_forms: list[LintResult]) -> None:
    cells = real_forms[1].as_json()["cells"]
    assert (cells["4.3.1"]["text"], cells["4.3.1"]["value"]) == ("16.736", "16736")
    assert (cells["4.3"]["text"], cells["4.3"]["value"]) == ("56.9", "56.9")
    assert cells["4.3.1"]["how_read"]


def test_the_same_form_as_a_word_file_gives_the_same_findings(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "bieu-mau.docx"
    make_word_file(GOLDEN / "2024-phu-luc-8.txt", path)
    assert found(lint_files([path], catalogue)[0]) == COMMUNE


def make_word_file(text: Path, path: Path) -> None:
    """The tab-separated form as a table in Word, the lines around it as paragraphs."""
    document = docx.Document()
    table = None
    for line in text.read_text(encoding="utf-8").splitlines():
        plain = line.replace("**", "").replace("<i>", "").replace("</i>", "")
        cells = plain.split("\t")
        if len(cells) >= 4:
            table = table if table is not None else document.add_table(0, 5)
            for place, cell in zip(table.add_row().cells, cells, strict=False):
                place.text = cell
        elif plain.strip():
            document.add_paragraph(plain.strip())
    document.save(str(path))


def lint(*arguments: str) -> Ended:
    return Installation(CHECKOUT_DIR, {}).run("lint", *arguments)


def test_the_command_says_it_in_json_and_in_comments(tmp_path: Path) -> None:
    path = tmp_path / "bieu-mau.docx"
    make_word_file(GOLDEN / "2024-phu-luc-8.txt", path)
    done = lint(str(path), "--json", "--annotate", str(tmp_path / "out"))
    assert done.code == 20, done.err
    told = json.loads(done.out)
    assert told["form"] == "2024-phu-luc-8"
    assert told["cells"]["6.1.3"]["text"] == "277"
    assert {finding["check"] for finding in told["findings"]} == {check for _, check, _ in COMMUNE}
    comments = docx.Document(str(tmp_path / "out" / "bieu-mau-ghi-chu.docx")).comments
    assert any("277" in comment.text for comment in comments)


def test_a_file_that_is_no_form_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "thu.txt"
    path.write_text("Kính gửi Uỷ ban nhân dân xã,\nĐây là một lá thư.\n", encoding="utf-8")
    done = lint(str(path))
    assert done.code == 22
    assert "không đọc được" in done.out
    assert "Traceback" not in done.err

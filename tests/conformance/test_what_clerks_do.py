"""What clerks really send, in the terms of who reads the answer: the printed cell, the exit code, the sentence."""

from datetime import date
from typing import Any

import docx
import pytest

from baocao.catalogue import Catalogue
from baocao.domain import Period, Tier
from reporting.intake.linting import LintResult
from tests.conformance.clerks import (
    add_run,
    add_table,
    delete_under_revision,
    excel,
    row_at,
    saved,
    sheet_row,
    usual_cells,
    word,
)
from tests.conformance.conftest import Lint
from tests.conformance.made import NEW_FORM, OLD_FORM, MadeForm, MadeRow, make_clean
from tests.conformance.renderers import RENDERERS


def figures(one: LintResult) -> dict[str, str]:
    """What is printed in each cell a figure was taken from."""
    assert one.read is not None
    return {key: cell.text for key, cell in one.read.filled.cells.items() if cell.value is not None}


def of(made: MadeForm) -> dict[str, str]:
    return {row.key: row.figure for row in made.rows if row.figure}


def told(one: LintResult) -> list[tuple[str, tuple[str, ...]]]:
    return [(finding.check, finding.cells) for finding in one.findings]


def earlier(row: MadeRow) -> str:
    """The figure of the period before: another in every row of counts."""
    return f"{int(row.figure) + 3}" if row.figure.isdecimal() and row.key.count(".") > 1 else row.figure


class TestColumns:
    @pytest.mark.parametrize(
        ("before", "now"),
        [
            ("Kỳ trước", "Kỳ này"),
            ("Quý III năm 2025", "Quý IV năm 2025"),
            ("Số liệu kỳ báo cáo trước", "Số liệu"),
            ("Cùng kỳ năm 2024", "Thực hiện"),
            ("Kế hoạch", "Thực hiện"),
            ("Lũy kế từ đầu năm", "Trong kỳ"),
        ],
    )
    @pytest.mark.parametrize("is_first", [True, False])
    def test_this_periods_column_is_taken_and_said(
        self, lint: Lint, made: MadeForm, before: str, now: str, is_first: bool
    ) -> None:
        def cells(row: MadeRow) -> list[str]:
            both = [earlier(row), row.figure] if is_first else [row.figure, earlier(row)]
            return [row.number, row.label, row.unit, *both, ""]

        names = [before, now] if is_first else [now, before]
        (one,) = lint(word(made, [["STT", "Chỉ tiêu", "ĐVT", *names, "Ghi chú"]], cells))
        assert (one.exit_code, told(one), figures(one)) == (0, [], of(made))
        assert one.read is not None
        figure = one.read.understood.tables[0].figure
        assert figure is not None
        assert (figure.index, figure.head) == (4 if is_first else 3, now)
        assert figure.why

    @pytest.mark.parametrize("names", [("Số liệu", "Thực hiện"), ("Trực tuyến", "Trực tiếp"), ("Số liệu", "")])
    def test_of_two_columns_that_could_be_meant_none_is_taken(
        self, lint: Lint, made: MadeForm, names: tuple[str, str]
    ) -> None:
        content = word(
            made,
            [["STT", "Chỉ tiêu", "ĐVT", *names, "Ghi chú"]],
            lambda row: [row.number, row.label, row.unit, earlier(row), row.figure, ""],
        )
        (one,) = lint(content)
        assert (one.exit_code, figures(one)) == (22, {})
        assert "cột 4" in one.refusal
        assert "cột 5" in one.refusal
        assert "--column" in one.refusal
        (asked,) = lint(content, column="5")
        assert (asked.exit_code, figures(asked)) == (0, of(made))

    def test_a_head_of_two_rows_with_another_word_for_the_figures(self, lint: Lint, made: MadeForm) -> None:
        head = [
            ["TT", "Nội dung chỉ tiêu", "Kết quả thống kê", "", "Ghi chú"],
            ["", "", "ĐVT", "Giá trị đạt được", ""],
            ["(1)", "(2)", "(3)", "(4)", "(5)"],
        ]
        (one,) = lint(word(made, head))
        assert (one.exit_code, told(one), figures(one)) == (0, [], of(made))

    def test_under_a_merged_head_the_quarter_of_the_report_is_taken(self, lint: Lint, made: MadeForm) -> None:
        head = [
            ["STT", "Chỉ tiêu", "ĐVT", "Số liệu thống kê", "", "", "Ghi chú"],
            ["", "", "", "Quý III", "Quý IV", "Lũy kế năm", ""],
        ]

        def cells(row: MadeRow) -> list[str]:
            return [row.number, row.label, row.unit, earlier(row), row.figure, earlier(row), ""]

        (one,) = lint(word(made, head, cells))
        assert (one.exit_code, figures(one)) == (0, of(made))
        undated = MadeForm(made.form_code, made.head[:2], made.rows, ())
        (open_one,) = lint(word(undated, head, cells))
        assert (open_one.exit_code, figures(open_one)) == (22, {})
        (asked,) = lint(word(undated, head, cells), period=Period.parse("2025-Q4"))
        assert figures(asked) == of(made)

    def test_a_table_without_a_head_is_read_by_what_stands_in_it(self, lint: Lint, made: MadeForm) -> None:
        (one,) = lint(word(made, [["", "", "", "", ""]]))
        assert (one.exit_code, figures(one)) == (0, of(made))

    def test_figures_before_the_labels_are_found(self, lint: Lint, made: MadeForm) -> None:
        head = [["Số liệu", "STT", "Đơn vị tính", "Chỉ tiêu thống kê"]]
        (one,) = lint(word(made, head, lambda row: [row.figure, row.number, row.unit, row.label]))
        assert (one.exit_code, figures(one)) == (0, of(made))

    def test_a_table_without_unit_and_note_is_said_once(self, lint: Lint, made: MadeForm) -> None:
        head = [["STT", "Chỉ tiêu thống kê", "Số liệu"]]
        (one,) = lint(word(made, head, lambda row: [row.number, row.label, row.figure]))
        assert (told(one), figures(one)) == ([("document.column_missing", ())], of(made))

    def test_numbers_inside_the_labels_are_said_once(self, lint: Lint, made: MadeForm) -> None:
        head = [["Chỉ tiêu thống kê", "Đơn vị tính", "Số liệu"]]
        content = word(made, head, lambda row: [f"{row.number} {row.label}", row.unit, row.figure])
        (one,) = lint(content)
        assert (told(one), figures(one)) == ([("document.column_missing", ())], of(made))

    @pytest.mark.parametrize("separator", [";", ","])
    def test_a_form_saved_as_csv_is_read(self, lint: Lint, made: MadeForm, separator: str) -> None:
        def quoted(text: str) -> str:
            return '"' + text.replace('"', '""') + '"'

        lines = [quoted(line) for line in made.head]
        lines += [
            separator.join(map(quoted, cells)) for cells in (("STT", "Chỉ tiêu", "Đơn vị tính", "Số liệu", "Ghi chú"),)
        ]
        lines += [separator.join(map(quoted, usual_cells(row))) for row in made.rows]
        (one,) = lint("\ufeff".encode() + "\r\n".join(lines).encode(), "form.csv")
        assert (one.exit_code, told(one), figures(one)) == (0, [], of(made))

    def test_lines_without_columns_and_with_two_figures_each_give_none(self, lint: Lint, made: MadeForm) -> None:
        text = "\n".join(
            (
                *made.head,
                *(f"{r.number} {r.label} {r.unit} {earlier(r)}     {r.figure}".replace("\n", " ") for r in made.rows),
            )
        )
        (one,) = lint(text.encode(), "form.txt")
        assert one.exit_code == 22
        assert figures(one) == {}


class TestRows:
    def test_an_own_row_in_front_and_all_renumbered_is_two_findings(self, lint: Lint, made: MadeForm) -> None:
        def moved(number: str) -> str:
            first, dot, rest = number.partition(".")
            return f"{int(first) + 1}{dot}{rest}"

        own = MadeRow("", "1.", "Số máy chủ của đơn vị đang hoạt động", "Chiếc", "4")
        rows = (own, *(MadeRow(r.key, moved(r.number), r.label, r.unit, r.figure) for r in made.rows))
        (one,) = lint(word(MadeForm(NEW_FORM, made.head, rows, ())))
        assert [check for check, _ in told(one)] == ["document.renumbered", "document.row_unknown"]
        assert (one.exit_code, figures(one)) == (0, of(made))
        renumbered, unknown = one.findings
        assert "Bảng đánh số lại từ dòng 1:" in renumbered.message_vi
        assert "Dòng thêm ngoài mẫu: 1. “Số máy chủ của đơn vị đang hoạt động”" in unknown.message_vi

    def test_a_foreign_row_under_a_forms_number_is_not_that_row(self, lint: Lint, made: MadeForm) -> None:
        """The true row is gone: its figure is missing, not the foreign one's."""
        changed = made.with_row("4.1.1", label="Số máy in dùng chung của văn phòng", figure="7")
        (one,) = lint(word(changed))
        assert one.exit_code == 20
        assert "4.1.1" not in figures(one)

    def test_roman_numbers_are_one_finding(self, lint: Lint, made: MadeForm) -> None:
        roman = {"1": "I", "2": "II", "3": "III", "4": "IV"}
        for row in made.rows:
            first, _, rest = row.key.partition(".")
            made = made.with_row(row.key, number=f"{roman[first]}.{rest}" if rest else roman[first])
        (one,) = lint(word(made))
        assert [check for check, _ in told(one)] == ["document.renumbered"]
        assert figures(one) == of(made)

    def test_blocks_swapped_and_renumbered_are_one_finding(self, lint: Lint, made: MadeForm) -> None:
        def swapped(number: str) -> str:
            return {"3": "4", "4": "3"}.get(number[0], number[0]) + number[1:]

        by_block = {first: [r for r in made.rows if r.key[0] == first] for first in "1234"}
        rows = [row for first in "1243" for row in by_block[first]]
        rows = [MadeRow(r.key, swapped(r.number), r.label, r.unit, r.figure) for r in rows]
        (one,) = lint(word(MadeForm(NEW_FORM, made.head, tuple(rows), ())))
        assert [check for check, _ in told(one)] == ["document.row_order"]
        assert figures(one) == of(made)
        assert "số thứ tự đánh lại theo thứ tự mới" in one.findings[0].message_vi

    def test_abbreviated_labels_are_one_finding(self, lint: Lint, catalogue: Catalogue) -> None:
        made = make_clean(catalogue, NEW_FORM)
        for row in made.rows:
            label = row.label.replace("Tỷ lệ", "TL").replace("hồ sơ", "HS").replace("trực tuyến", "TT")
            made = made.with_row(row.key, label=label)
        (one,) = lint(word(made))
        assert [check for check, _ in told(one)] == ["document.label_altered"]
        assert figures(one) == of(made)

    def test_labels_without_diacritics_are_known(self, lint: Lint, made: MadeForm) -> None:
        from baocao.forms.recognise.heads import plain

        for row in made.rows:
            made = made.with_row(row.key, label=plain(row.label).capitalize())
        (one,) = lint(word(made))
        assert (one.exit_code, figures(one)) == (0, of(made))

    def test_a_whole_section_gone_is_one_finding(self, lint: Lint, made: MadeForm) -> None:
        rows = tuple(row for row in made.rows if not row.key.startswith("4.5"))
        (one,) = lint(word(MadeForm(NEW_FORM, made.head, rows, ())))
        assert told(one)[0] == ("document.row_missing", ("4.5", "4.5.1", "4.5.2"))
        assert one.exit_code == 20


class TestSeveralForms:
    def test_two_forms_in_one_word_file_are_two_results(self, lint: Lint, made: MadeForm) -> None:
        second = MadeForm(
            NEW_FORM, (*made.head[:2], made.head[2].replace("đặc khu Sao Mẫu", "xã Bến Mẫu")), made.rows, ()
        )
        document = docx.Document()
        add_table(document, made)
        add_table(document, second.with_row("4.2", figure="90"))
        first, other = lint(saved(document))
        assert (first.exit_code, other.exit_code) == (0, 20)
        assert told(other) == [("form.ratio_matches", ("4.2", "4.2.2", "4.2.1"))]
        assert [one.read.filled.unit_name for one in (first, other) if one.read] == [
            "UBND đặc khu Sao Mẫu",
            "UBND xã Bến Mẫu",
        ]

    def test_each_sheet_with_a_form_is_a_result_and_sheet_picks_one(self, lint: Lint, made: MadeForm) -> None:
        book = excel(made)
        book.active.title = "Sao Mẫu"
        copy = book.copy_worksheet(book.active)
        copy.title = "Bến Mẫu"
        copy.cell(sheet_row(copy, "4.3.2"), 4).value = "9.000"
        both = lint(saved(book), "form.xlsx")
        assert [one.read.understood.place for one in both if one.read] == [
            "trang tính “Sao Mẫu”",
            "trang tính “Bến Mẫu”",
        ]
        assert [one.exit_code for one in both] == [0, 20]
        (one,) = lint(saved(book), "form.xlsx", sheet="Sao Mẫu")
        assert one.exit_code == 0

    def test_two_forms_below_each_other_in_one_sheet_are_two_results(self, lint: Lint, made: MadeForm) -> None:
        book = excel(made)
        for line in made.head:
            book.active.append([line.replace("đặc khu Sao Mẫu", "xã Bến Mẫu")])
        book.active.append(["STT", "Chỉ tiêu thống kê", "Đơn vị tính", "Số liệu", "Ghi chú"])
        for row in made.with_row("4.3", figure="12,34").rows:
            book.active.append(list(usual_cells(row)))
        first, second = lint(saved(book), "form.xlsx")
        assert (first.exit_code, second.exit_code) == (0, 20)


class TestWhatIsSeen:
    def _table(self, made: MadeForm) -> tuple[Any, Any]:
        document = docx.Document()
        return document, add_table(document, made)

    def test_a_struck_figure_is_not_glued_to_the_new_one(self, lint: Lint, made: MadeForm) -> None:
        document, table = self._table(made)
        cell = row_at(table, "4.1.2").cells[3]
        cell.text = ""
        add_run(cell, "88", strike=True)
        add_run(cell, "95")
        (one,) = lint(saved(document))
        assert (one.exit_code, figures(one)) == (0, of(made))
        assert told(one) == [("document.unseen_struck", ("4.1.2",))]
        assert "“88”" in one.findings[0].message_vi

    def test_a_figure_struck_out_and_not_replaced_is_unclear_not_blank(self, lint: Lint, made: MadeForm) -> None:
        document, table = self._table(made)
        cell = row_at(table, "4.4.2").cells[3]
        cell.text = ""
        add_run(cell, "2.809", strike=True)
        (one,) = lint(saved(document))
        assert ("document.unreadable_number", ("4.4.2",)) in told(one)
        assert "trống" not in " ".join(finding.message_vi for finding in one.findings)

    def test_note_marks_set_high_are_no_digits(self, lint: Lint, made: MadeForm) -> None:
        document, table = self._table(made)
        add_run(row_at(table, "4.3.1").cells[3], "2", superscript=True)
        (one,) = lint(saved(document))
        assert (figures(one), told(one)) == (of(made), [("document.unseen_note_mark", ("4.3.1",))])

    def test_raised_digits_are_note_marks_in_any_format(self, lint: Lint, made: MadeForm) -> None:
        (one,) = lint(RENDERERS["html"](made.with_row("4.3.1", figure="16.736¹")), "form.html")
        assert figures(one) == of(made)

    def test_hidden_letters_are_not_read(self, lint: Lint, made: MadeForm) -> None:
        document, table = self._table(made)
        add_run(row_at(table, "4.3.2").cells[3], "7", hidden=True)
        (one,) = lint(saved(document))
        assert (figures(one), told(one)) == (of(made), [("document.unseen_hidden_text", ("4.3.2",))])

    def test_a_row_deleted_under_revision_is_gone_without_a_warning_of_a_library(
        self, lint: Lint, made: MadeForm, recwarn: pytest.WarningsRecorder
    ) -> None:
        document, table = self._table(made)
        row = table.add_row()
        for cell, text in zip(row.cells, ("4.5.2.", made.row("4.5.2").label, "Thủ tục", "3", ""), strict=True):
            cell.text = text
        delete_under_revision(row)
        (one,) = lint(saved(document))
        assert (one.exit_code, figures(one)) == (0, of(made))
        assert not [warning for warning in recwarn if issubclass(warning.category, FutureWarning)]

    def test_hidden_rows_columns_and_sheets_are_told_and_not_taken(self, lint: Lint, made: MadeForm) -> None:
        book = excel(made)
        sheet = book.active
        at = sheet_row(sheet, "4.1.2")
        sheet.insert_rows(at)
        for column, text in enumerate(("4.1.2.", made.row("4.1.2").label, "Thủ tục", 12), start=1):
            sheet.cell(at, column).value = text
        sheet.row_dimensions[at].hidden = True
        sheet.cell(sheet_row(sheet, "4.2"), 7).value = "99"
        sheet.column_dimensions["G"].hidden = True
        book.create_sheet("Cũ").sheet_state = "hidden"
        (one,) = lint(saved(book), "form.xlsx")
        assert (one.exit_code, figures(one)) == (0, of(made))
        assert {check for check, _ in told(one)} == {
            "document.unseen_hidden_row",
            "document.unseen_hidden_column",
            "document.unseen_hidden_sheet",
        }

    @pytest.mark.parametrize(
        ("value", "number_format", "printed"),
        [
            (56.94, '0.00"%"', "56,94%"),
            (56.94, r"0.00\%", "56,94%"),
            (0.5694, "0.00%", "56,94%"),
            (56.9436, "0.00", "56,94"),
            (56.94, "General", "56,94"),
        ],
    )
    def test_a_percentage_is_what_the_sheet_shows(
        self, lint: Lint, made: MadeForm, value: float, number_format: str, printed: str
    ) -> None:
        book = excel(made)
        cell = book.active.cell(sheet_row(book.active, "4.3"), 4)
        cell.value, cell.number_format = value, number_format
        (one,) = lint(saved(book), "form.xlsx")
        assert (one.exit_code, told(one), figures(one)["4.3"]) == (0, [], printed)

    def test_a_format_that_shows_another_number_is_told(self, lint: Lint, made: MadeForm) -> None:
        book = excel(made)
        cell = book.active.cell(sheet_row(book.active, "4.3.1"), 4)
        cell.value, cell.number_format = 16736000, "#,##0,"
        (one,) = lint(saved(book), "form.xlsx")
        assert (figures(one)["4.3.1"], told(one)) == ("16.736", [("document.unseen_number_format", ("4.3.1",))])
        assert "lưu 16736000, hiện “16.736”" in one.findings[0].message_vi

    def test_a_figure_under_an_invisible_format_is_not_there(self, lint: Lint, made: MadeForm) -> None:
        book = excel(made)
        cell = book.active.cell(sheet_row(book.active, "4.3.1"), 4)
        cell.value, cell.number_format = 16736, ";;;"
        (one,) = lint(saved(book), "form.xlsx")
        assert "4.3.1" not in figures(one)
        assert ("document.unseen_number_format", ("4.3.1",)) in told(one)


class TestFiguresInDoubt:
    @pytest.mark.parametrize("text", ["9.5l0", "1O", "41B", "l2", "16.7e6"])
    def test_letters_touching_digits_make_a_cell_unreadable(self, lint: Lint, made: MadeForm, text: str) -> None:
        (one,) = lint(word(made.with_row("4.3.2", figure=text)))
        assert told(one) == [("document.unreadable_number", ("4.3.2",))]
        assert "4.3.2" not in figures(one)

    @pytest.mark.parametrize("text", ["(9.530)", "-9.530", "– 9.530"])
    def test_brackets_and_signs_are_doubtful(self, lint: Lint, made: MadeForm, text: str) -> None:
        (one,) = lint(word(made.with_row("4.3.2", figure=text)))
        assert told(one) == [("document.ambiguous_number", ("4.3.2",))]
        assert one.exit_code == 20

    def test_a_format_with_brackets_is_doubtful_in_a_sheet_too(self, lint: Lint, made: MadeForm) -> None:
        book = excel(made)
        cell = book.active.cell(sheet_row(book.active, "4.3.2"), 4)
        cell.value, cell.number_format = -9530, "#,##0;(#,##0)"
        (one,) = lint(saved(book), "form.xlsx")
        assert told(one) == [("document.ambiguous_number", ("4.3.2",))]

    def test_unclear_is_nowhere_called_blank(self, lint: Lint, made: MadeForm) -> None:
        (one,) = lint(word(made.with_row("4.2.1", figure="63,5").with_row("4.4.1", figure="6.68l")))
        assert "trống" not in " ".join(finding.message_vi for finding in one.findings)

    def test_a_division_by_zero_asks_for_nothing_arose_once(self, lint: Lint, made: MadeForm) -> None:
        changed = made.with_row("4.4", figure="#DIV/0!").with_row("4.4.1", figure="0").with_row("4.4.2", figure="0")
        (one,) = lint(word(changed))
        assert told(one) == [("document.formula_error", ("4.4",))]
        assert "Ghi “Không phát sinh”" in one.findings[0].mend_vi

    def test_formulas_nobody_computed_are_one_finding(self, lint: Lint, made: MadeForm) -> None:
        book = excel(made)
        for key in ("4.1", "4.2"):
            book.active.cell(sheet_row(book.active, key), 4).value = "=TYLE(D1)"
        (one,) = lint(saved(book), "form.xlsx")
        assert told(one) == [("document.formula_without_result", ("4.1", "4.2"))]
        assert "Mở tệp bằng Excel" in one.findings[0].mend_vi

    def test_a_part_over_its_whole_is_not_answered_by_more_than_hundred_percent(
        self, lint: Lint, made: MadeForm
    ) -> None:
        (one,) = lint(word(made.with_row("4.5.2", figure="51")))
        assert not [finding for finding in one.findings if "đúng là 115" in finding.message_vi]
        assert not [finding for finding in one.findings if "Ghi 115" in finding.mend_vi]


class TestHead:
    def _dated(self, made: MadeForm, day: str) -> MadeForm:
        return MadeForm(
            made.form_code, tuple(line.replace("15 tháng 12 năm 2025", day) for line in made.head), made.rows, ()
        )

    @pytest.mark.parametrize(
        "day", ["15 tháng 12 năm 2061", "15 tháng 12 năm 20255", "15 tháng 12 năm 1925", "03 tháng 02 năm 2026"]
    )
    def test_a_date_that_cannot_be_is_found(self, lint: Lint, made: MadeForm, day: str) -> None:
        (one,) = lint(word(self._dated(made, day)))
        assert told(one) == [("document.date_impossible", ())]
        assert figures(one) == of(made)

    @pytest.mark.parametrize("day", ["16 tháng 12 năm 2024", "16 tháng 12 năm 2025"])
    def test_the_right_quarters_form_in_the_wrong_year_is_critical(self, lint: Lint, made: MadeForm, day: str) -> None:
        asked = "2025-Q4" if "2024" in day else "2024-Q4"
        (one,) = lint(word(self._dated(made, day)), period=Period.parse(asked))
        assert ("document.another_period", ()) in told(one)
        assert one.exit_code == 20

    def test_a_head_in_cells_is_read_and_its_date_held_against_the_closing_day(
        self, lint: Lint, made: MadeForm
    ) -> None:
        book = excel(MadeForm(NEW_FORM, (), made.rows, ()))
        sheet = book.active
        sheet.insert_rows(1, 4)
        fields = (
            ("Biểu mẫu 7", None),
            ("Cơ quan báo cáo", "UBND phường Chợ Mẫu"),
            ("Ngày lập biểu:", date(2025, 12, 9)),
            ("Số:", "31/BC-UBND"),
        )
        for at, (name, value) in enumerate(fields, start=1):
            sheet.cell(at, 2).value, sheet.cell(at, 3).value = name, value
        (one,) = lint(saved(book), "form.xlsx")
        assert told(one) == [("document.dated_before_cutoff", ())]
        assert one.read is not None
        assert (one.read.filled.unit_name, one.read.tier) == ("UBND phường Chợ Mẫu", Tier.WARD)

    def test_a_city_of_before_the_reform_is_told_apart_by_what_is_filled(
        self, lint: Lint, catalogue: Catalogue
    ) -> None:
        made = make_clean(catalogue, OLD_FORM)
        head = tuple(line.replace("UBND xã An Mẫu", "UBND thành phố Đá Mẫu") for line in made.head)
        district = (
            MadeForm(OLD_FORM, head, made.rows, made.foot)
            .with_row("5.2.2", figure="98")
            .with_row("5.3.2", figure="100")
        )
        (one,) = lint(word(district))
        assert one.read is not None
        assert one.read.tier is Tier.DISTRICT
        assert one.exit_code == 0

    def test_a_city_nothing_tells_apart_is_left_open(self, lint: Lint, catalogue: Catalogue) -> None:
        made = make_clean(catalogue, OLD_FORM)
        head = tuple(line.replace("UBND xã An Mẫu", "UBND thành phố Đá Mẫu") for line in made.head)
        blank = MadeForm(OLD_FORM, head, tuple(MadeRow(r.key, r.number, r.label, r.unit) for r in made.rows), made.foot)
        province = blank.with_row("5.1.1", figure="100")
        (one,) = lint(word(province))
        assert one.read is not None
        assert one.read.tier is not Tier.COMMUNE
        (asked,) = lint(word(province), tier=Tier.PROVINCE)
        assert asked.read is not None
        assert asked.read.tier is Tier.PROVINCE


LEGACY = {
    "TCVN3": "Tû lÖ hå s¬ trùc tuyÕn toµn tr×nh",
    "VNI": "Tyû leä hoà sô tröïc tuyeán toaøn trình",
    "VPS": "T› lŒ hÒ sÖ tr¿c tuy‰n toàn trình",
}


@pytest.mark.parametrize("name", LEGACY)
def test_a_text_of_before_unicode_is_converted_and_said_once(lint: Lint, made: MadeForm, name: str) -> None:
    def typed(text: str) -> str:
        return to_legacy(text, name)

    assert typed("Tỷ lệ hồ sơ trực tuyến toàn trình") == LEGACY[name]
    rows = tuple(MadeRow(r.key, r.number, typed(r.label), typed(r.unit), r.figure) for r in made.rows)
    head = [[typed(text) for text in ("STT", "Chỉ tiêu thống kê", "Đơn vị tính", "Số liệu", "Ghi chú")]]
    (one,) = lint(word(MadeForm(NEW_FORM, tuple(map(typed, made.head)), rows, ()), head))
    assert (one.exit_code, told(one), figures(one)) == (0, [], of(made))
    assert one.read is not None
    assert one.read.document.encoding == name
    assert one.read.filled.unit_name == "UBND đặc khu Sao Mẫu"


def to_legacy(text: str, name: str) -> str:
    """As somebody typed it then: the product's tables turned round, the longest letters first."""
    from baocao.documents.reading import legacy

    tables: dict[str, dict[str, str]] = {
        "TCVN3": {letter: chr(code) for code, letter in legacy._tcvn3().items()},
        "VPS": {
            letter: bytes([code]).decode("cp1252", "ignore") or chr(code) for letter, code in legacy._VPS_CODES.items()
        },
        "VNI": {drawn: pair for pair, drawn in reversed(legacy._vni()[1].items())},
    }
    return "".join(tables[name].get(letter, letter) for letter in text.replace("…", "..."))


class TestScales:
    """A figure a thousand times too small is not taken in silence, wherever the word stands."""

    @pytest.mark.parametrize(
        ("written", "may_be"),
        [("17 nghìn", "17 000"), ("17 ngàn hồ sơ", "17 000"), ("9 chục", "90"), ("2 triệu", "2 000 000")],
    )
    def test_beside_the_number_it_leaves_no_figure(self, written: str, may_be: str, lint: Lint, made: MadeForm) -> None:
        (one,) = lint(word(made.with_row("4.3.1", figure=written)))
        assert one.exit_code == 20
        assert "4.3.1" not in figures(one)
        said = next(f.message_vi for f in one.findings if f.check == "document.ambiguous_number")
        assert f"cũng có thể là {may_be}" in said

    @pytest.mark.parametrize("written", ["95 tỷ lệ", "95 trang"])
    def test_other_words_are_not_words_of_scale(self, written: str, lint: Lint, made: MadeForm) -> None:
        (one,) = lint(word(made.with_row("4.1.2", figure=written)))
        assert told(one) == [("document.text_in_figure", ("4.1.2",))]

    def test_over_the_column_above_the_table_or_as_a_unit_it_is_grave(self, lint: Lint, made: MadeForm) -> None:
        head = (("STT", "Chỉ tiêu", "ĐVT", "Số liệu (nghìn)", "Ghi chú"),)
        above = MadeForm(made.form_code, (*made.head, "Đơn vị tính: 1.000 hồ sơ"), made.rows, made.foot)
        own = made.with_row("4.3.1", unit="nghìn hồ sơ")
        for content in (word(made, head), word(above), word(own)):
            (one,) = lint(content)
            assert (one.exit_code, one.findings[0].check) == (20, "document.scaled_figures")
            assert "4.3.1" in one.findings[0].cells

    def test_the_line_that_names_plain_units_says_nothing(self, lint: Lint, made: MadeForm) -> None:
        (one,) = lint(word(MadeForm(made.form_code, (*made.head, "Đơn vị tính: hồ sơ"), made.rows, made.foot)))
        assert told(one) == []


def test_figures_headed_unit_are_those_of_the_unit_and_not_passed_over(lint: Lint, made: MadeForm) -> None:
    """“Toàn tỉnh” beside “Đơn vị”: the second is no column of units."""
    head = (("STT", "Chỉ tiêu", "ĐVT", "Toàn tỉnh", "Đơn vị", "Ghi chú"),)
    (one,) = lint(word(made, head, lambda r: (r.number, r.label, r.unit, earlier(r), r.figure, "")))
    assert one.exit_code == 22
    assert "“Toàn tỉnh” và cột 5 “Đơn vị” đều có thể" in one.refusal
    (chosen,) = lint(word(made, head, lambda r: (r.number, r.label, r.unit, earlier(r), r.figure, "")), column="Đơn vị")
    assert figures(chosen) == of(made)


class TestAnotherPeriod:
    def test_a_form_that_states_another_period_than_asked_is_grave(self, lint: Lint, made: MadeForm) -> None:
        stated = MadeForm(made.form_code, (*made.head, "Kỳ báo cáo: Quý III năm 2025"), made.rows, made.foot)
        (one,) = lint(word(stated), period=Period(2025, "Q4"))
        assert (one.exit_code, told(one)) == (20, [("document.another_period", ())])
        assert "Phần đầu biểu mẫu ghi Quý III năm 2025" in one.findings[0].message_vi

    def test_a_form_dated_at_the_end_of_a_later_period_is_said_to_be_late_or_anothers(
        self, lint: Lint, made: MadeForm
    ) -> None:
        (one,) = lint(word(made), period=Period(2025, "Q3"))
        assert (one.exit_code, told(one)) == (0, [("document.another_period", ())])
        assert "nộp muộn, hoặc là của kỳ khác" in one.findings[0].message_vi

    def test_a_form_a_month_late_is_no_finding(self, lint: Lint, made: MadeForm) -> None:
        late = tuple(line.replace("15 tháng 12 năm 2025", "20 tháng 10 năm 2025") for line in made.head)
        (one,) = lint(word(MadeForm(made.form_code, late, made.rows, made.foot)), period=Period(2025, "Q3"))
        assert told(one) == []

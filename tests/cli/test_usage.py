"""What is wrong with a command line is said in Vietnamese, with what is allowed, and no value is said again."""

import re
from pathlib import Path

import pytest

from tests.cli.test_looking import ask

SECRET = "S3cr3t-9f8e7d6c"
ENGLISH = re.compile(
    r"Usage|Options|Commands|Try '|Error|Missing|No such|Invalid|Got unexpected|Choose from|requires|does not"
    r"|Show this|INTEGER|\bTEXT\b|\[default|is not|Did you mean"
)
WRONG: dict[tuple[str, ...], str] = {
    ("run",): "thiếu tham số PERIOD",
    ("ruun", "2025-Q4"): "không có lệnh ruun; được dùng: run,",
    ("status", "--jsn"): "không có tùy chọn --jsn; được dùng: --html, --json, --help; ý bạn là “--json”?",
    ("run", "2025-Q4", "--on", "prefec"): "tùy chọn --on không đúng; được dùng: prefect, here; ý bạn là “prefect”?",
    ("release", "aprove", "2025-Q4"): "ý bạn là “approve”?",
    ("incidents", "show", "x"): "tham số NUMBER không đúng; phải là số nguyên",
    ("worker", "--limit", "0"): "tùy chọn --limit không đúng; phải là số nguyên từ 2",
    ("status", "quý", "IV", "2025"): "thừa tham số; lệnh này nhận: PERIOD. Chữ có dấu cách phải đặt trong dấu nháy",
    ("run", "2025-Q4", "--unit"): "tùy chọn --unit phải kèm giá trị ngay sau",
    ("show", "2025-Q4", "--history=x"): "tùy chọn --history không kèm giá trị",
    ("incidents", "shw"): "không có lệnh shw; được dùng: list, show, history, ack; ý bạn là “show”?",
    ("explain", "2025-Q4", "4.2", "--xlsx", "a.xlsx"): "chỉ dùng cùng --records",
    ("lint", "khong-co.docx", "khong-co-nua.xlsx"): "khong-co.docx: không có tệp này\nkhong-co-nua.xlsx: không có tệp này",
    ("compare", "a.json", "/"): "a.json: không có tệp này\n/: là thư mục, không phải tệp",
    ("restore", "khong-co"): "không phải bản sao lưu",
    ("status", "12/2025"): "ghi “tháng 12/2025” hoặc “quý …/2025”",
    ("show", "Q5/2025"): "một năm chỉ có quý 1 đến quý 4",
    ("show", "2025-Q4", "--as-of", "31/02/2026"): "không phải ngày giờ; ghi như 05/01/2026 09:00",
    ("show", "2025-Q4", "--unit", "dac-khuu"): "không có đơn vị “dac-khuu”; được dùng: tinh, dac-khu, xa; ý bạn là “dac-khu”?",
    ("backfill", "2025-Q4..2025-Q1"): "kỳ cuối đứng trước kỳ đầu; ghi 2025-Q1..2025-Q4",
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_wrong_command_line_says_what_is_allowed(home: Path, words: tuple[str, ...]) -> None:
    ended = ask(home, *words)
    assert ended.code == 2, ended.err
    assert WRONG[words] in ended.err
    assert not ENGLISH.search(ended.err), ended.err


@pytest.mark.parametrize("words", [(), ("run",), ("worker",), ("incidents",), ("metrics",), ("show",)], ids=" ".join)
def test_help_has_no_english_frame(home: Path, words: tuple[str, ...]) -> None:
    ended = ask(home, *words, "--help")
    assert ended.code == 0
    assert "Cách dùng: baocao" in ended.out
    assert "Hiện hướng dẫn này rồi thoát." in ended.out
    assert not ENGLISH.search(ended.out), ended.out


@pytest.mark.parametrize(
    "words",
    [
        (SECRET,), ("run", SECRET), ("run", "2025-Q4", "--unit", SECRET), ("run", "2025-Q4", "--form", SECRET),
        ("run", "2025-Q4", SECRET), ("run", "2025-Q4", f"--{SECRET}"), ("run", "2025-Q4", "--on", SECRET),
        ("show", "2025-Q4", "--as-of", SECRET), ("incidents", "show", SECRET), ("probe", SECRET),
        ("watch", "--on", SECRET), ("backfill", f"2025-Q1..{SECRET}"), ("correct", "2025-Q4", SECRET, "--from", "1",
        "--to", "2", "--reason", "một hai ba bốn", "--evidence", "sổ"), ("alerts", "test", SECRET), ("status", SECRET),
        ("capture", "2025-Q4", "--unit", SECRET), ("explain", "2025-Q4", SECRET), ("checks", SECRET),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_secret_on_the_command_line_is_not_said_again(home: Path, words: tuple[str, ...]) -> None:
    ended = ask(home, *words)
    assert ended.code != 0
    assert "Traceback" not in ended.err
    assert SECRET not in ended.out + ended.err
    assert not [path for path in home.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]


@pytest.mark.parametrize("name", ["BAOCAO_NOW", "BAOCAO_LOG_FORMAT", "BAOCAO_DATABASE_URL", "BAOCAO_UNIT"])
def test_a_secret_in_a_setting_is_not_said_again(home: Path, name: str) -> None:
    for value in (
        SECRET,
        f"{SECRET}://lan:{SECRET}@may-chu/{SECRET}",
        f"postgresql://lan:{SECRET}@127.0.0.1:1/x?password={SECRET}",
    ):
        ended = ask(home, "show", "2025-Q4", **{name: value})
        assert ended.code == 2
        assert SECRET not in ended.out + ended.err


def test_every_command_with_a_unit_takes_it_from_the_environment(home: Path) -> None:
    for words in (("run", "2025-Q4"), ("show", "2025-Q4"), ("explain", "2025-Q4", "4.2"), ("checks", "2025-Q4"),
                  ("rerun", "2025-Q4", "--from", "payloads"), ("release", "status", "2025-Q4"), ("probe", "portal_dvcqg"),
                  ("doctor",), ("backfill", "2025-Q4", "--dry-run"), ("capture", "2025-Q4"), ("watch",), ("incidents", "list")):  # fmt: skip
        ended = ask(home, *words, BAOCAO_UNIT="nowhere")
        if words != ("incidents", "list"):
            assert "không có đơn vị “nowhere”" in ended.err, words
        assert "BAOCAO_UNIT" in ask(home, *words[:1], *(words[1:] if words[0] == "incidents" else ()), "--help").out, (
            words
        )
    assert ask(home, "checks", "2025-Q4", "--province").code in {0, 20}

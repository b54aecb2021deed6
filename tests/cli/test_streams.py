"""Whatever the terminal is, a command gives text and its own exit code, never a traceback."""

import contextlib
import io
import os
import sys
from pathlib import Path
from typing import TextIO
from unittest import mock

import pytest

from cli.main import main
from cli.streams import prepare_streams
from tests.cli.test_looking import NOW, UNIT
from tests.configuration import ONE_FORM_CONFIG_DIR


def end_of(stream: TextIO | None, home: Path, *words: str) -> tuple[int, str]:
    """The exit code and what stands on standard error."""
    err = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    environment = {
        "BAOCAO_HOME": str(home), "BAOCAO_CONFIG_DIR": str(ONE_FORM_CONFIG_DIR), "BAOCAO_NOW": NOW.isoformat(),
        "BAOCAO_UNIT": UNIT, "COLUMNS": "100",
    }  # fmt: skip
    with (
        mock.patch.dict(os.environ, environment),
        mock.patch.object(sys, "argv", ["baocao", *words]),
        mock.patch.object(sys, "stdout", stream),
        mock.patch.object(sys, "stderr", err),
        mock.patch.object(sys, "excepthook", sys.excepthook),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    err.seek(0)
    return int(ended.value.code or 0), err.read()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp1258", "cp437", "utf-8", "utf-16"])
@pytest.mark.parametrize("words", [("status",), ("--help",), ("rules",)], ids=" ".join)
def test_any_encoding_gives_text(tmp_path: Path, encoding: str, words: tuple[str, ...]) -> None:
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding=encoding)
    assert end_of(stream, tmp_path, *words) == (0, "")
    text = written.getvalue().decode(encoding)
    expected = {"status": "UBND", "--help": "baocao", "rules": "form."}[words[0]]
    assert expected in text
    assert "?" not in text.replace("”?", "")


def test_letters_lose_their_marks_and_lines_stay_lines() -> None:
    written = io.BytesIO()
    stream = io.TextIOWrapper(written, encoding="ascii")
    with mock.patch.object(sys, "stdout", stream):
        prepare_streams()
        sys.stdout.write("Đặc khu Sao Mẫu │ ━━ • 84,13 → “đủ” 漢")
        sys.stdout.flush()
    assert written.getvalue() == b'Dac khu Sao Mau | -- * 84,13 -> "du" ?'


def test_a_reader_who_goes_ends_it_quietly(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    stream = os.fdopen(writing, "w", encoding="utf-8")
    code, err = end_of(stream, tmp_path, "rules")
    with contextlib.suppress(BrokenPipeError):
        stream.close()
    assert (code, err) == (141, "")


def test_a_full_output_is_an_error_with_its_cause(tmp_path: Path) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as stream:
        code, err = end_of(stream, tmp_path, "rules")
    assert code == 1
    assert err == "Lỗi: màn hình hoặc tệp kết quả: đĩa đầy; giải phóng chỗ rồi chạy lại\n"


def test_a_closed_output_takes_everything(tmp_path: Path) -> None:
    assert end_of(None, tmp_path, "status") == (0, "")

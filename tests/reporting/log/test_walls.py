"""Each wall of the log by itself: what is remembered, a text, a finished line, a record."""

import logging
from pathlib import Path
from urllib.parse import quote

import pytest

from baocao.private_files import open_private
from baocao.references import SHORTEST_SECRET, read_reference, remember_secret, remembered_secrets
from reporting.log.lines import fields_of
from reporting.log.redaction import HIDDEN, redact, redact_line

ADDRESS_SECRET = "mật/khẩu@kho 88"


@pytest.mark.parametrize("wall", [redact, redact_line])
@pytest.mark.parametrize(
    "written",
    ["gọi +84912345678 ngay", "gọi 0912345678 ngay", "số 001099012345 ngay", "thư a.b@vi-du.vn ngay",
     "Bearer abcDEF12345678 ngay", "https://lan:bimat9@x.vn/ ngay", "token=abc123 ngay"],
)  # fmt: skip
def test_each_wall_hides_what_a_line_must_never_hold(wall, written: str) -> None:
    said = wall(written)
    assert HIDDEN in said
    for part in ("912345678", "001099012345", "a.b@", "abcDEF12345678", "bimat9", "abc123"):
        assert part not in said


def test_a_secret_is_hidden_as_it_is_and_as_it_stands_in_an_address() -> None:
    remember_secret(ADDRESS_SECRET)
    for written in (ADDRESS_SECRET, f"https://x.vn/?a={quote(ADDRESS_SECRET, safe='')}"):
        for wall in (redact, redact_line):
            said = wall(written)
            assert ADDRESS_SECRET not in said
            assert quote(ADDRESS_SECRET, safe="") not in said


def test_what_a_record_says_is_cleaned_before_it_is_a_line() -> None:
    record = logging.LogRecord("baocao", logging.INFO, "x.py", 1, "người nộp Nguyễn Văn An\n gọi", None, None)
    assert fields_of(record)["says"] == f"người nộp {HIDDEN}"


@pytest.mark.parametrize(("length", "kept"), [(SHORTEST_SECRET - 1, False), (SHORTEST_SECRET, True)])
def test_a_secret_of_the_least_length_is_remembered(length: int, kept: bool) -> None:
    secret = "kZ9#" * 5
    remember_secret(secret[:length])
    assert (secret[:length] in remembered_secrets()) is kept


def test_what_a_reference_gives_is_remembered() -> None:
    assert read_reference("env:KHO", {"KHO": "rất-bí-mật-77"}) == "rất-bí-mật-77"
    assert "rất-bí-mật-77" in remembered_secrets()


def test_what_is_made_private_is_its_owner_s_alone(tmp_path: Path) -> None:
    with open(tmp_path / "x", "w", opener=open_private) as file:
        file.write("x")
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o600

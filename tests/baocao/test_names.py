"""Names that become files and folders are one part of a path on any machine, and say why where they are not."""

from pathlib import Path

import pytest

from baocao.catalogue import Catalogue
from baocao.errors import ConfigError
from baocao.names import find_name_fault, is_plain_path, print_name
from tests.baocao.catalogue.test_mistakes_in_yaml import config_dir

__all__ = ["config_dir"]

GOOD = ["dac-khu", "one_stop_igate", "2025-bieu-mau-7", "Đặc khu Sao Mẫu", "xã.1", "console", "nulla", "a" * 80]
BAD = [
    "", ".", "..", "../xa", "/etc", "a/b", "a\\b", "a\0b", ".xa", "xa.", "xa ", " xa", "xa\n", "xa\x1b[31m", "xa\x7f",
    "xa\u202egnp", "xa\u200b", "xa\u2028", "\ufeffxa", "xa\ud800", "con", "NUL", "Com1", "lpt9.yaml", "aux.tar", "a:b",
    "a*", "a?", 'a"', "<a>", "a|b", "a" * 81, "đ" * 41, "Xa\u0303",
]  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_plain_name_is_taken(name: str) -> None:
    assert find_name_fault(name) == ""


@pytest.mark.parametrize("name", BAD)
def test_a_name_that_leads_elsewhere_or_cannot_be_seen_is_refused_without_being_repeated_raw(name: str) -> None:
    fault = find_name_fault(name)
    assert fault
    assert all(sign.isprintable() for sign in fault + print_name(name))


def test_two_names_that_some_machines_take_for_one_are_refused() -> None:
    assert find_name_fault("XA", ["xa", "XA"]) == "chỉ khác 'xa' ở chữ hoa, chữ thường"
    assert find_name_fault("xa", ["xa", "xb"]) == ""


@pytest.mark.parametrize("path", ["a.yaml", "forms/a.yaml", "a/b/c"])
def test_a_path_that_stays_below_its_folder_is_plain(path: str) -> None:
    assert is_plain_path(path)


@pytest.mark.parametrize(
    "path", ["", "..", "../a", "a/../../b", "/etc/passwd", "a//b", "./a", "a/", "a\\..\\b", "c:/a", "a\0"]
)
def test_a_path_that_leads_out_is_not(path: str) -> None:
    assert not is_plain_path(path)


@pytest.mark.parametrize(
    "key",
    [
        '"../ngoai"',
        '"/tmp/xa"',
        '"xa."',
        '"con"',
        '"xa\\u202e"',
        '"xa\\0"',
        '".xa"',
        "a" * 81,
        '"a/b"',
        '"a\\n"',
        '"xa an"',
        '"xa\\u0303"',
        "xã",
        "XA",
        "com1",
        "_xa",
        "-xa",
    ],
)
def test_a_units_key_that_is_a_path_is_refused_with_its_file(config_dir: Path, key: str) -> None:
    path = config_dir / "units.yaml"
    path.write_text(path.read_text("utf-8") + f"\n  {key}:\n    name: Xã\n    tier: commune\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"units\.yaml(.|\n)*(không dùng làm tên được|tên đơn vị chỉ gồm)") as told:
        Catalogue.read(config_dir)
    assert all(sign.isprintable() or sign == "\n" for sign in str(told.value)), "nothing unseen reaches the terminal"


def test_a_forms_file_and_a_sources_key_are_names_too(config_dir: Path) -> None:
    path = config_dir / "sources.yaml"
    path.write_text(path.read_text("utf-8") + "\n  nul:\n    label: x\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="trùng tên Windows dành riêng"):
        Catalogue.read(config_dir)


def test_a_forms_file_that_is_hidden_is_refused(config_dir: Path) -> None:
    (config_dir / "forms" / "2025-bieu-mau-7.yaml").rename(config_dir / "forms" / ".bieu.yaml")
    with pytest.raises(ConfigError, match=r"forms/\.bieu\.yaml(.|\n)*tên tệp không dùng được: có dấu chấm"):
        Catalogue.read(config_dir)

"""Whose form it is where only a letterhead says so: the office that issues stands below the one it answers to."""

import pytest

from baocao.forms.recognise.head import read_head

TITLE = ["BIỂU MẪU 7", "Xây dựng và phát triển Chính quyền điện tử, Chính quyền số"]


@pytest.mark.parametrize(
    ("letterhead", "issuer"),
    [
        (["UBND TỈNH MẪU", "UBND XÃ HÒA BÌNH"], "UBND XÃ HÒA BÌNH"),
        (["UBND TỈNH MẪU", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SỞ NỘI VỤ"], "SỞ NỘI VỤ"),
        (["ỦY BAN NHÂN DÂN XÃ HÒA BÌNH"], "ỦY BAN NHÂN DÂN XÃ HÒA BÌNH"),
        (["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"], ""),
    ],
)
def test_the_lower_line_of_a_letterhead_is_who_issues(letterhead: list[str], issuer: str) -> None:
    assert read_head([*letterhead, *TITLE], []).issuer == issuer

"""Numbers as people write them give every row a key of its own and its place under another."""

import pytest

from baocao.forms.drafting.numbering import PrintedNumber, number_rows


@pytest.mark.parametrize(
    ("printed", "keys"),
    [
        ("1. 2. 3. 3.1. 3.1.1. 3.2. 4. 4.2 4.2.1", "1 2 3 3.1 3.1.1 3.2 4 4.2 4.2.1"),
        ("I 1 2 a) b) 3 II 1 1.1 1.2 2", "I I.1 I.2 I.2.a I.2.b I.3 II II.1 II.1.1 II.1.2 II.2"),
        ("A I 1 II 1 B I 1", "A A.I A.I.1 A.II A.II.1 B B.I B.I.1"),
        ("I. I.1 I.2 II. II.1", "I I.1 I.2 II II.1"),
        ("(1) (2) - + (3)", "1 2 2.g1 2.g2 3"),
        ("a b c d đ e g h i k", "a b c d đ e g h i k"),
        ("I II III IV V VI", "I II III IV V VI"),
        ("G H I K", "G H I K"),
        ("1 1 2", "1 1-2 2"),
    ],
)
def test_each_row_has_its_own_key(printed: str, keys: str) -> None:
    assert [
        row.key for row in number_rows([PrintedNumber(number, has_figure=True) for number in printed.split()])
    ] == keys.split()


def test_a_row_without_number_heads_a_section_or_lies_under_the_row_above() -> None:
    rows = [("", False), ("1", True), ("2", True), ("", True), ("", False), ("1", True)]
    assert [row.key for row in number_rows([PrintedNumber(*row) for row in rows])] == [
        "m1",
        "m1.1",
        "m1.2",
        "m1.2.g1",
        "m2",
        "m2.1",
    ]


def test_rows_lie_under_their_headings() -> None:
    rows = number_rows([PrintedNumber(number, has_figure=True) for number in ("I", "1", "a", "b", "II", "1")])
    assert [row.parent for row in rows] == [None, 0, 1, 1, None, 4]


def test_a_row_that_only_says_among_them_leaves_the_numbers_below_as_they_were() -> None:
    printed = [
        ("III", False),
        ("1", True),
        ("", False),
        ("a", True),
        ("b", True),
        ("2", True),
        ("IV", False),
        ("1", True),
    ]
    rows = [PrintedNumber(number, asked, is_among=not number) for number, asked in printed]
    numbered = number_rows(rows)
    assert [row.key for row in numbered] == ["III", "III.1", "III.1.m1", "III.1.a", "III.1.b", "III.2", "IV", "IV.1"]
    assert [row.parent for row in numbered] == [None, 0, 1, 2, 2, 0, None, 6]

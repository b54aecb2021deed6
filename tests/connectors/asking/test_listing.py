"""What a listing remembers of its keys: few bytes each, and yet exactly which were seen."""

from connectors.asking.listing import MOST_LATEST, KeySet


def page(number: int) -> list[str]:
    return [f"H98-{number:05d}-{row:03d}" for row in range(100)]


def test_a_page_seen_long_ago_is_known_and_one_new_row_makes_it_new() -> None:
    seen = KeySet()
    pages = 3 * MOST_LATEST // 100
    assert all(seen.add(page(number)) for number in range(pages))
    assert seen.add(page(0)) is False
    assert seen.add(page(pages - 1)) is False
    assert seen.add([*page(0)[1:], "a new one"]) is True
    assert len(seen) == pages * 100 + 1


def test_a_page_without_rows_is_no_repetition() -> None:
    assert KeySet().add([]) is None

"""Documents of a second, independent hand: every figure as that hand meant it, every fault found, nothing untrue."""

import pytest

from baocao.catalogue import Catalogue
from benchmarks.lint_hands import HANDS, Hand
from benchmarks.lint_second import measure
from tests.installed import find_program

_WRITTEN = tuple(hand for hand in HANDS if not hand.printed_by and not hand.read_by)
_CONVERTED = tuple(hand for hand in HANDS if hand.read_by == "soffice")


def test_what_a_second_hand_wrote_is_read_as_it_was_meant(catalogue: Catalogue) -> None:
    _read_as_meant(catalogue, _WRITTEN, each=2)


@pytest.mark.slow
def test_files_of_older_programs_are_read_as_they_were_meant(catalogue: Catalogue) -> None:
    """.xls by xlwt; .doc, .odt, .rtf and .ods as LibreOffice writes them."""
    find_program("soffice", "libreoffice-writer-nogui libreoffice-calc-nogui")
    _read_as_meant(catalogue, _CONVERTED, each=2)


def _read_as_meant(catalogue: Catalogue, hands: tuple[Hand, ...], each: int) -> None:
    tallies = [(hand.name, tally) for hand, tally in measure(catalogue, hands, each=each, seed=3)]
    assert len(tallies) == len(hands)
    for name, tally in tallies:
        assert (name, tally.recognised) == (name, each), tally.missed
        assert (name, tally.cells_right) == (name, tally.cells), tally.wrong_in_silence
        assert (name, tally.found, tally.missed) == (name, tally.planted, [])
        assert (name, tally.untrue, tally.wrong_in_silence) == (name, [], [])
    assert sum(tally.planted for _, tally in tallies) > 0

"""Documents of a second, independent hand: every figure as that hand meant it, every fault found, nothing untrue."""

import pytest

from baocao.catalogue import Catalogue
from benchmarks import lint_second
from benchmarks.lint_hands import HANDS
from benchmarks.lint_second import measure

_WRITTEN = tuple(hand for hand in HANDS if not hand.printed_by)


def test_what_a_second_hand_wrote_is_read_as_it_was_meant(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lint_second, "HANDS", _WRITTEN)
    tallies = list(measure(catalogue, each=2, seed=3))
    assert len(tallies) == len(_WRITTEN)
    for name, tally in tallies:
        assert (name, tally.recognised) == (name, 2), tally.missed
        assert (name, tally.cells_right) == (name, tally.cells), tally.wrong_in_silence
        assert (name, tally.found, tally.missed) == (name, tally.planted, [])
        assert (name, tally.untrue, tally.wrong_in_silence) == (name, [], [])
    assert sum(tally.planted for _, tally in tallies) > 0

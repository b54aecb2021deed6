"""What the reading of a source's answers saw and was not written for, and by what its records are proved whole."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from baocao.source_text import SourceText

USUAL_PAGE_SIZES = frozenset({10, 20, 25, 50, 100, 200, 500, 1_000, 2_000})
"""Of how many rows pages are: a list of just as many, which names no total, may be the first page of more."""


@dataclass(frozen=True)
class CountProof:
    """A count of what was collected that is not drawn from the records: a total the source names, a second count.

    `what_vi` names it for an officer. `expected_count` None: there was nothing to count by. One not `of_whole` proves
    that nothing else is among the records, not that all of them came.
    """

    what_vi: str
    found_count: int
    expected_count: int | None = None
    of_whole: bool = True

    @property
    def is_met(self) -> bool:
        return self.found_count == self.expected_count


@dataclass
class Notices:
    """What a parse saw that the connector was not written for: counted by name, never with a row's content.

    `proofs` tell whether all records came; `doubts_vi` are sentences about what was decided in reading and could have
    been meant otherwise: file names and counts, never a cell. `unproved_vi` is what may be missing, or be another
    period's, although nothing failed: said beside every figure of the source. `held_at` is the moment the records are
    of, where that is not when the source was asked.
    """

    unknown_values: dict[str, Counter[str]] = field(default_factory=dict)
    unknown_fields: Counter[str] = field(default_factory=Counter)
    proofs: list[CountProof] = field(default_factory=list)
    doubts_vi: list[str] = field(default_factory=list)
    unproved_vi: list[str] = field(default_factory=list)
    held_at: datetime | None = None

    def note_doubt(self, what_vi: str) -> None:
        if what_vi not in self.doubts_vi:
            self.doubts_vi.append(what_vi)

    def note_uncertain(self, what_vi: str) -> None:
        """A doubt that is said beside every figure of the source too: some records may be another period's."""
        if what_vi not in self.unproved_vi:
            self.unproved_vi.append(what_vi)
            self.note_doubt(what_vi)

    def note_unproved(self, what_vi: str) -> None:
        if what_vi not in self.unproved_vi:
            self.note_uncertain(what_vi)
            self.proofs.append(CountProof(what_vi, 0))

    def note_value(self, field_name: str, value: SourceText, count: int = 1) -> None:
        """A value on no list: itself where it has the shape of a code, else its mark."""
        self.unknown_values.setdefault(field_name, Counter())[value.as_code()] += count

    def note_fields(self, names: Iterable[str]) -> None:
        self.unknown_fields.update(SourceText(name).as_title() for name in names)

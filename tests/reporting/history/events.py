"""What happens in a history besides the reports."""

from collections.abc import Sequence
from dataclasses import dataclass

Form = tuple[str, str]  # unit and period


@dataclass(frozen=True)
class Mended:
    """A typed-in figure of a form that was wrong, as the line of its file says it before and after."""

    form: Form
    was: str
    now: str


@dataclass(frozen=True)
class Events:
    """What happens besides the reports.

    A month after theirs the `late` forms are asked for again and restated, after two the `mended` ones and those with a
    signed correction. The stocks of the `captured` periods are taken in the last second before the cut-off. Of the
    `rolled_up` ones the province's own form is made and released after those of its units. The `left_out` forms are
    never made.
    """

    late: Sequence[Form] = ()
    mended: Sequence[Mended] = ()
    corrected: Sequence[Form] = ()
    captured: Sequence[str] = ()
    rolled_up: Sequence[str] = ()
    left_out: Sequence[Form] = ()

"""The passport of a cell: what an officer shows to whoever asks where a figure comes from."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from baocao.domain import CountStep

STEP_OF_INPUT = " — "
"""Between an input's label and a step of its count, where a cell has several inputs."""


@dataclass(frozen=True, slots=True)
class PassportInput:
    """One figure a cell is computed from; `value` is None where there is none."""

    label: str
    value: Decimal | None
    indicator_code: str = ""


@dataclass(frozen=True, slots=True)
class Passport:
    """Where one cell comes from. `formula` and `steps` are in words fit for an officer; times are instants.

    `evidence` is what typed-in figures rest on, with who gave them and when; `fetched_at` is when the sources were
    asked, `known_at` when the figure was decided. `coverage` has a line for each source: which days are there, by which
    counts they were proved whole.
    """

    formula: str
    inputs: tuple[PassportInput, ...] = ()
    system: str = ""
    owner: str = ""
    legal_basis: str = ""
    payload_hashes: tuple[str, ...] = ()
    fetched_at: tuple[datetime, ...] = ()
    known_at: datetime | None = None
    steps: tuple[CountStep, ...] = ()
    evidence: tuple[str, ...] = ()
    coverage: tuple[str, ...] = ()

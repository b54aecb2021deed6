"""The columns of the status grid behind the form's name: said once for the terminal, the page, the desk and CSV."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from baocao.calendar import say_days_left
from baocao.domain import System
from baocao.vocabulary import SHORT_SYSTEMS
from reporting.status.rows import STEPS, GridRow, SystemState, Urgency
from reporting.status.words import next_step

GOOD, BAD, WARN, IDLE = "good", "bad", "warn", "idle"
URGENCY_TONES = {Urgency.LATE: BAD, Urgency.SOON: WARN, Urgency.OPEN: "", Urgency.DONE: IDLE}


@dataclass(frozen=True)
class GridWord:
    """One thing a cell says. `tone` is one of those above or a step, and chooses the colour.

    `about` names what it is said of where a cell says several things, `behind` the reason, `command` what to type.
    """

    text: str
    tone: str = ""
    about: str = ""
    behind: str = ""
    command: str = ""


@dataclass(frozen=True)
class GridColumn:
    """A head, and what a row says under it; `short_head` where there is no room to say what each word is about."""

    head: str
    words: Callable[[GridRow], Iterator[GridWord]]
    short_head: str = ""

    def text(self, row: GridRow) -> str:
        """Without colours, as a file holds it."""
        return "; ".join(f"{word.about}: {word.text}" if word.about else word.text for word in self.words(row))


def _due(row: GridRow) -> Iterator[GridWord]:
    yield GridWord(f"{row.due_on:%d/%m/%Y}")


def _left(row: GridRow) -> Iterator[GridWord]:
    if row.urgency is not Urgency.DONE:
        yield GridWord(say_days_left(row.days_left), URGENCY_TONES[row.urgency])


def _given(row: GridRow) -> Iterator[GridWord]:
    """What its systems gave, and the form it handed in; of a unit that has both, both."""
    if row.systems or not row.hand_in_word:
        yield from (_system(system, row.systems.get(system)) for system in System)
    if row.hand_in_word:
        yield GridWord(row.hand_in_word, GOOD if row.hand_in and row.hand_in.is_accepted else WARN)


def _system(system: System, state: SystemState | None) -> GridWord:
    about = SHORT_SYSTEMS[system]
    if state is None:
        return GridWord("–", IDLE, about, "không khai báo")
    if state.failure is not None:
        return GridWord(state.word, BAD, about, f"{state.label}: {state.failure.reason}")
    return GridWord(state.word, GOOD if state.was_asked else IDLE, about, state.label)


def _step(row: GridRow) -> Iterator[GridWord]:
    yield GridWord(STEPS[row.step], row.step.value)


def _next(row: GridRow) -> Iterator[GridWord]:
    step = next_step(row)
    yield GridWord(step.says, command=step.command)


COLUMNS = (
    GridColumn("Hạn", _due),
    GridColumn("Còn", _left),
    GridColumn("Nguồn số liệu", _given, short_head="VB, MC, DVC"),
    GridColumn("Bước", _step),
    GridColumn("Việc tiếp theo", _next),
)

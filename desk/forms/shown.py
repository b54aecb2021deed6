"""Which state of a form a page shows: the vintage it stands by, another, or the draft with today's typed figures."""

from dataclasses import dataclass

from baocao.errors import ConfigError
from baocao.messages import upper_first
from baocao.store import VintageKey
from desk.forms.asked import AskedForm
from desk.mistakes import MissingPageError
from reporting.entering.sheet import OpenForm, read_kept_sheet, read_sheet
from reporting.history.showing import VintageChoice, find_shown
from reporting.release.newer import find_newer_typed

DRAFT = "nhap"
"""What `ban` says of the draft; else it is the number of a vintage."""


@dataclass(frozen=True)
class NewerFigure:
    """A cell of the vintage shown that the draft has otherwise."""

    cell: str
    name: str
    kept: str
    draft: str


@dataclass(frozen=True)
class ShownSheet:
    """A form in one state. `number` is the vintage it is shown as, None for the draft, `standing` the one it stands by.

    `typed_since` was typed in after the vintage (of the draft: the last one), in words; `newer` are the cells that
    differ from the draft, `latest` the last vintage, where the form stands by an earlier one.
    """

    sheet: OpenForm
    number: int | None
    standing: int | None
    typed_since: tuple[str, ...] = ()
    newer: tuple[NewerFigure, ...] = ()
    latest: int | None = None

    @property
    def is_kept(self) -> bool:
        return self.number is not None

    @property
    def is_in_force(self) -> bool:
        """Whether it is what was put forward or released, of a form that was."""
        return self.standing is not None and self.number == self.standing

    @property
    def query(self) -> str:
        """What a link to a cell of this very state carries."""
        if self.number is not None:
            return f"?ban={self.number}"
        return f"?ban={DRAFT}" if self.standing is not None else ""

    def newer_at(self, cell: str) -> NewerFigure | None:
        return next((one for one in self.newer if one.cell == cell), None)


def read_shown(asked: AskedForm, ban: str = "") -> ShownSheet:
    """By default what was put forward or released, as it was; the draft only of a form that is still open.

    Raise MissingPageError of what no link of ours says, NotInStoreError where there is no such vintage.
    """
    number = find_number(asked, ban)
    workspace = asked.visit.workspace
    if number is None:
        return _read_draft(asked)
    shown = find_shown(workspace.store, asked.key, VintageChoice(vintage=number))
    sheet = read_kept_sheet(workspace, asked.plan, shown.vintage, shown.filled)
    latest = workspace.store.vintages.find_latest(asked.key)
    later = latest.key.vintage if latest and latest.key.vintage > number else None
    typed_since = find_newer_typed(workspace, shown.vintage.key)
    newer = _compare(asked, sheet) if later or typed_since else ()
    return ShownSheet(sheet, number, asked.standing.vintage, typed_since, newer, later)


def find_number(asked: AskedForm, ban: str = "") -> int | None:
    """The vintage a page shows; None for the draft, whose counted figures are the last vintage's."""
    if not ban:
        return asked.standing.vintage
    if ban == DRAFT:
        return None
    if not (ban.isascii() and ban.isdigit() and 0 < len(ban) < 7):  # noqa: PLR2004
        raise MissingPageError
    return int(ban)


def _read_draft(asked: AskedForm) -> ShownSheet:
    sheet = read_sheet(asked.visit.workspace, asked.plan)
    key: VintageKey | None = sheet.vintage.key if sheet.vintage else None
    typed_since = find_newer_typed(asked.visit.workspace, key, sheet.typed) if key else ()
    return ShownSheet(sheet, None, asked.standing.vintage, typed_since)


def _compare(asked: AskedForm, kept: OpenForm) -> tuple[NewerFigure, ...]:
    """Cell by cell; nothing where the draft cannot be read: what was typed in since says why."""
    try:
        draft = read_sheet(asked.visit.workspace, asked.plan).filled
    except ConfigError:
        return ()
    names = {row.key: upper_first(row.cell_words) for row in kept.plan.form.laid_out(kept.filled).rows}
    return tuple(
        NewerFigure(key, names[key], cell.display or "–", draft.cells[key].display or "–")
        for key, cell in kept.filled.cells.items()
        if key in names and key in draft.cells and draft.cells[key].value != cell.value
    )

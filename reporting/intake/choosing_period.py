"""Which period a file is of that came without a word: by its mark, by what it says, else the one that ended last."""

from baocao.catalogue import Unit
from baocao.catalogue.owed import list_owed, list_periods
from baocao.documents.file_marks import read_mark
from baocao.documents.files import write_file
from baocao.domain import Period
from baocao.errors import ConfigError
from baocao.forms.recognise import Wishes
from baocao.unfinished import make_work_dir
from reporting.intake.linting import lint_files
from reporting.workspace import Workspace


def choose_period(workspace: Workspace, unit: Unit, content: bytes) -> str:
    """Raise ConfigError where the unit has owed nothing yet."""
    mark = read_mark(content)
    found = mark.period if mark else _find_stated(workspace, unit, content)
    return (found or _find_last(workspace, unit)).code


def _find_stated(workspace: Workspace, unit: Unit, content: bytes) -> Period | None:
    """Stated in the head, or told by the date, where it is a period the unit owes."""
    today = workspace.settings.today()
    with make_work_dir() as folder:
        path = folder / "bieu-mau"
        write_file(path, content)
        linted = lint_files([path], workspace.catalogue, Wishes(unit_code=unit.unit_code, tier=unit.tier, today=today))
    periods = {one.read.filled.period for one in linted if one.read is not None}
    found = periods.pop() if len(periods) == 1 else None
    return found if found is not None and list_owed(workspace.catalogue, unit, found) else None


def _find_last(workspace: Workspace, unit: Unit) -> Period:
    """The period that ended last among those it owes; of those that end together the shortest."""
    today = workspace.settings.today()
    catalogue = workspace.catalogue
    periods = list_periods(catalogue, unit, (today.year - 1, today.year))
    ended = [one for period in periods for one in list_owed(catalogue, unit, period) if one.window.end_on < today]
    if not ended:
        raise ConfigError(f"{unit.name}: chưa có kỳ báo cáo nào kết thúc")
    return max(ended, key=lambda one: (one.window.end_on, one.window.start_on)).period

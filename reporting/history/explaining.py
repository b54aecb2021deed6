"""A cell with all that is known of where it comes from: passport, answers, age."""

from dataclasses import dataclass

from baocao.catalogue import Catalogue, Form
from baocao.documents.passport import Passport
from baocao.domain import Cell, FilledForm
from baocao.errors import ConfigError
from baocao.messages import quote_name
from baocao.store import Collection, Store, Vintage
from reporting.collection.stock_ages import StockAge, read_ages
from reporting.collection.typing_in import find_typed
from reporting.configurations import configuration_of
from reporting.files.passports import asked_for, build_passport
from reporting.history.showing import ShownForm
from reporting.workspace import Workspace


@dataclass(frozen=True)
class CellExplanation:
    """One cell of one vintage with all there is to say about it; `age` of a stock only."""

    vintage: Vintage
    form: Form
    filled: FilledForm
    cell: Cell
    passport: Passport | None
    collections: tuple[Collection, ...]
    age: StockAge | None
    owner_label: str


def read_explained(workspace: Workspace, shown: ShownForm, cell_key: str) -> CellExplanation:
    """The cell under the configuration of its vintage's own time, or today's where that was not kept."""
    config_hash = shown.vintage.config_hash
    if workspace.store.configurations.find(config_hash) is None:
        return _explain_under(workspace.catalogue, workspace, shown, cell_key)
    with configuration_of(workspace, config_hash) as catalogue:
        return _explain_under(catalogue, workspace, shown, cell_key)


def require_quotable(store: Store, explained: CellExplanation) -> None:
    """Raise PayloadDamagedError where an answer to be quoted is lost, or it or its entry is not what was kept."""
    hashes = set(explained.passport.payload_hashes) if explained.passport else set()
    for collection in explained.collections:
        for payload in collection.payloads:
            if payload.sha256 in hashes:
                store.payloads.require_intact(payload)


def _explain_under(catalogue: Catalogue, workspace: Workspace, shown: ShownForm, cell_key: str) -> CellExplanation:
    key, store = shown.vintage.key, workspace.store
    form = catalogue.form(key.form_code)
    cell = _find_cell(shown.filled, form, cell_key)
    collections = store.collections.list(key)
    observations = {o.indicator_code: o for o in store.contents.observations(key)}
    typed = find_typed(store, collections)
    figures = typed.figures if typed else catalogue.manual_figures(key.unit_code, key.period)
    code = cell.indicator_code
    return CellExplanation(
        vintage=shown.vintage,
        form=form,
        filled=shown.filled,
        cell=cell,
        passport=build_passport(catalogue, code, observations, collections, figures, store.contents.coverages(key))
        if code in observations and code
        else None,
        collections=asked_for(catalogue, code, collections) if code in catalogue.indicators and code else collections,
        age=read_ages(catalogue, shown.filled, observations, collections).get(cell.number),
        owner_label=catalogue.owner_label(catalogue.indicators[code].owner) if code in catalogue.indicators else "",
    )


def _find_cell(filled: FilledForm, form: Form, cell_key: str) -> Cell:
    cell = filled.cells.get(cell_key.rstrip("."))
    if cell is None:
        raise ConfigError(f"{form.form_code}: không có ô{quote_name(cell_key)}; có các ô: {', '.join(filled.cells)}")
    return cell

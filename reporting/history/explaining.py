"""A cell with all that is known of where it comes from: passport, answers, age."""

from dataclasses import dataclass
from typing import Any

from baocao.catalogue import Catalogue, Form
from baocao.catalogue.cell_names import find_row
from baocao.catalogue.forms import MatrixCell
from baocao.documents.passport import Passport
from baocao.domain import Cell, CellStatus, FilledForm
from baocao.errors import ConfigError
from baocao.handed_in import HandedFigure, HandedIn
from baocao.messages import did_you_mean, list_names, quote_name
from baocao.store import Collection, Store, Vintage
from baocao.vocabulary import STATUSES
from reporting.collection.handed_forms import find_handed
from reporting.collection.stock_ages import StockAge, read_ages
from reporting.collection.typing_in import find_typed
from reporting.configurations import configuration_of
from reporting.files.passports import asked_for, build_passport
from reporting.history.showing import ShownForm
from reporting.workspace import Workspace

TYPED_OR_CORRECTED = (CellStatus.TYPED_IN, CellStatus.CORRECTED)


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
    handed: HandedIn | None = None

    @property
    def handed_cells(self) -> tuple[tuple[str, HandedFigure], ...]:
        """The cells of the handed-in form the figure was taken from, or its two counts, by indicator."""
        passport, code = self.passport, self.cell.indicator_code
        if self.handed is None or passport is None or not set(self.handed.hashes) & set(passport.payload_hashes):
            return ()
        codes = (code or "", *(given.indicator_code for given in passport.inputs))
        return tuple((one, self.handed.figures[one]) for one in codes if one in self.handed.figures)

    @property
    def origin_vi(self) -> str:
        """Of a unit that handed in a form: where the figure is from, and what the other side says."""
        if self.handed is None or self.cell.value is None:
            return ""
        if self.cell.status is CellStatus.HANDED_IN:
            return STATUSES[CellStatus.HANDED_IN]
        origin = STATUSES[self.cell.status] if self.cell.status in TYPED_OR_CORRECTED else "thu thập từ hệ thống"
        beside = self.handed.figures.get(self.cell.indicator_code or "")
        return f"{origin}; đơn vị báo cáo “{beside.text}” ({self.handed.says_vi}, {beside.place})" if beside else origin

    @property
    def handed_json(self) -> dict[str, Any] | None:
        if self.handed is None:
            return None
        cells = [
            {"indicator": code, "row": cell.row, "place": cell.place, "text": cell.text}
            for code, cell in self.handed_cells
        ]
        explained = [one.as_json() for one in self.handed.explained]
        return {**self.handed.as_json(), "cells": cells, "explained": explained}


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
    form = catalogue.form(key.form_code).laid_out(shown.filled)
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
        handed=find_handed(store, collections),
        owner_label=catalogue.owner_label(catalogue.indicators[code].owner) if code in catalogue.indicators else "",
    )


def _find_cell(filled: FilledForm, form: Form, cell_key: str) -> Cell:
    """By its key, by the code of its figure, of a matrix also by its words: `dòng Hộ tịch, cột 8`, `Hộ tịch/8`."""
    row = find_row(form, cell_key)
    cell = filled.cells.get(row.key if row else cell_key.rstrip("."))
    if cell is None:
        allowed = [row.place if isinstance(row, MatrixCell) else row.key for row in form.rows]
        raise ConfigError(
            f"{form.form_code}: không có ô{quote_name(cell_key, allowed)}; có các ô: "
            f"{list_names(allowed)}{did_you_mean(cell_key, allowed)}"
        )
    return cell

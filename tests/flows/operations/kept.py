"""What the runs of a province's units have left in its store."""

from contextlib import AbstractContextManager
from decimal import Decimal

from baocao.domain import CellStatus, Period
from baocao.store import FormKey, Store, Vintage, VintageKey, open_store
from sandbox.world.truth import true_figures
from tests.flows.operations.conftest import DATA_SET, UNITS, Engine
from tests.flows.operations.installations import PERIOD

UNIT_CODES = tuple(f"don-vi-{number:03d}" for number in range(1, UNITS + 1))
COUNTED = "dossiers_full_online_count"


def store_of(engine: Engine) -> AbstractContextManager[Store]:
    return open_store(engine.database_url, str(engine.stage.folder / "home" / "var" / "payloads"))


def vintages_of(store: Store, unit: str) -> list[Vintage]:
    return list(store.vintages.list(FormKey(unit, "2025-bieu-mau-7", Period.parse(PERIOD))))


def figures_of(store: Store, key: VintageKey) -> dict[str, Decimal | None]:
    """Those counted of records."""
    observations = store.contents.observations(key)
    return {one.indicator_code: one.value for one in observations if one.status is CellStatus.REPORTED and one.steps}


def expect_the_true_figures(store: Store, engine: Engine, unit: str, key: VintageKey) -> None:
    figures, truth = figures_of(store, key), true_figures(DATA_SET, unit, PERIOD, engine.sandbox.now)
    assert figures == {code: truth[code] for code in figures}, unit
    assert COUNTED in figures

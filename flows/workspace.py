"""What every command works with: settings, configuration and the store, opened together."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version

from baocao.catalogue import Catalogue
from baocao.catalogue.alerts import Alerts, read_alerts
from baocao.settings import Settings
from baocao.store import Store, open_store


@dataclass(frozen=True)
class Workspace:
    """One installation, open."""

    settings: Settings
    catalogue: Catalogue
    store: Store
    alerts: Alerts


@contextmanager
def open_workspace(settings: Settings) -> Iterator[Workspace]:
    """Read the configuration, open (and if need be migrate) the store, close it afterwards."""
    catalogue = Catalogue.read(settings.config_dir)
    alerts = read_alerts(catalogue)
    store = open_store(settings.database_url, settings.payload_url)
    try:
        yield Workspace(settings, catalogue, store, alerts)
    finally:
        store.close()


def code_version() -> str:
    """The version of baocao a run is made with."""
    return version("baocao")

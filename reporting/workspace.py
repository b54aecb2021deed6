"""What every command works with: settings, configuration and the store, opened together."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version

from baocao.catalogue import Catalogue
from baocao.catalogue.alerts import Alerts, read_alerts
from baocao.settings import Settings
from baocao.store import Store, open_store
from reporting.log.run_log import LogSettings, log_started


@dataclass(frozen=True)
class Workspace:
    """One installation, open."""

    settings: Settings
    catalogue: Catalogue
    store: Store
    alerts: Alerts = field(default_factory=Alerts)


@contextmanager
def open_workspace(settings: Settings) -> Iterator[Workspace]:
    """Read the configuration, open (and if need be migrate) the store, close it afterwards."""
    catalogue = Catalogue.read(settings.config_dir)
    alerts = read_alerts(catalogue)
    with (
        log_started(LogSettings.read(os.environ, settings.var_dir)),
        open_store(settings.database_url, settings.payload_url) as store,
    ):
        yield Workspace(settings, catalogue, store, alerts)


def code_version() -> str:
    """The version of baocao a run is made with."""
    return version("baocao")

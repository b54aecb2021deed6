"""What every command works with: settings, configuration and the store, opened together."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from baocao.catalogue import Catalogue
from baocao.catalogue.alerts import Alerts, read_alerts
from baocao.private_files import keep_to_owner, refuse_links
from baocao.settings import Settings
from baocao.store import FormKey, Store, has_store, open_empty_store, open_store
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
    """Read the configuration, open (and if need be migrate) the store, close it afterwards.

    Whatever is made from then on is for this account alone. Raise ConfigError where a folder of ours is a link.
    """
    keep_to_owner()
    for folder in (settings.out_dir, settings.var_dir, *settings.var_dir.glob("*")):
        refuse_links(folder, folder)
    catalogue = Catalogue.read(settings.config_dir)
    alerts = read_alerts(catalogue)
    with (
        log_started(LogSettings.read(os.environ, settings.var_dir)),
        open_store(settings.database_url, settings.payload_url) as store,
    ):
        yield Workspace(settings, catalogue, store, alerts)


@contextmanager
def open_to_look(settings: Settings) -> Iterator[Workspace]:
    """The same for who only looks, or goes on from what was made: where there is no store none is made, an empty one in
    memory stands for it.
    """
    if has_store(settings.database_url):
        with open_workspace(settings) as workspace:
            yield workspace
        return
    keep_to_owner()
    catalogue = Catalogue.read(settings.config_dir)
    with open_empty_store(settings.payload_url) as store:
        yield Workspace(settings, catalogue, store, read_alerts(catalogue))


def code_version() -> str:
    """The version of baocao a run is made with."""
    return version("baocao")


def form_dir(out_dir: Path, key: FormKey) -> Path:
    """`out/<unit>/<period>/<form code>/`."""
    return out_dir / key.unit_code / key.period.code / key.form_code

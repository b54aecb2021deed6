"""Which connector speaks which dialect: the names `connector:` in sources.yaml may take."""

import os
from collections.abc import Mapping

from baocao.catalogue import Source, Unit
from baocao.domain import Window
from baocao.errors import ConfigError
from baocao.references import NO_SECRET, read_reference
from baocao.settings import Settings
from connectors.contract import Assignment, Connector
from connectors.dialects.documents_axis import DocumentsAxis
from connectors.dialects.documents_qlvb import DocumentsQlvb
from connectors.dialects.one_stop_igate import OneStopIgate
from connectors.dialects.one_stop_igate_statistics import OneStopIgateStatistics
from connectors.dialects.one_stop_opencps import OneStopOpencps
from connectors.dialects.one_stop_tandan import OneStopTandan
from connectors.dialects.portal_dvcqg import PortalDvcqg
from connectors.dialects.portal_evaluation import PortalEvaluation
from connectors.files.spreadsheet import Spreadsheet
from connectors.files.sql_view import SqlView

_ALL: tuple[Connector, ...] = (
    DocumentsAxis(),
    DocumentsQlvb(),
    OneStopIgate(),
    OneStopIgateStatistics(),
    OneStopOpencps(),
    OneStopTandan(),
    PortalDvcqg(),
    PortalEvaluation(),
    Spreadsheet(),
    SqlView(),
)
CONNECTORS: Mapping[str, Connector] = {connector.code: connector for connector in _ALL}
SANDBOX_SCHEME = "sandbox://"


def connector_of(source: Source) -> Connector:
    """Raise ConfigError, listing the dialects, where there is none of that name."""
    if source.connector not in CONNECTORS:
        allowed = ", ".join(CONNECTORS)
        where = f"sources.yaml: {source.source_code}"
        raise ConfigError(f"{where}: no connector '{source.connector}'; there are: {allowed}")
    return CONNECTORS[source.connector]


def assign(source: Source, unit: Unit, window: Window, settings: Settings) -> Assignment:
    """What to collect, with the address and the secret resolved; raise ConfigError when one is missing."""
    return Assignment(
        source=source,
        base_url=resolve_address(source, settings),
        unit_code=unit.unit_code,
        unit_key=unit.source_keys[source.source_code],
        window=window,
        secret=resolve_secret(source, os.environ),
        clock=settings.now,
    )


def resolve_address(source: Source, settings: Settings) -> str:
    if not source.base_url.startswith(SANDBOX_SCHEME):
        return source.base_url
    if settings.sandbox_url is None:
        raise ConfigError(
            f"sources.yaml: {source.source_code}: base_url is {SANDBOX_SCHEME} (the training server), and none is "
            "running here. Add --sandbox to the command, start `baocao sandbox`, or give the system's https address."
        )
    return settings.sandbox_url + source.base_url.removeprefix(SANDBOX_SCHEME)


def resolve_secret(source: Source, environment: Mapping[str, str]) -> str:
    """The secret behind the source's reference; the error names the reference, never the secret."""
    if source.auth.secret == NO_SECRET:
        return ""
    found = read_reference(source.auth.secret, environment)
    if found is None:
        raise ConfigError(
            f"sources.yaml: {source.source_code}.auth.secret: {source.auth.secret} is not set or cannot be read. "
            "Set it for the account that runs baocao."
        )
    return found

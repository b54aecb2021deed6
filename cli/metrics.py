"""`baocao metrics`: metrics for Prometheus, printed, written to a file, or served."""

import os
import sys
from pathlib import Path

import click
from prometheus_client import generate_latest, write_to_textfile

from baocao.errors import ConfigError
from baocao.settings import Settings
from reporting.upkeep.metrics import make_registry
from reporting.upkeep.metrics_server import MetricsServer


def print_metrics(*, by_unit: bool) -> int:
    registry = make_registry(Settings.read(os.environ), by_unit=by_unit)
    sys.stdout.write(generate_latest(registry).decode())
    return 0


def write_metrics(path: Path, *, by_unit: bool) -> int:
    """Write them for node_exporter's text-file collector: the file is whole at any moment."""
    registry = make_registry(Settings.read(os.environ), by_unit=by_unit)
    if not path.parent.is_dir():
        raise ConfigError(f"--file {path}: there is no folder {path.parent}; make it, or name node_exporter's own")
    write_to_textfile(str(path), registry)
    return 0


def serve_metrics(host: str, port: int, *, by_unit: bool) -> int:
    """Serve until Ctrl-C."""
    try:
        server = MetricsServer(Settings.read(os.environ), host, port, by_unit=by_unit)
    except OSError as error:
        raise ConfigError(f"--host {host} --port {port}: {error.strerror}; choose another port") from error
    with server:
        click.echo(
            f"Số liệu giám sát: {server.url}/metrics, tình trạng: {server.url}/health (Ctrl-C để dừng)", err=True
        )
        server.serve_forever()
    return 0

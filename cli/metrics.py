"""`baocao metrics`: metrics for Prometheus, printed, written to a file, or served."""

import os
import sys
from pathlib import Path

import click

from baocao.errors import ConfigError
from baocao.settings import Settings

METRICS_PORT = 9469


@click.command()
@click.option("--file", "path", type=click.Path(path_type=Path), help="Ghi vào tệp này (textfile của node_exporter).")
@click.option("--serve", is_flag=True, help="Mở cổng HTTP: /metrics và /health.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Với --serve: địa chỉ lắng nghe.")
@click.option("--port", default=METRICS_PORT, show_default=True, help="Với --serve: cổng.")
@click.option("--units/--no-units", "by_unit", default=True, help="Có hay không số liệu riêng của từng đơn vị.")
def metrics(path: Path | None, host: str, port: int, *, serve: bool, by_unit: bool) -> None:
    """Số liệu giám sát cho Prometheus: lần lập được gần nhất, lỗi theo nguồn, thời gian từng bước, sự cố đang mở."""
    if path and serve:
        raise click.UsageError("chỉ dùng một trong: --file, --serve")
    if serve:
        serve_metrics(host, port, by_unit=by_unit)
    else:
        _write(path, by_unit=by_unit)


def _write(path: Path | None, *, by_unit: bool) -> None:
    """Print them, or write them for node_exporter's text-file collector: the file is whole at any moment."""
    from prometheus_client import generate_latest

    from baocao.documents.files import write_file
    from baocao.private_files import share_below
    from reporting.upkeep.metrics import make_registry

    registry = make_registry(Settings.read(os.environ), by_unit=by_unit)
    if path is None:
        sys.stdout.write(generate_latest(registry).decode())
        return
    if not path.parent.is_dir():
        raise ConfigError(
            f"--file: không có thư mục {path.parent}; tạo thư mục đó, hoặc ghi đúng thư mục của node_exporter"
        )
    write_file(path, generate_latest(registry))
    share_below(path, path.parent)


def serve_metrics(host: str, port: int, *, by_unit: bool) -> None:
    """Serve until Ctrl-C."""
    from reporting.upkeep.metrics_server import MetricsServer

    try:
        server = MetricsServer(Settings.read(os.environ), host, port, by_unit=by_unit)
    except OSError as error:
        raise ConfigError(f"--host {host} --port {port}: cổng này không dùng được; chọn cổng khác") from error
    with server:
        click.echo(
            f"Số liệu giám sát: {server.url}/metrics, tình trạng: {server.url}/health (Ctrl-C để dừng)", err=True
        )
        server.serve_forever()

"""The commands for those who watch over the installation."""

import sys
from pathlib import Path

import click

from cli.options import json_option

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
    from cli.metrics import print_metrics, serve_metrics, write_metrics

    if path:
        sys.exit(write_metrics(path, by_unit=by_unit))
    sys.exit(serve_metrics(host, port, by_unit=by_unit) if serve else print_metrics(by_unit=by_unit))


@click.command()
@json_option
def health(*, as_json: bool) -> None:
    """Hệ thống đang hoạt động bình thường không (mã kết thúc 0 hoặc 1); không hỏi hệ thống nguồn nào."""
    from cli.health import tell_health

    sys.exit(tell_health(as_json=as_json))


MONITORING_COMMANDS = (metrics, health)

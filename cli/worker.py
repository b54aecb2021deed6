"""`baocao worker`: Prefect's own worker, with the environment our runs need."""

import os
import sys

import click

from baocao.settings import Settings
from cli.deploy import require_server


@click.command()
@click.option(
    "--limit",
    type=click.IntRange(min=2),
    default=2,
    show_default=True,
    help="Số lần chạy cùng lúc trên máy này; một chỗ dành cho lần chạy chờ các lần chạy khác.",
)
@click.option("--name", help="Tên máy hiện trên trang điều hành; mặc định tên máy.")
def worker(limit: int, name: str | None) -> None:
    """Nhận việc từ máy chủ Prefect dùng chung (PREFECT_API_URL) cho tới khi bị dừng."""
    from baocao.catalogue import Catalogue
    from flows.engine.environment import apply_environment, pin_installation
    from reporting.schedule.operations import read_operations

    settings = Settings.read(os.environ)
    pin_installation(settings)
    apply_environment(settings.var_dir)
    operations = read_operations(Catalogue.read(settings.config_dir))
    require_server(settings)
    arguments = ("--pool", operations.work_pool, "--type", "process", "--limit", str(limit))
    called = ("--name", name or os.uname().nodename)
    os.execv(sys.executable, [sys.executable, "-m", "prefect", "worker", "start", *arguments, *called])  # noqa: S606

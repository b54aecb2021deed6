"""`baocao deploy`: everything that runs by itself, put up on the shared server."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from baocao.errors import ConfigError
from baocao.hints import hint
from baocao.settings import Settings
from cli.options import json_option
from cli.tables import open_console
from cli.terminal import print_json

if TYPE_CHECKING:
    from rich.console import Console

    from flows.engine.deploying import DeployResult


@click.command()
@click.option("--print", "only_print", is_flag=True, help="Chỉ in prefect.yaml, không ghi gì lên máy chủ.")
@json_option
def deploy(*, only_print: bool, as_json: bool) -> None:
    """Đưa lịch chạy lên máy chủ Prefect dùng chung (PREFECT_API_URL), cùng giới hạn và quy tắc tự động."""
    from baocao.catalogue import Catalogue
    from flows.deployments import list_deployments, render_prefect_yaml
    from flows.engine.environment import apply_environment
    from reporting.schedule.operations import read_operations

    settings = Settings.read(os.environ)
    catalogue = Catalogue.read(settings.config_dir)
    operations = read_operations(catalogue)
    if only_print:
        sys.stdout.write(render_prefect_yaml(list_deployments(catalogue, operations), operations.work_pool))
        return
    apply_environment(settings.var_dir)
    require_server(settings)
    from flows.engine.deploying import deploy_all

    deployed = deploy_all(catalogue, operations)
    if as_json:
        print_json(asdict(deployed))
    else:
        _show(open_console(), deployed)


def require_server(settings: Settings) -> None:
    """Raise ConfigError where no shared server is named, EngineError where it does not answer."""
    from flows.engine.environment import prefect_home
    from flows.engine.settings import configured_url

    url = configured_url(prefect_home(settings.var_dir))
    if url is None:
        raise ConfigError(
            "chưa khai báo máy chủ Prefect dùng chung. Đặt PREFECT_API_URL=http://MÁY-CHỦ:4200/api (máy chủ chạy bằng "
            f"`{hint('serve', server_only=True)}`); chỉ một máy thì `{hint('serve')}` làm tất cả."
        )
    from flows.engine.records import check_answers

    check_answers(url)


def _show(console: Console, deployed: DeployResult) -> None:
    for title, names in (("Mới hoặc đã đổi", deployed.changed), ("Đã gỡ", deployed.removed)):
        for name in names:
            console.print(f"{title}: {name}")
    console.print(f"{len(deployed.names)} việc đã có trên máy chủ; giới hạn cho {len(deployed.limits)} hệ thống nguồn.")
    console.print(f"Tiếp theo: trên mỗi máy chạy việc, `{hint('worker')}` (work pool {deployed.work_pool}).")

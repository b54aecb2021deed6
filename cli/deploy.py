"""`baocao deploy`: everything that runs by itself, put up on the shared server."""

import os
import sys
from dataclasses import asdict

from rich.console import Console

from baocao.catalogue import Catalogue
from baocao.errors import ConfigError
from baocao.settings import Settings
from cli.show import print_json
from flows.deployments import list_deployments, render_prefect_yaml
from flows.engine.environment import apply_environment, prefect_home
from reporting.schedule.operations import read_operations


def print_prefect_yaml() -> int:
    """What Prefect's own `deploy --all` reads."""
    catalogue = Catalogue.read(Settings.read(os.environ).config_dir)
    operations = read_operations(catalogue)
    sys.stdout.write(render_prefect_yaml(list_deployments(catalogue, operations), operations.work_pool))
    return 0


def deploy_here(*, as_json: bool) -> int:
    """Deploy, and say what changed."""
    settings = Settings.read(os.environ)
    apply_environment(settings.var_dir)
    catalogue = Catalogue.read(settings.config_dir)
    operations = read_operations(catalogue)
    require_server(settings)
    from flows.engine.deploying import deploy_all

    deployed = deploy_all(catalogue, operations)
    if as_json:
        print_json(asdict(deployed))
        return 0
    console = Console()
    for title, names in (("Mới hoặc đã đổi", deployed.changed), ("Đã gỡ", deployed.removed)):
        for name in names:
            console.print(f"{title}: {name}", highlight=False)
    console.print(f"{len(deployed.names)} việc đã có trên máy chủ; giới hạn cho {len(deployed.limits)} hệ thống nguồn.")
    console.print(
        f"Tiếp theo: trên mỗi máy chạy việc, `baocao worker` (work pool {deployed.work_pool}).", highlight=False
    )
    return 0


def require_server(settings: Settings) -> None:
    """Raise ConfigError where no shared server is named, EngineError where it does not answer."""
    from flows.engine.settings import configured_url

    url = configured_url(prefect_home(settings.var_dir))
    if url is None:
        raise ConfigError(
            "no shared Prefect server is named. Set PREFECT_API_URL=http://SERVER:4200/api (start it there by `baocao "
            "serve --server-only`); on a single machine `baocao serve` alone does everything."
        )
    from flows.engine.records import check_answers

    check_answers(url)

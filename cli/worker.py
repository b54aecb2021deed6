"""`baocao worker`: Prefect's own worker, with the environment our runs need."""

import os
import socket
import sys

from baocao.catalogue import Catalogue
from baocao.settings import Settings
from cli.deploy import require_server
from flows.engine.environment import apply_environment, pin_installation
from reporting.schedule.operations import read_operations


def work(limit: int, name: str | None) -> int:
    """Become the worker; this process is replaced."""
    settings = Settings.read(os.environ)
    pin_installation(settings)
    apply_environment(settings.var_dir)
    operations = read_operations(Catalogue.read(settings.config_dir))
    require_server(settings)
    arguments = ("--pool", operations.work_pool, "--type", "process", "--limit", str(limit))
    called = ("--name", name or socket.gethostname())
    os.execv(sys.executable, [sys.executable, "-m", "prefect", "worker", "start", *arguments, *called])  # noqa: S606

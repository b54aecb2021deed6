"""The environment a process needs before it imports Prefect; nothing here imports Prefect."""

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from baocao.private_files import make_private_dir
from baocao.settings import TELEMETRY_OFF, Settings

SIGN_OF_LIFE: Mapping[str, str] = {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30"}
"""Every so many seconds a run says that it lives. Prefect's own 180 s would make every long run look lost."""
LOOPBACK_HOSTS = ("127.0.0.1", "localhost")


def engine_environment(home: Path) -> dict[str, str]:
    """What Prefect and Great Expectations are to find in the environment; `home` is the folder for state.

    Warnings and errors of Prefect itself reach the terminal, its progress messages only the API's log.
    """
    return {
        **TELEMETRY_OFF,
        **SIGN_OF_LIFE,
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",
        "PREFECT_LOGGING_EXTRA_LOGGERS": "baocao.steps",
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",  # it loses task runs and may outlive us
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_CLI_PROMPT": "false",
    }


def apply_environment(home: Path) -> None:
    """Set what `engine_environment` says; what the user has set stands, except for telemetry.

    Call it before anything imports Prefect, which reads its settings once. Calling it again changes nothing.
    Raise RuntimeError when Prefect is there already and would not see a change.
    """
    wanted = {name: os.environ.get(name, value) for name, value in engine_environment(home).items()}
    wanted.update(TELEMETRY_OFF)
    wanted.update(_proxy_exceptions())
    missing = {name: value for name, value in wanted.items() if os.environ.get(name) != value}
    if missing and "prefect" in sys.modules:
        raise RuntimeError(f"Prefect was imported before apply_environment had set {', '.join(sorted(missing))}")
    os.environ.update(missing)


def pin_installation(settings: Settings) -> None:
    """Tell the runs started from here, which work in other folders, where this installation is.

    What Prefect keeps for a while goes under var/: its runner's folder in /tmp has one name for all accounts of a
    machine, belongs to the first that makes it, and shuts out all others.
    """
    temporary_dir = settings.temporary_dir
    make_private_dir(temporary_dir)
    os.environ["BAOCAO_HOME"] = str(settings.home_dir)
    os.environ["BAOCAO_CONFIG_DIR"] = str(settings.config_dir)
    os.environ["TMPDIR"] = tempfile.tempdir = str(temporary_dir)


def prefect_home(home: Path) -> Path:
    """Prefect's folder: its database, results, and the private server's locks, address and log."""
    return Path(os.environ.get("PREFECT_HOME") or home / "prefect").expanduser().resolve()


def _proxy_exceptions() -> dict[str, str]:
    """Keep calls to this machine away from a proxy named in the environment."""
    if not any(name.lower() in {"http_proxy", "https_proxy", "all_proxy"} for name in os.environ):
        return {}
    listed = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    hosts = [host.strip() for host in listed.split(",") if host.strip()]
    merged = ",".join([*hosts, *(host for host in LOOPBACK_HOSTS if host not in hosts)])
    return {"no_proxy": merged, "NO_PROXY": merged}

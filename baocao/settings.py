"""Where things lie and how this installation is set: read once from the environment, passed on from there."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from baocao.domain import VIETNAM
from baocao.errors import ConfigError
from baocao.written.asked import ask_instant

CHECKOUT_DIR = Path(__file__).resolve().parent.parent
DESK_KEY_NAME = Path("keys") / "desk.key"
DESK_KEY_VARIABLE = "BAOCAO_DESK_KEY"
DESK_KEY_LENGTH = 32
TELEMETRY_OFF: Mapping[str, str] = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    "GX_ANALYTICS_ENABLED": "false",
}
"""Not for a user to change: nothing about a run leaves the machine through a dependency."""


@dataclass(frozen=True)
class Settings:
    """One installation. `now_at` fixes the clock of a run (training, tests, replays); None is the real one.

    `sandbox_url` is what the scheme `sandbox://` in `sources.yaml` stands for.
    """

    home_dir: Path
    config_dir: Path
    database_url: str
    payload_url: str
    sandbox_url: str | None = None
    now_at: datetime | None = None

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """Take BAOCAO_HOME, BAOCAO_CONFIG_DIR, BAOCAO_DATABASE_URL, BAOCAO_PAYLOAD_URL, BAOCAO_SANDBOX_URL, BAOCAO_NOW.

        Raise ConfigError when one of them cannot be used.
        """
        home_dir = Path(environment.get("BAOCAO_HOME") or Path.cwd()).expanduser().resolve()
        var_dir = home_dir / "var"
        return cls(
            home_dir=home_dir,
            config_dir=_find_config_dir(environment.get("BAOCAO_CONFIG_DIR")),
            database_url=environment.get("BAOCAO_DATABASE_URL") or f"sqlite:///{var_dir / 'baocao.db'}",
            payload_url=environment.get("BAOCAO_PAYLOAD_URL") or str(var_dir / "payloads"),
            sandbox_url=environment.get("BAOCAO_SANDBOX_URL") or None,
            now_at=_read_now(environment.get("BAOCAO_NOW")),
        )

    @property
    def var_dir(self) -> Path:
        return self.home_dir / "var"

    @property
    def desk_key_file(self) -> Path:
        """What signs the desk's cookies and enciphers second factors, unless BAOCAO_DESK_KEY names another."""
        return self.var_dir / DESK_KEY_NAME

    @property
    def temporary_dir(self) -> Path:
        """Of processes that live for long, and of the runs they start."""
        return self.var_dir / "tmp"

    @property
    def out_dir(self) -> Path:
        return self.home_dir / "out"

    def now(self) -> datetime:
        """The run's clock, in UTC."""
        return self.now_at or datetime.now(UTC)

    def today(self) -> date:
        """The day it is by that clock in Viet Nam."""
        return self.now().astimezone(VIETNAM).date()


def find_var_dir(environment: Mapping[str, str]) -> Path:
    """Where state lies, before the configuration has been found."""
    return Path(environment.get("BAOCAO_HOME") or Path.cwd()).expanduser().resolve() / "var"


def _find_config_dir(given: str | None) -> Path:
    folder = Path(given).expanduser().resolve() if given else CHECKOUT_DIR / "config"
    if not (folder / "indicators.yaml").is_file():
        raise ConfigError(
            f"{folder}: không có indicators.yaml ở đây. Đặt BAOCAO_CONFIG_DIR là thư mục có calendars.yaml, "
            "units.yaml, indicators.yaml, sources.yaml và forms/."
        )
    return folder


def _read_now(given: str | None) -> datetime | None:
    if not given:
        return None
    return ask_instant(given, "BAOCAO_NOW").astimezone(UTC)

"""Which schema a database has and which this code wants, told without loading what would move it."""

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from baocao.errors import ConfigError
from baocao.store.database.addresses import print_address

MIGRATIONS_DIR = Path(__file__).parents[1] / "migrations"
VERSION_TABLE = "baocao_schema"


@cache
def list_revisions() -> tuple[str, ...]:
    """Every revision of the schema this code knows, the first first: `0007` of `v0007_waiting.py`."""
    files = (MIGRATIONS_DIR / "versions").glob("v[0-9]*_*.py")
    return tuple(sorted(file.name.partition("_")[0].removeprefix("v") for file in files))


def read_schema(connection: Connection) -> str | None:
    """The revision a database is at; None where it has no schema."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one_or_none()  # noqa: S608  # our own name
    return found


def is_current(connection: Connection) -> bool:
    """Whether the database is at the code's schema; raise ConfigError where it is newer than the code."""
    found, known = read_schema(connection), list_revisions()
    if found is not None and found not in known:
        raise ConfigError(
            f"BAOCAO_DATABASE_URL={print_address(connection.engine.url)}: cơ sở dữ liệu này đã dùng với bản baocao mới "
            f"hơn (lược đồ {found}; bản này chỉ biết đến {known[-1]}). Cài lại bản mới hơn đó; bản cũ không hiểu hết "
            "những gì đọc được."
        )
    return found == known[-1]

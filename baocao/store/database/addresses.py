"""The database's address: which kinds are allowed, and how it is shown without its password."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from baocao.disk import explain_disk_error
from baocao.errors import ConfigError
from baocao.messages import quote_name
from baocao.private_files import make_private_dir

_DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "sqlite+pysqlite": "sqlite+pysqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
_ALLOWED = "ghi sqlite:////thư-mục/baocao.db hoặc postgresql://tài-khoản:mật-khẩu@máy-chủ/tên"


def read_address(given: str) -> URL:
    """The address, its folder made where it is a file's. Raise ConfigError as `parse_address` does."""
    address = parse_address(given)
    if is_sqlite(address):
        _make_folder(address)
    return address


def parse_address(given: str) -> URL:
    """Raise ConfigError, never showing the password, where the address is not of a kind we can use."""
    try:
        address = make_url(given)
    except (ArgumentError, ValueError):
        raise ConfigError(f"BAOCAO_DATABASE_URL: không phải địa chỉ cơ sở dữ liệu; {_ALLOWED}") from None
    if address.drivername not in _DRIVERS:
        raise ConfigError(
            f"BAOCAO_DATABASE_URL: không dùng được loại cơ sở dữ liệu{quote_name(address.drivername)}; {_ALLOWED}"
        )
    if is_sqlite(address) and (not address.database or ":memory:" in address.database):
        raise ConfigError("BAOCAO_DATABASE_URL: cơ sở dữ liệu trong bộ nhớ sẽ mất hết khi tắt; ghi đường dẫn một tệp")
    return address.set(drivername=_DRIVERS[address.drivername])


def print_address(address: URL) -> str:
    """The address without password and options."""
    return address.set(query={}).render_as_string(hide_password=True)


def is_sqlite(address: URL) -> bool:
    return address.get_backend_name() == "sqlite"


def _make_folder(address: URL) -> None:
    folder = Path(str(address.database)).parent
    try:
        make_private_dir(folder)
    except OSError as error:
        raise ConfigError(f"BAOCAO_DATABASE_URL: không tạo được thư mục {explain_disk_error(error, folder)}") from error

"""`baocao database`: what the operator asks of the database, and does to its schema and accounts."""

import os
from dataclasses import asdict

from rich.console import Console

from baocao.settings import Settings
from baocao.store import DatabaseState, apply_roles, look_at, move_schema, print_roles
from cli.show import print_json

KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def show_database(*, as_json: bool) -> int:
    """Print what is found; return 0, also where the schema is another one."""
    state = look_at(Settings.read(os.environ).database_url)
    if as_json:
        print_json({**asdict(state), "is_current": state.is_current})
    else:
        _show(Console(), state)
    return 0


def move_database(revision: str, *, as_json: bool) -> int:
    """Move the schema and say from where to where."""
    settings = Settings.read(os.environ)
    before, after = move_schema(settings.database_url, revision)
    if as_json:
        print_json({"before": before, "after": after})
    elif before == after:
        Console().print(f"Lược đồ đã là phiên bản {after or '(trống)'}; không có gì phải làm.", highlight=False)
    else:
        said = f"Lược đồ: {before or '(trống)'} → {after or '(trống)'}."
        Console().print(f"{said} Với PostgreSQL, chạy lại baocao database roles.", highlight=False)
    return 0


def show_roles(prefix: str, *, applied: bool, as_json: bool) -> int:
    """Print the statements, or run them."""
    url = Settings.read(os.environ).database_url
    statements = print_roles(url, prefix)
    if applied:
        apply_roles(url, prefix)
    if as_json:
        print_json({"applied": applied, "statements": statements})
    elif applied:
        names = ", ".join(f"{prefix}_{role}" for role in ("migrator", "runner", "reader"))
        Console().print(f"Đã cấp quyền cho {names}. Đặt mật khẩu trong psql bằng \\password.", highlight=False)
    else:
        Console(soft_wrap=True).print("\n".join(f"{each};" for each in statements), highlight=False, markup=False)
    return 0


def _show(console: Console, state: DatabaseState) -> None:
    def say(name: str, text: str) -> None:
        console.print(f"{name + ':':<16}{text}", highlight=False, soft_wrap=True, markup=False)

    say("Cơ sở dữ liệu", f"{KINDS.get(state.kind, state.kind)} {state.version}, {state.address}")
    if state.schema is None:
        say("Lược đồ", "chưa có; lần chạy đầu tiên hoặc baocao database migrate sẽ tạo")
        return
    more = "" if state.is_current else f", chương trình này cần {state.newest}: chạy baocao database migrate"
    say("Lược đồ", f"{state.schema}{more}")
    say(
        "Nhật ký", "chỉ ghi thêm, cơ sở dữ liệu từ chối sửa, xoá" if state.guarded else "CHƯA được bảo vệ khỏi sửa, xoá"
    )
    if state.encrypted is not None:
        say("Đường truyền", "mã hoá TLS" if state.encrypted else "không mã hoá (xem docs/database.md)")
    say("Số dòng", ", ".join(f"{name} {count}" for name, count in state.rows.items() if count) or "chưa có gì")

"""`baocao database`: what the operator asks of the database, and does to its schema and accounts."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from baocao.hints import hint
from baocao.settings import Settings
from cli.options import json_option
from cli.tables import open_console
from cli.terminal import print_json

if TYPE_CHECKING:
    from rich.console import Console

    from baocao.store import SchemaState

KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@click.group()
def database() -> None:
    """Cơ sở dữ liệu: xem trạng thái, nâng, hạ lược đồ, tạo các tài khoản ít quyền."""


@database.command("status")
@json_option
def show_status(*, as_json: bool) -> None:
    """Cơ sở dữ liệu ở đâu, lược đồ phiên bản nào, mã hoá đường truyền chưa; không thay đổi gì."""
    from baocao.store import look_at

    state = look_at(Settings.read(os.environ).database_url)
    if as_json:
        print_json({**asdict(state), "is_current": state.is_current})
    else:
        _show(open_console(), state)


@database.command("migrate")
@click.option("--to", "revision", default="head", show_default=True, help="Phiên bản lược đồ.")
@json_option
def migrate(revision: str, *, as_json: bool) -> None:
    """Nâng lược đồ lên phiên bản của chương trình này, bằng tài khoản được phép đổi lược đồ."""
    _move_schema(revision, as_json=as_json)


@database.command("downgrade")
@click.argument("revision")
@click.option("--yes", "sure", is_flag=True, help="Không hỏi lại.")
@json_option
def downgrade(revision: str, *, sure: bool, as_json: bool) -> None:
    """Hạ lược đồ về một phiên bản cũ hơn; phần mà phiên bản cũ không có chỗ chứa sẽ mất."""
    if not sure:
        click.confirm(
            "Phần dữ liệu mà lược đồ cũ không có chỗ chứa sẽ mất. Đã sao lưu và vẫn hạ?", abort=True, err=True
        )
    _move_schema(revision, as_json=as_json)


@database.command("roles")
@click.option("--prefix", default="baocao", show_default=True, help="Tên các tài khoản bắt đầu bằng.")
@click.option("--apply", "applied", is_flag=True, help="Chạy luôn các lệnh, bằng tài khoản của BAOCAO_DATABASE_URL.")
@json_option
def make_roles(prefix: str, *, applied: bool, as_json: bool) -> None:
    """In lệnh SQL tạo ba tài khoản PostgreSQL: đổi lược đồ (migrator), chạy báo cáo (runner), chỉ đọc (reader)."""
    from baocao.store import apply_roles, print_roles

    url = Settings.read(os.environ).database_url
    statements = print_roles(url, prefix)
    if applied:
        apply_roles(url, prefix)
    if as_json:
        print_json({"applied": applied, "statements": statements})
    elif applied:
        names = ", ".join(f"{prefix}_{role}" for role in ("migrator", "runner", "reader"))
        open_console().print(f"Đã cấp quyền cho {names}. Đặt mật khẩu trong psql bằng \\password.")
    else:
        open_console().print("\n".join(f"{each};" for each in statements), markup=False)


def _move_schema(revision: str, *, as_json: bool) -> None:
    """Move the schema and say from where to where."""
    from baocao.store import move_schema

    before, after = move_schema(Settings.read(os.environ).database_url, revision)
    if as_json:
        print_json({"before": before, "after": after})
    elif before == after:
        open_console().print(f"Lược đồ đã là phiên bản {after or '(trống)'}; không có gì phải làm.")
    else:
        said = f"Lược đồ: {before or '(trống)'} → {after or '(trống)'}."
        open_console().print(f"{said} Với PostgreSQL, chạy lại {hint('database roles')}.")


def _show(console: Console, state: SchemaState) -> None:
    def say(name: str, text: str) -> None:
        console.print(f"{name + ':':<16}{text}", markup=False)

    say("Cơ sở dữ liệu", f"{KINDS.get(state.kind, state.kind)} {state.version}, {state.address}")
    if state.schema is None:
        say("Lược đồ", f"chưa có; lần chạy đầu tiên hoặc {hint('database migrate')} sẽ tạo")
        return
    more = "" if state.is_current else f", chương trình này cần {state.newest}: chạy {hint('database migrate')}"
    say("Lược đồ", f"{state.schema}{more}")
    say(
        "Nhật ký", "chỉ ghi thêm, cơ sở dữ liệu từ chối sửa, xoá" if state.guarded else "CHƯA được bảo vệ khỏi sửa, xoá"
    )
    if state.encrypted is not None:
        say("Đường truyền", "mã hoá TLS" if state.encrypted else "không mã hoá (xem docs/database.md)")
    say("Số dòng", ", ".join(f"{name} {count}" for name, count in state.rows.items() if count) or "chưa có gì")

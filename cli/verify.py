"""`baocao verify`: is everything released still what it was."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baocao.errors import ConfigError
from baocao.hints import hint
from baocao.settings import Settings
from cli.options import json_option
from cli.tables import open_console
from cli.terminal import escape, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from baocao.store import Store
    from reporting.release.verifying import Verification

LONGEST_PATH = 4096


@click.command("verify")
@click.option("--expect", "expected_entry", help="Mã một dòng nhật ký đã ghi lại ở nơi khác, phải còn trong nhật ký.")
@click.option("--replay", "replayed", is_flag=True, help="Lập lại mọi bản đã phát hành từ dữ liệu gốc, so từng byte.")
@click.option(
    "--anchor",
    "letter",
    default="",
    help="Dấu neo, nội dung thư hoặc tệp thư có dấu neo, đối chiếu với nhật ký.",
)
@json_option
def verify_store(expected_entry: str | None, letter: str, *, replayed: bool, as_json: bool) -> int:
    """Kiểm tra mọi thứ đã phát hành còn nguyên vẹn: nhật ký, dữ liệu gốc, tệp; mã kết thúc 0 hoặc 14."""
    from baocao.store import has_store, open_store
    from reporting.release.verifying import verify
    from reporting.upkeep.marks import leave_mark

    settings = Settings.read(os.environ)
    letter = _read_letter(letter)
    if not has_store(settings.database_url):
        place = settings.database_url.removeprefix("sqlite:///")
        raise ConfigError(
            f"chưa có gì để kiểm tra: không thấy cơ sở dữ liệu {place}. Nếu đã từng lập báo "
            "cáo thì BAOCAO_HOME hoặc BAOCAO_DATABASE_URL đang trỏ sai chỗ, hoặc cơ sở dữ liệu đã bị xóa: khôi phục từ "
            f"bản sao lưu ({hint('restore', help=True)})."
        )
    with open_store(settings.database_url, settings.payload_url) as store:
        found = verify(
            store,
            settings.out_dir,
            expected_entry,
            var_dir=settings.var_dir,
            letter=letter,
            config_dir=settings.config_dir,
        )
        if replayed:
            found = _prove(settings, store, found)
    leave_mark(settings.var_dir, "verify", found.exit_code)
    if as_json:
        print_json({**asdict(found), "exit_code": found.exit_code})
    else:
        show_verification(open_console(), found)
    return found.exit_code


def _read_letter(given: str) -> str:
    """The text itself, or that of the file it names."""
    try:
        is_file = len(given) < LONGEST_PATH and Path(given).is_file()
    except (OSError, ValueError):
        is_file = False
    return Path(given).read_text(encoding="utf-8", errors="replace") if is_file else given


def _prove(settings: Settings, store: Store, found: Verification) -> Verification:
    from baocao.catalogue import Catalogue
    from reporting.history.proving import prove_releases
    from reporting.workspace import Workspace

    return prove_releases(Workspace(settings, Catalogue.read(settings.config_dir), store), found)


def show_verification(console: Console, found: Verification) -> None:
    """What is wrong, what was looked at, and the hash to note down elsewhere."""
    for finding in found.findings:
        console.print(f"[bold red]✗[/] [bold]{finding.damage.value}[/] {escape(finding.where)}")
        console.print(f"    {escape(finding.says)}")
    counts = (
        f"{found.entry_count} dòng nhật ký phát hành, {found.payload_count} gói dữ liệu gốc và cấu hình, "
        f"{found.file_count} tệp đã phát hành"
    )
    if found.replayed_count:
        counts += f", {found.replayed_count} bản đã phát hành được lập lại từ dữ liệu gốc"
    if found.findings:
        console.print(f"[bold red]{len(found.findings)} chỗ không còn nguyên vẹn[/] trong {counts}.")
        console.print("Khôi phục từ bản sao lưu; không ghi đè lên bản đang có trước khi lập biên bản.")
    elif found.entry_count:
        console.print(f"[bold green]Nguyên vẹn[/]: {counts}.")
    else:
        console.print(f"Chưa trình, chưa phát hành biểu mẫu nào; {found.payload_count} gói dữ liệu gốc còn nguyên vẹn.")
    if found.unrooted:
        said = "chưa có mã gốc (phát hành bằng phiên bản cũ): chỉ kiểm tra được biểu mẫu và tệp"
        console.print(f"{said}: {', '.join(found.unrooted)}.", markup=False)
    if found.head:
        console.print(f"Mã dòng cuối của nhật ký: {found.head}")

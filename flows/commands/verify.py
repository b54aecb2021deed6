"""`baocao verify`: is everything released still what it was."""

import os
from dataclasses import asdict

from rich.console import Console
from rich.markup import escape

from baocao.settings import Settings
from baocao.store import open_store
from flows.commands.show import print_json
from flows.verifying import Verification, verify


def verify_store(expected_entry: str | None, *, as_json: bool) -> int:
    """Print what is wrong; return 0, or 14 where anything is."""
    settings = Settings.read(os.environ)
    with open_store(settings.database_url, settings.payload_url) as store:
        found = verify(store, settings.out_dir, expected_entry)
    if as_json:
        print_json({**asdict(found), "exit_code": found.exit_code})
    else:
        show_verification(Console(), found)
    return found.exit_code


def show_verification(console: Console, found: Verification) -> None:
    """What is wrong, what was looked at, and the hash to note down elsewhere."""
    for finding in found.findings:
        console.print(f"[bold red]✗[/] [bold]{finding.damage.value}[/] {escape(finding.where)}", highlight=False)
        console.print(f"    {escape(finding.says)}", highlight=False, soft_wrap=True)
    counts = (
        f"{found.entry_count} dòng nhật ký phát hành, {found.payload_count} gói dữ liệu gốc và cấu hình, "
        f"{found.file_count} tệp đã phát hành"
    )
    if found.findings:
        console.print(f"[bold red]{len(found.findings)} chỗ không còn nguyên vẹn[/] trong {counts}.", highlight=False)
        console.print("Khôi phục từ bản sao lưu; không ghi đè lên bản đang có trước khi lập biên bản.")
    else:
        console.print(f"[bold green]Nguyên vẹn[/]: {counts}.", highlight=False)
    if found.head:
        console.print(f"Mã dòng cuối của nhật ký: {found.head}", highlight=False, soft_wrap=True)

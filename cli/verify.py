"""`baocao verify`: is everything released still what it was."""

import os
from dataclasses import asdict

from rich.console import Console
from rich.markup import escape

from baocao.catalogue import Catalogue
from baocao.settings import Settings
from baocao.store import Store, open_store
from cli.show import print_json
from reporting.release.verifying import Verification, verify
from reporting.upkeep.marks import leave_mark
from reporting.workspace import Workspace


def verify_store(expected_entry: str | None, *, replayed: bool, as_json: bool) -> int:
    """Print what is wrong; return 0, or 14 where anything is. `replayed` makes every released form again."""
    settings = Settings.read(os.environ)
    with open_store(settings.database_url, settings.payload_url) as store:
        found = verify(store, settings.out_dir, expected_entry)
        if replayed:
            found = _prove(settings, store, found)
    leave_mark(settings.var_dir, "verify", found.exit_code)
    if as_json:
        print_json({**asdict(found), "exit_code": found.exit_code})
    else:
        show_verification(Console(), found)
    return found.exit_code


def _prove(settings: Settings, store: Store, found: Verification) -> Verification:
    from reporting.release.proving import prove_releases

    return prove_releases(Workspace(settings, Catalogue.read(settings.config_dir), store), found)


def show_verification(console: Console, found: Verification) -> None:
    """What is wrong, what was looked at, and the hash to note down elsewhere."""
    for finding in found.findings:
        console.print(f"[bold red]✗[/] [bold]{finding.damage.value}[/] {escape(finding.where)}", highlight=False)
        console.print(f"    {escape(finding.says)}", highlight=False, soft_wrap=True)
    counts = (
        f"{found.entry_count} dòng nhật ký phát hành, {found.payload_count} gói dữ liệu gốc và cấu hình, "
        f"{found.file_count} tệp đã phát hành"
    )
    if found.replayed_count:
        counts += f", {found.replayed_count} bản đã phát hành được lập lại từ dữ liệu gốc"
    if found.findings:
        console.print(f"[bold red]{len(found.findings)} chỗ không còn nguyên vẹn[/] trong {counts}.", highlight=False)
        console.print("Khôi phục từ bản sao lưu; không ghi đè lên bản đang có trước khi lập biên bản.")
    else:
        console.print(f"[bold green]Nguyên vẹn[/]: {counts}.", highlight=False)
    if found.head:
        console.print(f"Mã dòng cuối của nhật ký: {found.head}", highlight=False, soft_wrap=True)

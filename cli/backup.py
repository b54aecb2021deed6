"""`baocao backup` and `baocao restore`: an installation into a folder, and a folder into an empty installation."""

import os
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from baocao.settings import Settings
from cli.show import print_json
from cli.verify import show_verification
from reporting.upkeep.backing_up import back_up, restore, settings_for_restore


def take_back_up(folder: str, *, as_json: bool) -> int:
    """Write the folder; return 0, or 14 where something kept is missing or changed already."""
    done = back_up(Settings.read(os.environ), Path(folder).expanduser().resolve())
    if as_json:
        print_json(done.as_json())
        return done.exit_code
    console = Console()
    counts = f"{done.content['payloads']} gói dữ liệu và tệp ({done.new_payloads} mới), cấu hình, cơ sở dữ liệu"
    console.print(f"Đã sao lưu vào {done.folder}: {counts}.", highlight=False, soft_wrap=True, markup=False)
    last = done.content["release_log"]["last"]
    if last:
        console.print(f"Mã dòng cuối của nhật ký: {last}", highlight=False, soft_wrap=True)
    if done.damaged:
        said = (
            f"{len(done.damaged)} gói dữ liệu gốc đã mất hoặc bị sửa từ trước, không sao lưu được; xem baocao verify."
        )
        console.print(f"[bold red]{said}[/]", highlight=False)
    return done.exit_code


def bring_back_up(folder: str, *, as_json: bool) -> int:
    """Fill the installation and verify it; return 0, or 14 where something is not what it was."""
    settings = settings_for_restore(os.environ)
    done = restore(settings, Path(folder).expanduser().resolve(), settings.config_dir)
    if as_json:
        print_json({"folder": str(done.folder), "config_dir": str(done.config_dir), "found": asdict(done.found)})
        return done.found.exit_code
    console = Console()
    console.print(f"Đã khôi phục bản sao lưu lúc {done.content['made_at']}.", highlight=False)
    show_verification(console, done.found)
    said = f"Bước tiếp theo: đặt BAOCAO_CONFIG_DIR={done.config_dir}, khai lại các bí mật, rồi chạy baocao doctor."
    console.print(said, highlight=False, soft_wrap=True, markup=False)
    return done.found.exit_code

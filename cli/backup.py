"""`baocao backup` and `baocao restore`: an installation into a folder, and a folder into an empty installation."""

import os
from dataclasses import asdict
from pathlib import Path

import click

from baocao.hints import hint
from baocao.settings import Settings
from cli.options import json_option
from cli.tables import open_console
from cli.terminal import print_json
from cli.verify import show_verification


@click.command()
@click.argument("folder")
@json_option
def backup(folder: str, *, as_json: bool) -> int:
    """Sao lưu cơ sở dữ liệu, dữ liệu gốc và cấu hình vào một thư mục; lần sau chỉ chép thêm phần mới."""
    from reporting.upkeep.backing_up import back_up

    done = back_up(Settings.read(os.environ), Path(folder).expanduser().absolute())
    if as_json:
        print_json(done.as_json())
        return done.exit_code
    console = open_console()
    counts = f"{done.content['payloads']} gói dữ liệu và tệp ({done.new_payloads} mới), cấu hình, cơ sở dữ liệu"
    console.print(f"Đã sao lưu vào {done.folder}: {counts}.", markup=False)
    last = done.content["release_log"]["last"]
    if last:
        console.print(f"Mã dòng cuối của nhật ký: {last}")
    if done.damaged:
        said = f"{len(done.damaged)} gói dữ liệu gốc đã mất hoặc bị sửa từ trước, không sao lưu được"
        console.print(f"[bold red]{said}; xem {hint('verify')}.[/]")
    return done.exit_code


@click.command()
@click.argument("folder")
@json_option
def restore(folder: str, *, as_json: bool) -> int:
    """Khôi phục một bản sao lưu vào nơi cài đặt còn trống, rồi kiểm tra toàn vẹn."""
    from reporting.upkeep import backing_up

    settings = backing_up.settings_for_restore(os.environ)
    done = backing_up.restore(settings, Path(folder).expanduser().resolve(), settings.config_dir)
    if as_json:
        print_json({"folder": str(done.folder), "config_dir": str(done.config_dir), "found": asdict(done.found)})
        return done.found.exit_code
    console = open_console()
    console.print(f"Đã khôi phục bản sao lưu lúc {done.content['made_at']}.")
    show_verification(console, done.found)
    said = f"Bước tiếp theo: đặt BAOCAO_CONFIG_DIR={done.config_dir}, khai lại các bí mật, rồi chạy {hint('doctor')}."
    console.print(said, markup=False)
    return done.found.exit_code

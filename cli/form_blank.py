"""`baocao form blank`: the form a unit is given to fill, as Word and Excel, locked but for its figures."""

from __future__ import annotations

import os
from pathlib import Path

import click

from baocao.hints import hint
from baocao.settings import Settings
from cli.options import choose_unit, unit_option
from cli.tables import open_console


@click.command("blank")
@click.argument("form_code", metavar="FORM")
@unit_option
@click.option("--period", required=True, help="Kỳ báo cáo: 2025-Q4, 2025-H1, 2025.")
@click.option("--to", "folder", default=".", help="Thư mục ghi hai tệp; mặc định thư mục hiện tại.")
def blank(form_code: str, unit_code: str | None, period: str, folder: str) -> None:
    """Lập tệp trống (Word và Excel) cho một đơn vị điền: khóa mọi ô trừ ô số liệu, có dấu để nhận ra chắc chắn."""
    from baocao.catalogue import Catalogue
    from baocao.documents.files import write_file
    from baocao.written.asked import ask_period
    from reporting.intake.blank_forms import make_blank

    catalogue = Catalogue.read(Settings.read(os.environ).config_dir)
    unit = choose_unit(unit_code, catalogue)
    made = make_blank(catalogue, form_code, unit, period)
    console = open_console()
    for name, content in made.items():
        path = Path(folder).expanduser().resolve() / name
        write_file(path, content)
        console.print(f"{path}", markup=False, highlight=False)
    again = hint("hand-in", next(iter(made)), unit=unit, period=ask_period(period, "--period"))
    console.print(f"Đơn vị chỉ điền ô số liệu rồi gửi lại; nhận bằng: {again}", markup=False, highlight=False)

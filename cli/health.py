"""`baocao health`: is the installation well, for monitoring: 0 or 1."""

import os

import click

from cli.options import json_option
from cli.tables import open_console
from cli.terminal import print_json


@click.command()
@json_option
def health(*, as_json: bool) -> int:
    """Hệ thống đang hoạt động bình thường không (mã kết thúc 0 hoặc 1); không hỏi hệ thống nguồn nào."""
    from reporting.upkeep.doctor.finding import show_examined
    from reporting.upkeep.health import look_from

    found = look_from(os.environ)
    if as_json:
        print_json(found.as_json())
    else:
        console = open_console()
        show_examined(console, found.findings)
        console.print("[bold green]Hoạt động bình thường.[/]" if found.is_well else "[bold red]Cần xử lý ngay.[/]")
    return 0 if found.is_well else 1

"""`baocao health`: is the installation well, for monitoring: 0 or 1."""

import os

from rich.console import Console

from cli.show import print_json
from reporting.upkeep.doctor.finding import show_examined
from reporting.upkeep.health import look_from


def tell_health(*, as_json: bool) -> int:
    found = look_from(os.environ)
    if as_json:
        print_json(found.as_json())
    else:
        console = Console()
        show_examined(console, found.findings)
        console.print("[bold green]Hoạt động bình thường.[/]" if found.is_well else "[bold red]Cần xử lý ngay.[/]")
    return 0 if found.is_well else 1

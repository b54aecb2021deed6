"""`baocao desk`: the pages for a browser, on this machine or behind a proxy, until it is stopped."""

from __future__ import annotations

import os
from pathlib import Path

import click

from baocao.settings import Settings
from cli.demo_province import DATA_SET, OWN_UNITS, demo_province
from cli.options import sandbox_option
from cli.sandbox import sandbox_in_place
from cli.tables import open_console

DEFAULT_PORT = 4280
LEAVE_GRACE_S = 20


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Địa chỉ lắng nghe; nơi khác cần public_url.")
@click.option("--port", default=DEFAULT_PORT, show_default=True, help="Cổng.")
@sandbox_option
@click.option("--demo", is_flag=True, help="Tỉnh tập huấn đang giữa quý, làm một lần trong thư mục demo/.")
def desk(host: str, port: int, data_set: str | None, *, demo: bool) -> int:
    """Bàn làm việc trên trình duyệt: nhập, kiểm tra, trình, duyệt, phát hành biểu mẫu."""
    from desk.serving import listen_for_browsers, name_address, open_to_serve, serve_desk
    from flows.engine.signals import RunStoppedError, forced_end

    console = open_console()
    data_set = DATA_SET if demo else data_set
    played = (
        demo_province(Path(os.environ.get("BAOCAO_HOME") or "demo").resolve()) if demo else sandbox_in_place(data_set)
    )
    with played, forced_end(lambda: None, LEAVE_GRACE_S):
        units = OWN_UNITS if demo else (os.environ["BAOCAO_UNIT"],) if data_set else ()
        with open_to_serve(Settings.read(os.environ), units) as opened:
            listener = listen_for_browsers(opened, host, port)

            def tell_ready() -> None:
                if data_set:
                    console.print(f"Tập huấn: các hệ thống do máy chủ giả lập đóng vai, bộ dữ liệu {data_set}.")
                console.print(f"Bàn làm việc: {name_address(opened, listener, host)}")
                console.print("Nhấn Ctrl-C hoặc gửi SIGTERM để dừng.")

            try:
                serve_desk(opened, listener, host, tell_ready)
            except RunStoppedError as stopped:
                console.print(str(stopped))
    return 0

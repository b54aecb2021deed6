"""`baocao serve`: the schedules on one machine, or the server that several share."""

from __future__ import annotations

import logging
import os
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, NoReturn

import click

from baocao.errors import BaocaoError
from baocao.settings import Settings
from cli.options import sandbox_option
from cli.sandbox import sandbox_in_place
from cli.tables import open_console
from reporting.log.run_log import note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

DEFAULT_PORT = 4200
DESK_PORT = 4280
DESK_HOST = "127.0.0.1"
STOP_GRACE_S = 45
LEAVE_GRACE_S = 20
STARTS = 3
STEADY_S = 1800
"""Who has served so long may start its server as often again as one that was only just started."""


@click.command()
@click.option("--port", default=DEFAULT_PORT, show_default=True, help="Cổng của máy chủ Prefect và trang điều hành.")
@click.option("--desk-port", default=DESK_PORT, show_default=True, help="Cổng của bàn làm việc; 0: không mở.")
@click.option("--limit", default=2, show_default=True, help="Số lần chạy cùng lúc trên máy này.")
@sandbox_option
@click.option("--server-only", is_flag=True, help="Chỉ chạy máy chủ Prefect dùng chung; việc do lệnh worker làm.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Với --server-only: địa chỉ để máy khác gọi vào.")
@click.option("--public-url", help="Với --server-only: địa chỉ mà trình duyệt dùng, ví dụ https://baocao.tinh.gov.vn.")
def serve(
    port: int,
    desk_port: int,
    limit: int,
    data_set: str | None,
    host: str,
    public_url: str | None,
    *,
    server_only: bool,
) -> int:
    """Chạy thường trực trên một máy: máy chủ Prefect riêng, lịch chạy, trang điều hành, bàn làm việc."""
    if server_only:
        if data_set:
            raise click.UsageError("--sandbox không dùng được cùng --server-only.")
        return _serve_server(host, port, public_url)
    return _serve_here(port, desk_port, limit, data_set)


def _serve_here(port: int, desk_port: int, limit: int, data_set: str | None) -> int:
    """Serve until stopped; 0 when a signal stopped it. With a data set, its runs ask the sandbox, by its clock."""
    from flows.engine.environment import apply_environment, pin_installation, prefect_home
    from flows.engine.server import served
    from flows.engine.signals import RunStoppedError, forced_end

    console = open_console()
    with sandbox_in_place(data_set), forced_end(lambda: None, LEAVE_GRACE_S):
        settings = Settings.read(os.environ)
        pin_installation(settings)
        apply_environment(settings.var_dir)
        with served(prefect_home(settings.var_dir)), _desk_beside(settings, console, desk_port, data_set):
            try:
                _keep_serving(console, lambda: _serve(settings, console, port, limit, data_set))
            except RunStoppedError as stopped:
                console.print(str(stopped))
    return 0


@contextmanager
def _desk_beside(settings: Settings, console: Console, port: int, data_set: str | None) -> Iterator[None]:
    """The desk, from this process too. Where it cannot be opened that is said, and the schedules run all the same."""
    if not port:
        yield
        return
    from desk.serving import listen_for_browsers, name_address, open_to_serve, serving_beside

    training_unit = os.environ["BAOCAO_UNIT"] if data_set else None
    with ExitStack() as stack:
        try:
            opened = stack.enter_context(open_to_serve(settings, (training_unit,) if training_unit else ()))
            listener = listen_for_browsers(opened, DESK_HOST, port)
            stack.enter_context(serving_beside(opened, listener, DESK_HOST))
        except BaocaoError as error:
            console.print(f"Bàn làm việc không mở: {str(error).replace('--port', '--desk-port')}", markup=False)
        else:
            console.print(f"Bàn làm việc: {name_address(opened, listener, DESK_HOST)}")
        yield


def _keep_serving(console: Console, serve_once: Callable[[], NoReturn]) -> NoReturn:
    """Start the server anew where it is lost; raise where that has happened too often in a short time."""
    from flows.engine.server_guard import SchedulerDeadError, ServerLostError

    starts = 0
    while True:
        starts, begun_s = starts + 1, time.monotonic()
        try:
            serve_once()
        except (SchedulerDeadError, ServerLostError) as lost:
            if time.monotonic() - begun_s > STEADY_S:
                starts = 0
            if starts == STARTS:
                raise
            note("engine started again", level=logging.ERROR, error=type(lost).__name__)
            console.print(f"{lost.says_vi}: khởi động lại máy chủ Prefect.")


def _serve(settings: Settings, console: Console, port: int, limit: int, data_set: str | None) -> NoReturn:
    from baocao.catalogue import Catalogue
    from flows.engine.api import prefect_api
    from reporting.schedule.operations import read_operations

    catalogue = Catalogue.read(settings.config_dir)
    operations = read_operations(catalogue)
    with prefect_api(
        settings.var_dir,
        on_wait=console.print,
        meanwhile=_import_flows,
        port=port,
        grace_s=STOP_GRACE_S,
        serves=True,
    ) as address:
        from flows.engine.serving import serve_all

        def tell_ready(deployments: int) -> None:
            console.print(f"{deployments} lịch chạy và việc theo yêu cầu đã sẵn sàng; cùng lúc {limit} lần chạy.")
            if data_set:
                console.print(f"Tập huấn: các hệ thống do máy chủ giả lập đóng vai, bộ dữ liệu {data_set}.")
            console.print(f"Trang điều hành: {address.ui_url}")
            console.print("Nhấn Ctrl-C hoặc gửi SIGTERM để dừng.")

        serve_all(catalogue, operations, address, limit=limit, on_ready=tell_ready)


def _serve_server(host: str, port: int, public_url: str | None) -> int:
    """Serve until stopped; 0 when a signal stopped it."""
    from flows.engine.shared import run_shared_server
    from flows.engine.signals import RunStoppedError, forced_end, stop_signals_as_errors

    settings, console = Settings.read(os.environ), open_console()
    console.print(f"Máy chủ Prefect: {public_url or f'http://{host}:{port}'}")
    try:
        with forced_end(lambda: None, LEAVE_GRACE_S), stop_signals_as_errors():
            return run_shared_server(settings.var_dir, host, port, public_url)
    except RunStoppedError as stopped:
        console.print(str(stopped))
    return 0


def _import_flows() -> None:
    """The slow imports, done while the server starts."""
    import flows.engine.serving  # noqa: F401

"""The commands of whoever operates it: everything on one machine, or a server and workers on several."""

import sys

import click

from cli.options import json_option, sandbox_option

DEFAULT_PORT = 4200


@click.command()
@click.option("--port", default=DEFAULT_PORT, show_default=True, help="Cổng của máy chủ Prefect và trang điều hành.")
@click.option("--limit", default=2, show_default=True, help="Số lần chạy cùng lúc trên máy này.")
@sandbox_option
@click.option("--server-only", is_flag=True, help="Chỉ chạy máy chủ Prefect dùng chung; việc do `baocao worker` làm.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Với --server-only: địa chỉ để máy khác gọi vào.")
@click.option("--public-url", help="Với --server-only: địa chỉ mà trình duyệt dùng, ví dụ https://baocao.tinh.gov.vn.")
def serve(port: int, limit: int, data_set: str | None, host: str, public_url: str | None, *, server_only: bool) -> None:
    """Chạy thường trực trên một máy: máy chủ Prefect riêng, lịch chạy, trang điều hành."""
    if server_only:
        if data_set:
            raise click.UsageError("--sandbox không dùng được cùng --server-only.")
        from cli.serve import serve_server

        sys.exit(serve_server(host, port, public_url))
    from cli.serve import serve_here

    sys.exit(serve_here(port, limit, data_set))


@click.command()
@click.option("--print", "only_print", is_flag=True, help="Chỉ in prefect.yaml, không ghi gì lên máy chủ.")
@json_option
def deploy(*, only_print: bool, as_json: bool) -> None:
    """Đưa lịch chạy lên máy chủ Prefect dùng chung (PREFECT_API_URL), cùng giới hạn và quy tắc tự động."""
    from cli.deploy import deploy_here, print_prefect_yaml

    sys.exit(print_prefect_yaml() if only_print else deploy_here(as_json=as_json))


@click.command()
@click.option(
    "--limit",
    type=click.IntRange(min=2),
    default=2,
    show_default=True,
    help="Số lần chạy cùng lúc trên máy này; một chỗ dành cho lần chạy chờ các lần chạy khác.",
)
@click.option("--name", help="Tên máy hiện trên trang điều hành; mặc định tên máy.")
def worker(limit: int, name: str | None) -> None:
    """Nhận việc từ máy chủ Prefect dùng chung (PREFECT_API_URL) cho tới khi bị dừng."""
    from cli.worker import work

    sys.exit(work(limit, name))


OPERATION_COMMANDS = (serve, deploy, worker)

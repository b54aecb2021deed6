"""`baocao sandbox`: the training server; and any other command run against it, by its clock and its credentials."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click

DEFAULT_DATA_SET = "dac-khu-2025"


@click.command()
@click.argument("data_set", default=DEFAULT_DATA_SET)
@click.option("--port", default=8710, show_default=True, help="Cổng trên máy này (127.0.0.1).")
def sandbox(data_set: str, port: int) -> None:
    """Chạy máy chủ tập huấn: ba hệ thống nguồn với số liệu biết trước."""
    from sandbox.server import serve

    serve(data_set, port)


@contextmanager
def sandbox_in_place(data_set: str | None) -> Iterator[None]:
    """Start the sandbox with a data set and point this process at it until the block ends; do nothing for None."""
    if data_set is None:
        yield
        return
    from sandbox.credentials import ENVIRONMENT
    from sandbox.server import start
    from sandbox.world.data_sets import data_set as find_data_set

    found = find_data_set(data_set)
    with start(data_set) as running:
        os.environ.update({**ENVIRONMENT, "BAOCAO_SANDBOX_URL": running.url, "BAOCAO_NOW": found.now.isoformat()})
        os.environ.setdefault("BAOCAO_UNIT", found.unit_code)
        yield

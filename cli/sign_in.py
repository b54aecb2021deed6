"""`baocao sign-in`, `baocao sign-out`: whom the next commands at this terminal come from."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from baocao.errors import ConfigError
from baocao.hints import hint
from baocao.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from desk.people.terminal import TerminalDoor


@click.command("sign-in")
@click.argument("person_code")
def sign_in(person_code: str) -> None:
    """Đăng nhập ở dòng lệnh: các lệnh sau đó do người này làm, đến khi hết phiên hoặc sign-out."""
    with _door() as door:
        if not door.workspace.store.people.list():
            raise ConfigError(f"chưa có người dùng nào; CNTT thêm bằng {hint('people add', 'TÊN', name='họ tên')}")
        person = door.sign_in(person_code)
    click.echo(f"Đã đăng nhập: {person.name} ({person.person_code}). Xong việc: {hint('sign-out')}")


@click.command("sign-out")
def sign_out() -> None:
    """Kết thúc phiên đăng nhập ở dòng lệnh."""
    with _door() as door:
        person = door.sign_out()
    click.echo(f"Đã đăng xuất: {person.name}." if person else "Không có phiên đăng nhập nào ở đây.")


@contextmanager
def _door() -> Iterator[TerminalDoor]:
    from desk.people.terminal import TerminalDoor
    from reporting.identities import find_session_file
    from reporting.workspace import open_to_look

    def ask(what: str, is_hidden: bool) -> str:
        return str(click.prompt(what, hide_input=is_hidden, err=True))

    with open_to_look(Settings.read(os.environ)) as workspace:
        yield TerminalDoor(workspace, find_session_file(os.environ), ask, lambda says: click.echo(says, err=True))

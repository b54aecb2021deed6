"""What is said while something takes long: on a terminal, through a pipe, to a program."""

import io
from types import SimpleNamespace

import pytest
from rich.console import Console

from cli import terminal
from cli.terminal import showing_steps
from reporting.progress import tell


def shown(*, is_terminal: bool = False, is_silent: bool = False) -> str:
    out = io.StringIO()
    console = Console(file=out, width=120, soft_wrap=True, highlight=False, force_terminal=is_terminal)
    with showing_steps(console, is_silent=is_silent) as wait_for:
        wait_for("Đang khởi động máy chủ Prefect")
        for count in range(3):
            tell(f"Một cửa: đã nhận {count} gói", source_code="one_stop", done=count)
        tell("Một cửa: 3 gói", source_code="one_stop")
    return out.getvalue()


def test_through_a_pipe_a_wait_is_one_plain_line() -> None:
    assert shown().splitlines() == ["  • Đang khởi động máy chủ Prefect …", "  • Một cửa: 3 gói"]


def test_through_a_pipe_a_long_collection_tells_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = iter(range(0, 1000, 6))
    with_clock = SimpleNamespace(monotonic=lambda: next(seconds))
    monkeypatch.setattr(terminal, "time", with_clock)
    assert [line for line in shown().splitlines() if "…" in line][1:] == ["  … Một cửa: đã nhận 2 gói"]


def test_on_a_terminal_it_moves_in_place() -> None:
    assert "đã nhận 2 gói\r" in shown(is_terminal=True)
    assert "…" not in shown(is_terminal=True)


def test_a_program_hears_nothing() -> None:
    assert shown(is_silent=True) == ""

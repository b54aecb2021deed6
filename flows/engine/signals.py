"""Ctrl-C and `kill` of a run: leave in order, and leave even when a task in a thread does not."""

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

from baocao.errors import BaocaoError

LEAVE_GRACE_S = 5
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class RunStoppedError(BaocaoError):
    """A person or the system stopped the run; `exit_code` is 128 + the signal's number, as shells have it."""

    def __init__(self, signum: int) -> None:
        name = "Ctrl-C" if signum == signal.SIGINT else signal.Signals(signum).name
        super().__init__(f"Đã dừng theo yêu cầu ({name}). Chạy lại lệnh này khi cần.")
        self.exit_code = 128 + signum


class _StopSignal(BaseException):
    """Raised in the main thread by SIGTERM and SIGHUP, as KeyboardInterrupt is by SIGINT."""

    def __init__(self, signum: int) -> None:
        self.signum = signum


@contextmanager
def stop_signals_as_errors() -> Iterator[None]:
    """Turn SIGINT, SIGTERM and SIGHUP inside into RunStoppedError; in other threads than the main one do nothing.

    While a flow runs, Prefect catches SIGTERM to set the run to Crashed and then sends it again, to us.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours = [s for s in (signal.SIGTERM, signal.SIGHUP) if signal.getsignal(s) is signal.SIG_DFL]
    for signum in ours:
        signal.signal(signum, _raise_stopped)
    try:
        yield
    except KeyboardInterrupt:
        raise RunStoppedError(signal.SIGINT) from None
    except _StopSignal as stopped:
        raise RunStoppedError(stopped.signum) from None
    finally:
        for signum in ours:
            signal.signal(signum, signal.SIG_DFL)


@contextmanager
def forced_end(leave: Callable[[], None], grace_s: float = LEAVE_GRACE_S) -> Iterator[None]:
    """End the process if a stop signal has come and the body is still there `grace_s` later.

    Prefect waits for tasks in threads before it lets an interrupted flow go: minutes, with a slow source. Then
    `leave` is called from a thread of ours and the process ends with the signal's exit code.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    receiver, sender = socket.socketpair()
    sender.setblocking(False)
    before = signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
    watcher = threading.Thread(target=_end_when_overdue, args=(receiver, leave, grace_s), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        sender.close()
        watcher.join()
        receiver.close()


def _end_when_overdue(receiver: socket.socket, leave: Callable[[], None], grace_s: float) -> None:
    """Read the numbers of received signals until the body has closed its end; act when it does not."""
    while received := receiver.recv(1):
        if received[0] in STOP_SIGNALS:
            if not _is_closed_in_time(receiver, grace_s):
                _end(received[0], leave)
            return


def _is_closed_in_time(receiver: socket.socket, grace_s: float) -> bool:
    receiver.settimeout(grace_s)
    try:
        while receiver.recv(64):
            pass
    except TimeoutError:
        return False
    return True


def _end(signum: int, leave: Callable[[], None]) -> NoReturn:
    stopped = RunStoppedError(signum)
    try:
        leave()
        print(stopped, file=sys.stderr, flush=True)
    finally:
        os._exit(stopped.exit_code)


def _raise_stopped(signum: int, frame: object) -> NoReturn:
    del frame
    raise _StopSignal(signum)

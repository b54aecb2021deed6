"""Ctrl-C and `kill`: leave in order, and leave in time whatever a thread or the engine does at that moment."""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NoReturn

from baocao.errors import BaocaoError

LEAVE_GRACE_S = 5
LAST_STEP_LIMIT_S = 5
SILENT_STEP_LIMIT_S = 3
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
POLL_S = 0.1


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
    except (KeyboardInterrupt, _StopSignal) as stopped:
        raise RunStoppedError(_number_of(stopped)) from None
    finally:
        for signum in ours:
            signal.signal(signum, signal.SIG_DFL)


@contextmanager
def stopped_at_once(last: Callable[[], None]) -> Iterator[None]:
    """A stop signal inside ends the process there and then, with its one line, after `last`; no thread works on.

    For a block that waits for work in a thread that nothing can interrupt. A lease of it is free as its holder is dead.
    """
    try:
        yield
    except (KeyboardInterrupt, _StopSignal) as stopped:
        _end(_number_of(stopped), last)


def give_leases_back() -> None:
    """What every stopped process still does; nothing where it has opened no store."""
    if leasing := sys.modules.get("baocao.store.leasing.holding"):
        leasing.release_held_leases()


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Each stop signal ends the process without a word, in the middle of anything: for a run that is started again.

    Everything a run keeps is whole after a kill at any moment; what takes minutes, and prints pages, is to take down
    store and lease while tasks in threads still work with them.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {signum: signal.signal(signum, _end_silently) for signum in STOP_SIGNALS}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


@dataclass
class _Stage:
    """A part of a command: how long it may take to end, and what is still done where it takes longer."""

    grace_s: float
    leave: Callable[[], None]
    since_s: float = field(default_factory=time.monotonic)


@contextmanager
def forced_end(leave: Callable[[], None], grace_s: float = LEAVE_GRACE_S) -> Iterator[None]:
    """End the process if a stop signal has come and the body is still there `grace_s` later.

    Prefect waits for tasks in threads before it lets an interrupted flow go: minutes, with a slow source. Then
    `leave` is called from a thread of ours and the process ends with the signal's exit code. Inside another, the inner
    one's time comes first, and the outer one's begins when the inner one has ended.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    if _watches:
        with _watches[-1].stage(leave, grace_s):
            yield
        return
    watch = _Watch()
    _watches.append(watch)
    try:
        with watch, watch.stage(leave, grace_s):
            yield
    finally:
        _watches.remove(watch)


class _Watch:
    """Reads stop signals as they come, in a thread that nothing in the main thread can hold up."""

    def __init__(self) -> None:
        self._stages: list[_Stage] = []
        self._receiver, self._sender = socket.socketpair()
        self._sender.setblocking(False)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="baocao-signals", daemon=True)
        self._fd_before = -1

    def __enter__(self) -> None:
        self._fd_before = signal.set_wakeup_fd(self._sender.fileno(), warn_on_full_buffer=False)
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(self._fd_before)
        self._ended.set()
        self._sender.close()
        self._thread.join()
        self._receiver.close()

    @contextmanager
    def stage(self, leave: Callable[[], None], grace_s: float) -> Iterator[None]:
        self._stages.append(_Stage(grace_s, leave))
        try:
            yield
        finally:
            self._stages.pop()
            if self._stages:
                self._stages[-1].since_s = time.monotonic()

    def _watch(self) -> None:
        while received := self._receiver.recv(1):
            if received[0] in STOP_SIGNALS:
                leave_threads_behind()
                self._end_when_overdue(received[0])
                return

    def _end_when_overdue(self, signum: int) -> None:
        stopped_s = time.monotonic()
        while not self._ended.wait(POLL_S):
            for stage in self._stages[-1:]:
                if time.monotonic() > max(stopped_s, stage.since_s) + stage.grace_s:
                    _end(signum, stage.leave)


_watches: list[_Watch] = []
_left_behind = threading.Event()


def leave_threads_behind() -> None:
    """Have `end_process` wait for no thread: one hangs, or may hang, at a source or an engine that does not answer."""
    _left_behind.set()


def are_threads_left_behind() -> bool:
    return _left_behind.is_set()


def end_process(exit_code: int) -> NoReturn:
    """Exit; after a stop signal, or `leave_threads_behind`, whatever other threads do."""
    if _left_behind.is_set():
        _exit_now(exit_code)
    sys.exit(exit_code)


def _number_of(stopped: BaseException) -> int:
    return stopped.signum if isinstance(stopped, _StopSignal) else signal.SIGINT


def _end(signum: int, leave: Callable[[], None]) -> NoReturn:
    """Do the last step, as far as it gets in its time, say so and go."""
    stopped = RunStoppedError(signum)
    _do_in_time(give_leases_back, LAST_STEP_LIMIT_S)
    _do_in_time(leave, LAST_STEP_LIMIT_S)
    print(stopped, file=sys.stderr, flush=True)
    _exit_now(stopped.exit_code)


def _exit_now(exit_code: int) -> NoReturn:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # closed, or nobody reads it any more
            continue
    os._exit(exit_code)


def _end_silently(signum: int, frame: object) -> NoReturn:
    del frame
    _do_in_time(give_leases_back, SILENT_STEP_LIMIT_S)
    os._exit(128 + signum)


def _do_in_time(step: Callable[[], None], limit_s: float) -> None:
    """As far as it gets: a thread that is left behind may hold what it needs."""
    thread = threading.Thread(target=step, daemon=True)
    thread.start()
    thread.join(limit_s)


def _raise_stopped(signum: int, frame: object) -> NoReturn:
    del frame
    raise _StopSignal(signum)

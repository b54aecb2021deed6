"""A process that has everything imported and does nothing but fork: each order is carried out by a fresh child.

python -m tests.crash.zygote WORK   one JSON order a line on stdin, one JSON answer a line on stdout

WORK is a module with a function take_step(step, environment, fatal).
"""

import gc
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

from baocao.settings import CHECKOUT_DIR


@dataclass
class Zygote:
    """The process as its users see it."""

    process: "subprocess.Popen[str]"

    def order(self, *orders: dict[str, Any]) -> list[dict[str, Any]]:
        """Carry out the orders at the same time; the answers in their order. A killed child says `{"killed": true}`."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(orders) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the zygote died"
        answers: list[dict[str, Any]] = json.loads(line)
        return answers


@contextmanager
def start_zygote(work: str = "tests.crash.work", environment: Mapping[str, str] | None = None) -> Iterator[Zygote]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.crash.zygote", work],
        cwd=CHECKOUT_DIR, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        yield Zygote(process)
        assert process.stdin is not None
        process.stdin.close()


def main() -> None:
    work = import_module(sys.argv[1])
    import baocao.documents.writing
    import reporting.files.writing
    from expectations.engine import great_engine as engine  # noqa: F401

    assert baocao.documents.writing
    assert reporting.files.writing
    gc.freeze()  # or the children's first collection copies every page
    for line in sys.stdin:
        children = [_fork(work, order) for order in json.loads(line)]
        print(json.dumps([_await(*child) for child in children]), flush=True)


def _fork(work: ModuleType, order: dict[str, Any]) -> tuple[int, int, float | None]:
    """The child's number, the pipe it answers through, and after how many seconds it is killed, if at all."""
    here, there = os.pipe()
    number = os.fork()
    if number == 0:
        os.close(here)
        _carry_out(work, order, there)
    os.close(there)
    return number, here, order.get("after_s")


def _carry_out(work: ModuleType, order: dict[str, Any], there: int) -> None:
    code = 1
    try:
        told = work.take_step(order["step"], order["environment"], order.get("fatal"))
        os.write(there, json.dumps(told).encode())
        code = 0
    finally:
        if code:
            traceback.print_exception(*sys.exc_info())
            sys.stderr.flush()
        os._exit(code)


def _await(number: int, here: int, after_s: float | None) -> dict[str, Any]:
    if after_s is not None:
        time.sleep(after_s)
        os.kill(number, signal.SIGKILL)
    with os.fdopen(here, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(number, 0)
    if os.WIFSIGNALED(status):
        return {"killed": True}
    told: dict[str, Any] = json.loads(said) if said else {"exit_code": 1, "says": "an error, printed above"}
    return told | {"killed": False}


if __name__ == "__main__":
    main()

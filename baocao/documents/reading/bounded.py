"""A process of its own that can take so much and no more: its memory, its time, what it writes.

Run as a script it binds itself, and what it starts, to the bounds given first; then it becomes the program named, or
reads standard input with a module beside it and writes the pages as JSON, or the name of why there are none. It
imports nothing of this project but that module.
"""

import json
import os
import sys
from dataclasses import astuple, dataclass
from pathlib import Path

TOO_MUCH = "too_much"
_FOLDER = Path(__file__).parent
_PAGES = "--pages"


@dataclass(frozen=True, slots=True)
class ProcessBounds:
    """Of each process of the group; `longest_s` of all together, by the clock."""

    longest_s: int
    cpu_s: int
    memory_bytes: int
    written_bytes: int = 200_000_000


def command_within(bounds: ProcessBounds, *command: str) -> list[str]:
    """What to start so that `command` runs within the bounds."""
    return [sys.executable, "-I", __file__, *map(str, astuple(bounds)), *command]


def command_reading_pages(bounds: ProcessBounds, module: str) -> list[str]:
    return command_within(bounds, _PAGES, module)


def _bind(bounds: ProcessBounds) -> None:
    try:
        import resource
    except ImportError:  # Windows: the caller's time-out is the only bound
        return
    resource.setrlimit(resource.RLIMIT_AS, (bounds.memory_bytes, bounds.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.cpu_s, bounds.cpu_s))
    resource.setrlimit(resource.RLIMIT_FSIZE, (bounds.written_bytes, bounds.written_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _write_pages(module: str) -> None:
    sys.path.append(str(_FOLDER))
    try:
        pages = __import__(module).read_pages(sys.stdin.buffer.read())
    except MemoryError:
        pages = TOO_MUCH
    sys.stdout.buffer.write(json.dumps(pages, ensure_ascii=False).encode("utf-8", "replace"))


def main(*given: str) -> None:
    count = len(ProcessBounds.__dataclass_fields__)
    _bind(ProcessBounds(*map(int, given[:count])))
    program, *rest = given[count:]
    if program == _PAGES:
        _write_pages(*rest)
    else:
        os.execv(program, [program, *rest])  # noqa: S606  (no shell: the program and its words are ours)


if __name__ == "__main__":
    main(*sys.argv[1:])

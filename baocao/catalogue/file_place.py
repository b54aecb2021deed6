"""A place in a file of the configuration, as a mistake found later is told: `sources.yaml, dòng 12: sources.x.options`.

What the files say of each other is checked when they are read, with their lines at hand; what a dialect allows is known
to the rooms above only.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from baocao.catalogue.yaml_text import Place, print_place


@dataclass(frozen=True)
class Lines:
    """In which line of a file a key stands. What two files say is alike wherever they say it."""

    find: Callable[[Place], int | None] = field(compare=False, default=lambda _: None)


@dataclass(frozen=True)
class FilePlace:
    """A key or item of a file."""

    file: str
    keys: Place
    lines: Lines | None = None

    def below(self, *keys: str | int) -> "FilePlace":
        return FilePlace(self.file, (*self.keys, *keys), self.lines)

    def at(self, key: str) -> str:
        """The place, with the line of a key below it that is not to be printed."""
        return self._print(self.below(key).keys)

    def __str__(self) -> str:
        return self._print(self.keys)

    def _print(self, keys: Place) -> str:
        line = self.lines.find(keys) if self.lines is not None else None
        return f"{self.file}{'' if line is None else f', dòng {line}'}: {print_place(self.keys)}"

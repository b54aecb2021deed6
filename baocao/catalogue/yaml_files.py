"""Files of the configuration folder, read as their models: all their mistakes, each with its line and key."""

import os
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from baocao.catalogue.typed_secrets import find_typed_secrets
from baocao.catalogue.unseen_signs import find_unseen_signs
from baocao.catalogue.wrong_values import Mistake, find_mistakes, find_place
from baocao.catalogue.yaml_text import Place, YamlText, print_place
from baocao.errors import ConfigError

Model = TypeVar("Model", bound=BaseModel)
Read = TypeVar("Read")
MOST_TOLD = 100
_ROUNDS = 20


class YamlFile:
    """A file and what was found wrong in it so far."""

    def __init__(self, text: YamlText) -> None:
        self.text = text
        self.mistakes: list[Mistake] = [
            Mistake(place, f"khóa này ghi hai lần (lần nữa ở dòng {line})") for place, line in text.twice
        ]
        found = (*find_typed_secrets(text.content), *find_unseen_signs(text.content))
        self._note_all(Mistake(place, says) for place, says in found)

    @classmethod
    def load(cls, name: str, raw: bytes) -> "YamlFile":
        """Raise ConfigError where it is no YAML."""
        return cls(YamlText(name, raw))

    @classmethod
    def open(cls, path: Path, name: str | None = None) -> "YamlFile":
        """Raise ConfigError where it is missing, cannot be read or is no YAML."""
        return cls.load(name or str(path), read_bytes(path, name))

    def read(self, model: type[Model]) -> Model:
        """Raise ConfigError with every mistake."""
        found = self.examine(model)
        self.refuse()
        assert found is not None
        return found

    def examine(self, model: type[Model], at: Place = (), context: Mapping[str, Any] | None = None) -> Model | None:
        """Note every mistake; give what is right of it, or None where too little is.

        What is wrong is left out and the rest looked at again, so that one mistake does not hide another. `context` is
        what the model is read beside.
        """
        if self.text.is_empty:
            self.note((), f"tệp rỗng; phải có các khóa: {', '.join(model.model_fields)}")
            return None
        rest = _Rest(self._content_at(at))
        for _ in range(_ROUNDS):
            try:
                return model.model_validate(rest.content, context=context)
            except ValidationError as error:
                found = [(rest.place_in_file(one.place), one.says) for one in find_mistakes(error, model, rest.content)]
                self._note_all(Mistake((*at, *place), says) for place, says in found if rest.holds_whole(place))
                if not rest.leave_out(error):
                    return None
        return None

    def names_at(self, key: str) -> tuple[str, ...]:
        """The keys below a key of the file, those of wrong entries too."""
        found = self.text.content.get(key) if isinstance(self.text.content, dict) else None
        return tuple(map(str, found)) if isinstance(found, dict) else ()

    def note(self, place: Place, says: str) -> None:
        self._note_all([Mistake(place, says)])

    def refuse(self, mistakes: Iterable[Mistake] = ()) -> None:
        """Raise ConfigError with all mistakes, if there are any."""
        self._note_all(mistakes)
        if self.mistakes:
            raise ConfigError(self.tell())

    def tell(self) -> str:
        """The file's name, then a line for each mistake."""
        placed = [(self.text.find_line(one.place), one) for one in self.mistakes]
        placed.sort(key=lambda pair: pair[0] or 0)
        lines = [
            f"  {'' if line is None else f'dòng {line}, '}{print_place(one.place)}: {one.says}" for line, one in placed
        ]
        more = [f"  … và {len(lines) - MOST_TOLD} chỗ nữa"] if len(lines) > MOST_TOLD else []
        return "\n".join([f"{self.text.name}:", *lines[:MOST_TOLD], *more])

    def _note_all(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes += [one for one in mistakes if one not in self.mistakes]

    def _content_at(self, place: Place) -> Any:
        here = self.text.content
        for part in place:
            here = here[part]
        return here


def read_bytes(path: Path, name: str | None = None) -> bytes:
    """Raise ConfigError, saying why, where the file cannot be read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise ConfigError(f"{name or path}: không có tệp này") from None
    except IsADirectoryError:
        raise ConfigError(f"{name or path}: là thư mục, không phải tệp") from None
    except PermissionError:
        raise ConfigError(f"{name or path}: tài khoản đang chạy không có quyền đọc tệp này") from None
    except OSError as error:
        raise ConfigError(f"{name or path}: không đọc được tệp (mã lỗi {error.errno} của máy)") from None


def read_if_there(path: Path, model: type[Model]) -> Model:
    """The defaults where there is no file."""
    return read_yaml(path, model) if path.exists() else model()


def read_yaml(path: Path, model: type[Model]) -> Model:
    """Raise ConfigError naming the file and, for every mistake, line, key and what is allowed."""
    return YamlFile.open(path).read(model)


class FolderReading:
    """Several files read together: what is wrong in any of them is told at the end, all at once.

    `over` is a folder of a draft: its files count as if they stood in the configuration.
    """

    def __init__(self, folder: Path, over: Path | None = None) -> None:
        self.folder = folder
        self._over = over
        self._files: list[YamlFile] = []
        self._refusals: list[str] = []

    def open(self, name: str) -> YamlFile | None:
        """None, and the reason noted, where the file is missing or no YAML."""
        path = self.find(name)
        file = self.attempt(lambda: YamlFile.open(path, os.path.normpath(path)))
        if file is not None:
            self._files.append(file)
        return file

    def open_if_there(self, name: str) -> YamlFile | None:
        """None where there is no such file, too."""
        return self.open(name) if self.find(name).exists() else None

    def find(self, name: str) -> Path:
        """Where a file stands: in the folder laid over, if it is there."""
        laid_over = self._over / name if self._over is not None else None
        return laid_over if laid_over is not None and laid_over.exists() else self.folder / name

    def list_names(self, folder: str) -> list[str]:
        """The YAML files of a folder of the configuration, those of the one laid over among them."""
        roots = [self.folder, *([self._over] if self._over is not None else [])]
        return sorted({f"{folder}/{path.name}" for root in roots for path in (root / folder).glob("*.yaml")})

    def attempt(self, read: Callable[[], Read]) -> Read | None:
        """What it gives; None, and its text noted, where it raises ConfigError."""
        try:
            return read()
        except ConfigError as error:
            self._refusals.append(str(error))
            return None

    @property
    def told(self) -> tuple[str, ...]:
        """What is wrong, file by file."""
        return (*self._refusals, *(file.tell() for file in self._files if file.mistakes))

    def refuse(self) -> None:
        """Raise ConfigError with everything that is wrong in any file."""
        if self.told:
            raise ConfigError("\n".join(dict.fromkeys(self.told)))


class _Rest:
    """What is left of a content once what is wrong was taken out, and where that stood."""

    def __init__(self, content: Any) -> None:
        self.content = deepcopy(content)
        self._left_out: set[Place] = set()
        self._numbers: dict[Place, list[int]] = {}

    def place_in_file(self, place: Place) -> Place:
        """Items of lists by the number they had before others were left out."""
        found: Place = ()
        for part in place:
            numbers = self._numbers.get(found) if isinstance(part, int) else None
            found = (*found, numbers[part] if numbers and isinstance(part, int) and part < len(numbers) else part)
        return found

    def holds_whole(self, place: Place) -> bool:
        """Whether nothing at or below the place was left out: else a fault there is only the lack of it."""
        return not any(gone[: len(place)] == place or place[: len(gone)] == gone for gone in self._left_out)

    def leave_out(self, error: ValidationError) -> bool:
        """False where it is the whole that is wrong."""
        places = {_culprit(fault, self.content) for fault in error.errors(include_url=False)}
        if () in places:
            return False
        for place in sorted(places, key=lambda one: [str(part).zfill(6) for part in one], reverse=True):
            self._left_out.add(self.place_in_file(place))
            self._delete(place)
        return True

    def _delete(self, place: Place) -> None:
        here = self.content
        for part in place[:-1]:
            here = _inside(here, part)
        last = place[-1]
        if isinstance(here, dict):
            for key in [key for key in here if str(key) == str(last)]:
                del here[key]
        elif isinstance(here, list) and isinstance(last, int) and last < len(here):
            self._numbers.setdefault(self.place_in_file(place[:-1]), list(range(len(here)))).pop(last)
            del here[last]


def _culprit(fault: ErrorDetails, content: Any) -> Place:
    """What to leave out: what is wrong, or what lacks a key."""
    place = find_place(fault, content)
    return place[:-1] if fault["type"] == "missing" else place


def _inside(here: Any, part: str | int) -> Any:
    if isinstance(here, dict):
        return next((value for key, value in here.items() if str(key) == str(part)), None)
    return here[part] if isinstance(here, list) and isinstance(part, int) and part < len(here) else None

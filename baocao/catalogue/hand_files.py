"""Files people fill by hand every period: all their mistakes at once, each with its line and key, in Vietnamese.

Numbers and days are kept as they are written until the model reads them: YAML itself would read 012 as 10, and stop at
a day that does not exist.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from baocao.errors import ConfigError

Model = TypeVar("Model", bound=BaseModel)
Place = tuple[str | int, ...]

_SAYS = {
    "missing": "thiếu khóa này",
    "decimal_parsing": "không phải số; ghi như 12 hoặc 12,5, không có dấu phân cách hàng nghìn",
    "decimal_type": "không phải số; ghi như 12 hoặc 12,5",
    "finite_number": "không phải số; ghi như 12 hoặc 12,5",
    "date_parsing": "không phải ngày có thật; ghi như 12/12/2025 hoặc 2025-12-12",
    "date_from_datetime_parsing": "không phải ngày có thật; ghi như 12/12/2025 hoặc 2025-12-12",
    "date_from_datetime_inexact": "phải là ngày, không có giờ; ghi như 12/12/2025",
    "date_type": "không phải ngày; ghi như 12/12/2025 hoặc 2025-12-12",
    "string_type": "phải là chữ, trên một dòng hoặc trong dấu nháy",
    "dict_type": "phải gồm các khóa ghi thụt lề bên dưới",
    "model_type": "phải gồm các khóa ghi thụt lề bên dưới",
    "tuple_type": "phải là danh sách, mỗi mục bắt đầu bằng dấu -",
}
_OTHERWISE = "không đúng kiểu"


class _HandLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Leaves days, whole and decimal numbers as they are written."""


for _kind in ("timestamp", "int", "float"):
    _HandLoader.add_constructor(f"tag:yaml.org,2002:{_kind}", lambda _loader, node: node.value)


@dataclass(frozen=True)
class HandMistake:
    """One mistake: where in the file, and what is wrong."""

    place: Place
    says: str


@dataclass(frozen=True)
class HandFile:
    """A file by its name relative to the configuration folder, with the line of every key in it."""

    name: str
    content: Any
    lines: dict[Place, int]

    @classmethod
    def load(cls, name: str, raw: bytes) -> "HandFile":
        """Raise ConfigError where it is no YAML, or gives a key twice."""
        lines: dict[Place, int] = {}
        try:
            loader = _HandLoader(raw.decode("utf-8-sig"))
            node = loader.get_single_node()
            twice = list(_note_lines(node, (), lines)) if node is not None else []
            content = loader.construct_document(node) if node is not None else None
        except UnicodeDecodeError as error:
            raise ConfigError(f"{name}: tệp không phải UTF-8; lưu lại bằng mã UTF-8") from error
        except yaml.MarkedYAMLError as error:
            at = f", dòng {error.problem_mark.line + 1}" if error.problem_mark else ""
            says = "không đọc được theo YAML; xem thụt lề, dấu hai chấm và dấu nháy ở dòng này và dòng ngay trước"
            raise ConfigError(f"{name}{at}: {says}") from error
        except yaml.YAMLError as error:
            raise ConfigError(f"{name}: không đọc được theo YAML; tệp có ký tự lạ") from error
        found = cls(name, content, lines)
        found.refuse(twice)
        return found

    def read(self, model: type[Model]) -> Model:
        """Raise ConfigError with every mistake."""
        try:
            return model.model_validate(self.content)
        except ValidationError as error:
            faults = error.errors(include_url=False, include_context=True)
            raise self.refusal([HandMistake(_place(fault), _say(fault, model)) for fault in faults]) from error

    def refuse(self, mistakes: Iterable[HandMistake]) -> None:
        """Raise ConfigError with all mistakes, if there are any."""
        found = list(mistakes)
        if found:
            raise self.refusal(found)

    def refusal(self, mistakes: list[HandMistake]) -> ConfigError:
        told = (f"  {self._where(one.place)}: {one.says}" for one in mistakes)
        return ConfigError("\n".join([f"{self.name}:", *told]))

    def _where(self, place: Place) -> str:
        key = ".".join(map(str, place)) or "(cả tệp)"
        known = next((place[:n] for n in range(len(place), -1, -1) if place[:n] in self.lines), None)
        return key if known is None else f"dòng {self.lines[known]}, {key}"


def nearest_vi(wrong: str, allowed: Iterable[str]) -> str:
    """`; gần đúng nhất: …`, or nothing where none is near."""
    found = get_close_matches(wrong, list(allowed), n=1)
    return f"; gần đúng nhất: {found[0]}" if found else ""


def _note_lines(node: yaml.Node, place: Place, lines: dict[Place, int]) -> Iterable[HandMistake]:
    """Note the line of every key and item; give the keys that stand there twice."""
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*place, str(key.value))
            if inner in lines:
                yield HandMistake(inner, f"khóa này ghi hai lần (lần nữa ở dòng {key.start_mark.line + 1})")
            lines.setdefault(inner, key.start_mark.line + 1)
            yield from _note_lines(value, inner, lines)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield from _note_lines(item, (*place, number), lines)


def _place(fault: ErrorDetails) -> Place:
    return tuple(fault["loc"])


def _say(fault: ErrorDetails, model: type[BaseModel]) -> str:
    kind, given = fault["type"], fault["input"]
    if kind == "extra_forbidden":
        allowed = _keys_of(model)
        return f"không có khóa này; được dùng: {', '.join(allowed)}{nearest_vi(str(fault['loc'][-1]), allowed)}"
    if kind == "string_too_short":
        return f"quá ngắn; cần ít nhất {fault['ctx']['min_length']} ký tự"
    shown = f" (đang ghi: {given})" if isinstance(given, str | int | bool) and kind != "missing" else ""
    return f"{_SAYS.get(kind, _OTHERWISE)}{shown}"


def _keys_of(model: type[BaseModel]) -> list[str]:
    """The keys of the model and of what it holds: these files are two levels deep."""
    held = [kind for field in model.model_fields.values() for kind in _models_in(field.annotation)]
    return [*model.model_fields, *(name for kind in held for name in kind.model_fields)]


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    inside = getattr(annotation, "__args__", ())
    return [kind for kind in inside if isinstance(kind, type) and issubclass(kind, BaseModel)]

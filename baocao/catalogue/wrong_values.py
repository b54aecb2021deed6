"""What is wrong with a value of a YAML file, in Vietnamese, from what the validation of its model found."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from baocao.catalogue.yaml_text import Place
from baocao.messages import did_you_mean, list_names, names_secret, quote_given
from baocao.written.errors import WrongPlacesError, WrongValueError

_QUOTED = re.compile(r"'([^']*)'|\b(True|False)\b")
_WHOLE = "phải là số nguyên, ghi như 12"
_FRACTION = "phải là số, ghi như 12 hoặc 12,5"
_KEYS = "phải gồm các khóa ghi thụt lề bên dưới"
_LIST = "phải là danh sách, mỗi mục bắt đầu bằng dấu -, hoặc [a, b]"
_SAYS: Mapping[str, str] = {
    "missing": "thiếu khóa này",
    "string_type": "phải là chữ; đặt trong dấu nháy",
    "int_type": _WHOLE, "int_parsing": _WHOLE, "int_from_float": _WHOLE, "int_parsing_size": _WHOLE,
    "float_type": _FRACTION, "float_parsing": _FRACTION, "finite_number": _FRACTION,
    "decimal_type": _FRACTION, "decimal_parsing": _FRACTION,
    "bool_type": "chỉ ghi true (có) hoặc false (không)", "bool_parsing": "chỉ ghi true (có) hoặc false (không)",
    "dict_type": _KEYS, "model_type": _KEYS, "model_attributes_type": _KEYS, "mapping_type": _KEYS,
    "tuple_type": _LIST, "list_type": _LIST,
    "union_tag_not_found": "thiếu khóa này",
    "recursion_loop": "giá trị chỉ lại chính nó",
}  # fmt: skip
_WITH_LIMIT: Mapping[str, str] = {
    "greater_than": "phải lớn hơn {gt}",
    "greater_than_equal": "phải từ {ge} trở lên",
    "less_than": "phải nhỏ hơn {lt}",
    "less_than_equal": "nhiều nhất là {le}",
    "too_short": "cần ít nhất {min_length} mục",
    "too_long": "nhiều nhất {max_length} mục",
    "string_too_short": "quá ngắn; cần ít nhất {min_length} ký tự",
    "string_too_long": "quá dài; nhiều nhất {max_length} ký tự",
}
_OTHERWISE = "không đúng kiểu"


@dataclass(frozen=True)
class Mistake:
    """One mistake: where in the file, and what is wrong."""

    place: Place
    says: str


def find_mistakes(error: ValidationError, model: type[BaseModel], content: Any, above: Place = ()) -> list[Mistake]:
    """Each place once; where a value may be of several kinds, all of them are said."""
    told: dict[Place, list[str]] = {}
    faults = error.errors(include_url=False)
    for fault in faults:
        if fault["type"] == "too_short" and any(_is_below(one, fault) for one in faults):
            continue  # its items are wrong, and told
        for place, says in _tell(fault, model, content):
            known = told.setdefault((*above, *place), [])
            if says not in known:
                known.append(says)
    return [Mistake(place, " hoặc ".join(says)) for place, says in told.items()]


def _is_below(fault: ErrorDetails, other: ErrorDetails) -> bool:
    return fault["loc"][: len(other["loc"])] == other["loc"] != fault["loc"]


def _tell(fault: ErrorDetails, model: type[BaseModel], content: Any) -> Iterator[tuple[Place, str]]:
    place = find_place(fault, content)
    reason = fault.get("ctx", {}).get("error")
    if isinstance(reason, WrongPlacesError):
        yield from (((*place, *inner), says) for inner, says in reason.mistakes)
    elif isinstance(reason, WrongValueError):
        yield place, str(reason)
    else:
        below = ("kind",) if fault["type"] in {"union_tag_invalid", "union_tag_not_found"} else ()
        yield (*place, *below), _say_split(place, content) or _say(fault, place, model)


def _say_split(place: Place, content: Any) -> str:
    """Of `{backoff_s: 2,5}` YAML makes a value 2 and a key 5 without one."""
    above = content
    for part in place[:-1]:
        above = _step(above, part)[1]
    keys = list(above) if isinstance(above, dict) and place else []
    at = next((number for number, key in enumerate(keys) if str(key) == str(place[-1])), 0)
    if not at or not str(keys[at]).isdecimal() or above[keys[at]] is not None:
        return ""
    before = keys[at - 1]
    if type(above[before]) is not int:
        return ""
    shown = "" if names_secret(str(before)) else f', ghi là {before}: "{above[before]},{keys[at]}"'
    return f"số có dấu phẩy thập phân, trong ngoặc {{ }}, phải đặt trong dấu nháy{shown}"


def _say(fault: ErrorDetails, place: Place, model: type[BaseModel]) -> str:
    kind, given, context = fault["type"], fault["input"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        allowed = list_keys(model, fault["loc"][:-1])
        return f"không có khóa này; được dùng: {list_names(allowed)}{did_you_mean(place[-1], allowed)}"
    if kind in {"enum", "literal_error", "union_tag_invalid"}:
        wrong = given.get("kind", "") if isinstance(given, dict) else given
        return _say_choices(context.get("expected") or context.get("expected_tags") or "", wrong)
    if kind in _WITH_LIMIT:
        return _WITH_LIMIT[kind].format_map(context) + _shown(given, place)
    if kind == "string_type" and given is not None and not isinstance(given, list | dict):
        return f"{_SAYS[kind]}{_quoted_as_text(given, place)}"
    if given is None and kind != "missing":
        return f"chưa có giá trị; {_SAYS.get(kind, _OTHERWISE)}"
    return _SAYS.get(kind, _OTHERWISE) + ("" if kind == "missing" else _shown(given, place))


def _say_choices(expected: str, given: object) -> str:
    allowed = [word or truth.lower() for word, truth in _QUOTED.findall(expected)]
    return f"không dùng được ở đây; được dùng: {list_names(allowed)}{did_you_mean(given, allowed)}"


def _quoted_as_text(given: object, place: Place) -> str:
    shown = _shown(given, place)
    return f': "{str(given).lower() if isinstance(given, bool) else given}"' if shown else ""


def _shown(given: object, place: Place) -> str:
    if any(names_secret(part) for part in place) or isinstance(given, list | dict | NoneType):
        return ""
    return quote_given(given)


def find_place(fault: ErrorDetails, content: Any) -> Place:
    """Where a fault stands in the file: without the names of the kinds a value could have been of."""
    place: list[str | int] = []
    here, parts = content, fault["loc"]
    for number, part in enumerate(parts):
        found, inner = _step(here, part)
        if found is not None:
            place.append(found)
            here = inner
        elif number == len(parts) - 1 and fault["type"] == "missing":
            place.append(part)
    return tuple(place)


def _step(here: Any, part: str | int) -> tuple[str | int | None, Any]:
    """The key or number in the content, and what stands there; None where the part only names a kind of value."""
    if isinstance(here, dict):
        key = part if part in here else next((key for key in here if str(key) == str(part)), None)
        return (None, None) if key is None else (str(key), here[key])
    if isinstance(here, list) and isinstance(part, int) and part < len(here):
        return part, here[part]
    return None, here


def list_keys(model: type[BaseModel], way: tuple[str | int, ...]) -> list[str]:
    """The keys a mapping may have, found by the way a fault names from the model of the file."""
    kinds: list[Any] = [model]
    for part in way:
        kinds = [inner for kind in kinds for inner in _inside(kind, part)] or _narrowed(kinds, part)
    models = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]
    return list(dict.fromkeys(field.alias or name for one in models for name, field in one.model_fields.items()))


def _inside(kind: Any, part: str | int) -> list[Any]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            if part in {name, field.alias}:
                return _flat(field.annotation)
        return []
    origin, inner = get_origin(kind), get_args(kind)
    if origin is dict:
        return _flat(inner[1])
    return _flat(inner[0]) if origin in {tuple, list} and isinstance(part, int) else []


def _narrowed(kinds: list[Any], part: str | int) -> list[Any]:
    """Of several kinds the one a fault names: by its class, or by its word under `kind`."""
    found = [kind for kind in kinds if part == getattr(kind, "__name__", None) or part in _words_of(kind)]
    return found or kinds


def _words_of(kind: Any) -> tuple[Any, ...]:
    field = getattr(kind, "model_fields", {}).get("kind")
    return get_args(field.annotation) if field is not None and get_origin(field.annotation) is Literal else ()


def _flat(annotation: Any) -> list[Any]:
    """The kinds a value may be of."""
    if get_origin(annotation) is Annotated:
        return _flat(get_args(annotation)[0])
    if get_origin(annotation) in {Union, UnionType}:
        return [kind for one in get_args(annotation) for kind in _flat(one)]
    return [annotation]

"""One YAML file, read strictly into its model: every error names file, key and what is allowed."""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from baocao.errors import ConfigError

Model = TypeVar("Model", bound=BaseModel)


class _Strict(yaml.constructor.SafeConstructor):
    """YAML without silent surprises: a key given twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"key '{key}' is given twice", node.start_mark)
        return super().construct_mapping(node, deep)


class _TellingLoader(_Strict, yaml.SafeLoader):
    """Shows the very place of a mistake."""


class _QuickLoader(_Strict, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Ten times as quick, by libyaml where PyYAML was built with it."""


def _load(text: str) -> Any:
    """Read a second time where something is wrong, for a mistake is told with the line it stands in."""
    try:
        return yaml.load(text, Loader=_QuickLoader)  # noqa: S506
    except yaml.YAMLError:
        return yaml.load(text, Loader=_TellingLoader)  # noqa: S506


def read_yaml(path: Path, model: type[Model]) -> Model:
    """Raise ConfigError naming the file, the key and what is allowed."""
    try:
        content = _load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: the file is missing") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not readable as YAML: {error}") from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise ConfigError(_explain(path, error)) from error


def _explain(path: Path, error: ValidationError) -> str:
    lines = []
    for fault in error.errors(include_url=False):
        key = ".".join(str(part) for part in fault["loc"]) or "(the whole file)"
        given = fault["input"]
        shown = f" (given: {given!r})" if isinstance(given, str | int | float | bool) else ""
        lines.append(f"  {key}: {fault['msg']}{shown}")
    return "\n".join([f"{path}:", *lines])


def read_if_there(path: Path, model: type[Model]) -> Model:
    """The defaults where there is no file."""
    return read_yaml(path, model) if path.exists() else model()

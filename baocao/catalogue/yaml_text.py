"""The text of a YAML file: what it says, in which line every key stands, and in Vietnamese what is wrong with it.

Days, fractions and words such as `no` stay as they are written until the model reads them: YAML itself would read 012
as 10, `no` as false and 1:30 as 90, and stop at a day that does not exist.
"""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from typing import Any, Final

import yaml

from baocao.errors import ConfigError
from baocao.messages import show_name

Place = tuple[str | int, ...]
_PLAIN_INT = re.compile(r"^(?:0|-?[1-9][0-9]*)$")
_PLAIN_BOOL = re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$")
_TAG: Final = "tag:yaml.org,2002:"
_RESOLVED_BY_THE_MODEL = {f"{_TAG}{kind}" for kind in ("timestamp", "int", "float", "bool")}
UNREADABLE = "không đọc được theo YAML; xem thụt lề, dấu hai chấm và dấu nháy ở dòng này và dòng ngay trước"
_SAYS = (
    ("found character '\\t'", "có dấu Tab; thụt lề bằng dấu cách"),
    ("found a tab character", "có dấu Tab; thụt lề bằng dấu cách"),
    ("found undefined alias", "giá trị bắt đầu bằng dấu * phải đặt trong dấu nháy"),
    ("found duplicate anchor", "hai giá trị cùng tên sau dấu &; đặt giá trị trong dấu nháy"),
    ("expected alphabetic or numeric character", "giá trị bắt đầu bằng dấu & hay * phải đặt trong dấu nháy"),
    ("found character", "giá trị bắt đầu bằng ký tự đặc biệt (@ ` %) phải đặt trong dấu nháy"),
    ("could not determine a constructor", "giá trị bắt đầu bằng dấu ! phải đặt trong dấu nháy"),
    ("mapping values are not allowed", "thụt lề sai, hoặc thiếu dấu nháy quanh một giá trị có dấu hai chấm"),
    ("expected a single document", "tệp chỉ được có một phần; bỏ dòng ---"),
    ("found unexpected end of stream", "thiếu dấu nháy đóng"),
    ("unexpected end of stream", "thiếu dấu nháy đóng"),
    ("found unknown escape character", "trong dấu nháy kép, dấu \\ phải viết hai lần; dùng dấu nháy đơn thì không cần"),
    ("unhashable key", "khóa phải là chữ"),
    ("could not find expected ':'", "thiếu dấu hai chấm sau khóa ở dòng này hoặc dòng ngay trước"),
    ("did not find expected ',' or", "thiếu dấu phẩy hoặc dấu đóng ] hay }"),
    ("expected the node content, but found '<stream end>'", "thiếu dấu đóng ] hay }"),
    ("expected ',' or", "thiếu dấu phẩy hoặc dấu đóng ] hay }"),
    ("found a cycle", "giá trị chỉ lại chính nó"),
)


class _QuickLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Ten times as quick, by libyaml where PyYAML was built with it."""


class _TellingLoader(yaml.SafeLoader):
    """Says the very place of a mistake, in the words `_SAYS` knows."""


for _loader in (_QuickLoader, _TellingLoader):
    _loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in known if tag not in _RESOLVED_BY_THE_MODEL]
        for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    _loader.add_implicit_resolver(f"{_TAG}int", _PLAIN_INT, list("-0123456789"))
    _loader.add_implicit_resolver(f"{_TAG}bool", _PLAIN_BOOL, list("tTfF"))


class YamlText:
    """A file by the name people know it by. Raise ConfigError where it is no YAML."""

    def __init__(self, name: str, raw: bytes) -> None:
        self.name = name
        self.twice: list[tuple[Place, int]] = []
        """Keys that stand twice in one mapping, and the line of the second."""
        self._lines: dict[Place, int] | None = None
        self._text = _decode(name, raw)
        self.content: Any = self._load()

    @property
    def is_empty(self) -> bool:
        return self.content is None

    def find_line(self, place: Place) -> int | None:
        """The line of a key or item, else of the nearest thing above it that stands in the file."""
        if self._lines is None:
            self._lines = {}
            node = yaml.compose(self._text, Loader=_QuickLoader)
            if node is not None:
                list(_note_lines(node, (), self._lines, set()))
        return next((self._lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in self._lines), None)

    def _load(self) -> Any:
        try:
            return self._construct(_QuickLoader)
        except (yaml.YAMLError, RecursionError, TypeError, ValueError):
            return self._tell()

    def _tell(self) -> Any:
        """Read a second time, for a mistake is told with the line it stands in."""
        try:
            return self._construct(_TellingLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise self._refusal(mark.line + 1 if mark else None, f"{error.problem} {error.context}") from None
        except yaml.reader.ReaderError as error:
            line = self._text.count("\n", 0, error.position) + 1
            raise ConfigError(f"{self.name}, dòng {line}: có ký tự điều khiển lạ; xóa ký tự đó") from None
        except (yaml.YAMLError, RecursionError, TypeError, ValueError):
            raise self._refusal(None, "") from None

    def _construct(self, kind: Any) -> Any:
        loader = kind(self._text)
        try:
            node = loader.get_single_node()
            if node is None:
                return None
            self.twice = list(_note_lines(node, (), {}, set())) if _has_twice(node) else []
            return loader.construct_document(node)
        finally:
            loader.dispose()

    def _refusal(self, line: int | None, said: str) -> ConfigError:
        says = next((says for words, says in _SAYS if words in said), None)
        at = "" if line is None else f", dòng {line}"
        return ConfigError(f"{self.name}{at}: {f'không đọc được theo YAML: {says}' if says else UNREADABLE}")


def _decode(name: str, raw: bytes) -> str:
    if raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or b"\0" in raw[:4]:
        raise ConfigError(f"{name}: tệp không phải UTF-8 mà là UTF-16; lưu lại bằng mã UTF-8")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{name}, dòng {line}: tệp không phải UTF-8; lưu lại bằng mã UTF-8") from None


def _has_twice(root: yaml.Node) -> bool:
    """Whether any mapping has a key twice, without noting where."""
    waiting, seen = [root], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in seen or isinstance(node, yaml.ScalarNode):
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            if len({key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)}) < len(node.value):
                return True
            waiting += [value for _, value in node.value]
        else:
            waiting += node.value
    return False


def _note_lines(node: yaml.Node, place: Place, lines: dict[Place, int], seen: set[int]) -> Iterator[tuple[Place, int]]:
    """Note the line of every key and item; give the keys that stand there twice. What is referred to is noted once."""
    lines.setdefault(place, node.start_mark.line + 1)
    if id(node) in seen or isinstance(node, yaml.ScalarNode):
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        here: set[str] = set()
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            inner = (*place, name)
            if name in here:
                yield inner, key.start_mark.line + 1
            here.add(name)
            lines.setdefault(inner, key.start_mark.line + 1)
            yield from _note_lines(value, inner, lines, seen)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield from _note_lines(item, (*place, number), lines, seen)


def print_place(place: Place) -> str:
    """`units.dac-khu.tier`; a key that may be a secret is not printed."""
    return ".".join(show_name(part) for part in place) or "(cả tệp)"

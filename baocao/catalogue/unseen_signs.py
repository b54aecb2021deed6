"""Signs nobody sees where text is printed: they turn what is read, or end the line of a head or a mail's subject."""

from collections.abc import Iterator
from typing import Any, Final

from baocao.catalogue.yaml_text import Place
from baocao.names import is_unseen

_ONE_LINE: Final = frozenset({"label", "name", "place", "given_by", "signed_by"})
_FOREIGN: Final = frozenset({"options", "dialects"})
"""Below these stand words of other systems, as those write them."""
_LAYOUT: Final = frozenset("\n\t")
MORE_LINES_VI: Final = "phải nằm trên một dòng: chữ này đứng ở tiêu đề tin báo và đầu biểu mẫu"


def find_unseen_signs(content: Any) -> Iterator[tuple[Place, str]]:
    """Every place of a file's content where such a sign stands, and what is said of it."""
    yield from _find(content, (), set())


def _find(here: Any, place: Place, seen: set[int]) -> Iterator[tuple[Place, str]]:
    if isinstance(here, str):
        if not here.isprintable() and (says := judge_text(here, is_one_line=bool(_ONE_LINE & {*place[-1:]}))):
            yield place, says
    elif isinstance(here, dict | list) and id(here) not in seen:
        seen.add(id(here))
        for key, value in here.items() if isinstance(here, dict) else enumerate(here):
            if key not in _FOREIGN:
                yield from _find(value, (*place, key if isinstance(key, int) else str(key)), seen)


def judge_text(text: str, *, is_one_line: bool) -> str:
    """What is wrong with a text that is printed; "" where nothing is."""
    if is_one_line and "".join(text.splitlines()) != text.strip("\n"):
        return MORE_LINES_VI
    let = frozenset() if is_one_line else _LAYOUT
    unseen = next((sign for sign in text.rstrip("\n") if is_unseen(sign) and sign not in let), "")
    if unseen:
        return f"có ký tự không nhìn thấy (U+{ord(unseen):04X}, chữ thứ {text.index(unseen) + 1}); xóa đi và gõ lại"
    return ""

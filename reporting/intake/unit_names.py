"""Whose form it is by the name on it: written in any usual way, and never guessed."""

import re
from collections.abc import Iterator

from baocao.catalogue import Catalogue, Unit
from baocao.domain import CheckResult, Outcome, Severity
from baocao.forms.numbers import clean
from baocao.forms.recognise.labels import folded

OTHER_UNIT = "hand_in.other_unit"
_SAME_WORDS = {
    "ủy ban nhân dân": "ubnd", "uỷ ban nhân dân": "ubnd", "ủy ban": "ubnd", "uỷ ban": "ubnd", "tp.": "thành phố ",
}  # fmt: skip
_KINDS = "xã|phường|đặc khu|thị trấn|thị xã|quận|huyện|thành phố|tỉnh"
_ABOVE = re.compile(rf"[\s,(–-]+(?:{_KINDS})\b.*")
_NAMES_A_UNIT = re.compile(
    rf"\b(?:ubnd(?:\s+(?:{_KINDS}))?|{_KINDS}|sở|ban quản lý)\s+(?!(?:{_KINDS})\b)[^\W\d_]{{2,}}"
)


def is_named(unit: Unit, written: str) -> bool:
    """Whether a name on a form is the unit's: with or without “UBND”, its office before it, its province behind it."""
    name, said = _plain(unit.name), _plain(written)
    bare = name.removeprefix("ubnd ")
    if said in (name, bare):
        return True
    at = re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", said)
    if at is None or _NAMES_A_UNIT.search(said[: at.start()]):
        return False
    return not said[at.end() :] or _ABOVE.fullmatch(said[at.end() :]) is not None


def find_other_named(catalogue: Catalogue, unit: Unit, written: str) -> str:
    """The name of another unit, where one is named; empty where the name is the unit's, or is no unit's."""
    if not written.strip() or is_named(unit, written):
        return ""
    known = [one.name for one in catalogue.units.values() if one is not unit and is_named(one, written)]
    if known:
        return known[0]
    return clean(written) if _NAMES_A_UNIT.search(_plain(written)) else ""


def check_named_unit(catalogue: Catalogue, unit: Unit, written: str) -> Iterator[CheckResult]:
    """The form names another unit than the one it is for, whether the configuration knows that one or not."""
    other = find_other_named(catalogue, unit, written)
    if other:
        yield say_other_unit(unit, other)


def say_other_unit(unit: Unit, other: str) -> CheckResult:
    return CheckResult(
        check=OTHER_UNIT,
        severity=Severity.CRITICAL,
        outcome=Outcome.FAIL,
        unit_code=unit.unit_code,
        cells=(),
        message_vi=f"Biểu mẫu là của {other}; đơn vị đang nộp là {unit.name}.",
        message_en="the form is of another unit",
        mend_vi=f"Nộp biểu mẫu của {unit.name}; nếu ghi nhầm tên cơ quan thì sửa rồi nộp lại.",
    )


def _plain(name: str) -> str:
    plain = folded(name)
    for words, short in _SAME_WORDS.items():
        plain = plain.replace(words, short)
    return re.sub(r"\s+", " ", plain)

"""New figures for rows no known one fits: typed in, or divided where the form prints both counts."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from baocao.forms.drafting.rows import DraftRow, Quotient, Total
from baocao.forms.drafting.units import CODE, PERCENT
from baocao.forms.numbers import clean
from baocao.messages import fold

_MOST_WORDS = 7
_COUNTED = re.compile(r"\bsố\b", re.IGNORECASE)
_SAY_LITTLE = frozenset(
    {"tong", "luong", "cac", "cua", "duoc", "da", "dang", "va", "la", "co", "ty", "le", "ti", "cho", "ve", "tai"}
)
_DECIMAL = re.compile(r"\b(?:dong|ngay|gio|diem|km|ha|m2|tan|lit)\b")
_ENDS = {PERCENT: "pct", CODE: "code"}


class StubMaker:
    """Makes the entries of `indicators.yaml` for rows by turn; names are told apart from those there are."""

    def __init__(self, taken: Collection[str], owner: str) -> None:
        self._taken = set(taken)
        self._owner = owner

    def name(self, row: DraftRow) -> str:
        """From the label's words, without tones; ends as the others do: `_count`, `_pct`, `_code`."""
        counted = _COUNTED.sub(" ", row.label)
        label = re.sub(r"^(?:trong do|gom|bao gom)\b", "", fold(counted))
        words = [word for word in re.findall(r"[a-z0-9]+", label) if word not in _SAY_LITTLE]
        stem = "_".join(words[:_MOST_WORDS]) or "chi_tieu"
        end = _ENDS.get(row.measure or "", "count")
        name, turn = f"{stem}_{end}", 1
        while name in self._taken:
            turn += 1
            name = f"{stem}_{turn}_{end}"
        self._taken.add(name)
        return name

    def measure(self, row: DraftRow) -> dict[str, Any]:
        """The entry of a unit nobody has declared: money, time and size have decimals, anything else is counted."""
        is_decimal = bool(_DECIMAL.search(fold(row.unit)))
        kind = {"kind": "decimal", "places": 2} if is_decimal else {}
        return {"label": row.unit.lower(), **kind}

    def make(self, row: DraftRow, ratio: Mapping[str, str] | None, part_of: str) -> dict[str, Any]:
        kind: dict[str, Any] = {"typed": {"codes": dict(row.codes)} if row.codes else {}}
        if ratio is not None:
            kind = {"ratio": dict(ratio)}
        within = {"part_of": part_of} if part_of else {}
        return {"label": clean(row.label), "measure": row.measure_name, **kind, **within, "owner": self._owner}


def find_wholes(quotients: Mapping[int, Quotient], totals: Sequence[Total], codes: Mapping[int, str]) -> dict[int, str]:
    """By turn of a part, the indicator it can never exceed: the whole of its total before that of its ratio."""
    found = {quotient.numerator: codes[quotient.denominator] for quotient in quotients.values()}
    for total in totals:
        found |= dict.fromkeys(total.parts, codes[total.whole])
    return found

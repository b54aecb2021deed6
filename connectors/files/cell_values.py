"""Cells of a table as our values: dates, amounts, words.

Nothing is guessed: an amount that can be read two ways is refused. Errors name the field, the column and the rows,
never what stands in them.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd

from baocao.domain import VIETNAM
from baocao.records import CODE, DAY, INSTANT, MORE, REPEATED, TEXT, UNKNOWN, VALUES, YES_NO, build_frame
from baocao.source_text import SourceText, is_mark
from connectors.files.column_mapping import TRUTH_WORDS, ColumnMapping, fold
from connectors.files.date_evidence import DateEvidence
from connectors.reading.codes import procedure_code
from connectors.reading.moments import DateStyle, as_moment
from connectors.reading.strict import Reader

_VIETNAMESE_NUMBER = re.compile(r"-?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?")
_MOST_ROWS_NAMED = 5
_MOST_WORDS_NAMED = 10


def as_amount(value: Any) -> Decimal:
    """A cell as an amount written the Vietnamese way: `16.736` is sixteen thousand. ValueError for what may be two."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    text = re.sub(r"(?i)\s*(đồng|vnđ|vnd|đ)\.?$", "", "".join(str(value).split()))
    if not _VIETNAMESE_NUMBER.fullmatch(text):
        raise ValueError("not an amount written the Vietnamese way")
    return Decimal(text.replace(".", "").replace(",", "."))


def as_count(value: Any) -> int:
    """A whole number; ValueError for any other."""
    amount = as_amount(value)
    if amount != amount.to_integral_value():
        raise ValueError("not a whole number")
    return int(amount)


def as_text(value: Any) -> str:
    """A cell as text: a number without the decimals a spreadsheet adds."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else " ".join(str(value).split())


class TableReader:
    """Turns rows kept under a mapping into a frame; `rows` hold our field names and `row`, their place in the table."""

    def __init__(
        self, reader: Reader, mapping: ColumnMapping, place: str, style: DateStyle, evidence: DateEvidence
    ) -> None:
        self._reader = reader
        self._mapping = mapping
        self._place = place
        self._style = style
        self._evidence = evidence
        self._ways: Mapping[str, Callable[[str, list[Any]], Any]] = {
            **dict.fromkeys((TEXT, CODE, REPEATED), self._texts),
            DAY: self._days, INSTANT: self._instants, YES_NO: self._truths, "int64": self._counts,
        }  # fmt: skip

    def frame(self, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
        """Raise SourceContractError naming field, column and rows where a value cannot be read."""
        self._numbers = [row["row"] for row in rows]
        fields = self._mapping.dtypes()
        return build_frame(self._mapping.kind, {name: self._column(name, kind, rows) for name, kind in fields.items()})

    def _column(self, name: str, kind: str, rows: Sequence[Mapping[str, Any]]) -> Any:
        if name in self._mapping.absent:
            return [None] * len(rows)
        constant = self._mapping.constants.get(name)
        raw = [row.get(name) for row in rows] if constant is None else [constant] * len(rows)
        if constant is not None and (name in VALUES or kind == YES_NO):
            return raw
        values = [None if isinstance(value, str) and not value.strip() else value for value in raw]
        return self._codes(name, values) if name in VALUES else self._ways[kind](name, values)

    def _texts(self, name: str, values: list[Any]) -> list[str | None]:
        words = self._words(name) or {}
        read = [None if value is None else str(words.get(fold(as_text(value)), as_text(value))) for value in values]
        if name == self._mapping.key and None in read:
            self._refuse(name, [value is None for value in read], "để trống")
        if name not in MORE[self._mapping.kind] and any(map(is_mark, read)):
            self._refuse(name, [is_mark(value) for value in read], "không phải mã")
        return [text and procedure_code(text) for text in read] if name == "procedure_code" else read

    def _days(self, name: str, values: list[Any]) -> pd.Series:
        days: pd.Series = pd.Series(self._moments(name, values), dtype=DAY).dt.normalize()
        return days

    def _instants(self, name: str, values: list[Any]) -> pd.Series:
        local = pd.Series(self._moments(name, values), dtype=DAY)
        instants: pd.Series = local.dt.tz_localize(VIETNAM).dt.tz_convert("UTC")
        return instants

    def _moments(self, name: str, values: list[Any]) -> list[datetime | None]:
        self._evidence.note(values)
        read = partial(as_moment, style=self._style)
        return self._each(name, values, read, "không phải ngày (dd/mm/yyyy, yyyy-mm-dd, có hoặc không kèm giờ)")

    def _counts(self, name: str, values: list[Any]) -> list[int]:
        read = self._each(name, values, as_count, "không phải số nguyên viết 16736 hoặc 16.736")
        if None in read:
            self._refuse(name, [value is None for value in read], "để trống")
        return [value or 0 for value in read]

    def _truths(self, name: str, values: list[Any]) -> list[bool | None]:
        if name in self._mapping.amounts:
            amounts = self._each(name, values, as_amount, "không phải số tiền viết 8000, 8.000 hoặc 8.000,5")
            return [None if amount is None else amount > 0 for amount in amounts]
        return self._codes(name, [str(v).casefold() if isinstance(v, bool) else v for v in values])

    def _each(self, name: str, values: list[Any], read: Callable[[Any], Any], complaint: str) -> list[Any]:
        found: list[Any] = [None] * len(values)
        bad = [False] * len(values)
        for place, value in enumerate(values):
            if value is not None:
                try:
                    found[place] = read(value)
                except (ValueError, OverflowError):
                    bad[place] = True
        if any(bad):
            self._refuse(name, bad, complaint)
        return found

    def _codes(self, name: str, values: list[Any]) -> list[Any]:
        """Our words; one that is not mapped is unknown and counted. Mostly such: the wrong column is mapped."""
        words = self._words(name) or TRUTH_WORDS
        folded = [None if value is None else fold(as_text(value)) for value in values]
        odd = [text is not None and text not in words for text in folded]
        if sum(odd) * 2 > len(folded) - folded.count(None):
            self._refuse(name, odd, f"không có trong values.{name}")
        self._note(name, Counter(SourceText(as_text(v)) for v, is_odd in zip(values, odd, strict=True) if is_odd))
        is_yes_no = any(isinstance(word, bool) for word in words.values())
        unknown = None if is_yes_no else UNKNOWN
        return [None if text is None else words.get(text, unknown) for text in folded]

    def _note(self, name: str, unknown: Counter[SourceText]) -> None:
        """A few words repeated are a code list; many different ones may be anything."""
        for text, times in unknown.items():
            shown = text if len(unknown) <= _MOST_WORDS_NAMED else SourceText("nhiều giá trị khác nhau")
            self._reader.notices.note_value(name, shown, times)

    def _words(self, name: str) -> dict[str, Any]:
        return {fold(word): meaning for word, meaning in self._mapping.meanings_of(name).items()}

    def _refuse(self, name: str, bad: Sequence[bool], complaint: str) -> None:
        rows = [str(number) for number, is_bad in zip(self._numbers, bad, strict=True) if is_bad]
        named = ", ".join(rows[:_MOST_ROWS_NAMED]) + (", …" if len(rows) > _MOST_ROWS_NAMED else "")
        column = " / ".join(self._mapping.columns.get(name, ("hằng số",)))
        what = f"trường {name} (cột '{column}'): {len(rows)}/{len(bad)} giá trị {complaint}"
        raise self._reader.broken(f"{what}; {self._place}, dòng {named}")


def plain_cell(value: Any) -> Any:
    """A cell as JSON keeps it: days and times as ISO text, everything else as it is."""
    if isinstance(value, datetime | date):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value).replace(".", ",")
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)

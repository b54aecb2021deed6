"""What one day's answers show beside what the dialect declares: names, codes and counts, never a row's content."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any

import orjson

from baocao.domain import VIETNAM
from connectors.asking.site import Site
from connectors.contract import SeenExchange
from connectors.declaration import Declaration, Pages
from connectors.reading.codes import EMPTY_CODES
from connectors.reading.minimising import Fields
from connectors.reading.plain_codes import plain_code

NIGHT = timedelta(hours=7)
LOCAL, UTC_DAYS, UNKNOWN = "local", "utc", "unknown"
UNSHOWN = "(không giống mã, không ghi ra)"
_CODE = re.compile(r"[0-9]{1,4}|[A-Z][A-Z0-9_.-]{0,23}|[a-z]+[_-][a-z0-9_-]{1,20}|true|false|[0-9a-f]{24}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


@dataclass
class SiteSightings:
    """Shown every exchange of a probe (`see`); all it keeps may be shown to anybody."""

    declared: Declaration
    site: Site
    not_found: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    rows_count: Counter[str] = field(default_factory=Counter)
    listless: dict[str, list[str]] = field(default_factory=dict)
    """By path, what an answer has where the list of rows should be."""
    fields_there: Counter[str] = field(default_factory=Counter)
    unknown_codes: dict[str, Counter[str]] = field(default_factory=dict)
    retyped: dict[str, str] = field(default_factory=dict)
    empty_dates: Counter[str] = field(default_factory=Counter)
    odd_dates: Counter[str] = field(default_factory=Counter)
    page_sizes: set[tuple[int, int]] = field(default_factory=set)
    days_seen: set[str] = field(default_factory=set)

    def see(self, exchange: SeenExchange) -> None:
        """Take from an exchange what differs."""
        name = self.declared.name_of(exchange.path)
        self.statuses.setdefault(exchange.shown, Counter())[exchange.status] += 1
        if exchange.status == HTTPStatus.NOT_FOUND:
            self.not_found[name] = exchange.shown
        fields = self.declared.rows.get(name)
        if exchange.status == HTTPStatus.OK and fields is not None:
            self._see_rows(exchange, name, fields)

    @property
    def zone(self) -> str:
        """How days are cut: by the clock here, or by UTC; unknown where no row came at the hours that tell."""
        return next(iter(self.days_seen)) if len(self.days_seen) == 1 else UNKNOWN

    def missing(self) -> list[str]:
        """Declared fields that no row had."""
        kept = {name for fields in self.declared.rows.values() for name in fields.kept}
        return sorted(kept - set(self.fields_there)) if self.fields_there else []

    def new(self) -> list[str]:
        """Fields of rows that nobody declared; names only, and only those that look like names."""
        declared = {n for fields in self.declared.rows.values() for n in (*fields.kept, *fields.known)}
        return sorted(name for name in set(self.fields_there) - declared if _NAME.fullmatch(name))

    def oversized(self) -> list[tuple[int, int]]:
        """Sizes asked for and rows given, where the size was not honoured."""
        return sorted(self.page_sizes)

    def _see_rows(self, exchange: SeenExchange, name: str, fields: Fields) -> None:
        try:
            content = self.site.rewritten(orjson.loads(exchange.body))
        except orjson.JSONDecodeError:
            return
        if isinstance(content, dict) and self.declared.rows_under not in content:
            self.listless[name] = sorted(key for key in map(str, content) if _NAME.fullmatch(key))
            return
        rows = _rows_of(content, self.declared.rows_under)
        self.rows_count[name] += len(rows)
        for row in rows:
            self.fields_there.update(map(str, row))
        self._see_size(exchange, content, len(rows))
        for path, meanings in self.declared.codes.items():
            if any(path.split(".")[0] in row for row in rows):
                self._see_codes(path, meanings, [_value(row, path) for row in rows])
        for date_field in self.declared.dates:
            if date_field in fields.kept:
                self._see_dates(exchange, date_field, [row.get(date_field) for row in rows])

    def _see_codes(self, path: str, meanings: Mapping[Any, Any], values: list[Any]) -> None:
        known = {plain_code(code) for code in meanings}
        for value in values:
            if value is None or isinstance(value, dict | list) or plain_code(value) in EMPTY_CODES:
                continue
            if plain_code(value) not in known:
                text = str(value).strip()
                shown = text if _CODE.fullmatch(text) else UNSHOWN
                self.unknown_codes.setdefault(path, Counter())[shown] += 1
            elif path in self.site.codes:
                continue
            elif isinstance(value, str) and all(isinstance(code, int) for code in meanings):
                self.retyped[path] = "khai báo là số, hệ thống ghi bằng chữ"
            elif isinstance(value, int) and all(isinstance(code, str) for code in meanings):
                self.retyped[path] = "khai báo là chữ, hệ thống ghi bằng số"

    def _see_size(self, exchange: SeenExchange, content: Any, count: int) -> None:
        pages = self.declared.pages
        if pages is None or pages.size not in exchange.asked:
            return
        asked, total = int(exchange.asked[pages.size]), _total(content)
        if count > asked or (0 < count < asked and total is not None and total > count and _is_first(exchange, pages)):
            self.page_sizes.add((asked, count))

    def _see_dates(self, exchange: SeenExchange, name: str, texts: list[Any]) -> None:
        self.empty_dates[name] += sum(text in (None, "") for text in texts)
        moments = [_moment(text, self.declared.dates[name]) for text in texts if text not in (None, "")]
        self.odd_dates[name] += moments.count(None)
        for first, last, chosen_by in self.declared.bounds:
            if chosen_by == name and first in exchange.asked and "%H" in self.declared.dates[name]:
                form = self.declared.asked_dates[first]
                span = (_day(exchange.asked[first], form), _day(exchange.asked[last], form))
                self.days_seen |= {_side(at, *span) for at in moments if at is not None} - {""}


def _is_first(exchange: SeenExchange, pages: Pages) -> bool:
    return int(exchange.asked.get(pages.number, pages.first)) == pages.first


def _rows_of(content: Any, under: str) -> list[dict[str, Any]]:
    found = content.get(under) if isinstance(content, dict) else content
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _total(content: Any) -> int | None:
    for name in ("totalElements", "totalCount", "total"):
        found = content.get(name) if isinstance(content, dict) else None
        if str(found).isdecimal():
            return int(str(found))
    return None


def _value(row: dict[str, Any], path: str) -> Any:
    inner: Any = row
    for name in path.split("."):
        inner = inner.get(name) if isinstance(inner, dict) else None
    return inner


def _moment(text: Any, form: str) -> datetime | None:
    """A moment by the clock here; None for one that is not written as declared, or as ISO 8601."""
    at = _parse(str(text), form) or _parse(str(text), None)
    if at is None:
        return None
    return at.astimezone(VIETNAM) if at.tzinfo else at.replace(tzinfo=VIETNAM)


def _parse(text: str, form: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text) if form is None else datetime.strptime(text, form)  # noqa: DTZ007
    except ValueError:
        return None


def _day(text: Any, form: str) -> date:
    return datetime.strptime(str(text), form).date()  # noqa: DTZ007  a bound is a day, whoever cuts it


def _side(at: datetime, first: date, last: date) -> str:
    """Which way of cutting days a row gives away: it came in the hours that belong to one of them only."""
    start = datetime(first.year, first.month, first.day, tzinfo=VIETNAM)
    end = datetime(last.year, last.month, last.day, tzinfo=VIETNAM) + timedelta(days=1)
    if start <= at < start + NIGHT:
        return LOCAL
    return UTC_DAYS if end <= at < end + NIGHT else ""

"""Whether a source heeds what narrows its answer: asked for what nobody has, it must answer with next to nothing.

A system that does not know a parameter ignores it silently and answers with everybody's records of all days, in an
answer as whole and as good as any other. So each connector asks one question more for each parameter that narrows: for
a unit that does not exist, for a day of before there was such a system. What came of it is kept beside the answers.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson

from baocao.domain import RawPayload, Window
from baocao.errors import SourceError
from baocao.messages import may_be_shown
from connectors.asking.http import SourceClient
from connectors.asking.most_shown import count_in_parts, has_more, is_round
from connectors.asking.passing import PassingError
from connectors.asking.request import Answer, Request
from connectors.asking.resuming import PagedListing
from connectors.reading.minimising import Body
from connectors.reading.narrowed import BY_DAYS, CODE_OF_UNIT, NARROWING_PART, OF_DAYS, is_unheeded
from connectors.reading.strict import UNPROVED_PART

DAY_OF_NOTHING = date(1990, 1, 1)
MOST_SHOWN_VI = (
    "bản ghi ngoài {total} bản ghi đã nhận có thể thiếu: tổng số tròn có thể là mức tối đa nguồn cho xem, và không hỏi "
    "được từng phần của kỳ để kiểm"
)
DAY_OF_NOTHING_VI = f"{DAY_OF_NOTHING:%d/%m/%Y}"
_UNIT_FIELD = re.compile(r"(?i)(?:ma|ten|id)?_?-?(?:don_?-?vi|agency|unit|co_?-?quan)")
_HEX_KEY = re.compile(r"[0-9A-Fa-f-]+")
NO_DAYS = Window(DAY_OF_NOTHING, DAY_OF_NOTHING)


@dataclass(frozen=True)
class NarrowingParameter:
    """One parameter that narrows: `count` asks `path` for what nobody has, and says how many rows there are of it.

    `asked` is that question's value in words. `column` is the column of the records that could tell all the same: the
    date that days choose by, the code that may name the unit; empty where there is none. `count_within` counts what
    some days of `window` have; `keys_within` lists the keys of some of it, which are those of the column `key`.
    """

    by: str
    path: str
    parameter: str
    asked: str
    count: Callable[[], int]
    column: str = ""
    window: Window | None = None
    count_within: Callable[[Window], int] | None = None
    keys_within: Callable[[Window], list[str]] | None = None
    key: str = ""


def nobody_of(key: str) -> str:
    """A unit's key of the same shape that nobody has; it is said, so of what may be a secret no letter is left."""
    other = re.sub(r"\d", "9", key)
    if not (may_be_shown(key) or _HEX_KEY.fullmatch(key)):
        return re.sub(r"[^\W\d_]", "0", other)
    return other if other != key else re.sub(r"[A-Za-z0-9]", "0", key)


def with_narrowing(
    client: SourceClient, listed: Iterable[RawPayload], narrowings: Iterable[NarrowingParameter]
) -> Iterator[RawPayload]:
    """The pages of a listing, and behind them what came of the questions, asked when its first page is there.

    Raise SourceContractError where the unit is not heeded: before all units' records are collected.
    """
    found: list[RawPayload] | None = None
    for payload in listed:
        if found is None:
            found = list(prove_narrowings(client, narrowings, int(payload.request["total"])))
        yield payload
    yield from found or ()


def prove_narrowings(client: SourceClient, narrowings: Iterable[NarrowingParameter], own: int) -> Iterator[RawPayload]:
    """What came of each question; `own` are the rows of the unit. None where there are none, or the account has a say.

    Raise SourceContractError where the answer holds what it should not, and its rows cannot tell.
    """
    for one in narrowings if own else ():
        if one.by == BY_DAYS or not client.site.sees_one_unit:
            found = _ask(client, one, own)
            yield found
            yield from _prove_total(client, one, found.request)


def _prove_total(client: SourceClient, one: NarrowingParameter, noted: Mapping[str, Any]) -> Iterator[RawPayload]:
    """Count a round total in parts; where parts cannot be told from one another, say so."""
    if one.window is not None and one.count_within is not None:
        nothing = noted["own"] if is_unheeded(noted) or noted.get("unanswered") else noted["found"]
        yield from prove_round(client, one.path, one.window, one.count_within, noted["own"], nothing)


def prove_round(
    client: SourceClient, path: str, window: Window, count: Callable[[Window], int], own: int, undated: int | None
) -> Iterator[RawPayload]:
    """Count a round total in parts. `undated` come whatever the days: None where that is not known.

    Raise SourceContractError where the parts have more; where it cannot be decided, what says so.
    """
    if not is_round(own):
        return
    if undated is not None and undated >= own:
        yield _tell_unproved(client, path, own)
        return
    in_parts = count_in_parts(window, count, own, undated or 0)
    if in_parts is None or (has_more(in_parts, own) and undated is None):
        yield _tell_unproved(client, path, own)
    elif has_more(in_parts, own):
        raise client.broken(
            f"hỏi cả kỳ nhận {own}, hỏi từng phần của kỳ nhận {in_parts}: nguồn chỉ đếm và cho xem tối đa {own} mỗi "
            "lần hỏi, hoặc tổng ấy không phải số bản ghi"
        )


def _tell_unproved(client: SourceClient, path: str, total: int) -> RawPayload:
    """Says that a round total may be the most the source shows, and that its days could not be counted in parts."""
    noted = {"part": UNPROVED_PART, "what": MOST_SHOWN_VI.format(total=total)}
    of = [client.assignment.source.source_code, client.assignment.unit_code]
    content = {"unknown_fields": [], "rows": [], "of": of, "noted": noted}
    return client.payload(content, Answer(0, b""), Request("GET", path, noted=noted))


def _ask(client: SourceClient, one: NarrowingParameter, own: int) -> RawPayload:
    noted: dict[str, Any] = {
        "part": NARROWING_PART, "by": one.by, "parameter": client.site.parameters.get(one.parameter, one.parameter),
        "asked": one.asked, "column": one.column, "own": own,
    }  # fmt: skip
    with client.hearing() as answers:
        try:
            noted["found"] = one.count()
        except PassingError:
            noted["unanswered"] = True
        except SourceError:
            noted["found"] = None
    if is_unheeded(noted):
        _judge_unheeded(client, one, noted, answers)
    last = answers[-1] if answers else Answer(0, b"")
    content: dict[str, Any] = {
        "of": [client.assignment.source.source_code, client.assignment.unit_code], "noted": noted,
        **({} if is_unheeded(noted) else _ask_week(client, one)),
    }  # fmt: skip
    return client.payload({"unknown_fields": [], "rows": [], **content}, last, Request("GET", one.path, noted=noted))


def _ask_week(client: SourceClient, one: NarrowingParameter) -> dict[str, Any]:
    """The keys of what comes for the period's last week: their own dates tell by which date the source chooses."""
    if one.keys_within is None:
        return {}
    period = client.assignment.window
    week = Window(max(period.start_on, period.end_on - timedelta(days=6)), period.end_on)
    try:
        keys = one.keys_within(week)
    except SourceError:
        return {OF_DAYS: {"unanswered": True}}
    return {OF_DAYS: {"key": one.key, "from": f"{week.start_on}", "to": f"{week.end_on}", "keys": keys}}


def _judge_unheeded(
    client: SourceClient, one: NarrowingParameter, noted: dict[str, Any], answers: list[Answer]
) -> None:
    """Note how many units the rows show; raise SourceContractError where nothing can tell the unit's from others'."""
    found, own = noted["found"], noted["own"]
    if one.by == BY_DAYS:
        if not one.column:
            raise client.broken(
                f"hỏi ngày {one.asked} vẫn nhận {found}, hỏi cả kỳ nhận {own}: hệ thống không tính theo ngày được hỏi "
                f"(parameters.{one.parameter})"
            )
        return
    rows = [row for answer in answers for row in _find_rows(answer.body)]
    noted["units"] = count_units(rows)
    if one.column and noted["units"] > 1 and not any(map(_names_unit, rows)):
        raise client.broken(
            f"hỏi bằng mã đơn vị không có thật {one.asked} vẫn nhận {found} bản ghi của nhiều đơn vị, hỏi bằng mã của "
            f"đơn vị nhận {own}: hệ thống không lọc theo đơn vị, số liệu sẽ lẫn đơn vị khác "
            f"(parameters.{one.parameter})"
        )


def _names_unit(row: dict[str, Any]) -> bool:
    """Whether a code in the row begins with a unit's: then whose it is can be told when it is read."""
    return any(isinstance(value, str) and re.match(CODE_OF_UNIT, value) for value in row.values())


def count_at_ends(listing: PagedListing) -> int:
    """How many rows a listing has; its first and last page are asked, which show the most different ones."""
    first, size = listing.first, listing.page_size
    total = listing.ask(first, size).total
    if total > size:
        listing.ask(first + (total - 1) // size, size)
    return total


def count_units(rows: Iterable[dict[str, Any]]) -> int:
    """How many units rows name, by the field that names most; 0 where none does."""
    named: dict[str, set[bytes]] = {}
    for row in rows:
        for name, value in row.items():
            if _UNIT_FIELD.match(name) and value not in (None, "", {}, []):
                named.setdefault(name, set()).add(orjson.dumps(value))
    return max(map(len, named.values()), default=0)


def _find_rows(body: Body) -> list[dict[str, Any]]:
    """The longest list of objects in an answer, at its top or one level down."""
    content = orjson.loads(body or b"null")
    inner = [content, *content.values()] if isinstance(content, dict) else [content]
    lists = [one for one in inner if isinstance(one, list) and all(isinstance(row, dict) for row in one)]
    return max(lists, key=len, default=[])

"""Which zone an iGate server reads in `…T00:00:00.000Z`: found out by counting one known morning.

The server is asked, by its statistic, for the hours 00:00 to 07:00 of a day written with a `Z`. Where it honours the
zone it counts the local hours 07:00 to 14:00, where it ignores it the local hours 00:00 to 07:00; how many dossiers
those hours hold is known from the listing, which gives every dossier's own time stamp.
"""

from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson
import pandas as pd

from baocao.domain import VIETNAM, RawPayload, Window
from connectors.asking.http import SourceClient
from connectors.asking.request import Answer, Request
from connectors.asking.signing_in import TokenSession
from connectors.dialects.one_stop_igate import FIELDS, make_listing
from connectors.reading.instants import read_instants
from connectors.reading.minimising import Fields
from connectors.reading.plain_codes import plain_code
from connectors.reading.strict import Reader

HONOURED, IGNORED, WHOLE_DAYS, UNKNOWN = "honoured", "ignored", "whole_days", "unknown"
LISTING_PART, PROBE_PART = "probe_listing", "probe"
MOST_DAYS, SATURDAY = 4, 5
SHIFT = timedelta(hours=7)
NOT_COUNTED = ("0", "13")
LISTED_FIELDS = Fields(
    kept={"code": {}, "acceptedDate": {}, "dossierStatus": {"id": {}}}, known=FIELDS.known | frozenset(FIELDS.kept)
)
Count = Callable[[str, str], tuple[int, Answer, Request, dict[str, Any]]]


def probe_zone(client: SourceClient, api: TokenSession, count: Count) -> Generator[RawPayload, None, str]:
    """Yield the evidence; return the zone by `yield from`.

    `count` asks the statistic between two instants written with a `Z`.
    """
    for day in _days(client.assignment.window, client.assignment.clock().astimezone(VIETNAM).date()):
        known = yield from _list_day(client, api, day)
        counted, answer, request, content = count(f"{day}T00:00:00.000Z", f"{day}T06:59:59.999Z")
        matching = [zone for zone, number in known.items() if number == counted]
        zone = matching[0] if len(matching) == 1 else UNKNOWN
        found = {"part": PROBE_PART, "day": f"{day}", "listed": known, "counted": counted, "zone": zone}
        yield client.payload(content, answer, replace(request, noted={**request.noted, **found}))
        if zone != UNKNOWN:
            return zone
    return UNKNOWN


def _days(window: Window, today: date) -> list[date]:
    """Working days that are over, the last first: on others few dossiers come."""
    return [day for day in reversed(list(window.days())) if day < today and day.weekday() < SATURDAY][:MOST_DAYS]


def _list_day(client: SourceClient, api: TokenSession, day: date) -> Generator[RawPayload, None, dict[str, int]]:
    moments: list[datetime] = []
    window = Window(day, day).widened(before=1, after=1)
    for payload in make_listing(client, api, window, part=LISTING_PART, fields=LISTED_FIELDS).payloads():
        moments += _accepted(client, orjson.loads(payload.body)["rows"])
        yield payload
    midnight = datetime.combine(day, time(0), VIETNAM)
    ends = {IGNORED: (0, 7), HONOURED: (7, 14), WHOLE_DAYS: (0, 24)}
    return {
        zone: sum(midnight + timedelta(hours=first) <= at < midnight + timedelta(hours=last) for at in moments)
        for zone, (first, last) in ends.items()
    }


def _accepted(client: SourceClient, rows: list[dict[str, Any]]) -> list[datetime]:
    """When each dossier that the statistic counts was accepted."""
    reader = Reader(client.assignment.source.source_code, client.assignment.unit_code)
    statuses = reader.column(rows, "dossierStatus", "id")
    counted = [row for row, code in zip(rows, statuses, strict=True) if plain_code(code) not in NOT_COUNTED]
    texts = [row.get("acceptedDate") for row in counted]
    try:
        return list(read_instants(pd.Series([text for text in texts if text], dtype="object")))
    except (ValueError, TypeError):
        raise client.broken("trường acceptedDate: không phải ngày đúng dạng đã khai báo") from None


def write_span(window: Window, zone: str) -> tuple[str, str]:
    """The window's first and last instant as this server understands them."""
    if zone != HONOURED:
        return f"{window.start_on}T00:00:00.000Z", f"{window.end_on}T23:59:59.999Z"
    first = datetime.combine(window.start_on, time(0)) - SHIFT
    last = datetime.combine(window.end_on, time(23, 59, 59)) - SHIFT
    return f"{first:%Y-%m-%dT%H:%M:%S}.000Z", f"{last:%Y-%m-%dT%H:%M:%S}.999Z"

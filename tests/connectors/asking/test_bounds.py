"""Asking at the bounds: what ends a listing, when a source is open, which way a site writes its days, how long a token lasts."""

import os
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

import pytest

from baocao.domain import VIETNAM
from baocao.errors import ConfigError, SourceContractError, SourceUnavailableError
from connectors.asking import signing_in
from connectors.asking.hours import next_opening
from connectors.asking.http import SourceClient
from connectors.asking.listing import Listing
from connectors.asking.signing_in import Token, TokenSession
from connectors.asking.site_dates import read_form


class Client:
    """What a listing and a token need of a client."""

    def broken(self, reason: str) -> SourceContractError:
        return SourceContractError("igate", "dac-khu", reason)

    def unavailable(self, reason: str) -> SourceUnavailableError:
        return SourceUnavailableError("igate", "dac-khu", reason)

    partial = unavailable

    def ask(self, request: object) -> tuple[object, object]:
        return request, None


CLIENT = cast("SourceClient", Client())


def test_of_the_totals_a_source_names_on_its_way_the_greatest_counts() -> None:
    listing = Listing(CLIENT, "dossiers")
    listing.add(0, ["a", "b"], 3)
    listing.add(1, ["c"], 4)
    assert (listing.most, listing.is_whole()) == (4, False)
    with pytest.raises(SourceUnavailableError, match="nhận 3 trong 4"):
        listing.check_whole()


@pytest.mark.parametrize(
    ("keys", "total", "is_last", "is_over"),
    [
        (["a"], 1, True, True), (["a", "b"], 2, True, False), (["a"], 2, True, False), (["a"], 1, False, False),
    ],
    ids=["short and all there", "a full page", "rows missing", "not the last"],
)  # fmt: skip
def test_a_listing_is_over_only_where_all_rows_are_there(
    keys: list[str], total: int, is_last: bool, is_over: bool
) -> None:
    listing = Listing(CLIENT, "dossiers")
    listing.add(0, keys, total)
    assert listing.is_over(2, is_last=is_last) is is_over


@pytest.mark.parametrize(
    ("hours", "clock", "opens"),
    [
        ("07:00-11:30", "07:00", None), ("07:00-11:30", "11:29", None), ("07:00-11:30", "11:30", "16T07:00"),
        ("07:00-11:30", "06:59", "15T07:00"), ("19:00-06:00", "23:00", None), ("19:00-06:00", "05:59", None),
        ("19:00-06:00", "06:00", "15T19:00"), ("19:00-06:00", "19:00", None), (None, "12:00", None),
    ],
)  # fmt: skip
def test_a_source_is_open_from_its_first_minute_until_before_its_last(
    hours: str | None, clock: str, opens: str | None
) -> None:
    now = datetime.fromisoformat(f"2025-12-15T{clock}").replace(tzinfo=VIETNAM)
    expected = datetime.fromisoformat(f"2025-12-{opens}").replace(tzinfo=VIETNAM) if opens else None
    assert next_opening(hours, now) == expected


@pytest.mark.parametrize(
    ("lasts_s", "after_s", "signed_in"),
    [(20.0, 1.0, 1), (20.0, 16.5, 2), (300.0, 269.0, 1), (300.0, 271.0, 2), (None, 9e9, 1)],
)
def test_a_short_token_is_used_for_most_of_its_life(
    monkeypatch: pytest.MonkeyPatch, lasts_s: float | None, after_s: float, signed_in: int
) -> None:
    clock = {"s": 1000.0}
    monkeypatch.setattr(signing_in, "monotonic", lambda: clock["s"])
    given: list[Token] = []

    def sign_in() -> Token:
        given.append(Token(f"token-{len(given)}", lasts_s))
        return given[-1]

    session = TokenSession(CLIENT, sign_in, lambda *_: False)
    for _ in range(2):
        session.ask(cast("Any", lambda token: token))
        clock["s"] += after_s
    assert len(given) == signed_in


@pytest.fixture
def machine_in_london() -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Europe/London"
    time.tzset()
    yield
    os.environ.pop("TZ") if before is None else os.environ.__setitem__("TZ", before)
    time.tzset()


@pytest.mark.parametrize("zone", ["local", "utc"])
def test_a_moment_with_an_offset_of_its_own_keeps_it_whatever_the_site_s_zone(zone: str) -> None:
    form = read_form("sites/x.yaml", "yyyy-MM-dd HH:mm:ssXXX", "%Y-%m-%d %H:%M:%S", zone)
    assert form.to_ours("2025-12-14 18:30:00+0100") == "2025-12-15 00:30:00"
    assert form.to_ours("2025-12-14 18:30:00-0800") == "2025-12-15 09:30:00"


@pytest.mark.parametrize(
    ("written", "read"),
    [("14/12/2025 04:30:00 CH", "16:30"), ("14/12/2025 04:30:00 SA", "04:30"), ("14/12/2025 12:05:00 pm", "12:05")],
)
def test_a_site_says_that_its_hours_are_of_half_a_day(written: str, read: str) -> None:
    form = read_form("sites/x.yaml", "dd/MM/yyyy hh:mm:ss a", "%Y-%m-%d %H:%M:%S", "local")
    assert str(form.to_ours(written))[11:16] == read


@pytest.mark.parametrize("half", ["dd/MM/yyyy hh:mm:ss", "dd/MM/yyyy HH:mm:ss a"])
def test_hours_of_half_a_day_need_to_say_which_half(half: str) -> None:
    with pytest.raises(ConfigError, match=r"không phải dạng ngày.*hh"):
        read_form("sites/x.yaml", half, "%Y-%m-%d %H:%M:%S", "local")


def test_a_bound_in_seconds_does_not_depend_on_the_machine_s_clock(machine_in_london: None) -> None:
    form = read_form("sites/x.yaml", "epoch_s", "%d/%m/%Y", "local")
    assert form.to_theirs("15/12/2025") == str(int(datetime(2025, 12, 15, tzinfo=VIETNAM).timestamp()))

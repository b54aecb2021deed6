"""A one-stop desk of the TanDan kind, written from its public description alone, with ways the sandbox does not play.

Its figures are its own. Each way gives them, or an error that says what is wrong.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any

import pytest

from baocao.catalogue import Catalogue
from baocao.errors import SourceContractError, SourceError, SourcePartialError
from connectors.contract import ParseResult
from sandbox.server import RunningSandbox
from tests.connectors.strangers.serve import Answer, Asked, serve
from tests.connectors.suite import WINDOW, asked, with_option

pytestmark = pytest.mark.usefixtures("credentials")
HERE = timezone(timedelta(hours=7))
UNIT, COUNT = "H98.51", 137
DATES = ("ngayNopHoSo", "ngayTiepNhan", "ngayKetThucXuLy")
Page = dict[str, Any]
Odd = Callable[[Page, list[Page], int, int], Page | Answer]


def write_row(number: int) -> Page:
    day = WINDOW.start_on + timedelta(days=number * 91 // COUNT)
    return {
        "maHoSo": f"H98.51-{day:%y%m%d}-{number:04}", "maTTHC": "1.003560.000.00.00.H98", "mucDo": "43"[number % 2],
        "kenhThucHien": "213"[number % 3], "trangThaiHoSoId": 10, "ngayNopHoSo": f"{day}T08:00:00",
        "ngayTiepNhan": f"{day}T09:{number % 60:02}:00", "ngayKetThucXuLy": f"{day}T15:00:00",
    }  # fmt: skip


ROWS = [write_row(number) for number in range(COUNT)]
ONLINE = sum(row["kenhThucHien"] == "2" for row in ROWS)


def play(odd: Odd) -> Callable[[Asked], Answer]:
    def answer(question: Asked) -> Answer:
        if question.path.endswith("/tokens"):
            return 200, {"data": {"token": "t"}, "succeeded": True}
        body = json.loads(question.body)
        number, size = body["pageNumber"], body["pageSize"]
        first, last = (body.get(name) for name in ("tiepNhanFrom", "tiepNhanTo"))
        first, last = first or body.get("nopHoSoTuNgay"), last or body.get("nopHoSoDenNgay")
        mine = [row for row in ROWS if body["donViQuanLy"] == UNIT and first <= row["ngayTiepNhan"][:10] <= last]
        mine = [] if "coNgayTiepNhan" in body else mine
        rows = [dict(row) for row in mine[(number - 1) * size : number * size]]
        page = {"data": rows, "totalCount": len(mine), "hasNextPage": number * size < len(mine)}
        found = odd(page, mine, number, size)
        return found if isinstance(found, tuple) else (200, found)

    return answer


@pytest.fixture
def collect(catalogue: Catalogue, tiny_sandbox: RunningSandbox) -> Callable[..., ParseResult]:
    one = with_option(asked(catalogue, tiny_sandbox, "one_stop_tandan"), statistic=False, page_size=25)

    def collect(odd: Odd, **site: object) -> ParseResult:
        with serve(play(odd)) as url:
            at = with_option(replace(one, assignment=replace(one.assignment, base_url=url)), site=site)
            return at.collect()

    return collect


def change_rows(change: Callable[[Page, int], None]) -> Odd:
    def odd(page: Page, _mine: list[Page], _number: int, _size: int) -> Page:
        for place, row in enumerate(page["data"]):
            change(row, place)
        return page

    return odd


def write_dates(form: Callable[[datetime], object]) -> Odd:
    def change(row: Page, _place: int) -> None:
        row.update({name: form(datetime.fromisoformat(row[name]).replace(tzinfo=HERE)) for name in DATES})

    return change_rows(change)


RIGHT: dict[str, Odd] = {
    "as described": lambda page, *_: page,
    "the total as text": lambda page, *_: page | {"totalCount": str(page["totalCount"])},
    "the total as a fraction": lambda page, *_: page | {"totalCount": float(page["totalCount"])},
    "null for no rows": lambda page, *_: page | {"data": page["data"] or None},
    "204 for no rows": lambda page, *_: page if page["data"] else (204, b""),
    "404 beyond the last page": lambda page, _, number, __: page if page["data"] or number == 1 else (404, {}),
    "one page more promised": lambda page, *_: page | {"hasNextPage": True},
    "blanks behind codes": change_rows(lambda row, _: row.update(maHoSo=row["maHoSo"] + " ")),
    "numbers for texts": change_rows(lambda row, _: row.update(mucDo=int(row["mucDo"]), trangThaiHoSoId="10")),
    "instants in UTC": write_dates(lambda at: f"{at.astimezone(timezone.utc):%Y-%m-%dT%H:%M:%S}Z"),  # noqa: UP017
    "seven digits of a second": write_dates(lambda at: f"{at:%Y-%m-%dT%H:%M:%S}.1234567+07:00"),
}


@pytest.mark.parametrize("way", RIGHT)
def test_the_figures_are_the_desks_own(collect: Callable[..., ParseResult], way: str) -> None:
    found = collect(RIGHT[way])
    dossiers = found.frames["dossiers"]
    assert (len(dossiers), int((dossiers["channel"] == "online").sum())) == (COUNT, ONLINE)
    inside = dossiers["received_at"].between(WINDOW.start_at, WINDOW.end_at, inclusive="left")
    assert int(inside.sum()) == COUNT
    assert found.notices.unproved_vi == []


def shuffle(page: Page, mine: list[Page], number: int, size: int) -> Page:
    order = Random(number).sample(mine, len(mine))
    return page | {"data": order[(number - 1) * size : number * size]}


def repeat_last(page: Page, mine: list[Page], number: int, size: int) -> Page:
    return page | {"data": [mine[size - 1], *page["data"][1:]]} if number == 2 and mine else page


def begin_later(page: Page, mine: list[Page], number: int, size: int) -> Page:
    return page | {"data": mine[number * size : (number + 1) * size]}


def stop_at_100(page: Page, mine: list[Page], number: int, size: int) -> Page:
    return page | {"data": mine[:100][(number - 1) * size : number * size], "totalCount": min(100, len(mine))}


def leave_out(row: Page, place: int) -> None:
    if place % 4 == 0:
        row["kenhTiepNhan"] = row.pop("kenhThucHien")


TOLD: dict[str, tuple[Odd, type[SourceError], str]] = {
    "rows in another order on each page": (shuffle, SourcePartialError, "trong 137 hồ sơ mà nguồn nêu"),
    "a row of the page before": (repeat_last, SourcePartialError, "nhận 136 trong 137"),
    "a first page with another number": (begin_later, SourcePartialError, "nhận 112 trong 137"),
    "no more than 100 shown and counted": (stop_at_100, SourceContractError, "chỉ đếm và cho xem tối đa 100"),
    "a web page": (lambda *_: (200, b"<html>dang nhap</html>"), SourceContractError, "nhận một trang web"),
    "all in an envelope": (lambda page, *_: {"danhSach": page}, SourceContractError, "thiếu trường data.*đang có: danhSach"),
    "names that begin with a capital": (
        lambda page, *_: page | {"data": [{k[0].upper() + k[1:]: v for k, v in row.items()} for row in page["data"]]},
        SourceContractError, r"thiếu trường maHoSo ở mọi bản ghi của trang; các trường đang có: KenhThucHien, MaHoSo",
    ),
    "another name in some rows": (change_rows(leave_out), SourceContractError, "thiếu trường kenhThucHien"),
    "days first, not said": (
        write_dates(lambda at: f"{at:%d/%m/%Y %H:%M}"), SourceContractError, "ngayNopHoSo: không phải ngày"
    ),
    "milliseconds, not said": (
        write_dates(lambda at: int(at.timestamp() * 1000)), SourceContractError, "ngayNopHoSo: không phải ngày"
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", TOLD)
def test_what_is_wrong_is_said_in_its_own_words(collect: Callable[..., ParseResult], way: str) -> None:
    odd, kind, says = TOLD[way]
    with pytest.raises(kind, match=says):
        collect(odd)


@pytest.mark.parametrize(
    ("form", "written"),
    [("dd/MM/yyyy HH:mm", lambda at: f"{at:%d/%m/%Y %H:%M}"), ("epoch_ms", lambda at: int(at.timestamp() * 1000))],
)
def test_dates_that_are_said_are_read(
    collect: Callable[..., ParseResult], form: str, written: Callable[[datetime], object]
) -> None:
    usual, found = (
        collect(odd, **site).frames["dossiers"]
        for odd, site in ((RIGHT["as described"], {}), (write_dates(written), {"dates": dict.fromkeys(DATES, form)}))
    )
    assert found["received_at"].tolist() == usual["received_at"].tolist()


@pytest.mark.parametrize(("name", "value"), [("isDeleted", True), ("daXoa", 1), ("deletedOn", "2025-11-01T00:00:00")])
def test_rows_marked_as_deleted_are_told_beside_the_figures(
    collect: Callable[..., ParseResult], name: str, value: object
) -> None:
    nothing = None if isinstance(value, str) else type(value)(0)  # type: ignore[call-arg]
    plain = collect(change_rows(lambda row, _: row.update({name: nothing})))
    assert plain.notices.unproved_vi == []
    marked = collect(change_rows(lambda row, place: row.update({name: nothing if place % 5 else value})))
    assert [f"ở trường {name} vẫn được tính" in said for said in marked.notices.unproved_vi] == [True]
    said = collect(change_rows(lambda row, _: row.update({name: value})), ignored=[name])
    assert said.notices.unproved_vi == []


@pytest.mark.parametrize(
    ("name", "usual", "other"),
    [("daThuHoi", "FALSE", "TRUE"), ("recalledOn", None, "2025-11-01"), ("isActive", True, False), ("hieuLuc", 1, 0)],
)
def test_a_mark_or_a_switch_of_some_rows_is_told_and_of_none_is_not(
    collect: Callable[..., ParseResult], name: str, usual: object, other: object
) -> None:
    assert collect(change_rows(lambda row, _: row.update({name: usual}))).notices.unproved_vi == []
    found = collect(change_rows(lambda row, place: row.update({name: usual if place % 5 else other})))
    assert [name in said and "ignored" in said for said in found.notices.unproved_vi] == [True]


def test_a_state_beside_the_one_that_is_read_is_the_same_in_other_words(collect: Callable[..., ParseResult]) -> None:
    found = collect(change_rows(lambda row, place: row.update({"trangThai": "Đã trả" if place % 5 else "Đang xử lý"})))
    assert found.notices.unproved_vi == []


@pytest.mark.parametrize("size", [20, 200], ids=["a short page", "a long one"])
def test_a_name_twice_in_one_row_is_told_and_no_value_is_taken(collect: Callable[..., ParseResult], size: int) -> None:
    def twice(page: Page, *_: object) -> Answer:
        rows = [dict(row, ghiChu="x" * (1_000 if size == 200 else 1)) for row in page["data"]]
        text = json.dumps({**page, "data": rows})
        return 200, text.replace('"kenhThucHien": "2"', '"kenhThucHien": "2", "kenhThucHien": "1"').encode()

    with pytest.raises(SourceContractError, match="trường kenhThucHien đứng hai lần trong cùng một mục JSON"):
        collect(twice)

"""Answers that are not as usual: other offsets, other ways of writing a code, rows listed twice, numbers of persons."""

from datetime import UTC, date, datetime
from decimal import Decimal
from unicodedata import normalize

import pandas as pd
import pytest

from baocao.domain import Window
from baocao.errors import SourceContractError
from baocao.records import UNKNOWN
from baocao.source_text import is_mark
from connectors.files.cell_values import as_amount
from connectors.files.date_evidence import DateEvidence
from connectors.files.text_tables import decode
from connectors.reading.instants import read_days, read_instants, read_usual
from connectors.reading.minimising import Fields
from connectors.reading.moments import DateStyle, read_moment
from connectors.reading.strict import Reader
from connectors.reading.tallying import Quarter, quarters_of
from tests.baocao.store.samples import payload

Q4 = Window(date(2025, 9, 15), date(2025, 12, 14))
STYLE = DateStyle.around(Q4)


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2025-12-14T23:30:00", 16), ("2025-12-14T23:30:00+07:00", 16), ("2025-12-14T23:30:00+0700", 16),
        ("2025-12-14T16:30:00Z", 16), ("2025-12-14T16:30:00+00:00", 16), ("2025-12-14T08:30:00-08:00", 16),
        ("2025-12-14T17:30:00+01:00", 16),
    ],
)  # fmt: skip
def test_an_instant_is_read_by_its_own_offset_and_without_one_by_viet_nam_s_clock(written: str, hour: int) -> None:
    expected = datetime(2025, 12, 14, hour, 30, tzinfo=UTC)
    assert read_instants(pd.Series([written], dtype="object"))[0] == expected
    mixed = read_instants(pd.Series([written, "2025-12-14T23:30:00", None], dtype="object"))
    assert (mixed[0], mixed[1]) == (expected, expected)


def test_the_usual_form_without_an_offset_is_viet_nam_s_clock() -> None:
    read = read_usual(pd.Series(["14/12/2025 23:30:00"], dtype="object"), "%d/%m/%Y %H:%M:%S")
    assert read[0] == datetime(2025, 12, 14, 16, 30, tzinfo=UTC)


def test_one_code_however_it_is_written_and_an_unknown_one_is_never_an_empty_one() -> None:
    reader = Reader("igate", "dac-khu")
    given = ["ONLINE", "online ", "04", 4, 4.0, "4", "", None, "LẠ"]
    read = reader.codes("channel", given, {"online": "online", 4: "postal"})
    assert read == ["online", "online", "postal", "postal", "postal", "postal", None, None, UNKNOWN]
    assert sum(sum(found.values()) for found in reader.notices.unknown_values.values()) == 1


def test_a_word_is_one_code_however_its_letters_are_composed() -> None:
    reader = Reader("qlvb", "dac-khu")
    given = [normalize("NFD", "Tối mật"), "TỐI MẬT ", "Tối mật"]
    assert reader.codes("doMat", given, {"Tối mật": "confidential"}) == ["confidential"] * 3


@pytest.mark.parametrize("nothing", ["0001-01-01T00:00:00", "1900-01-01 00:00:00", "1970-01-01T00:00:00.000+0000"])
def test_a_day_by_which_systems_write_that_there_is_none_is_none(nothing: str) -> None:
    read = Reader("igate", "dac-khu").dates("acceptedDate", [nothing, "2025-12-14T23:30:00", None], read_instants)
    assert [pd.isna(one) for one in read] == [True, False, True]


def test_one_date_that_cannot_be_read_among_many_is_told() -> None:
    def convert(texts: pd.Series) -> pd.Series:
        return pd.to_datetime(texts, format="%d/%m/%Y", errors="coerce")

    with pytest.raises(SourceContractError, match="trường day: không phải ngày"):
        Reader("igate", "dac-khu").dates("day", ["14/12/2025", "31/02/2025", None], convert)


def test_rows_listed_twice_prove_no_more_than_the_source_counts() -> None:
    reader = Reader("igate", "dac-khu")
    for page, count in enumerate((3, 3)):
        reader.note_listed(payload(request={"listing": "hồ sơ", "page": page, "total": 5}), count)
    reader.prove_listings()
    (proof,) = reader.notices.proofs
    assert (proof.found_count, proof.expected_count, proof.is_met) == (5, 5, True)


def test_a_quarter_covered_by_exactly_its_half_is_not_covered_for_the_greater_part() -> None:
    half = Window(date(2025, 8, 16), date(2025, 12, 31))  # 46 of the 92 days of the third quarter
    assert quarters_of(half) == [Quarter(2025, 4)]
    assert quarters_of(Window(date(2025, 8, 15), date(2025, 12, 31))) == [Quarter(2025, 3), Quarter(2025, 4)]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("14/12/2025 12:15 CH", "14T12:15"), ("14/12/2025 12:15 SA", "14T00:15"), ("14/12/2025 11:15 CH", "14T23:15"),
        ("14/12/2025 01:15 PM", "14T13:15"), ("2025-12-14T18:30:00+01:00", "15T00:30"),
        ("2025-12-14T16:30:00Z", "14T23:30"),
    ],
)  # fmt: skip
def test_a_cell_s_time_of_day_and_offset_are_taken_into_account(written: str, read: str) -> None:
    assert read_moment(written, STYLE).isoformat() == f"2025-12-{read}:00"


@pytest.mark.parametrize("settled", ["25/10/2025", "10/25/2025"])
def test_a_number_above_12_in_either_place_settles_which_comes_first(settled: str) -> None:
    evidence = DateEvidence(Q4, STYLE)
    evidence.note(["01/10/2025", "02/10/2025", "03/11/2025", "11/01/2025", "10/02/2025", "11/03/2025", "10/04/2025"])
    both_ways = DateEvidence(Q4, STYLE)
    both_ways.note(["10/01/2025", "11/02/2025"])
    assert "không có ngày nào trên 12" in both_ways.doubt(is_declared=False)
    both_ways.note([settled])
    assert both_ways.doubt(is_declared=False) == ""


@pytest.mark.parametrize(
    ("written", "amount"), [("8.000,5", "8000.5"), ("16.736", "16736"), ("0", "0"), ("1.234,50 đ", "1234.50")]
)
def test_an_amount_keeps_its_decimal_comma(written: str, amount: str) -> None:
    assert as_amount(written) == Decimal(amount)


def test_text_that_is_not_unicode_is_read_as_vietnamese_windows_writes_it() -> None:
    assert decode("Mã hồ sơ;Ngày nhận".encode("cp1258", errors="ignore") + b"\xd2") != ""
    assert decode("Đường".encode("cp1258", errors="ignore")).startswith("Đư")


FIELDS = Fields(
    kept={"code": {}, "id": {}, "kind": {}, "fees": {"amount": {}, "payer": {}}, "office": {}},
    names=frozenset({"office"}), numbers=frozenset({"id"}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("row", "stays"),
    [
        ({"id": 912345678}, True), ({"code": 912345678}, False), ({"code": 100000000}, False), ({"code": 99999999}, True),
        ({"code": "H98-001099012345-01"}, False), ({"office": "UBND xã An Mẫu"}, True),
        ({"office": "UBND xã An Mẫu - Nguyễn Văn An"}, False), ({"kind": {"a": 1}}, False), ({"kind": [1, 2]}, False),
    ],
)  # fmt: skip
def test_of_a_row_nothing_of_a_person_is_kept(row: dict[str, object], stays: bool) -> None:
    ((name, value),) = row.items()
    (kept,) = FIELDS.minimise([row])["rows"]
    assert kept[name] == value if stays else is_mark(str(kept[name]))


def test_every_item_of_a_list_is_looked_at() -> None:
    fees = [{"amount": 1, "payer": "H98"}, {"amount": 2, "payer": "Nguyễn Văn An"}, {"amount": 3, "payer": 912345678}]
    (kept,) = FIELDS.minimise([{"fees": fees}])["rows"]
    assert kept["fees"][0] == fees[0]
    assert all(is_mark(str(item["payer"])) for item in kept["fees"][1:])


@pytest.mark.parametrize(
    ("written", "form", "read"),
    [
        ("14/12/2025 8:05 CH", "%d/%m/%Y", "14T20:05"), ("14/12/25 8:05 SA", "%d/%m/%Y %H:%M:%S", "14T08:05"),
        ("12/14/25 8:05 p.m.", "%m/%d/%Y", "14T20:05"), ("8:05 CH 14/12/2025", "%d/%m/%y", "14T20:05"),
        ("2025-12-14 12:05:09 SA", "", "14T00:05"), ("2025/12/14 8:05 PM", "%Y/%m/%d %H:%M:%S", "14T20:05"),
        ("2025-12-14T13:05:00Z", "%d/%m/%Y", "14T20:05"),
    ],
)  # fmt: skip
def test_the_declared_order_is_enough_to_read_an_instant(written: str, form: str, read: str) -> None:
    (at,) = read_usual(pd.Series([written], dtype="object"), form or "%Y-%m-%dT%H:%M:%S")
    assert at.tz_convert("Asia/Ho_Chi_Minh").isoformat().startswith(f"2025-12-{read}")
    (day,) = read_days(pd.Series([written], dtype="object"), form)
    assert day.isoformat() == "2025-12-14T00:00:00"


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("05/10/25 8:05 CH", "%Y-%m-%dT%H:%M:%S"), ("8:05 CH 05/10/2025", "%Y-%m-%dT%H:%M:%S"),
        ("05/10/2025 14:05 CH", "%d/%m/%Y"), ("45935", "%d/%m/%Y"), ("31/02/25", "%d/%m/%Y"), ("25-10-05", ""),
    ],
)  # fmt: skip
def test_an_order_nobody_declared_is_not_guessed(written: str, form: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever reads it says so
        read_usual(pd.Series([written], dtype="object"), form)

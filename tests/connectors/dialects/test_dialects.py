"""What is particular to one dialect, and cannot be asked of all."""

import json
import re
from dataclasses import replace
from datetime import date

import orjson
import pytest

from baocao.catalogue import Catalogue
from baocao.domain import RawPayload, Window
from baocao.errors import SourceContractError, SourceUnavailableError
from baocao.records import UNKNOWN
from connectors.asking.http import SourceClient
from connectors.asking.resuming import PagedListing
from connectors.asking.signing_in import Token
from connectors.contract import ParseResult
from connectors.dialects import documents_qlvb
from connectors.dialects.documents_axis import sign
from connectors.dialects.igate_figures import plain_name
from connectors.reading.codes import procedure_code
from sandbox.server import RunningSandbox
from tests.connectors.dialects.collected import collect
from tests.connectors.strangers.serve import Answer, serve
from tests.connectors.strangers.serve import Asked as StrangerAsked
from tests.connectors.suite import WINDOW, Asked, asked, with_option

pytestmark = pytest.mark.usefixtures("credentials")


def rewritten(payload: RawPayload, old: bytes, new: bytes) -> RawPayload:
    assert old in payload.body
    return replace(payload, body=payload.body.replace(old, new))


def procedures_of(one: Asked, old: bytes, new: bytes) -> ParseResult:
    """What is read where every answer that has it says something else."""
    payloads = one.fetch()
    changed = [rewritten(payload, old, new) if old in payload.body else payload for payload in payloads]
    assert changed != payloads
    return one.parse(changed)


@pytest.mark.parametrize(
    ("old", "new"), [(b'"SOTIEN":"', b'"SOTIEN":"","X":"'), (b'"CACHTHUCTHUCHIEN":[', b'"CACHTHUCTHUCHIEN":null,"X":[')]
)
def test_a_procedure_whose_fee_the_portal_does_not_say_is_not_one_without_a_fee(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox, old: bytes, new: bytes
) -> None:
    one = asked(catalogue, tiny_sandbox, "portal_dvcqg")
    usual = one.collect().frames["procedures"]["has_fee"]
    found = procedures_of(one, old, new).frames["procedures"]["has_fee"]
    assert usual.notna().all()
    assert found.isna().any()
    assert (found[found.notna()] == usual[found.notna()]).all()


def test_a_fee_without_its_amount_among_others_with_theirs_is_none_and_is_told(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    """A system that writes "" for what costs nothing must not block every release."""
    one = asked(catalogue, tiny_sandbox, "portal_dvcqg")
    usual, found = one.collect(), procedures_of(one, b'"SOTIEN":"0"', b'"SOTIEN":""')
    assert found.frames["procedures"]["has_fee"].tolist() == usual.frames["procedures"]["has_fee"].tolist()
    (told,) = [said for said in found.notices.doubts_vi if "SOTIEN" in said]
    assert re.match(r"\d+ thủ tục có mục phí, lệ phí để trống số tiền \(SOTIEN\): coi là không thu \(\d", told)


@pytest.mark.parametrize(
    ("old", "name"),
    [
        (b'"CACHTHUCTHUCHIEN":[', "CACHTHUCTHUCHIEN"),
        (b'"THOIGIAN":[', "CACHTHUCTHUCHIEN.THOIGIAN"),
        (b'"PHILEPHI":[', "CACHTHUCTHUCHIEN.THOIGIAN.PHILEPHI"),
    ],
)
def test_a_text_where_a_list_belongs_is_said_by_its_field_and_what_belongs_there(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox, old: bytes, name: str
) -> None:
    field = name.rpartition(".")[2].encode()
    with pytest.raises(SourceContractError, match=f"trường {name}: cần danh sách các mục con, nhận chữ"):
        procedures_of(asked(catalogue, tiny_sandbox, "portal_dvcqg"), old, b'"%s":"x","X":[' % field)


def test_what_nobody_foresaw_is_said_in_words_and_not_by_pythons_name(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    one = asked(catalogue, tiny_sandbox, "portal_dvcqg")
    broken = [replace(payload, body=b"[]") for payload in one.fetch()]
    with pytest.raises(
        SourceContractError, match=r"dạng khác với dạng đã khai báo, cần: .*result \[\.\.\.\]"
    ) as caught:
        one.parse(broken)
    assert "Error" not in caught.value.reason


@pytest.mark.parametrize("heeds", [True, False])
def test_a_portal_that_names_our_unit_to_whoever_asks_proves_nothing_by_it(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox, *, heeds: bool
) -> None:
    one = asked(catalogue, tiny_sandbox, "portal_dvcqg")
    key = one.assignment.unit_key

    def answer(request: StrangerAsked) -> tuple[int, object]:
        body = json.loads(request.body)
        if "password" in body:
            return 200, {"error_code": 0, "session": "s"}
        if heeds and body["madonvi"] != key:
            return 200, {"error_code": 0, "result": []}
        row = {"MATTHC": body.get("maTTHC", "1.000001"), "MADONVI": key}
        if body["service"] == "LayThuTuc":
            return 200, {"error_code": 0, "result": [{**row, "CACHTHUCTHUCHIEN": [], "DUOCTHANHTOANTRUCTUYEN": "1"}]}
        rows = [
            {**row, "MATTHC": f"1.{n:06}", "MUCDO": "4", "MUCDODUDIEUKIEN": "4", "CONGKHAI": "1"} for n in range(12)
        ]
        return 200, {"error_code": 0, "result": rows}

    with serve(answer) as url:
        proofs = replace(one, assignment=replace(one.assignment, base_url=url)).collect().notices.proofs
    unmet = [proof.what_vi for proof in proofs if not proof.is_met]
    assert bool(unmet) is not heeds
    assert heeds or "dù đều ghi một mã đơn vị, không rõ của đơn vị nào" in unmet[0]


def test_a_procedure_listed_twice_with_another_level_has_no_known_level(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    one = asked(catalogue, tiny_sandbox, "portal_dvcqg")
    listed, *details = one.fetch()
    content = orjson.loads(listed.body)
    again = {**content["rows"][0], "MUCDO": "2" if content["rows"][0]["MUCDO"] != "2" else "3"}
    twice = orjson.dumps({**content, "rows": [*content["rows"], again]})
    found = one.parse([replace(listed, body=twice), *details])
    levels = found.frames["procedures"].set_index("procedure_code")["service_level"].astype("str")
    assert levels[procedure_code(again["MATTHC"])] == UNKNOWN
    assert (levels == UNKNOWN).sum() == 1
    assert any("1 thủ tục hơn một lần với MUCDO khác nhau" in doubt for doubt in found.notices.doubts_vi)


def test_an_empty_catalogue_is_no_unit_without_procedures(catalogue: Catalogue, tiny_sandbox: RunningSandbox) -> None:
    tiny_sandbox.set_fault("portal", "lose_row", rows=10_000)
    with pytest.raises(SourceContractError, match=r"danh mục không có thủ tục nào.*source_keys"):
        asked(catalogue, tiny_sandbox, "portal_dvcqg").collect()


def test_tandan_errors_in_its_own_envelope_are_not_a_changed_contract(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    tiny_sandbox.set_fault("tandan", "http_200_error")
    with pytest.raises(SourceUnavailableError, match="thông báo lỗi trong HTTP 200"):
        asked(catalogue, tiny_sandbox, "one_stop_tandan").collect()


def test_tandan_refusing_a_question_in_its_own_envelope_is_not_waited_for(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    tiny_sandbox.set_fault("tandan", "http_200_error", status=400)
    with pytest.raises(SourceContractError, match="từ chối câu hỏi bằng HTTP 400"):
        asked(catalogue, tiny_sandbox, "one_stop_tandan").collect()


def test_a_tandan_system_without_the_statistic_gives_its_dossiers_alone(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    usual = collect(catalogue, tiny_sandbox, "one_stop_tandan")
    asked_before = tiny_sandbox.requests.count("tandan", "soLieuBaoCaos")
    found = collect(catalogue, tiny_sandbox, "one_stop_tandan", statistic=False)
    assert tiny_sandbox.requests.count("tandan", "soLieuBaoCaos") == asked_before > 0
    assert found.frames["dossiers"].equals(usual.frames["dossiers"])
    assert len(usual.frames["tallies"]) > 0 == len(found.frames["tallies"])


def test_tandan_is_asked_to_sort_by_the_code_as_the_site_calls_it(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    one = with_option(asked(catalogue, tiny_sandbox, "one_stop_tandan"), site={"fields": {"maHoSo": "soBienNhan"}})
    tiny_sandbox.set_fault("tandan", "renamed_field", field="maHoSo", to="soBienNhan")
    assert one.fetch()[0].request["body"]["orderBy"] == ["soBienNhan"]


def test_tandan_errors_in_bare_text_are_said_with_their_status(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    with pytest.raises(
        SourceContractError, match=r"HTTP 400 tại /api/v1/hosos/search: nhận \d+ byte không phải JSON trọn vẹn"
    ):
        with_option(asked(catalogue, tiny_sandbox, "one_stop_tandan"), page_size=-1).collect()


def test_tandan_figures_that_are_not_json_in_a_string_are_lost_and_the_dossiers_are_not(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    one = asked(catalogue, tiny_sandbox, "one_stop_tandan")
    payloads = one.fetch()
    row = orjson.loads(payloads[-1].body)["rows"][0]
    text = orjson.dumps(row["soLieu"])
    for broken in (b'"{\\"TiepNhan"', b"12", b'"[]"'):
        found = one.parse([*payloads[:-1], rewritten(payloads[-1], text, broken)])
        assert len(found.frames["tallies"]) == 0
        assert len(found.frames["dossiers"]) > 10
        (doubt,) = found.notices.doubts_vi
        assert doubt.startswith("không có số tổng hợp của nguồn để đối chiếu: ")
        assert "soLieu" in doubt


def test_opencps_subtotals_that_contradict_their_rows_are_never_counted(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    one = with_option(asked(catalogue, tiny_sandbox, "one_stop_opencps"), page_size=100)
    payload, *_ = one.fetch()
    rows = orjson.loads(payload.body)["rows"]
    subtotal = next(row for row in rows if row["govAgencyCode"] and not row["domainCode"])
    subtotal["dossierOnline4Count"] += 1
    body = orjson.dumps({"unknown_fields": [], "rows": rows})
    with pytest.raises(SourceContractError, match="dossierOnline4Count: các dòng theo lĩnh vực cộng lại"):
        one.parse([replace(payload, body=body)])


def test_igate_names_are_compared_without_the_province_and_in_full() -> None:
    assert plain_name("UBND  Xã An Mẫu - tỉnh Biển Mẫu") == plain_name("UBND xã An Mẫu")
    assert plain_name("UBND xã An Mẫu") != plain_name("UBND xã An Mẫu Đông")


def test_igate_units_that_the_report_does_not_name_are_listed_with_those_it_does(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    one = asked(catalogue, tiny_sandbox, "one_stop_igate_statistics")
    names = {one.assignment.unit_key: "UBND xã Không Có"}
    with pytest.raises(SourceContractError, match="các tên đang có: UBND đặc khu Sao Mẫu - tỉnh Biển Mẫu"):
        with_option(one, names=names).collect()


def test_igates_report_replaces_figures_and_never_doubles_them(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    frame = asked(catalogue, tiny_sandbox, "one_stop_igate_statistics").collect().frames["tallies"]
    assert frame["indicator_code"].is_unique
    by_application = frame[frame["basis"].str.startswith("theo ngày nộp")]
    assert set(by_application["indicator_code"]) == {"dossiers_full_online_count", "dossiers_partial_online_count"}


def test_the_portals_evaluation_is_refused_to_those_who_do_not_come_from_its_site(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.dialects.portal_evaluation.ORIGIN", "https://noi-khac.vi-du.vn")
    with pytest.raises(Exception, match="HTTP 403"):
        asked(catalogue, tiny_sandbox, "portal_evaluation").collect()


def test_a_unit_that_the_portal_does_not_know_is_said_so(catalogue: Catalogue, tiny_sandbox: RunningSandbox) -> None:
    one = asked(catalogue, tiny_sandbox, "portal_evaluation")
    one = with_option(one, root_department_id=one.assignment.source.options["root_department_id"])
    one = replace(one, assignment=replace(one.assignment, unit_key="khong-co"))
    with pytest.raises(SourceContractError, match=r"đơn vị không có trong \d+ dòng trả về .*source_keys"):
        one.collect()


def test_the_axis_is_signed_as_its_sdk_does() -> None:
    signature = sign("H98", "14122025T080000+0000", "application/json", "", "khoa")
    assert signature == sign("H98", "14122025T080000+0000", "application/json", "", "khoa")
    assert signature != sign("H98", "14122025T080001+0000", "application/json", "", "khoa")
    assert len(bytes.fromhex(signature)) == 32


def test_the_axis_statistic_takes_the_units_own_number_and_no_sum(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    one = asked(catalogue, tiny_sandbox, "documents_axis")
    province = replace(one, assignment=replace(one.assignment, unit_key="H98"))
    values = [each.collect().frames["tallies"]["value"].tolist() for each in (one, province)]
    assert values[0] == values[1]
    assert len(values[0]) == 1


def test_a_period_that_is_not_over_is_probed_by_days_that_are(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    one = asked(catalogue, tiny_sandbox, "one_stop_igate_statistics")
    window = Window(date(2025, 9, 15), date(2026, 3, 14))
    probes = [
        payload.request["day"]
        for payload in replace(one, assignment=replace(one.assignment, window=window)).fetch()
        if payload.request["part"] == "probe"
    ]
    assert probes
    assert max(probes) < "2025-12-15"


def test_an_interrupted_listing_of_tandan_goes_on_where_it_stopped(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    one = with_option(asked(catalogue, tiny_sandbox, "one_stop_tandan"), page_size=15)
    tiny_sandbox.requests.clear()
    whole = one.fetch()
    asked_before = tiny_sandbox.requests.count("tandan", "hosos/search")
    tiny_sandbox.requests.clear()
    resumed = replace(one, assignment=replace(one.assignment, already=lambda: whole[:3])).fetch()
    assert [payload.body for payload in resumed] == [payload.body for payload in whole]
    assert tiny_sandbox.requests.count("tandan", "hosos/search") == asked_before - 2


def without_receipt(payload: RawPayload, new_fields: list[str]) -> RawPayload:
    """Every other row of the page has no acceptedDate."""
    content = orjson.loads(payload.body)
    rows = [{k: v for k, v in row.items() if n % 2 or k != "acceptedDate"} for n, row in enumerate(content["rows"])]
    return replace(payload, body=orjson.dumps({"rows": rows, "unknown_fields": new_fields}))


def test_a_field_left_out_of_some_rows_is_empty_there_unless_new_ones_came_with_it(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    one = asked(catalogue, tiny_sandbox, "one_stop_igate")
    first, *others = one.fetch()
    frame = one.parse([without_receipt(first, []), *others]).frames["dossiers"]
    assert frame["received_at"].isna().any()
    with pytest.raises(SourceContractError, match=r"thiếu trường acceptedDate ở .* trường mới: ngayNhan"):
        one.parse([without_receipt(first, ["ngayNhan"]), *others])


@pytest.mark.parametrize("left_out", ["first", "last", "none"])
def test_the_first_and_the_last_day_are_there_whichever_bound_the_axis_leaves_out(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox, left_out: str
) -> None:
    one = with_option(asked(catalogue, tiny_sandbox, "documents_axis"), statistic=False)
    days = [WINDOW.start_on, date(2025, 11, 3), WINDOW.end_on]

    def answer(question: StrangerAsked) -> Answer:
        first, last = (question.headers[name] for name in ("fromdate", "todate"))
        rows = [
            {
                "senderDocId": f"{number}", "fromCode": one.assignment.unit_key, "messageType": "edoc",
                "sentTime": f"{day:%Y/%m/%d} 09:00:00", "receiveStatus": "06",
            }
            for number, day in enumerate(days)
            if (first < f"{day:%Y/%m/%d}" or left_out != "first") and (f"{day:%Y/%m/%d}" < last or left_out != "last")
        ]  # fmt: skip
        sent = "Sent" in question.path
        return 200, {"status": "OK", "ErrorCode": "0", "data": rows if sent else []}

    with serve(answer) as url:
        found = replace(one, assignment=replace(one.assignment, base_url=url)).collect().frames["documents"]
    assert sorted(found["issued_on"].dt.date) == days


@pytest.mark.parametrize(
    ("changed", "count", "says"),
    [
        ({"messageType": "eDoc"}, 3, ""),
        ({"fromCode": " h98.51"}, 3, ""),
        ({"fromCode": "000.00.51.H98"}, 0, "không văn bản nào trong 3 văn bản đã gửi ghi mã của đơn vị ở fromCode"),
        ({"messageType": "business"}, 0, "không văn bản nào"),
    ],
)
def test_an_axis_that_calls_us_or_a_document_otherwise_never_gives_nought_without_a_word(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox, changed: dict[str, str], count: int, says: str
) -> None:
    one = with_option(asked(catalogue, tiny_sandbox, "documents_axis"), statistic=False)

    def answer(question: StrangerAsked) -> Answer:
        row = {"fromCode": one.assignment.unit_key, "messageType": "edoc", "receiveStatus": "06"}
        sent = [row | changed | {"senderDocId": f"{n}", "sentTime": f"2025/11/{n:02} 09:00:00"} for n in (3, 4, 5)]
        if "Sent" not in question.path:
            return 204, b""
        return 200, {"status": "Ok", "ErrorCode": 0, "data": sent}

    with serve(answer) as url:
        found = replace(one, assignment=replace(one.assignment, base_url=url)).collect()
    unmet = [proof.what_vi for proof in found.notices.proofs if not proof.is_met and proof.expected_count is not None]
    assert len(found.frames["documents"]) == count
    assert [says in one for one in unmet] == ([True] if says else [])
    assert bool(found.notices.unknown_values) == (changed.get("messageType") == "business")


@pytest.mark.parametrize("source_code", ["documents_qlvb", "one_stop_igate", "one_stop_tandan"])
def test_where_the_question_by_which_date_is_not_answered_that_is_told(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox, source_code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(listing: PagedListing) -> list[str]:
        raise listing.client.unavailable("bận")

    one = asked(catalogue, tiny_sandbox, source_code)
    assert not any("lọc theo đúng ngày" in said for said in one.collect().notices.unproved_vi)
    if source_code == "documents_qlvb":
        one = with_option(one, switch=True)
        monkeypatch.setattr(documents_qlvb, "_prove_post", lambda *_: None)
    monkeypatch.setattr(PagedListing, "some_keys", refuse)
    assert any("chưa kiểm được hệ thống lọc theo đúng ngày cần" in said for said in one.collect().notices.unproved_vi)


@pytest.mark.parametrize("listed_for", ["2501", "2601", "nobody"])
def test_two_units_on_one_account_whose_post_is_shared_are_told(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox, listed_for: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another unit's collection takes the post between our signing in and our listing: its documents are not ours."""
    tiny_sandbox.set_fault("documents", "post_of_account")
    sign_in, turns = documents_qlvb._sign_in, iter([True])

    def sign_in_and_lose_the_post(client: SourceClient, post: str | None = None) -> Token:
        token = sign_in(client, post)
        if next(turns, False):
            sign_in(client, listed_for)
        return token

    monkeypatch.setattr(documents_qlvb, "_sign_in", sign_in_and_lose_the_post)
    with pytest.raises(SourceUnavailableError, match="tài khoản đang được dùng cho đơn vị khác"):
        asked(catalogue, tiny_sandbox, "documents_qlvb").fetch()

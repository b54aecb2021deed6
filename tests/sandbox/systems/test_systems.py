"""A naive client of each system counts the true figures off what it is answered."""

from collections import Counter
from datetime import datetime, timedelta

import pytest
import requests

from sandbox.credentials import ENVIRONMENT, ONE_STOP_CLIENT
from sandbox.server import start
from sandbox.world.ledger import PLANTED_PATTERNS, invent_person
from sandbox.world.state import Options
from sandbox.world.truth import true_figures
from tests.sandbox.naive_clients import (
    AGENCIES,
    COUNT_PAGES,
    DAC_KHU,
    PROVIDER,
    Q4_2025,
    SEARCH,
    STATISTIC,
    TOKEN,
    XA,
    Documents,
    OneStop,
    Portal,
)

NOT_COUNTED = (0, 13)


def level(row):
    return row["procedureLevel"]["name"][0]["name"]


def is_online(row):
    return row["applyMethod"] is not None and row["applyMethod"]["id"] == 0


def counted(rows):
    return [row for row in rows if row["dossierStatus"]["id"] not in NOT_COUNTED]


def codes(rows):
    return {".".join(row["procedure"]["code"].split(".")[:2]) for row in rows}


@pytest.fixture
def one_stop(tiny):
    client = OneStop(tiny.url)
    client.log_in()
    return client


@pytest.fixture
def portal(tiny):
    client = Portal(tiny.url)
    client.log_in()
    return client


@pytest.fixture
def documents(tiny):
    client = Documents(tiny.url)
    client.log_in(DAC_KHU["post"])
    return client


def test_dossiers_listed_page_by_page_give_the_figures_of_the_2025_form(dac_khu):
    client = OneStop(dac_khu.url)
    client.log_in()
    rows = client.list_all(Q4_2025, DAC_KHU["agency"], sort="updatedDate,desc")
    assert len({row["id"] for row in rows}) == len({row["code"] for row in rows}) == len(rows)
    rows = counted(rows)
    full = [row for row in rows if level(row) == "Dịch vụ công trực tuyến toàn trình"]
    partial = [row for row in rows if level(row) == "Dịch vụ công trực tuyến một phần"]
    assert (len(full), sum(map(is_online, full))) == (16_736, 9_530)
    assert (len(partial), sum(map(is_online, partial))) == (6_681, 2_809)
    assert (len(codes(full + partial)), len(codes(filter(is_online, full + partial)))) == (63, 53)


def test_dossiers_of_the_old_levels_give_the_figures_of_the_2024_form(xa):
    client = OneStop(xa.url)
    client.log_in()
    rows = counted(client.list_all(("2023-12-15", "2024-03-14"), XA["agency"]))
    by_level = {name: [row for row in rows if level(row) == name] for name in ("Mức độ 3", "Mức độ 4")}
    assert [len(codes(filter(is_online, of))) for of in by_level.values()] == [19, 5]
    both = by_level["Mức độ 3"] + by_level["Mức độ 4"]
    assert (len(both), sum(map(is_online, both))) == (484, 310)
    assert rows[0]["code"].startswith("000.31.25.H98-")


def test_documents_listed_page_by_page_give_the_share_of_electronic_ones(dac_khu):
    client = Documents(dac_khu.url)
    client.log_in(DAC_KHU["post"])
    rows = client.list_all("15/09/2025", "14/12/2025")
    out = [row for row in rows if row["congVanDenDi"] == "2" and row["doMat"] == "Thường"]
    electronic = [row for row in out if row["hinhThucGuiCode"] == "DT" and row["isSign"] == "TRUE"]
    assert (len(out), len(electronic)) == (1240, 1178)
    assert Counter(row["congVanDenDi"] for row in rows)["1"] == 3_831
    assert all(isinstance(value, str) for row in rows for value in row.values())


@pytest.mark.parametrize(("name", "unit"), [("dac_khu", DAC_KHU), ("xa", XA)])
def test_the_catalogue_gives_levels_fees_and_payments(name, unit, request):
    running = request.getfixturevalue(name)
    client = Portal(running.url, unit["portal"])
    client.log_in()
    rows = client.call().json()["result"]
    true = true_figures(running.data_set.name, running.data_set.unit_code, running.data_set.period_code)
    top, middle = ("full", None) if name == "dac_khu" else ("level_4", "level_3")
    assert sum(row["MUCDO"] == "4" for row in rows) == true[f"procedures_{top}_count"]
    assert sum(row["MUCDODUDIEUKIEN"] == "4" for row in rows) == true[f"procedures_{top}_eligible_count"]
    if middle:
        assert sum(row["MUCDO"] == "3" for row in rows) == true[f"procedures_{middle}_count"]
    online = [row for row in rows if row["MUCDO"] in "34"]
    assert len(online) == true["procedures_online_count"]
    assert sum(row["CONGKHAI"] == "1" for row in online) == true["procedures_published_national_count"]
    details = [client.call("LayThuTuc", maTTHC=row["MATTHC"]).json()["result"][0] for row in rows]
    paid = [detail["DUOCTHANHTOANTRUCTUYEN"] for detail in details if has_fee(detail)]
    assert len(paid) == true["procedures_fee_count"]
    assert paid.count("1") == true["procedures_payment_national_count"]
    assert paid.count("1") + paid.count("2") == true["procedures_payment_any_count"]


def has_fee(detail):
    return any(
        int(fee["SOTIEN"].replace(".", "")) > 0
        for way in detail["CACHTHUCTHUCHIEN"]
        for time in way["THOIGIAN"]
        for fee in time["PHILEPHI"]
    )


def test_real_utc_days_give_another_count_than_the_local_days_the_server_reads(dac_khu):
    client = OneStop(dac_khu.url)
    client.log_in()
    shifted = {"accepted-from": "2025-09-14T17:00:00.000Z", "accepted-to": "2025-12-14T16:59:59.999Z"}
    local = {"accepted-from": "2025-09-15T00:00:00.000Z", "accepted-to": "2025-12-14T23:59:59.999Z"}
    read = {"spec": "page", "size": 1, "ancestor-agency-id": DAC_KHU["agency"]}
    totals = [client.get(**read, **span).json()["totalElements"] for span in (shifted, local)]
    assert totals[0] != totals[1]


def test_a_server_that_honours_the_zone_wants_utc():
    with start("tiny", options=Options(honour_zone=True)) as running:
        client = OneStop(running.url)
        client.log_in()
        spans = [
            {"accepted-from": "2025-09-14T17:00:00.000Z", "accepted-to": "2025-12-14T16:59:59.999Z"},
            {"accepted-from": "2025-09-15T00:00:00.000+07:00", "accepted-to": "2025-12-14T23:59:59.999+07:00"},
        ]
        assert [len(counted(client.list_all(**span))) for span in spans] == [62, 62]


def test_without_the_agency_the_listing_holds_neighbours_too(dac_khu):
    client = OneStop(dac_khu.url)
    client.log_in()
    read = {"spec": "page", "size": 1}
    everything = client.get(**read).json()["totalElements"]
    own = client.get(**read, **{"ancestor-agency-id": DAC_KHU["agency"]}).json()["totalElements"]
    assert everything - own == 150


def test_a_later_clock_shows_dossiers_entered_late():
    later = datetime.fromisoformat("2025-12-15T07:00:00+07:00") + timedelta(days=30)
    with start("tiny", now=later) as running:
        client = OneStop(running.url)
        client.log_in()
        rows = [row for row in counted(client.list_all(Q4_2025)) if "thông tin" not in level(row)]
        assert len(rows) == 62 == true_figures("tiny", "dac-khu", "2025-Q4", later)["dossiers_received_count"]


def test_a_slice_has_no_totals_and_a_page_has(one_stop):
    a_slice, a_page = (one_stop.get(size=10, spec=spec).json() for spec in ("slice", "page"))
    assert "totalElements" not in a_slice
    assert a_page["totalElements"] == 66
    assert a_slice["content"] == a_page["content"]
    assert not a_slice["last"]


def test_pages_of_any_size_and_order_hold_the_same_rows(one_stop):
    wanted = sorted(row["id"] for row in one_stop.list_all())
    for sort in ("updatedDate,desc", "code,asc", "acceptedDate,desc", "nothing,asc"):
        assert sorted(row["id"] for row in one_stop.list_all(size=7, sort=sort)) == wanted


def test_filters_by_status_code_and_completion(one_stop):
    rows = one_stop.list_all()
    some = one_stop.list_all(**{"dossier-status": "4,5", "remove-status": "5"})
    assert {row["dossierStatus"]["id"] for row in some} == {4}
    assert [row["code"] for row in one_stop.list_all(code=rows[3]["code"])] == [rows[3]["code"]]
    done = one_stop.list_all(**{"completed-from": "2025-10-01T00:00:00.000Z"})
    assert done
    assert all(row["completedDate"] >= "2025-09-30T17" for row in done)


def test_the_page_size_is_capped_silently(shared_tiny):
    with start("tiny", options=Options(page_size_cap=25)) as running:
        client = OneStop(running.url)
        client.log_in()
        content = client.get(size=5000).json()
        assert (content["size"], len(content["content"]), content["last"]) == (25, 25, False)


def test_a_malformed_date_or_number_is_a_bad_request(one_stop):
    for wrong in ({"accepted-from": "15/09/2025"}, {"accepted-to": "2025-02-30T00:00:00.000Z"}, {"page": "x"}):
        answer = one_stop.get(**wrong)
        assert (answer.status_code, answer.json()["error"]) == (400, "Bad Request")


def test_a_wrong_secret_or_password_is_refused_in_each_system_s_own_way(tiny):
    keycloak = OneStop(tiny.url, "wrong").log_in()
    assert (keycloak.status_code, keycloak.json()["error"]) == (401, "unauthorized_client")
    envelope = Documents(tiny.url, "wrong").log_in()
    assert (envelope.status_code, envelope.json()["status"]["code"]) == (401, "401")
    portal = Portal(tiny.url, password="wrong").log_in()
    assert (portal.status_code, portal.json()["error_code"]) == (200, "3")


def test_data_without_a_token_are_refused(tiny):
    assert OneStop(tiny.url).get().status_code == 401
    assert Documents(tiny.url).post().json()["status"]["code"] == "401"
    assert Portal(tiny.url).call().json()["error_code"] == "-3"


def test_a_token_ends_after_its_life():
    with start("tiny", options=Options(one_stop_token_life_s=0)) as running:
        client = OneStop(running.url)
        client.log_in()
        assert client.get().json()["error"] == "invalid_token"


def test_keycloak_also_takes_basic_and_the_password_grant(tiny):
    secret = ENVIRONMENT["BAOCAO_ONE_STOP_SECRET"]
    grants = [
        {"data": {"grant_type": "client_credentials"}, "auth": (ONE_STOP_CLIENT, secret)},
        {"data": {"grant_type": "password", "username": ONE_STOP_CLIENT, "password": secret, "client_id": "x"}},
    ]
    assert [requests.post(tiny.url + TOKEN, timeout=600, **grant).status_code for grant in grants] == [200, 200]


def test_the_integration_account_sees_no_documents_before_it_switches(tiny):
    client = Documents(tiny.url)
    client.log_in()
    assert client.post().json()["data"] == []


def test_documents_come_at_most_fifty_to_a_page(documents):
    assert len(documents.post(pageRec="500").json()["data"]) == 50
    assert documents.post(COUNT_PAGES).json()["data"] == {"pageNo": "2", "pageRec": "50"}
    assert documents.post(startDateBanHanh="2025-09-15").status_code == 400


def test_the_document_report_is_text_without_dates(documents):
    report = documents.session.get(f"{documents.url}/qlvb/api/report/documentreport/", timeout=600).json()["data"]
    assert report["diBanHanh"] == "22"
    assert set(map(type, report.values())) == {str}


def test_agencies_and_their_statistic_come_from_the_same_dossiers(one_stop):
    names = [row["code"] for row in one_stop.get(AGENCIES).json()["content"]]
    assert names == ["H98.51", "H98.51.01"]
    span = {"from-date": "2025-09-15T00:00:00.000Z", "to-date": "2025-12-14T23:59:59.999Z"}
    row = one_stop.get(STATISTIC, **span, **{"agency-id": DAC_KHU["agency"], "suppended-cancelled": "true"}).json()[0]
    rows = [row for row in counted(one_stop.list_all(Q4_2025)) if row["acceptedDate"]]
    assert row["received"] == len(rows) == row["receivedOnline"] + row["receivedDirect"]


def test_the_portal_says_ok_as_number_and_as_text(portal):
    assert portal.call().json()["error_code"] == "0"
    assert portal.call("LayDanhMucCoQuan").json()["error_code"] == 0
    assert portal.call(madonvi="H98.99").json()["error_code"] == "-1"
    assert portal.call("Gi").json()["error_code"] == "-1"


def test_one_dossier_in_both_systems(one_stop, portal):
    row = next(row for row in one_stop.list_all() if row["dossierStatus"]["id"] == 6)
    found = portal.call("TraCuuHoSo", mahoso=row["code"]).json()["result"]
    assert [(copy["MaHoSo"], copy["TrangThaiHoSo"]) for copy in found] == [(row["code"], "9")]
    assert portal.call("TraCuuHoSo", mahoso="H98.51-250101-0001").json()["result"] == []


def test_the_same_request_gives_the_same_bytes_from_two_servers(tiny, one_stop):
    with start("tiny") as other:
        twin = OneStop(other.url)
        twin.log_in()
        assert twin.get(size=100).content == one_stop.get(size=100).content


def test_kept_pages_are_the_pages(one_stop):
    with start("tiny", options=Options(keep_pages=True)) as running:
        client = OneStop(running.url)
        client.log_in()
        answers = [client.get(size=20, page=page).content for page in (0, 1, 0, 1)]
        assert answers == [one_stop.get(size=20, page=page).content for page in (0, 1, 0, 1)]


def test_applicants_are_invented_and_recognisable(one_stop, documents):
    row = one_stop.get(SEARCH, size=1).json()["content"][0]
    person = row["applicant"]["data"]
    wanted = invent_person(int(row["id"][-8:], 16))
    assert (person["fullname"], person["identityNumber"]) == (wanted.full_name, wanted.identity_number)
    assert (person["email"], person["address"], person["phoneNumber"]) == (wanted.email, wanted.address, wanted.phone)
    assert all(PLANTED_PATTERNS["name"].search(row["trichYeu"]) for row in documents.post().json()["data"])
    assert PLANTED_PATTERNS["token"].fullmatch(one_stop.session.headers["Authorization"].removeprefix("bearer "))


def test_an_unknown_provider_is_refused(tiny):
    path = f"{tiny.url}/dvcqg/XrdAdapter/RestService/forward/mapi/login"
    assert requests.post(path, params={"dstcode": "VN:GOV:x"}, json={}, timeout=600).json()["error_code"] == "-1"
    assert PROVIDER["dstcode"].startswith("VN:GOV:")

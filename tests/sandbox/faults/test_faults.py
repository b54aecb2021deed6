"""Each fault can be seen from outside, and ends when it is told to."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from sandbox.faults.dialects import DIALECTS
from sandbox.faults.registry import FAULTS, UnknownFaultError
from tests.sandbox.naive_clients import COUNT_PAGES, DAC_KHU, Documents, OneStop, Portal

SYSTEMS = ("documents", "one_stop", "portal")
ROWS = {"documents": "data", "one_stop": "content", "portal": "result"}
each_system = pytest.mark.parametrize("system", SYSTEMS)


class Asker:
    """Signs in to one system and asks it for rows."""

    def __init__(self, url, system):
        self.client = {"documents": Documents, "one_stop": OneStop, "portal": Portal}[system](url)
        self.system = system

    def log_in(self):
        return self.client.log_in(DAC_KHU["post"]) if self.system == "documents" else self.client.log_in()

    def ask(self, timeout=600):
        ways = {"documents": "post", "one_stop": "get", "portal": "call"}
        return getattr(self.client, ways[self.system])(timeout=timeout)

    def rows(self):
        return self.ask().json()[ROWS[self.system]]


@pytest.fixture
def ask(tiny):
    def make(system):
        asker = Asker(tiny.url, system)
        asker.log_in()
        return asker

    return make


def test_every_fault_has_a_summary_and_a_test_here():
    assert all(fault.summary for fault in FAULTS.values())
    text = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in FAULTS if f'"{name}"' not in text] == []


@each_system
def test_down_closes_the_connection_at_login_and_after(tiny, ask, system):
    asker = ask(system)
    tiny.set_fault(system, "down")
    for call in (asker.log_in, asker.ask):
        with pytest.raises(requests.ConnectionError):
            call()
    assert tiny.requests[-1].status == 0
    tiny.clear_faults()
    assert asker.ask().ok


def test_one_system_down_leaves_the_others_up(tiny, ask):
    askers = [ask(system) for system in SYSTEMS]
    tiny.set_fault("documents", "down")
    assert [asker.ask().status_code for asker in askers[1:]] == [200, 200]


@each_system
def test_silent_never_answers(tiny, ask, system):
    asker = ask(system)
    tiny.set_fault(system, "silent", path="")
    with pytest.raises(requests.ReadTimeout):
        asker.ask(timeout=0.2)


@each_system
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("unavailable_503", (503, "text/html", "503 Service Temporarily Unavailable")),
        ("forbidden_403", (403, "application/json", "403")),
        ("unauthorised_401", (401, "text/html", "401 Authorization Required")),
        ("login_page", (200, "text/html", "<form")),
        ("bare_500", (500, "text/plain", "Object reference")),
        ("too_many_429", (429, "text/html", "429")),
    ],
)
def test_refusals_say_so(tiny, ask, system, fault, expected):
    status, kind, said = expected
    asker = ask(system)
    tiny.set_fault(system, fault)
    answer = asker.ask()
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (status, kind)
    assert said in answer.text


def test_too_many_comes_with_and_without_retry_after(tiny, ask):
    asker = ask("one_stop")
    tiny.set_fault("one_stop", "too_many_429", retry_after=7)
    assert asker.ask().headers["retry-after"] == "7"
    tiny.set_fault("one_stop", "too_many_429", retry_after=None)
    assert "retry-after" not in asker.ask().headers


@each_system
def test_an_error_hides_in_http_200_as_number_or_text(tiny, ask, system):
    asker = ask(system)
    found = []
    for as_text in (False, True):
        tiny.set_fault(system, "http_200_error", as_text=as_text)
        answer = asker.ask()
        content = answer.json()
        code = content["status"]["code"] if system == "documents" else content.get("error_code", content.get("code"))
        found.append((answer.status_code, type(code)))
    assert found == [(200, int), (200, str)]


@each_system
def test_wrong_password_refuses_the_right_one(tiny, ask, system):
    asker = ask(system)
    tiny.set_fault(system, "wrong_password")
    answer = asker.log_in()
    assert answer.status_code == (200 if system == "portal" else 401)
    assert system != "portal" or answer.json()["error_code"] == "3"


@each_system
def test_a_token_dies_after_one_good_answer_and_a_new_one_lives(tiny, ask, system):
    asker = ask(system)
    tiny.set_fault(system, "token_dies")
    good, bad, still_bad = (asker.ask() for _ in range(3))
    assert good.ok
    for answer in (bad, still_bad):
        assert answer.json()["error_code"] == "-3" if system == "portal" else answer.status_code == 401
    asker.log_in()
    assert len(asker.rows()) > 10


def test_a_dead_token_of_the_document_system_may_hide_in_http_200(tiny, ask):
    asker = ask("documents")
    tiny.set_fault("documents", "token_dies", after=0, http_200=True)
    answer = asker.ask()
    assert (answer.status_code, answer.json()["status"]["code"]) == (200, "-1")


@each_system
def test_redirect_points_to_another_host(tiny, ask, system):
    asker = ask(system)
    tiny.set_fault(system, "redirect_elsewhere")
    asker.client.session.max_redirects = 0
    with pytest.raises(requests.TooManyRedirects) as error:
        asker.ask()
    assert error.value.response.headers["location"] == "http://127.0.0.2:9/dang-nhap"


def test_drip_sends_a_byte_at_a_time(tiny, ask):
    asker = ask("one_stop")
    tiny.set_fault("one_stop", "drip", interval_s=0.05)
    answer = asker.client.session.get(f"{tiny.url}/igate/ba/agency/name+code", stream=True, timeout=600)
    begun = time.monotonic()
    assert [answer.raw.read(1) for _ in range(4)] == [b"{", b'"', b"c", b"o"]
    assert time.monotonic() - begun > 0.1
    answer.close()


def test_truncated_json_with_an_honest_length_and_without(tiny, ask):
    asker = ask("portal")
    tiny.set_fault("portal", "truncated", honest=True)
    with pytest.raises(requests.JSONDecodeError):
        asker.ask().json()
    tiny.set_fault("portal", "truncated", honest=False)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        asker.ask()


def test_a_gzip_bomb_is_small_until_it_is_opened(tiny, ask):
    asker = ask("one_stop")
    tiny.set_fault("one_stop", "gzip_bomb", bytes=5_000_000)
    answer = asker.ask()
    assert int(answer.headers["content-length"]) < 50_000
    assert len(answer.content) > 5_000_000


@pytest.mark.parametrize("declare", [True, False])
def test_a_huge_answer_may_declare_its_size_or_not(tiny, ask, declare):
    asker = ask("documents")
    tiny.set_fault("documents", "huge", bytes=3_000_000, declare=declare)
    answer = asker.ask()
    assert len(answer.content) == 3_000_011
    assert ("content-length" in answer.headers) is declare


def test_a_repeated_page_of_the_one_stop_shop(tiny, ask):
    asker = ask("one_stop")
    tiny.set_fault("one_stop", "repeat_page")
    pages = [asker.client.get(page=page, size=10).json() for page in (0, 1, 2)]
    assert pages[0]["content"] == pages[1]["content"] != pages[2]["content"]
    assert [page["number"] for page in pages] == [0, 1, 2]


def test_a_repeated_page_of_the_documents_and_the_portal(tiny, ask):
    documents, portal = ask("documents"), ask("portal")
    once = portal.rows()
    for system in ("documents", "portal"):
        tiny.set_fault(system, "repeat_page")
    assert documents.client.post(pageNo="1").json() == documents.client.post(pageNo="2").json()
    assert portal.rows() == once * 2


def test_a_row_is_lost_between_pages_and_the_total_shrinks(tiny, ask):
    asker = ask("one_stop")
    whole = {row["id"] for row in asker.client.list_all(size=20)}
    tiny.set_fault("one_stop", "lose_row")
    assert len(whole - {row["id"] for row in asker.client.list_all(size=20)}) == 1
    totals = [asker.client.get(page=page, size=20, spec="page").json()["totalElements"] for page in (0, 1)]
    assert totals == [66, 65]


def test_a_row_is_lost_from_documents_and_catalogue(tiny, ask):
    documents, portal = ask("documents"), ask("portal")
    before = len(portal.rows())
    second = [row["id"] for row in documents.client.post(pageNo="2").json()["data"]]
    for system in ("documents", "portal"):
        tiny.set_fault(system, "lose_row")
    assert [row["id"] for row in documents.client.post(pageNo="2").json()["data"]] == second[1:]
    assert len(portal.rows()) == before - 1


def test_a_listing_that_never_ends(tiny, ask):
    one_stop, documents, portal = (ask(system) for system in ("one_stop", "documents", "portal"))
    for system in SYSTEMS:
        tiny.set_fault(system, "never_ends")
    far = one_stop.client.get(page=4_000, size=10).json()
    assert (len(far["content"]), far["last"]) == (10, False)
    assert documents.client.post(COUNT_PAGES).json()["data"]["pageNo"] == "1000000"
    assert len(documents.client.post(pageNo="99999").json()["data"]) == 50
    body = {"session": portal.client.key, "madonvi": "H98.51", "service": "LayDanhSachTTHC"}
    path = f"{tiny.url}/dvcqg/XrdAdapter/RestService/forward/mapi/g?dstcode=VN:GOV:000.00.00.G22:vpcpdvcprovider"
    with requests.post(path, json=body, stream=True, timeout=600) as answer:
        assert len(answer.raw.read(2_000_000)) == 2_000_000


@each_system
def test_a_new_field_in_every_row(tiny, ask, system):
    asker = ask(system)
    tiny.set_fault(system, "new_field")
    assert {row["truongMoi"] for row in asker.rows()} == {"giá trị mới"}


@pytest.mark.parametrize(
    ("system", "field", "to"),
    [
        ("documents", "congVanDenDi", "loaiCongVan"),
        ("one_stop", "acceptedDate", "ngayTiepNhan"),
        ("portal", "MUCDO", "MUC_DO"),
    ],
)
def test_a_needed_field_is_missing_or_has_another_name(tiny, ask, system, field, to):
    asker = ask(system)
    tiny.set_fault(system, "missing_field")
    assert not any(field in row or to in row for row in asker.rows())
    tiny.clear_faults()
    tiny.set_fault(system, "renamed_field")
    assert all(to in row and field not in row for row in asker.rows())


def test_an_inner_field_can_be_taken_away(tiny, ask):
    asker = ask("one_stop")
    tiny.set_fault("one_stop", "missing_field", field="procedure.code")
    assert all("code" not in row["procedure"] and row["code"] for row in asker.rows())


@pytest.mark.parametrize(
    ("system", "read", "strange"),
    [
        ("documents", lambda row: row["hinhThucGuiCode"], "KHAC9"),
        ("one_stop", lambda row: row["dossierStatus"]["id"], 77),
        ("portal", lambda row: row["MUCDO"], "9"),
    ],
)
def test_some_rows_have_a_code_on_no_list(tiny, ask, system, read, strange):
    asker = ask(system)
    tiny.set_fault(system, "unknown_status", every=5)
    values = [read(row) for row in asker.rows()]
    assert values[0] == strange == values[5]
    assert values[1] != strange


@pytest.mark.parametrize(
    ("system", "field", "date"),
    [
        ("documents", "ngayVanBan", "31/02/2025"),
        ("one_stop", "acceptedDate", "2025-02-30T08:00:00.000+0000"),
        ("portal", "NGAYCAPNHAT", "20250230080000"),
    ],
)
def test_some_rows_are_dated_in_late_february(tiny, ask, system, field, date):
    asker = ask(system)
    tiny.set_fault(system, "impossible_date")
    assert asker.rows()[0][field] == date != asker.rows()[1][field]


def test_numbers_come_as_grouped_text(tiny, ask):
    asker = ask("one_stop")
    tiny.set_fault("one_stop", "number_strings")
    assert asker.client.get(size=1000, spec="page").json()["size"] == "1.000"
    tiny.set_fault("one_stop", "number_strings", decimals=True)
    assert asker.client.get(size=1000, spec="page").json()["totalElements"] == "66,0"


@each_system
def test_the_rows_come_without_the_object_around_them(tiny, ask, system):
    asker = ask(system)
    tiny.set_fault(system, "shape_list")
    assert isinstance(asker.ask().json(), list)


def test_a_fault_counts_its_times_after_good_answers_on_its_path(tiny, ask):
    asker = ask("portal")
    tiny.set_fault("portal", "bare_500", after=1, times=2, path="#LayThuTuc")
    assert asker.ask().ok
    found = [asker.client.call("LayThuTuc", maTTHC="1.001074").status_code for _ in range(4)]
    assert found == [200, 500, 500, 200]


def test_an_unknown_system_fault_or_option_names_those_there_are(tiny):
    for order, hint in (
        (("mail", "down", {}), "documents, .*one_stop, .*portal"),
        (("portal", "explode", {}), "bare_500"),
        (("portal", "drip", {"speed": 1}), "interval_s"),
    ):
        with pytest.raises(UnknownFaultError, match=hint):
            tiny.set_fault(order[0], order[1], **order[2])


HABITS_PLAYED = (
    "own_page_size", "last_page_again", "empty_dates_dropped", "filter_unknown", "undated_filter_gives_nothing",
    "codes_retyped", "empty_fields", "instants_rewritten", "total_of_pages", "field_set", "free_without_gateway",
    "parameters_unheeded", "months_counted", "switch_unheeded", "value_refused",
    "statuses_hidden", "free_without_amount", "field_as_code", "hours_counted", "bound_moved",
    "another_date_chooses", "post_of_account", "levels_in_details", "result_as_text", "result_as_object",
)  # fmt: skip


def test_every_habit_is_one_of_the_faults_and_changes_the_answer_it_is_for(tiny, ask):
    played = {
        played[0] for one in DIALECTS.values() for ways in one.habits.values() for played in ways.values() if played
    }
    assert played | {"total_of_pages", "field_set"} <= {*HABITS_PLAYED, "number_strings"}
    tiny.set_fault("one_stop", "empty_fields")
    assert any("nationCode" not in row for row in ask("one_stop").rows())


def test_a_parameter_is_taken_for_another_value_or_refused(tiny, ask):
    client = ask("one_stop").client
    usual = len(client.get().json()["content"])
    tiny.set_fault("one_stop", "parameters_unheeded", values={"size": "3"})
    assert len(client.get(size=usual).json()["content"]) == 3
    tiny.clear_faults()
    tiny.set_fault("one_stop", "value_refused", parameter="size", like="^7$")
    assert client.get(size=7).status_code == 400
    assert client.get(size=6).status_code == 200


def test_a_person_stands_in_every_field_and_in_the_name_of_a_new_one(tiny, ask):
    asker = ask("one_stop")
    plain = asker.rows()[0]
    tiny.set_fault("one_stop", "person_in_fields")
    first = asker.rows()[0]
    assert set(plain) < set(first)
    assert all(first[name] != plain[name] for name in ("code", "acceptedDate", "appliedDate"))
    tiny.set_fault("one_stop", "person_in_fields", field="code", as_list=True)
    (one, nested) = asker.rows()[0]["code"]
    assert one
    assert set(nested) == {"hoTen"}


def test_a_site_writes_its_dates_in_its_own_way(tiny, ask):
    asker = ask("one_stop")
    plain = asker.rows()[0]["appliedDate"]
    tiny.set_fault("one_stop", "dates_written", fields=("appliedDate",), to="%Y/%m/%d %H:%M", utc=True)
    written = asker.rows()[0]["appliedDate"]
    assert datetime.strptime(written, "%Y/%m/%d %H:%M").replace(tzinfo=UTC) == datetime.fromisoformat(plain).replace(
        second=0, microsecond=0
    )


def test_a_site_calls_a_parameter_by_another_name_and_ignores_the_documented_one(tiny, ask):
    client = ask("one_stop").client
    usual = len(client.get().json()["content"])
    assert len(client.get(size=3).json()["content"]) == 3
    tiny.set_fault("one_stop", "parameter_called", name="size", to="rowsOnPage")
    assert len(client.get(size=3).json()["content"]) == usual
    assert len(client.get(rowsOnPage=3).json()["content"]) == 3


def test_a_site_chooses_the_unit_by_a_parameter_of_its_own(tiny, ask):
    client = ask("one_stop").client
    unit = DAC_KHU["agency"]
    own = client.get(**{"ancestor-agency-id": unit, "spec": "page"}).json()["totalElements"]
    tiny.set_fault("one_stop", "unit_unheeded", parameter="ancestor-agency-id", to="donVi", unit="khong-co")
    assert own > 0
    assert client.get(**{"ancestor-agency-id": unit, "spec": "page"}).json()["totalElements"] != own
    assert client.get(donVi=unit, spec="page").json()["totalElements"] == own


def test_a_site_counts_its_pages_from_another_number(tiny, ask):
    asker = ask("one_stop")
    first = asker.rows()
    tiny.set_fault("one_stop", "pages_counted_from", by=1)
    assert asker.rows() == first

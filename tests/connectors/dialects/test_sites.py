"""An installation that writes dates, calls parameters or counts pages otherwise: said in YAML its records are the same;
unsaid they are the same too, or the source fails and says so.
"""

import json
import os
import re
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from baocao.catalogue import Catalogue
from baocao.domain import VIETNAM
from baocao.errors import ConfigError, SourceContractError, SourceError
from baocao.settings import Settings
from connectors.asking.sightings import SiteSightings
from connectors.asking.site import Site
from connectors.contract import SeenExchange
from connectors.registry import assign, check_assignments, declaration_of
from reporting.collection.site_draft import SiteDraft, start_sightings
from reporting.collection.trying import ask_for_nobody
from sandbox.server import RunningSandbox
from sandbox.world.ledger import PLANTED_PATTERNS
from tests.connectors.dialects.collected import collect
from tests.connectors.suite import ENTRIES, WINDOW, assignment, connector, example_source

pytestmark = pytest.mark.usefixtures("credentials")
IGATE, TANDAN, QLVB = "one_stop_igate", "one_stop_tandan", "documents_qlvb"
IGATE_DATES = ("appliedDate", "acceptedDate", "completedDate", "appointmentDate")
TANDAN_DATES = ("ngayNopHoSo", "ngayTiepNhan", "ngayKetThucXuLy", "ngayHenTra")
DAY_FIRST = "dd/MM/yyyy HH:mm:ss"
CASES = [
    (IGATE, "dates_written", {"fields": IGATE_DATES}, {"dates": dict.fromkeys(IGATE_DATES, DAY_FIRST)}),
    (TANDAN, "dates_written", {"fields": TANDAN_DATES}, {"dates": dict.fromkeys(TANDAN_DATES, DAY_FIRST)}),
    (
        QLVB,
        "dates_written",
        {"fields": ("ngayVanBan",), "to": "%Y.%m.%d"},
        {"dates": {"ngayVanBan": "yyyy.MM.dd"}},
    ),
    (
        TANDAN,
        "dates_written",
        {"fields": TANDAN_DATES, "to": "%d/%m/%Y %H:%M:%S", "utc": True},
        {"dates": dict.fromkeys(TANDAN_DATES, DAY_FIRST), "zone": "utc"},
    ),
    (
        IGATE,
        "dates_written",
        {"fields": IGATE_DATES, "to": "%d/%m/%y %I:%M:%S %p", "halves": "SA CH"},
        {"dates": dict.fromkeys(IGATE_DATES, "dd/MM/yy hh:mm:ss a")},
    ),
    (
        TANDAN,
        "dates_written",
        {"fields": TANDAN_DATES, "to": "%I:%M:%S %p %d/%m/%Y", "halves": "SA CH"},
        {"dates": dict.fromkeys(TANDAN_DATES, DAY_FIRST)},
    ),
    (
        TANDAN,
        "dates_written",
        {"fields": TANDAN_DATES, "to": "%m/%d/%y %I:%M:%S %p", "utc": True},
        {"dates": dict.fromkeys(TANDAN_DATES, "MM/dd/yy hh:mm:ss a"), "zone": "utc"},
    ),
    (IGATE, "parameter_called", {"name": "size", "to": "so-dong"}, {"parameters": {"size": "so-dong"}}),
    (TANDAN, "parameter_called", {"name": "pageSize", "to": "soDong"}, {"parameters": {"pageSize": "soDong"}}),
    (QLVB, "parameter_called", {"name": "pageRec", "to": "soDong"}, {"parameters": {"pageRec": "soDong"}}),
    (IGATE, "pages_counted_from", {"by": 1}, {"pages": {"first": 1}}),
    (TANDAN, "pages_counted_from", {"by": -1}, {"pages": {"first": 0}}),
    (IGATE, "own_page_size", {"rows": 10, "always": False}, {"pages": {"most_rows": 10}}),
    (QLVB, "own_page_size", {"rows": 10, "always": False}, {"pages": {"most_rows": 10}}),
]
TOLD = {
    (IGATE, "dates_written"),
    (TANDAN, "dates_written"),
    (QLVB, "dates_written"),
    (TANDAN, "pages_counted_from"),
    (TANDAN, "parameter_called"),
    (IGATE, "pages_counted_from"),
}
NAMED = [pytest.param(*case, id=f"{case[0]}-{case[1]}-{number}") for number, case in enumerate(CASES)]


@pytest.mark.parametrize(("source_code", "fault", "options", "site"), NAMED)
def test_said_in_yaml_the_records_are_the_same(
    catalogue: Catalogue,
    tiny_sandbox: RunningSandbox,
    source_code: str,
    fault: str,
    options: dict[str, Any],
    site: dict[str, Any],
) -> None:
    usual = collect(catalogue, tiny_sandbox, source_code)
    tiny_sandbox.set_fault(system_of(source_code), fault, **options)
    found = collect(catalogue, tiny_sandbox, source_code, site=site)
    (kind,) = {"dossiers", "documents"} & set(usual.frames)
    assert len(found.frames[kind]) > 10
    assert found.frames[kind].equals(usual.frames[kind])


@pytest.mark.parametrize(("source_code", "fault", "options", "site"), NAMED)
def test_unsaid_they_are_the_same_or_the_source_fails_and_names_the_path(
    catalogue: Catalogue,
    tiny_sandbox: RunningSandbox,
    source_code: str,
    fault: str,
    options: dict[str, Any],
    site: dict[str, Any],
) -> None:
    usual = collect(catalogue, tiny_sandbox, source_code)
    tiny_sandbox.set_fault(system_of(source_code), fault, **options)
    (kind,) = {"dossiers", "documents"} & set(usual.frames)
    if (source_code, fault) in TOLD:
        with pytest.raises(SourceError, match=r"; cần có |không phải ngày đúng dạng đã khai báo"):
            collect(catalogue, tiny_sandbox, source_code)
    else:
        assert collect(catalogue, tiny_sandbox, source_code).frames[kind].equals(usual.frames[kind]), site


@pytest.mark.parametrize("source_code", [IGATE, TANDAN])
def test_iso_instants_that_are_utc_and_do_not_say_so_are_told_by_the_hours_people_work(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox, source_code: str
) -> None:
    """Seven hours at each edge of the period would be another period's."""
    dates = IGATE_DATES if source_code == IGATE else TANDAN_DATES
    usual = collect(catalogue, tiny_sandbox, source_code).frames["dossiers"]
    written = {"fields": dates, "to": "%Y-%m-%dT%H:%M:%S", "utc": True}
    tiny_sandbox.set_fault(system_of(source_code), "dates_written", **written)
    with pytest.raises(SourceContractError, match=r"dời \+7 giờ thì \d+%: giờ UTC không kèm múi giờ.* zone: utc"):
        collect(catalogue, tiny_sandbox, source_code)
    vouched = collect(catalogue, tiny_sandbox, source_code, site={"zone": "local"})
    assert any("trông như giờ UTC, mà site ghi zone: local" in one for one in vouched.notices.unproved_vi)
    said = collect(catalogue, tiny_sandbox, source_code, site={"zone": "utc"})
    assert said.frames["dossiers"].equals(usual)


def test_local_instants_written_as_utc_are_told_and_can_be_said(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    usual = collect(catalogue, tiny_sandbox, TANDAN).frames["dossiers"]
    tiny_sandbox.set_fault("tandan", "dates_written", fields=TANDAN_DATES, to="%Y-%m-%dT%H:%M:%SZ")
    form = dict.fromkeys(TANDAN_DATES, "yyyy-MM-ddTHH:mm:ssZ")
    assert collect(catalogue, tiny_sandbox, TANDAN, site={"dates": form}).frames["dossiers"].equals(usual)


def system_of(source_code: str) -> str:
    return next(entry.system for entry in ENTRIES if entry.source_code == source_code)


@pytest.mark.parametrize("source_code", [IGATE, TANDAN, QLVB, "portal_dvcqg", "documents_axis", "one_stop_opencps"])
@pytest.mark.parametrize("as_list", [False, True])
def test_a_draft_shows_no_person_whatever_field_one_stands_in(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox, tmp_path: Path, source_code: str, as_list: bool
) -> None:
    entry = next(one for one in ENTRIES if one.source_code == source_code)
    given = assignment(catalogue, entry, tiny_sandbox.url)
    seen = start_sightings(given.source)
    assert seen is not None
    tiny_sandbox.set_fault(entry.system, "person_in_fields", as_list=as_list)
    with suppress(SourceError):
        list(connector(catalogue, entry).fetch(replace(given, watch=seen.see)))
    draft = SiteDraft(given.source, seen, WINDOW.start_on)
    assert sum(seen.rows_count.values())
    shown = [*draft.lines(), str(draft.values()), draft.write(tmp_path).read_text(encoding="utf-8")]
    for what, pattern in PLANTED_PATTERNS.items():
        assert not [text for text in shown if re.search(pattern, text)], what


def test_a_draft_names_the_zone_sizes_types_and_a_path_that_is_not_there(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox
) -> None:
    entry = next(one for one in ENTRIES if one.source_code == IGATE)
    given = assignment(catalogue, entry, tiny_sandbox.url)
    seen = start_sightings(given.source)
    assert seen is not None
    tiny_sandbox.set_fault("one_stop", "own_page_size", rows=10, always=False)
    tiny_sandbox.set_fault("one_stop", "codes_retyped", fields=("applyMethod.id",), to="texts")
    list(connector(catalogue, entry).fetch(replace(given, watch=seen.see)))
    said = "\n".join(SiteDraft(given.source, seen, WINDOW.start_on).lines())
    assert "Cỡ trang không theo yêu cầu: hỏi 25 dòng, nhận 10 dòng" in said
    assert "applyMethod.id: khai báo là số, hệ thống ghi bằng chữ" in said
    assert "Dòng để trống ngày: acceptedDate " in said


@pytest.mark.parametrize(("site", "rows"), [({}, True), ({"parameters": {"donViQuanLy": "maDonVi"}}, False)])
def test_a_draft_tells_a_system_that_does_not_choose_by_unit(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox, site: dict[str, Any], *, rows: bool
) -> None:
    entry = next(one for one in ENTRIES if one.source_code == TANDAN)
    given = assignment(catalogue, entry, tiny_sandbox.url)
    source = given.source.model_copy(
        update={"base_url": given.base_url, "options": {**given.source.options, "site": site}}
    )
    tiny_sandbox.set_fault("tandan", "unit_unheeded", parameter="donViQuanLy", to="maDonVi", unit=given.unit_key)
    unit = catalogue.unit("dac-khu").model_copy(update={"source_keys": {source.source_code: given.unit_key}})
    nobody, count = ask_for_nobody(source, unit, WINDOW, Settings.read(os.environ))
    assert (count > 0) == rows
    assert nobody != given.unit_key


def test_an_option_the_dialect_has_not_is_refused_with_the_nearest(catalogue: Catalogue) -> None:
    source = example_source(TANDAN)
    source = source.model_copy(update={"options": {**source.options, "statistics": False}})
    unit = catalogue.unit("dac-khu").model_copy(update={"source_keys": {TANDAN: "H98.51"}})
    with pytest.raises(ConfigError, match=r"one_stop_tandan\.options: “statistics” .*ý bạn là “statistic”"):
        assign(source, unit, WINDOW, Settings.read(os.environ))


def test_every_mistake_in_the_options_is_told_at_once(catalogue: Catalogue) -> None:
    """A text where yes or no is wanted would be a yes; a size that is no number was called a broken answer."""
    source = example_source(TANDAN)
    wrong = {
        "statistic": "no",
        "page_size": "many",
        "tennant": "root",
        "site": {"fields": {"acceptDate": "a"}, "zone": "utc"},
    }
    source = source.model_copy(update={"options": wrong | {"gateway": {"prefix": "/a/"}}})
    unit = catalogue.unit("dac-khu").model_copy(update={"source_keys": {TANDAN: "H98.51"}})
    with pytest.raises(ConfigError) as caught:
        assign(source, unit, WINDOW, Settings.read(os.environ))
    told = str(caught.value)
    for said in (
        r"options: “tennant” không có trong giao thức này; được dùng: .*; ý bạn là “tenant”\?",
        r"options\.page_size: phải là số nguyên từ 1 đến 10000",
        r"options\.statistic: không có giá trị “no”; được dùng: true, false",
        r"options\.gateway\.prefix: phải là đường dẫn",
        r"options\.site\.fields: .*được dùng: ",
    ):
        assert re.search(said, told), said


def test_the_mistakes_of_all_sources_are_told_before_any_is_asked(catalogue: Catalogue) -> None:
    sources = [
        one.model_copy(update={"base_url": "https://h.vi-du.gov.vn", "options": {"page_sise": 10}})
        for one in (catalogue.source(IGATE), catalogue.source(QLVB))
    ]
    with pytest.raises(ConfigError) as caught:
        check_assignments(sources, catalogue.unit("dac-khu"), WINDOW, Settings.read(os.environ))
    assert [line.split(".options")[0].split(".")[-1] for line in str(caught.value).splitlines()] == [IGATE, QLVB]


def test_a_day_without_records_is_no_proof_that_nothing_differs() -> None:
    source = example_source(TANDAN)
    seen = start_sightings(source)
    assert seen is not None
    path = seen.declared.paths["search"]
    seen.see(SeenExchange(path, path, {"pageSize": 10, "pageNumber": 1}, 200, b'{"data": [], "totalCount": 0}'))
    (said,) = SiteDraft(source, seen, WINDOW.start_on).lines()
    assert said.startswith("Ngày này không có bản ghi nào: chưa so được")


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (200, b'{"danhSach": [{"soHS": "1"}], "tongSo": 1}', "không có data; các trường đang có: danhSach, tongSo"),
        (500, b"", "Chưa nhận được danh sách bản ghi nào"),
    ],
)
def test_a_draft_of_an_answer_without_the_list_does_not_say_that_the_day_has_no_records(
    status: int, body: bytes, says: str
) -> None:
    source = example_source(TANDAN)
    seen = start_sightings(source)
    assert seen is not None
    path = seen.declared.paths["search"]
    seen.see(SeenExchange(path, path, {"pageSize": 10, "pageNumber": 1}, status, body))
    lines = SiteDraft(source, seen, WINDOW.start_on).lines()
    assert any(says in line for line in lines)
    assert not any("Ngày này không có bản ghi nào" in line for line in lines)


def test_a_draft_keeps_what_the_site_says_already_and_names_every_word(tmp_path: Path) -> None:
    site = {
        "parameters": {"donViQuanLy": "maDonVi"},
        "dates": {"tiepNhanFrom": "dd/MM/yyyy"},
        "pages": {"most_rows": 50},
        "codes": {"kenhThucHien": {"ONLINE": 2}},
    }
    source = example_source(TANDAN)
    source = source.model_copy(update={"options": {**source.options, "site": site}})
    seen = start_sightings(source)
    assert seen is not None
    path = seen.declared.paths["search"]
    body = b'{"data": [{"kenhThucHien": "ONLINE"}], "totalCount": 1}'
    seen.see(SeenExchange(path, path, {"pageSize": 10, "pageNumber": 1}, 200, body))
    draft = SiteDraft(source, seen, WINDOW.start_on)
    text = draft.write(tmp_path).read_text(encoding="utf-8")
    written = yaml.safe_load(text)["dialects"][TANDAN]
    assert {name: written[name] for name in site} == site
    assert not any("Kiểu mã ở kenhThucHien" in line for line in draft.lines())
    for word in ("nopHoSoTuNgay", "trangThaiHoSoId: 1 (registered)", "statistic (/api/v1/"):
        assert word in text


@pytest.mark.parametrize(("hour", "zone"), [(3, "local"), (27, "utc"), (12, "unknown")])
def test_the_zone_is_told_by_rows_that_came_at_hours_of_one_way_only(hour: int, zone: str) -> None:
    declared = declaration_of(example_source(TANDAN))
    assert declared is not None
    seen = SiteSightings(declared, Site())
    at = datetime(2025, 12, 1, tzinfo=VIETNAM) + timedelta(hours=hour)
    asked = {"tiepNhanFrom": "2025-12-01", "tiepNhanTo": "2025-12-01", "pageSize": 10, "pageNumber": 1}
    body = json.dumps({"data": [{"ngayTiepNhan": at.isoformat()}], "totalCount": 1}).encode()
    seen.see(SeenExchange(declared.paths["search"], declared.paths["search"], asked, 200, body))
    assert seen.zone == zone

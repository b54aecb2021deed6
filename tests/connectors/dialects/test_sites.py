"""An installation that writes dates, calls parameters or counts pages otherwise: said in YAML its records are the same;
unsaid they are the same too, or the source fails and says so.
"""

from typing import Any

import pytest

from baocao.catalogue import Catalogue
from baocao.errors import SourceError
from sandbox.server import RunningSandbox
from tests.connectors.dialects.collected import collect
from tests.connectors.suite import ENTRIES

pytestmark = pytest.mark.usefixtures("credentials")
IGATE, TANDAN, QLVB = "one_stop_igate", "one_stop_tandan", "documents_qlvb"
IGATE_DATES = ("appliedDate", "acceptedDate", "completedDate")
TANDAN_DATES = ("ngayNopHoSo", "ngayTiepNhan", "ngayKetThucXuLy")
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
        with pytest.raises(SourceError, match=r"; expected |not a date in the documented format"):
            collect(catalogue, tiny_sandbox, source_code)
    else:
        assert collect(catalogue, tiny_sandbox, source_code).frames[kind].equals(usual.frames[kind]), site


def system_of(source_code: str) -> str:
    return next(entry.system for entry in ENTRIES if entry.source_code == source_code)

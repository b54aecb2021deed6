"""An iGate that leaves some statuses out unless they are asked for is found out, or said to be possible."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from baocao.catalogue import Catalogue
from baocao.errors import SourceContractError
from baocao.notices import Notices
from connectors.dialects.one_stop_igate import LEVELS
from sandbox.server import RunningSandbox
from tests.connectors.strangers.serve import Answer, serve
from tests.connectors.strangers.serve import Asked as Question
from tests.connectors.suite import asked

pytestmark = pytest.mark.usefixtures("credentials")
PROCESSING, DONE, RETURNED = 2, 4, 5
FULL = next(iter(LEVELS))
Collect = Callable[..., Notices]


def write_row(number: int) -> dict[str, object]:
    at = f"{date(2025, 9, 20) + timedelta(days=number // 2)}T02:00:00.000+0000"
    return {
        "code": f"H98.51-250920-{number:04}", "procedure": {"code": "1.003560"}, "procedureLevel": {"id": FULL},
        "applyMethod": {"id": 0}, "dossierStatus": {"id": (PROCESSING, DONE, RETURNED)[number % 3]}, "appliedDate": at,
        "acceptedDate": at, "completedDate": at,
    }  # fmt: skip


@pytest.fixture
def collect(catalogue: Catalogue, tiny_sandbox: RunningSandbox) -> Collect:
    one = asked(catalogue, tiny_sandbox, "one_stop_igate")

    def collect(hidden: tuple[int, ...], *, heeds: bool) -> Notices:
        rows = [(number % 3, write_row(number)) for number in range(96)]

        def answer(question: Question) -> Answer:
            if "token" in question.path:
                return 200, {"access_token": "t", "expires_in": 300}
            query = question.query
            named = query.get("dossier-status", "") if heeds else ""
            wanted = {int(code) for code in named.split(",")} if named else {0, 1, 2, 4, 5} - {*hidden}
            first, last = query.get("accepted-from", "2"), query.get("accepted-to", "3")
            is_ours = query["ancestor-agency-id"] == one.assignment.unit_key
            kept = [
                row
                for place, row in rows
                if is_ours
                and first <= str(row["acceptedDate"]) <= last
                and (PROCESSING, DONE, RETURNED)[place] in wanted
            ]
            start = int(query["page"]) * int(query["size"])
            shown = kept[start : start + int(query["size"])]
            return 200, {"content": shown, "totalElements": len(kept), "last": start + len(shown) >= len(kept)}

        with serve(answer) as url:
            return replace(one, assignment=replace(one.assignment, base_url=url)).collect().notices

    return collect


def test_statuses_left_out_unless_asked_for_give_no_figure(collect: Collect) -> None:
    with pytest.raises(SourceContractError, match=r"mọi trạng thái .* nhận 96 hồ sơ, không kèm trạng thái nhận 64"):
        collect((RETURNED,), heeds=True)


def test_where_statuses_cannot_be_asked_for_a_final_one_that_never_comes_is_told(collect: Collect) -> None:
    notices = collect((RETURNED,), heeds=False)
    assert any("hồ sơ đã trả kết quả có thể thiếu: không có trong 64 hồ sơ" in said for said in notices.unproved_vi)


def test_no_finished_dossier_at_all_in_a_period_that_is_over_is_no_whole_list(collect: Collect) -> None:
    proofs = collect((DONE, RETURNED), heeds=False).proofs
    assert any("mặc định giấu hồ sơ đã xong" in proof.what_vi for proof in proofs if not proof.is_met)


@pytest.mark.parametrize("heeds", [True, False])
def test_a_list_of_all_statuses_raises_no_doubt(collect: Collect, *, heeds: bool) -> None:
    notices = collect((), heeds=heeds)
    assert all(proof.is_met for proof in notices.proofs)
    assert not notices.unproved_vi

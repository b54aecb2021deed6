"""An axis with everything called otherwise is connected by YAML, and its figures are its own."""

from dataclasses import replace
from typing import Any

import pytest

from baocao.catalogue import Catalogue
from baocao.errors import SourceError
from connectors.contract import ParseResult
from sandbox.server import RunningSandbox
from tests.connectors.strangers.axis import SITE, Axis
from tests.connectors.strangers.serve import serve
from tests.connectors.suite import WINDOW, Asked, asked

pytestmark = pytest.mark.usefixtures("credentials")


@pytest.fixture
def axis(catalogue: Catalogue, tiny_sandbox: RunningSandbox) -> Asked:
    one = asked(catalogue, tiny_sandbox, "documents_axis")
    return replace(one, assignment=replace(one.assignment, source=one.assignment.source.model_copy(
        update={"options": {"signed": True}}
    )))  # fmt: skip


def collect(one: Asked, url: str, site: dict[str, Any]) -> ParseResult:
    source = one.assignment.source
    differing = source.model_copy(update={"options": {**source.options, "site": site}})
    return replace(one, assignment=replace(one.assignment, source=differing, base_url=url)).collect()


def test_an_axis_where_all_is_called_otherwise_gives_its_own_figures(axis: Asked) -> None:
    there = Axis(axis.assignment.unit_key, WINDOW.start_on, WINDOW.end_on)
    with serve(there.answer) as url:
        documents = collect(axis, url, SITE).frames["documents"]
    days = documents["issued_on"].dt.date
    within = documents[(days >= WINDOW.start_on) & (days <= WINDOW.end_on)]
    counts = within["direction"].value_counts()
    assert (counts["outgoing"], counts["incoming"]) == there.count_true(WINDOW.start_on, WINDOW.end_on)


def test_what_it_says_of_itself_is_in_the_message_where_its_word_for_right_is_not_declared(axis: Asked) -> None:
    there = Axis(axis.assignment.unit_key, WINDOW.start_on, WINDOW.end_on)
    codes = {**SITE["codes"], "status": {}}  # type: ignore[dict-item]
    with serve(there.answer) as url, pytest.raises(SourceError, match="status TOT, ErrorCode 0"):
        collect(axis, url, {**SITE, "codes": codes})


def test_evidence_has_the_headers_as_they_were_sent(axis: Asked) -> None:
    there = Axis(axis.assignment.unit_key, WINDOW.start_on, WINDOW.end_on)
    source = axis.assignment.source
    differing = source.model_copy(update={"options": {**source.options, "site": SITE}})
    with serve(there.answer) as url:
        one = replace(axis, assignment=replace(axis.assignment, source=differing, base_url=url))
        headers = [payload.request["headers"] for payload in one.fetch()]
    assert [given["tu-ngay"] for given in headers] == ["14-09-2025", "14-09-2025"]
    assert all("fromdate" not in given for given in headers)

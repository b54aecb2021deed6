"""What each way of failing comes to: which error, after how many tries, or none at all."""

from typing import Any

import pandas as pd
import pytest

from baocao.catalogue import Catalogue
from baocao.errors import SourceContractError, SourceError, SourceRejectedError, SourceUnavailableError
from sandbox.server import RunningSandbox
from sandbox.world.ledger import PLANTED_PATTERNS
from tests.connectors.suite import ENTRIES, PATIENT, Ask, Entry, asked, each_entry

UNKNOWABLE = ("portal_dvcqg", "lose_row")
SHORT = {"silent": {"read_s": 0.3, "total_s": 0.5}, "drip": {"total_s": 0.5}}
"""Where the test is of a source that takes longer; a busy machine makes it only longer."""

LASTING: list[tuple[str, dict[str, Any], type[SourceError], str]] = [
    ("down", {}, SourceUnavailableError, "không kết nối được"),
    ("unavailable_503", {}, SourceUnavailableError, "HTTP 503"),
    ("bare_500", {}, SourceUnavailableError, "HTTP 500"),
    ("too_many_429", {"retry_after": None}, SourceUnavailableError, "HTTP 429"),
    ("too_many_429", {"retry_after": "3600"}, SourceUnavailableError, "HTTP 429"),
    ("silent", {}, SourceUnavailableError, "không trả lời trong"),
    ("drip", {}, SourceUnavailableError, "chưa nhận đủ"),
    ("forbidden_403", {}, SourceRejectedError, "HTTP 403"),
    ("wrong_password", {}, SourceRejectedError, "từ chối đăng nhập"),
    ("login_page", {}, SourceContractError, "một trang web"),
    ("truncated", {"honest": True}, SourceContractError, "không phải JSON trọn vẹn"),
    ("shape_list", {}, SourceContractError, "thiếu|không phải"),
    ("gzip_bomb", {}, SourceContractError, "lớn hơn"),
    ("huge", {}, SourceContractError, "lớn hơn"),
    ("redirect_elsewhere", {}, SourceContractError, "chuyển hướng đến 127.0.0.2"),
]
PASSING = [
    ("down", {"times": 1}),
    ("unavailable_503", {"times": 2}),
    ("bare_500", {"times": 1}),
    ("too_many_429", {"times": 1, "retry_after": "0"}),
    ("truncated", {"times": 1, "honest": False}),
    ("login_page", {"times": 1}),
    ("token_dies", {}),
]


@each_entry("fault options error says", LASTING)
def test_a_lasting_failure_is_the_error_that_says_what_to_do(
    ask: Ask,
    entry: Entry,
    tiny_sandbox: RunningSandbox,
    fault: str,
    options: dict[str, Any],
    error: type[SourceError],
    says: str,
) -> None:
    tiny_sandbox.set_fault(entry.system, fault, **options)
    limits = PATIENT.model_copy(update=SHORT.get(fault, {}))
    with pytest.raises(error, match=says) as caught:
        ask(limits=limits).collect()
    text = str(caught.value)
    assert entry.source_code in text
    assert not any(pattern.search(text) for pattern in PLANTED_PATTERNS.values())


@each_entry("fault options", PASSING)
def test_a_passing_failure_leaves_no_trace_in_the_records(
    ask: Ask, entry: Entry, tiny_sandbox: RunningSandbox, fault: str, options: dict[str, Any]
) -> None:
    before = ask().collect().frames[entry.kind]
    tiny_sandbox.set_fault(entry.system, fault, **options)
    pd.testing.assert_frame_equal(ask().collect().frames[entry.kind], before)


@each_entry("fault", [("wrong_password",)])
def test_a_refused_password_is_not_tried_again(
    ask: Ask, entry: Entry, tiny_sandbox: RunningSandbox, fault: str
) -> None:
    tiny_sandbox.requests.clear()
    with pytest.raises(SourceRejectedError):
        ask(secret="sai-mat-khau").collect()
    assert _requests(tiny_sandbox) == entry.sign_in_requests


def test_a_long_retry_after_is_not_waited_for(ask: Ask, entry: Entry, tiny_sandbox: RunningSandbox) -> None:
    tiny_sandbox.set_fault(entry.system, "too_many_429", retry_after="3600")
    tiny_sandbox.requests.clear()
    with pytest.raises(SourceUnavailableError):
        ask().collect()
    assert _requests(tiny_sandbox) <= 2 + entry.sign_in_requests


def test_an_error_code_inside_http_200_is_not_success(ask: Ask, entry: Entry, tiny_sandbox: RunningSandbox) -> None:
    tiny_sandbox.set_fault(entry.system, "http_200_error")
    with pytest.raises(SourceError):
        ask().collect()


@each_entry("fault", [("unknown_status",)])
def test_an_unknown_code_is_counted_and_its_record_kept(
    ask: Ask, entry: Entry, tiny_sandbox: RunningSandbox, fault: str
) -> None:
    before = ask().collect().frames[entry.kind]
    tiny_sandbox.set_fault(entry.system, fault)
    parsed = ask().collect()
    assert len(parsed.frames[entry.kind]) == len(before)
    assert sum(sum(values.values()) for values in parsed.notices.unknown_values.values()) > 0


@each_entry(
    "fault error",
    [("repeat_page", SourceContractError), ("lose_row", SourceUnavailableError), ("never_ends", SourceError)],
)
def test_a_listing_that_does_not_add_up_is_never_counted(
    ask: Ask, entry: Entry, tiny_sandbox: RunningSandbox, fault: str, error: type[SourceError]
) -> None:
    tiny_sandbox.set_fault(entry.system, fault)
    with pytest.raises(error):
        ask().collect()


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        pytest.param(entry, fault, id=f"{entry.source_code}-{fault}")
        for entry in ENTRIES
        for fault in entry.without
        if (entry.source_code, fault) != UNKNOWABLE
    ],
)
def test_a_fault_a_dialect_cannot_have_does_nothing_to_it(
    ask: Ask, entry: Entry, tiny_sandbox: RunningSandbox, fault: str
) -> None:
    before = ask().collect()
    tiny_sandbox.set_fault(entry.system, fault)
    after = ask().collect()
    pd.testing.assert_frame_equal(after.frames[entry.kind], before.frames[entry.kind])
    assert after.notices == before.notices


def test_a_source_that_names_no_total_is_proved_whole_by_nothing(
    catalogue: Catalogue, tiny_sandbox: RunningSandbox, credentials: None
) -> None:
    source_code, fault = UNKNOWABLE
    one = asked(catalogue, tiny_sandbox, source_code)
    tiny_sandbox.set_fault(one.entry.system, fault)
    assert not any(proof.of_whole for proof in one.collect().notices.proofs)


def _requests(sandbox: RunningSandbox) -> int:
    return len(sandbox.requests)

"""What each way of failing comes to: which error, after how many tries, or none at all."""

from typing import Any

import pandas as pd
import pytest

from baocao.errors import SourceContractError, SourceError, SourceRejectedError, SourceUnavailableError
from sandbox.server import RunningSandbox
from sandbox.world.ledger import PLANTED_PATTERNS
from tests.connectors.suite import QUICK, Ask, Entry

SHORTER = {"silent": {"read_s": 0.5, "total_s": 1.0}, "drip": {"total_s": 1.2}}

LASTING: list[tuple[str, dict[str, Any], type[SourceError], str]] = [
    ("down", {}, SourceUnavailableError, "no connection"),
    ("unavailable_503", {}, SourceUnavailableError, "HTTP 503"),
    ("bare_500", {}, SourceUnavailableError, "HTTP 500"),
    ("too_many_429", {"retry_after": None}, SourceUnavailableError, "HTTP 429"),
    ("too_many_429", {"retry_after": "3600"}, SourceUnavailableError, "HTTP 429"),
    ("silent", {}, SourceUnavailableError, "no answer within"),
    ("drip", {}, SourceUnavailableError, "not complete after"),
    ("forbidden_403", {}, SourceRejectedError, "HTTP 403"),
    ("wrong_password", {}, SourceRejectedError, "sign-in refused"),
    ("login_page", {}, SourceContractError, "a web page"),
    ("truncated", {"honest": True}, SourceContractError, "not whole JSON"),
    ("shape_list", {}, SourceContractError, "missing"),
    ("gzip_bomb", {}, SourceContractError, "larger than"),
    ("huge", {}, SourceContractError, "larger than"),
    ("redirect_elsewhere", {}, SourceContractError, "redirects to 127.0.0.2"),
]
PASSING = [
    ("down", {"times": 1}),
    ("unavailable_503", {"times": 2}),
    ("bare_500", {"times": 1}),
    ("too_many_429", {"times": 1, "retry_after": "1"}),
    ("truncated", {"times": 1, "honest": False}),
    ("login_page", {"times": 1}),
    ("token_dies", {}),
]


@pytest.mark.parametrize(("fault", "options", "error", "says"), LASTING, ids=lambda value: str(value))
def test_a_lasting_failure_is_the_error_that_says_what_to_do(
    ask: Ask,
    entry: Entry,
    tiny_sandbox: RunningSandbox,
    fault: str,
    options: dict[str, Any],
    error: type[SourceError],
    says: str,
) -> None:
    entry.skip_without(fault)
    tiny_sandbox.set_fault(entry.system, fault, **options)
    limits = QUICK.model_copy(update=SHORTER.get(fault, {}))
    with pytest.raises(error, match=says) as caught:
        ask(limits=limits).collect()
    text = str(caught.value)
    assert entry.source_code in text
    assert not any(pattern.search(text) for pattern in PLANTED_PATTERNS.values())


@pytest.mark.parametrize(("fault", "options"), PASSING, ids=lambda value: str(value))
def test_a_passing_failure_leaves_no_trace_in_the_records(
    ask: Ask, entry: Entry, tiny_sandbox: RunningSandbox, fault: str, options: dict[str, Any]
) -> None:
    entry.skip_without(fault)
    before = ask().collect().frames[entry.kind]
    tiny_sandbox.set_fault(entry.system, fault, **options)
    pd.testing.assert_frame_equal(ask().collect().frames[entry.kind], before)


def test_a_refused_password_is_not_tried_again(ask: Ask, entry: Entry, tiny_sandbox: RunningSandbox) -> None:
    entry.skip_without("wrong_password")
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


def test_an_unknown_code_is_counted_and_its_record_kept(ask: Ask, entry: Entry, tiny_sandbox: RunningSandbox) -> None:
    entry.skip_without("unknown_status")
    before = ask().collect().frames[entry.kind]
    tiny_sandbox.set_fault(entry.system, "unknown_status")
    parsed = ask().collect()
    assert len(parsed.frames[entry.kind]) == len(before)
    assert sum(sum(values.values()) for values in parsed.notices.unknown_values.values()) > 0


@pytest.mark.parametrize(
    ("fault", "error"),
    [("repeat_page", SourceContractError), ("lose_row", SourceUnavailableError), ("never_ends", SourceError)],
)
def test_a_listing_that_does_not_add_up_is_never_counted(
    ask: Ask, entry: Entry, tiny_sandbox: RunningSandbox, fault: str, error: type[SourceError]
) -> None:
    entry.skip_without(fault)
    tiny_sandbox.set_fault(entry.system, fault)
    with pytest.raises(error):
        ask().collect()


def _requests(sandbox: RunningSandbox) -> int:
    return len(sandbox.requests)

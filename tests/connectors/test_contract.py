"""What every connector promises, whatever its dialect."""

import re
import socket

import orjson
import pandas as pd
import pytest

from baocao.errors import SourceContractError, SourceError
from baocao.records import COLUMNS, KEYS
from sandbox.server import RunningSandbox
from sandbox.world.ledger import PLANTED_PATTERNS
from tests.connectors.suite import Ask, Entry, each_entry


def test_records_have_the_canonical_columns_and_a_key_each(ask: Ask, entry: Entry) -> None:
    frame = ask().collect().frames[entry.kind]
    assert len(frame) >= entry.least
    assert list(frame.columns) == list(COLUMNS[entry.kind])
    assert frame[KEYS[entry.kind]].is_unique


def test_parsing_opens_no_socket_and_gives_the_same_twice(
    ask: Ask, entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask()
    payloads = asked.fetch()

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("parse opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    first, second = (asked.parse(payloads).frames[entry.kind] for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_the_order_of_the_payloads_changes_nothing(ask: Ask, entry: Entry) -> None:
    asked = ask()
    payloads = asked.fetch()
    forwards, backwards = (asked.parse(order).frames[entry.kind] for order in (payloads, payloads[::-1]))
    pd.testing.assert_frame_equal(forwards, backwards)


def test_no_personal_field_and_no_token_is_in_a_payload(ask: Ask) -> None:
    for payload in ask().fetch():
        kept = payload.body.decode() + orjson.dumps(dict(payload.request)).decode()
        for name, pattern in PLANTED_PATTERNS.items():
            assert not pattern.search(kept), f"{name} found in a kept payload"


def test_the_answer_as_it_came_is_kept_as_hash_and_size_only(ask: Ask) -> None:
    for payload in ask().fetch():
        assert len(payload.answer_sha256) == 64
        assert payload.answer_bytes > 0
        assert payload.answer_sha256 != payload.sha256


def test_the_secret_is_in_no_representation_of_the_assignment(ask: Ask) -> None:
    asked = ask(secret="rat-bi-mat")
    assert "rat-bi-mat" not in repr(asked.assignment)


def test_a_new_field_is_reported_by_name_and_harms_nothing(
    ask: Ask, entry: Entry, tiny_sandbox: RunningSandbox
) -> None:
    before = ask().collect().frames[entry.kind]
    tiny_sandbox.set_fault(entry.system, "new_field")
    parsed = ask().collect()
    assert "truongMoi" in parsed.notices.unknown_fields
    pd.testing.assert_frame_equal(parsed.frames[entry.kind], before)


@pytest.mark.parametrize("fault", ["missing_field", "renamed_field"])
def test_a_missing_field_is_named_and_no_row_is_quoted(
    ask: Ask, entry: Entry, tiny_sandbox: RunningSandbox, fault: str
) -> None:
    tiny_sandbox.set_fault(entry.system, fault, field=entry.needed_field)
    with pytest.raises(SourceContractError, match=entry.needed_field) as caught:
        ask().collect()
    for pattern in PLANTED_PATTERNS.values():
        assert not pattern.search(str(caught.value))


def test_records_answered_twice_count_once(ask: Ask, entry: Entry) -> None:
    asked = ask()
    payloads = asked.fetch()
    once, twice = (asked.parse(order).frames[entry.kind] for order in (payloads, payloads * 2))
    pd.testing.assert_frame_equal(once, twice)


@each_entry(
    "fault says code",
    [
        ("forbidden_403", "HTTP 403", 12),
        ("unauthorised_401", "HTTP 401", 12),
        ("unavailable_503", "HTTP 503", 11),
        ("http_200_error", "HTTP 200", None),
        ("shape_list", "HTTP 200", 13),
        ("missing_field", "HTTP 200", 13),
        ("login_page", "HTTP 200", 13),
    ],
)
def test_a_source_that_fails_names_path_status_and_what_was_expected(
    ask: Ask, entry: Entry, tiny_sandbox: RunningSandbox, fault: str, says: str, code: int | None
) -> None:
    """Whoever acts must know where: 403 and 401 (12), 5xx (11), an odd shape (13)."""
    given = {"field": entry.needed_field} if fault == "missing_field" else {}
    tiny_sandbox.set_fault(entry.system, fault, **given)
    with pytest.raises(SourceError) as caught:
        ask().collect()
    assert says in str(caught.value)
    assert re.search(r" tại /\S+", str(caught.value)), str(caught.value)
    if fault != "missing_field":
        assert "cần có " in str(caught.value)
    assert code in (None, caught.value.exit_code)

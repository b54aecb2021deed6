"""The release log's chain, on both databases, with writers at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from baocao.domain import Period
from baocao.store import LogDamagedError, LogMovedError, PayloadDamagedError, Store, open_store
from tests.baocao.store.samples import FORM, HOUR, NOW
from tests.baocao.store.tampering import change

WRITERS = 8


def test_entries_come_back_as_written_each_with_the_hash_before_it(store: Store) -> None:
    content = {"by": "lan", "at": NOW, "value": Decimal("84.13"), "files": {"form.docx": "ab" * 32}, "note": None}
    first = store.releases.append(FORM, "prepare", NOW, content, after="")
    second = store.releases.append(FORM, "approve", NOW + HOUR, {"by": "minh"}, after=first.sha256)
    assert store.releases.list(FORM) == (first, second)
    assert (first.content, first.position, second.position) == (content, 1, 2)
    assert second.previous == first.sha256
    assert store.releases.find_faults() == ()


def test_forms_share_one_chain_but_each_has_its_own_last_entry(store: Store) -> None:
    other = replace(FORM, period=Period.parse("2025-Q3"))
    first = store.releases.append(FORM, "prepare", NOW, {}, after="")
    store.releases.append(other, "prepare", NOW, {}, after="")
    last = store.releases.append(FORM, "approve", NOW, {}, after=first.sha256)
    assert [entry.position for entry in store.releases.list()] == [1, 2, 3]
    assert store.releases.list(FORM) == (first, last)
    with pytest.raises(LogMovedError):
        store.releases.append(FORM, "publish", NOW, {}, after=first.sha256)


def test_writers_at_once_leave_an_unbroken_chain(database_url: str, payload_url: str) -> None:
    with open_store(database_url, payload_url) as store:

        def append(number: int) -> int:
            key = replace(FORM, unit_code=f"unit-{number}")
            return store.releases.append(key, "prepare", NOW, {"number": number}, after="").position

        with ThreadPoolExecutor(WRITERS) as pool:
            positions = sorted(pool.map(append, range(WRITERS)))
        assert positions == list(range(1, WRITERS + 1))
        assert store.releases.find_faults() == ()


def test_a_changed_entry_is_never_read_as_if_nothing_were(database_url: str, payload_url: str) -> None:
    with open_store(database_url, payload_url) as store:
        store.releases.append(FORM, "prepare", NOW, {"by": "lan"}, after="")
        change(database_url, "UPDATE release_log SET body = replace(body, 'lan', 'hoa')")
        with pytest.raises(LogDamagedError, match="dòng 1 đã bị sửa") as damage:
            store.releases.list(FORM)
        assert damage.value.exit_code == 14
        assert store.releases.list(FORM, intact_only=True) == ()


def test_a_configuration_is_kept_once_and_found_by_its_hash(store: Store, payload_url: str) -> None:
    assert store.configurations.find("c0ffee") is None
    for _ in range(2):
        store.configurations.keep("c0ffee", b"{}", NOW)
    sha256 = store.configurations.find("c0ffee")
    assert sha256 is not None
    assert store.files.get(sha256) == b"{}"
    assert store.payloads.list_hashes() == (sha256,)
    (Path(payload_url) / sha256[:2] / f"{sha256[2:]}.zst").unlink()
    with pytest.raises(PayloadDamagedError):
        store.files.get(sha256)

"""What was known at a moment: exactly at it, with a clock that was set back, and over more units than one question takes."""

import hashlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import zstandard

from baocao.store import HistoryQuery, PayloadDamagedError, Store
from baocao.store.files.payloads import PayloadStore
from baocao.store.runs import histories
from baocao.store.serial.translation import payload_columns
from reporting.history.rerunning import choose_reference
from tests.baocao.store import samples
from tests.baocao.store.runs.test_histories import KINDS, LATE, Q4, release, value_of
from tests.baocao.store.samples import FORM, HOUR, NOW


def test_a_release_at_the_very_moment_asked_about_is_one(store: Store) -> None:
    first = samples.run(store, observations=[samples.observation("10")])
    samples.run(store, observations=[samples.observation("20")])
    release(store, first, "publish", hours=5)
    assert value_of(store, NOW + 5 * HOUR) == 10
    assert value_of(store, NOW + 5 * HOUR - timedelta(microseconds=1)) == 20


def test_no_unit_is_forgotten_between_two_questions(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "AT_ONCE", 2)
    units = [f"u{number}" for number in range(5)]
    for unit in units:
        samples.run(store, replace(FORM, unit_code=unit), observations=[samples.observation("7", unit_code=unit)])
    found = store.histories.figures(HistoryQuery(units, [Q4], LATE, *KINDS))
    assert {unit: past[Q4].figures["dossiers_count"].value for unit, past in found.items()} == dict.fromkeys(units, 7)


def test_the_latest_vintage_is_the_last_number_though_the_clock_was_set_back(store: Store) -> None:
    samples.run(store, known_at=NOW + 9 * HOUR)
    second = samples.run(store, known_at=NOW + HOUR)
    latest = store.vintages.find_latest(FORM)
    assert latest is not None
    assert latest.key == second


def test_a_vintage_known_at_the_very_moment_asked_about_is_found(store: Store) -> None:
    key = samples.run(store, known_at=NOW + HOUR)
    found = store.vintages.find_latest(FORM, NOW + HOUR)
    assert found is not None
    assert found.key == key
    assert store.vintages.find_latest(FORM, NOW + HOUR - timedelta(microseconds=1)) is None


@pytest.mark.parametrize(
    "changed",
    [{"fetched_at": NOW + HOUR}, {"unit_code": "xa"}, {"source_code": "portal"}, {"answer_bytes": 1}, {"request": {}}],
)
def test_the_same_answer_at_another_time_or_of_another_unit_is_another_entry(changed: dict[str, object]) -> None:
    ours = payload_columns(samples.payload())["entry_sha256"]
    assert payload_columns(samples.payload(**changed))["entry_sha256"] != ours


def test_a_whole_body_under_another_s_name_is_told(tmp_path: Path) -> None:
    payloads = PayloadStore(str(tmp_path))
    kept = payloads.put(b'{"rows":[]}')
    assert kept == hashlib.sha256(b'{"rows":[]}').hexdigest()
    forged = zstandard.ZstdCompressor(write_checksum=True).compress(b'{"rows":[1]}')
    (tmp_path / kept[:2] / f"{kept[2:]}.zst").write_bytes(forged)
    with pytest.raises(PayloadDamagedError, match="nội dung đã bị sửa"):
        payloads.get(kept)


def test_a_rerun_is_held_against_the_released_vintage_unless_another_is_named(store: Store) -> None:
    for _ in range(3):
        samples.run(store)
    assert choose_reference(store, FORM, None, 1).vintage == 1
    assert choose_reference(store, FORM, 2, 1).vintage == 2
    assert choose_reference(store, FORM, None, None).vintage == 3

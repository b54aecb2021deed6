"""What somebody who owns the database could do to a released form: each is found, and told where and how."""

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from baocao.store import FormDamagedError, LogDamagedError, Store, VintageKey
from baocao.store.canonical import hash_text
from reporting.history.showing import VintageChoice, find_shown
from reporting.release.releasing import approve, prepare, publish
from reporting.release.verifying import Damage, Verification, verify
from tests.baocao.store import samples
from tests.baocao.store.samples import FORM, NOW
from tests.baocao.store.tampering import change
from tests.reporting.conftest import Office, form_key
from tests.reporting.release.test_releasing import LAN, MINH, release

MISSING, CHANGED, ADDED = Damage.ROOT_MISSING, Damage.ROOT_CHANGED, Damage.ROOT_ADDED
OF_FIRST = "vintage_id = (SELECT vintage_id FROM vintage WHERE number = 1)"
COLLECTION = f"collection_id = (SELECT collection_id FROM collection WHERE {OF_FIRST})"
FIRST_ENTRY = f"(SELECT entry_sha256 FROM collection_payload WHERE {COLLECTION} AND position = 0)"
LATER = "'2026-01-01T00:00:00.000000+00:00'"

# what is done to the database -> what is found, and the Vietnamese word for where
EDITS: dict[str, tuple[str | tuple[str, ...], Damage, str]] = {
    "a figure": (f"UPDATE observation SET value = '99' WHERE {OF_FIRST} AND position = 0", CHANGED, "số liệu"),
    "a figure emptied": (f"UPDATE observation SET value = NULL WHERE {OF_FIRST} AND position = 0", CHANGED, "số liệu"),
    "a figure's digits": (f"UPDATE observation SET value = '16736.0' WHERE {OF_FIRST} AND position = 0", CHANGED, ""),
    "a figure's status": (f"UPDATE observation SET status = 'typed_in' WHERE {OF_FIRST}", CHANGED, "số liệu"),
    "a figure's indicator": (
        f"UPDATE observation SET indicator_code = 'other' WHERE {OF_FIRST} AND position = 0",
        CHANGED,
        "dossiers_count",
    ),
    "a figure's unit": (f"UPDATE observation SET unit_code = 'xa' WHERE {OF_FIRST}", CHANGED, "số liệu"),
    "a figure's period": (f"UPDATE observation SET period_code = '2025-Q3' WHERE {OF_FIRST}", CHANGED, "số liệu"),
    "a figure's hashes": (f"UPDATE observation SET payload_hashes = '[]' WHERE {OF_FIRST}", CHANGED, "số liệu"),
    "a figure's steps": ("UPDATE observation SET steps = replace(steps, '16736', '99')", CHANGED, "số liệu"),
    "a figure's note": (f"UPDATE observation SET note = '' WHERE {OF_FIRST}", CHANGED, "số liệu"),
    "a figure's time": (f"UPDATE observation SET known_at = {LATER} WHERE {OF_FIRST}", CHANGED, "số liệu"),
    "a figure deleted": (f"DELETE FROM observation WHERE {OF_FIRST} AND position = 0", MISSING, "dossiers_count bị mất"),
    "a figure added": (
        (
            "INSERT INTO observation SELECT vintage_id, 9, indicator_code, unit_code, period_code, value, status, "
            f"known_at, payload_hashes, steps, note FROM observation WHERE {OF_FIRST} AND position = 0"
        ),
        ADDED,
        "bị thêm vào",
    ),
    "a check passed": (f"UPDATE check_result SET outcome = 'pass' WHERE {OF_FIRST}", CHANGED, "form.part_within_whole"),
    "a check's severity": (f"UPDATE check_result SET severity = 'warning' WHERE {OF_FIRST}", CHANGED, "kiểm tra"),
    "a check's words": (f"UPDATE check_result SET message_vi = 'tốt' WHERE {OF_FIRST}", CHANGED, "kiểm tra"),
    "a check's cells": (f"UPDATE check_result SET cells = '[]' WHERE {OF_FIRST}", CHANGED, "kiểm tra"),
    "a check's evidence": (f"UPDATE check_result SET evidence = '{{}}' WHERE {OF_FIRST}", CHANGED, "kiểm tra"),
    "a check deleted": (f"DELETE FROM check_result WHERE {OF_FIRST}", MISSING, "form.part_within_whole bị mất"),
    "a failure deleted": (f"DELETE FROM source_failure WHERE {OF_FIRST}", MISSING, "portal"),
    "a failure's reason": (f"UPDATE source_failure SET reason = 'x' WHERE {OF_FIRST}", CHANGED, "portal"),
    "what proves a source whole": (f"UPDATE coverage SET proofs = '[]' WHERE {OF_FIRST}", CHANGED, "độ đủ"),
    "the form": ("UPDATE filled_form SET body = replace(body, '84.13', '99.99')", CHANGED, "biểu mẫu"),
    "the form deleted": (f"DELETE FROM filled_form WHERE {OF_FIRST}", MISSING, "biểu mẫu bị mất"),
    "numbers swapped": (
        (
            "UPDATE vintage SET number = 9 WHERE number = 1",
            "UPDATE vintage SET number = 1 WHERE number = 2",
            "UPDATE vintage SET number = 2 WHERE number = 9",
        ),
        CHANGED,
        "",
    ),
    "renumbered": ("UPDATE vintage SET number = 9 WHERE number = 1", MISSING, "thông tin của lần lập"),
    "the vintage's time": (f"UPDATE vintage SET known_at = {LATER} WHERE {OF_FIRST}", CHANGED, "lần lập"),
    "the vintage's begin": (f"UPDATE vintage SET opened_at = {LATER} WHERE {OF_FIRST}", CHANGED, "lần lập"),
    "the configuration's hash": (f"UPDATE vintage SET config_hash = 'beef' WHERE {OF_FIRST}", CHANGED, "cấu hình"),
    "the status": (f"UPDATE vintage SET status = 'failed' WHERE {OF_FIRST}", CHANGED, "lần lập"),
    "the version": (f"UPDATE vintage SET code_version = '9' WHERE {OF_FIRST}", CHANGED, "lần lập"),
    "the exit code": (f"UPDATE vintage SET exit_code = 20 WHERE {OF_FIRST}", CHANGED, "lần lập"),
    "said to be a replay": (f"UPDATE vintage SET replayed_from = 2 WHERE {OF_FIRST}", CHANGED, "lần lập"),
    "the configuration": ("UPDATE configuration SET bundle_sha256 = 'beef'", CHANGED, "cấu hình đã dùng"),
    "the configuration deleted": ("DELETE FROM configuration", MISSING, "cấu hình đã dùng"),
    "a collection's begin": (f"UPDATE collection SET started_at = {LATER} WHERE {OF_FIRST}", CHANGED, "igate"),
    "a collection's end": (f"UPDATE collection SET ended_at = {LATER} WHERE {OF_FIRST}", CHANGED, "igate"),
    "a collection's failure": (f"UPDATE collection SET failure = '{{}}' WHERE {OF_FIRST}", CHANGED, "igate"),
    "a collection's source": (f"UPDATE collection SET source_code = 'tandan' WHERE {OF_FIRST}", CHANGED, "igate"),
    "a link removed": (f"DELETE FROM collection_payload WHERE {COLLECTION} AND position = 0", MISSING, "liên kết"),
    "a link added": (
        (
            "INSERT INTO collection_payload SELECT collection_id, 7, entry_sha256 FROM collection_payload "
            f"WHERE {COLLECTION} AND position = 0"
        ),
        ADDED,
        "liên kết",
    ),
    "a link turned": (
        f"UPDATE collection_payload SET entry_sha256 = {FIRST_ENTRY} WHERE {COLLECTION} AND position = 1",
        CHANGED,
        "liên kết",
    ),
    "a request": (f"UPDATE payload SET request = '{{}}' WHERE entry_sha256 = {FIRST_ENTRY}", CHANGED, "gói dữ liệu gốc"),
    "an answer's time": (f"UPDATE payload SET fetched_at = {LATER} WHERE entry_sha256 = {FIRST_ENTRY}", CHANGED, "gói"),
    "an answer's hash": (
        f"UPDATE payload SET answer_sha256 = 'beef' WHERE entry_sha256 = {FIRST_ENTRY}",
        CHANGED,
        "gói dữ liệu gốc",
    ),
    "an answer's days": (f"UPDATE payload SET window_end_on = '2025-12-31' WHERE entry_sha256 = {FIRST_ENTRY}", CHANGED, ""),
    "an answer's unit": (f"UPDATE payload SET unit_code = 'xa' WHERE entry_sha256 = {FIRST_ENTRY}", CHANGED, "gói"),
}  # fmt: skip


def release_sample(store: Store) -> VintageKey:
    """A vintage the log vouches for, and a later one it says nothing of."""
    store.configurations.keep("c0ffee", b"the configuration", NOW)
    two = [samples.observation(), samples.observation("1", "other_count")]
    key = samples.run(store, observations=two, failures=[samples.failure()])
    samples.run(store, observations=[samples.observation("16737")])
    content = {"by": "lan", "vintage": key.vintage, "config_hash": "c0ffee", "root": store.roots.keep(key)}
    store.releases.append(FORM, "prepare", NOW, content, after="")
    return key


def look(store: Store, tmp_path: Path) -> Verification:
    return verify(store, tmp_path / "out")


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_of_a_released_vintage_is_found_and_named(
    store: Store, database_url: str, tmp_path: Path, edit: str
) -> None:
    """On SQLite and PostgreSQL."""
    key = release_sample(store)
    assert look(store, tmp_path).findings == ()
    statements, damage, word = EDITS[edit]
    change(database_url, *([statements] if isinstance(statements, str) else statements))
    found = look(store, tmp_path)
    assert found.exit_code == 14
    told = [finding.says for finding in found.findings if finding.damage is damage]
    assert any(word in says for says in told), found.findings
    for part in (key.unit_code, str(key.period), key.form_code, "Khôi phục".lower()):
        assert all(part in says for says in told)


def test_a_row_that_can_no_longer_be_read_is_damage_and_not_a_crash(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    release_sample(store)
    broken = "'NaN'" if database_url.startswith("postgresql") else "'abc'"
    change(database_url, f"UPDATE observation SET value = {broken} WHERE {OF_FIRST}")
    (finding,) = look(store, tmp_path).findings
    assert (finding.damage, "không còn đọc được" in finding.says) == (Damage.FORM, True)


def test_a_form_forged_together_with_the_hash_in_its_own_row_is_found(
    store: Store, database_url: str, tmp_path: Path
) -> None:
    release_sample(store)
    forge_form(database_url, "84.13", "99.99")
    (finding,) = look(store, tmp_path).findings
    assert (finding.damage, "biểu mẫu bị sửa" in finding.says) == (CHANGED, True)


def forge_form(database_url: str, old: str, new: str) -> None:
    """Change the first vintage's form, and the hash beside it so that the row agrees with itself."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        body = connection.execute(text(f"SELECT body FROM filled_form WHERE {OF_FIRST}")).scalar_one()
        assert old in body
        forged = body.replace(old, new)
        given = {"body": forged, "sha256": hash_text(forged)}
        connection.execute(text(f"UPDATE filled_form SET body = :body, sha256 = :sha256 WHERE {OF_FIRST}"), given)
    engine.dispose()


def test_a_vintage_whose_entry_has_no_root_yet_is_said_and_not_failed(store: Store, tmp_path: Path) -> None:
    key = samples.run(store)
    store.releases.append(FORM, "publish", NOW, {"vintage": 1, "config_hash": "c0ffee"}, after="")
    found = look(store, tmp_path)
    assert (found.exit_code, found.unrooted) == (0, (str(key),))


def test_a_lost_inventory_is_found_and_a_change_is_still_seen_without_it(
    store: Store, database_url: str, payload_url: str, tmp_path: Path
) -> None:
    release_sample(store)
    root = store.releases.list()[-1].content["root"]
    (Path(payload_url) / root[:2] / f"{root[2:]}.zst").unlink()
    assert [finding.damage for finding in look(store, tmp_path).findings] == [Damage.RELEASED_FILE]
    change(database_url, f"UPDATE vintage SET exit_code = 20 WHERE {OF_FIRST}")
    assert CHANGED in {finding.damage for finding in look(store, tmp_path).findings}


def test_a_forged_figure_is_neither_shown_nor_released(made: Office) -> None:
    with made.open() as workspace:
        key = form_key(workspace)
        prepare(workspace, key, LAN)
        forge_form(made.database_url, "100.00", "99.00")
        with pytest.raises(FormDamagedError, match="biểu mẫu bị sửa"):
            approve(workspace, key, MINH)
        forge_form(made.database_url, "99.00", "100.00")
        approve(workspace, key, MINH)
        forge_form(made.database_url, "100.00", "99.00")
        with pytest.raises(FormDamagedError, match="biểu mẫu bị sửa"):
            publish(workspace, key, MINH)
        forge_form(made.database_url, "99.00", "100.00")
        publish(workspace, key, MINH)
    forge_form(made.database_url, "100.00", "99.00")
    with made.open() as workspace:
        for wanted in (VintageChoice(as_released=True), VintageChoice(), VintageChoice(vintage=1)):
            with pytest.raises(FormDamagedError, match="đơn vị dac-khu, kỳ 2025-Q4, biểu mẫu 2025-bieu-mau-7") as told:
                find_shown(workspace.store, key, wanted)
            assert told.value.exit_code == 14


def test_a_log_that_was_touched_vouches_for_nothing(made: Office) -> None:
    release(made)
    change(made.database_url, "DELETE FROM release_log WHERE position = 1")
    with made.open() as workspace, pytest.raises(LogDamagedError, match="vị trí 1"):
        find_shown(workspace.store, form_key(workspace), VintageChoice(as_released=True))

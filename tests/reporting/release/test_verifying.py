"""Each tampering for real: the row or the file is changed, then looked for."""

import re
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from baocao.domain import FormStage
from baocao.store import Store, open_store
from reporting.release.entries import StepRequest
from reporting.release.releasing import publish
from reporting.release.verifying import Damage, Verification, verify
from tests.baocao.store import samples
from tests.baocao.store.samples import FORM
from tests.baocao.store.tampering import change
from tests.reporting.conftest import NOW, Office, form_key
from tests.reporting.release.test_releasing import release


def look(office: Office, expected: str | None = None) -> Verification:
    with office.open() as workspace:
        return verify(workspace.store, workspace.settings.out_dir, expected)


def damages(office: Office) -> set[Damage]:
    return {finding.damage for finding in look(office).findings}


@pytest.fixture
def released(made: Office) -> Office:
    release(made)
    assert look(made).findings == ()
    return made


def test_nothing_is_wrong_with_what_was_never_touched(office: Office) -> None:
    assert look(office).exit_code == 0
    office.run()
    release(office)
    found = look(office)
    assert (found.findings, found.exit_code, found.entry_count) == ((), 0, 3)
    assert found.payload_count > 3
    assert look(office, found.head).exit_code == 0


LOG = {
    "changed": (("UPDATE release_log SET body = replace(body, 'minh', 'hoa') WHERE position = 2",), Damage.LOG_CHANGED),
    "removed": (("DELETE FROM release_log WHERE position = 2",), Damage.LOG_REMOVED),
    "first removed": (("DELETE FROM release_log WHERE position = 1",), Damage.LOG_REMOVED),
    "cut": (("DELETE FROM release_log WHERE position = 3",), Damage.LOG_CUT),
    "reordered": (
        (
            "UPDATE release_log SET position = 99 WHERE position = 1",
            "UPDATE release_log SET position = 1 WHERE position = 2",
            "UPDATE release_log SET position = 2 WHERE position = 99",
        ),
        Damage.LOG_REORDERED,
    ),
    "refiled": (("UPDATE release_log SET unit_code = 'xa' WHERE position = 2",), Damage.LOG_CHANGED),
    "emptied": (("DELETE FROM release_log",), Damage.LOG_CUT),
}


@pytest.mark.parametrize("how", LOG)
def test_a_log_that_was_touched_is_found(store: Store, database_url: str, tmp_path: Path, how: str) -> None:
    """On SQLite and PostgreSQL."""
    last = ""
    for kind, by in (("prepare", "lan"), ("approve", "minh"), ("withdraw", "minh")):
        last = store.releases.append(FORM, kind, NOW, {"by": by}, after=last).sha256
    assert verify(store, tmp_path).findings == ()
    statements, damage = LOG[how]
    change(database_url, *statements)
    found = verify(store, tmp_path)
    assert damage in {finding.damage for finding in found.findings}
    assert found.exit_code == 14


def test_a_changed_answer_and_a_changed_released_file_are_found_whatever_the_database(
    store: Store, payload_url: str, tmp_path: Path
) -> None:
    """On SQLite and PostgreSQL; nothing is wrong before."""
    answer = store.payloads.keep(samples.payload())
    released = store.files.put(b"a released file")
    files = {"form.docx": {"sha256": released, "bytes": 15}}
    store.releases.append(FORM, "prepare", NOW, {"by": "lan", "files": files}, after="")
    assert verify(store, tmp_path).findings == ()
    for sha256 in (answer.sha256, released):
        flip(Path(payload_url) / sha256[:2] / f"{sha256[2:]}.zst")
    found = [(finding.damage, finding.where) for finding in verify(store, tmp_path).findings]
    assert found == [(Damage.PAYLOAD, answer.sha256), (Damage.RELEASED_FILE, released)]


def test_a_log_cut_together_with_its_head_is_found_by_what_was_noted_elsewhere(released: Office) -> None:
    head = look(released).head
    change(
        released.database_url,
        "DELETE FROM release_log WHERE position = 3",
        "UPDATE release_head SET position = 2, sha256 = (SELECT sha256 FROM release_log WHERE position = 2)",
    )
    assert damages(released) == {Damage.ENTRY_UNKNOWN, Damage.ANCHOR}
    (released.out / "release.json").unlink()
    assert damages(released) == set()
    assert [finding.damage for finding in look(released, head).findings] == [Damage.ENTRY_UNKNOWN]


@pytest.mark.parametrize("says", ["lan", "minh", "UBND", "dac-khu"])
def test_an_entry_edited_in_a_released_folder_is_found(released: Office, says: str) -> None:
    """Also where hash and anchor are left as they were."""
    path = released.out / "release.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f'"{says}', f'"x{says}', 1), encoding="utf-8")
    assert damages(released) == ({Damage.OUT_FILE} if f'"{says}' in text else set())


def test_a_released_folder_whose_entry_cannot_be_read_is_not_told_as_a_shorter_log(released: Office) -> None:
    path = released.out / "release.json"
    for spoilt in (b"{", b"null", b"\xff\xfe\x00"):
        path.write_bytes(spoilt)
        (found,) = look(released).findings
        assert (found.damage, "không còn dòng" in found.says) == (Damage.OUT_FILE, False)
    path.unlink()
    path.mkdir()
    (found,) = look(released).findings
    assert (found.damage, found.where) == (Damage.OUT_FILE, str(path))


def test_a_folder_in_the_place_of_an_answer_does_not_end_the_look(released: Office) -> None:
    with sqlite3.connect(released.database_url.removeprefix("sqlite:///")) as connection:
        first, second = (one for (one,) in connection.execute("SELECT DISTINCT sha256 FROM payload LIMIT 2"))
    path = released.payloads / first[:2] / f"{first[2:]}.zst"
    path.unlink()
    path.mkdir()
    flip(released.payloads / second[:2] / f"{second[2:]}.zst")
    assert {finding.where for finding in look(released).findings} == {first, second}


def test_a_log_emptied_with_its_head_and_folders_is_found_by_the_key(released: Office) -> None:
    change(released.database_url, "DELETE FROM release_log", "DELETE FROM release_head")
    (released.out / "release.json").unlink()
    with released.open() as workspace:
        found = verify(workspace.store, workspace.settings.out_dir, var_dir=workspace.settings.var_dir)
    assert [finding.damage for finding in found.findings] == [Damage.LOG_CUT]


def test_a_spoilt_key_is_told_and_everything_else_is_looked_at(released: Office) -> None:
    flip(released.out / "form.pdf")
    with released.open() as workspace:
        settings = workspace.settings
        (settings.var_dir / "keys" / "release.key").write_text("abc")
        found = verify(workspace.store, settings.out_dir, var_dir=settings.var_dir)
    says = {finding.damage: finding.says for finding in found.findings}
    assert set(says) == {Damage.ANCHOR, Damage.OUT_FILE}
    assert "khóa ký" in says[Damage.ANCHOR]


ENGLISH = re.compile(r"\b(the|was|is|not|entry|file|payload folder|must|cannot|month|be)\b")


@pytest.mark.parametrize("spoil", ["flip", "remove", "log", "day"])
def test_damage_is_told_in_vietnamese_alone(released: Office, spoil: str) -> None:
    for path in released.payloads.rglob("*.zst") if spoil in {"flip", "remove"} else ():
        if spoil == "flip":
            flip(path)
        else:
            path.unlink()
    if spoil == "log":
        change(
            released.database_url,
            "UPDATE release_log SET body = replace(body, 'minh', 'hoa') WHERE position = 2",
            "DELETE FROM release_log WHERE position = 1",
            "UPDATE release_head SET position = 9",
        )
    if spoil == "day":
        change(released.database_url, "UPDATE payload SET window_start_on = '2025-19-15'")
    said = [finding.says for finding in look(released).findings]
    assert said
    assert [one for one in said if ENGLISH.search(one)] == []


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


@pytest.mark.parametrize("spoil", [flip, Path.unlink])
def test_a_changed_or_lost_answer_is_found_and_named(released: Office, spoil: Callable[[Path], None]) -> None:
    with sqlite3.connect(released.database_url.removeprefix("sqlite:///")) as connection:
        (sha256,) = connection.execute("SELECT sha256 FROM payload LIMIT 1").fetchone()
    spoil(released.payloads / sha256[:2] / f"{sha256[2:]}.zst")
    found = look(released)
    assert [(finding.damage, finding.where) for finding in found.findings] == [(Damage.PAYLOAD, sha256)]


def test_a_changed_released_file_is_found_where_it_is_kept_and_under_out(released: Office) -> None:
    with released.open() as workspace:
        content = workspace.store.releases.list()[-1].content
    sha256 = content["files"]["form.docx"]["sha256"]
    flip(released.payloads / sha256[:2] / f"{sha256[2:]}.zst")
    assert damages(released) == {Damage.RELEASED_FILE}
    flip(released.out / "form.pdf")
    assert damages(released) == {Damage.RELEASED_FILE, Damage.OUT_FILE}


def test_a_changed_form_in_the_database_is_found(released: Office) -> None:
    change(released.database_url, "UPDATE filled_form SET body = replace(body, '100.00', '99.00')")
    assert damages(released) == {Damage.ROOT_CHANGED}


def test_a_release_cut_short_before_its_folder_is_told_apart_from_a_changed_file(released: Office) -> None:
    (released.out / "release.json").unlink()
    flip(released.out / "form.pdf")
    (finding,) = look(released).findings
    assert finding.damage is Damage.OUT_BEHIND
    assert "baocao release publish 2025-Q4 --unit dac-khu" in finding.says
    with released.open() as workspace:
        standing = publish(workspace, form_key(workspace), StepRequest("minh"))
    assert standing.stage is FormStage.RELEASED
    assert look(released).findings == ()


@pytest.mark.parametrize("above", range(4))
def test_a_link_in_the_place_of_a_released_folder_is_found(released: Office, tmp_path: Path, above: int) -> None:
    """Whichever of the folders it stands for, also where everything behind it is as it was, or nothing is there."""
    place = released.out if above == 0 else released.out.parents[above - 1]
    behind = place.rename(tmp_path / "elsewhere")
    place.symlink_to(behind)
    for _ in range(2):
        with open_store(released.database_url, str(released.payloads)) as store:
            (finding,) = verify(store, released.home / "out").findings
        assert (finding.damage, finding.where) == (Damage.OUT_LINK, str(place))
        assert "là liên kết" in finding.says
        assert "không còn ở đây" in finding.says
        shutil.rmtree(behind)
        behind.mkdir()


def test_a_link_in_the_place_of_a_released_file_is_found(released: Office, tmp_path: Path) -> None:
    (released.out / "form.pdf").rename(tmp_path / "form.pdf")
    (released.out / "form.pdf").symlink_to(tmp_path / "form.pdf")
    assert damages(released) == {Damage.OUT_LINK}


def test_a_lost_copy_under_out_is_no_damage(released: Office) -> None:
    (released.out / "form.pdf").unlink()
    assert damages(released) == set()

"""A log rewritten as a whole agrees with itself; a signed line outside of it does not agree with it."""

import shutil
from pathlib import Path

import orjson
import pytest

from baocao.errors import ConfigError
from baocao.private_files import is_open_to_others
from reporting.release.anchors import KEY_NAME, read_anchors, sign_entry
from reporting.release.entries import StepRequest
from reporting.release.releasing import approve, prepare, publish
from reporting.release.verifying import Damage, Verification, verify
from reporting.upkeep.backing_up import back_up, restore
from tests.reporting.conftest import Office, form_key
from tests.reporting.release.test_releasing import release
from tests.reporting.upkeep.test_backing_up import settings_of


def look(office: Office, letter: str = "") -> Verification:
    with office.open() as workspace:
        return verify(workspace.store, office.home / "out", var_dir=office.home / "var", letter=letter)


def anchor_of(office: Office) -> str:
    return str(orjson.loads((office.out / "release.json").read_bytes())["anchor"])


def test_a_released_folder_holds_the_entrys_anchor_signed_by_a_key_of_its_owner_alone(made: Office) -> None:
    release(made)
    assert not is_open_to_others(made.home / "var" / KEY_NAME)
    (anchor,) = read_anchors(anchor_of(made))
    assert anchor.is_genuine()
    with made.open() as workspace:
        entry = workspace.store.releases.list()[-1]
        assert str(sign_entry(made.home / "var", entry)) == str(anchor)
    assert look(made, f"Kính gửi …\n{anchor}\n").findings == ()


def test_a_log_rewritten_as_a_whole_is_found_by_an_anchor_outside(made: Office) -> None:
    """Whoever owns database and out/ releases the same form once more, from the beginning, in a log of their own."""
    shutil.copytree(made.home / "var", made.home.parent / "before")
    release(made)
    letter = anchor_of(made)
    key = (made.home / "var" / KEY_NAME).read_bytes()
    shutil.rmtree(made.home / "out")
    shutil.rmtree(made.home / "var")
    shutil.move(made.home.parent / "before", made.home / "var")
    (made.home / "var" / KEY_NAME).parent.mkdir()
    (made.home / "var" / KEY_NAME).write_bytes(key)
    assert [finding.damage for finding in look(made, letter).findings] == [Damage.LOG_CUT, Damage.ANCHOR]
    release_by_others(made)
    assert look(made).findings == ()
    (finding,) = look(made, letter).findings
    assert (finding.damage, "viết lại" in finding.says) == (Damage.ANCHOR, True)


def release_by_others(office: Office) -> None:
    with office.open() as workspace:
        key = form_key(workspace)
        prepare(workspace, key, StepRequest("hoa"))
        approve(workspace, key, StepRequest("mai"))
        publish(workspace, key, StepRequest("mai"))


def test_an_anchor_that_was_changed_or_signed_by_another_key_is_told(made: Office, tmp_path: Path) -> None:
    release(made)
    changed = anchor_of(made).replace("baocao1:3:", "baocao1:2:")
    assert "chữ ký không đúng" in look(made, changed).findings[0].says
    with made.open() as workspace:
        other = sign_entry(tmp_path / "other", workspace.store.releases.list()[-1])
    assert "khóa khác" in look(made, str(other)).findings[0].says
    assert "không thấy dấu neo" in look(made, "không có gì").findings[0].says


def test_a_back_up_holds_the_key_for_its_owner_alone(made: Office, tmp_path: Path) -> None:
    release(made)
    with made.open() as workspace:
        settings = workspace.settings
    back_up(settings, tmp_path / "saved")
    kept = tmp_path / "saved" / KEY_NAME
    assert kept.read_bytes() == (made.home / "var" / KEY_NAME).read_bytes()
    assert not is_open_to_others(kept)


def test_after_a_restore_the_key_of_before_proves_old_letters_and_signs_new_ones(made: Office, tmp_path: Path) -> None:
    release(made)
    letter = anchor_of(made)
    with made.open() as workspace:
        back_up(workspace.settings, tmp_path / "saved")
    there = Office(tmp_path / "new", tmp_path / "new" / "config", f"sqlite:///{tmp_path}/new/var/baocao.db", None)
    restored = restore(settings_of(there), tmp_path / "saved", there.config_dir)
    assert restored.found.findings == ()
    assert (there.home / "var" / KEY_NAME).read_bytes() == (made.home / "var" / KEY_NAME).read_bytes()
    assert not is_open_to_others(there.home / "var" / KEY_NAME)
    assert look(there, letter).findings == ()
    with there.open() as workspace:
        again = sign_entry(there.home / "var", workspace.store.releases.list()[-1])
    assert str(again) == letter


def test_a_key_that_is_gone_or_new_is_told_and_what_to_do(made: Office) -> None:
    release(made)
    letter = anchor_of(made)
    key = made.home / "var" / KEY_NAME
    key.unlink()
    assert all("khôi phục khóa từ bản sao lưu" in one.says for one in look(made, letter).findings)
    with made.open() as workspace:
        sign_entry(made.home / "var", workspace.store.releases.list()[-1])
    found = look(made, letter).findings
    assert {one.where for one in found} == {"--anchor", str(made.out / "release.json")}
    assert all("ký bằng khóa khác khóa của nơi cài đặt này" in one.says for one in found)
    assert all("khôi phục khóa cũ từ bản sao lưu" in one.says for one in found)


def test_a_restore_never_writes_over_another_key(made: Office, tmp_path: Path) -> None:
    release(made)
    with made.open() as workspace:
        back_up(workspace.settings, tmp_path / "saved")
        there = Office(tmp_path / "new", tmp_path / "new" / "config", f"sqlite:///{tmp_path}/new/var/baocao.db", None)
        sign_entry(there.home / "var", workspace.store.releases.list()[-1])
    other = (there.home / "var" / KEY_NAME).read_bytes()
    with pytest.raises(ConfigError, match="đã có một khóa khác ở đây"):
        restore(settings_of(there), tmp_path / "saved", there.config_dir)
    assert (there.home / "var" / KEY_NAME).read_bytes() == other
    assert not (there.home / "var" / "baocao.db").exists()

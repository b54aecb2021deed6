"""What people typed in, said and did: forged after the release it is told, and what is added since is no damage."""

from pathlib import Path

import pytest

from baocao.people import ALL_UNITS, Actor, Grant, Person, PersonRole
from baocao.remarks import CellRemark, RemarkKind
from baocao.store import FormDamagedError
from reporting.entering.figures import FigureRequest, enter_figure
from reporting.history.rerunning import PAYLOADS, rerun
from reporting.history.showing import VintageChoice, find_shown
from reporting.release.verifying import DamageFinding, verify
from reporting.upkeep.backing_up import back_up, restore
from reporting.workspace import Workspace
from tests.baocao.store.tampering import change
from tests.reporting.conftest import NOW, UNIT, Office, form_key, plan_of
from tests.reporting.release.test_releasing import release
from tests.reporting.upkeep.test_backing_up import settings_of

LAN = Actor("lan", "máy của lan")
FIGURE = "periodic_reports_sent_count"


def look(office: Office) -> tuple[DamageFinding, ...]:
    with office.open() as workspace:
        return verify(workspace.store, workspace.settings.out_dir).findings


def forge(office: Office, table: str, statement: str) -> None:
    change(office.database_url, f"DROP TRIGGER IF EXISTS {table}_append_only_update", statement)


def give(workspace: Workspace, value: str) -> None:
    based_on = len(workspace.store.typed_entries.history(UNIT, plan_of(workspace).period, FIGURE))
    request = FigureRequest(FIGURE, value, "Lan", "Công văn 12", "lan", based_on, "", "cong-van.pdf", b"the letter")
    enter_figure(workspace, plan_of(workspace), request)
    key = form_key(workspace)
    said = (RemarkKind.COMMENT, f"đã sửa thành {value}", "lan", NOW)
    workspace.store.remarks.add(CellRemark(UNIT, key.form_code, key.period, "2", *said))
    workspace.store.journal.append(LAN, "figure.typed", NOW, {"value": value}, UNIT)


@pytest.fixture
def released(made: Office) -> Office:
    with made.open() as workspace:
        workspace.store.people.add(Person("lan", "Lan", (Grant(PersonRole.OFFICER, UNIT),)), LAN, NOW)
        give(workspace, "11")
        rerun(workspace, plan_of(workspace), PAYLOADS, typed_today=True)
    release(made)
    return made


def test_what_is_typed_in_said_and_done_after_a_release_is_no_damage(released: Office) -> None:
    with released.open() as workspace:
        give(workspace, "9")
        workspace.store.people.set_grants("lan", (Grant(PersonRole.APPROVER, UNIT),), Actor("it", "máy chủ"), NOW)
        workspace.store.people.lock("lan", Actor("it", "máy chủ"), NOW, "nghỉ việc")
    assert look(released) == ()


@pytest.mark.parametrize("wanted", [VintageChoice(as_released=True), VintageChoice(), VintageChoice(vintage=2)])
def test_a_typed_in_figure_forged_after_the_release_is_told_and_nothing_of_the_form_is_shown(
    released: Office, wanted: VintageChoice
) -> None:
    forge(released, "typed_entry", "UPDATE typed_entry SET value = '12', given_by = 'Minh'")
    (finding,) = look(released)
    for part in ("số liệu nhập tay", FIGURE, "bị sửa", UNIT, "2025-Q4", "2025-bieu-mau-7", "khôi phục"):
        assert part in finding.says
    with released.open() as workspace, pytest.raises(FormDamagedError, match="số liệu nhập tay") as told:
        find_shown(workspace.store, form_key(workspace), wanted)
    assert told.value.exit_code == 14


def test_a_remark_and_a_deed_forged_after_the_release_are_told(released: Office) -> None:
    forge(released, "remark", "UPDATE remark SET text = 'đã hỏi tỉnh'")
    forge(released, "journal", "UPDATE journal SET person_code = 'minh' WHERE deed = 'figure.typed'")
    says = " ".join(finding.says for finding in look(released))
    assert "ý kiến, giải trình về ô 2 bị sửa" in says
    assert "nhật ký việc làm figure.typed bị sửa" in says


def test_the_evidence_of_a_typed_in_figure_is_looked_at(released: Office) -> None:
    with released.open() as workspace:
        (sha256,) = workspace.store.typed_entries.list_files()
    (Path(released.payloads) / sha256[:2] / f"{sha256[2:]}.zst").unlink()
    (finding,) = look(released)
    assert (finding.where, "tệp căn cứ" in finding.says) == (sha256, True)


def test_a_back_up_brings_evidence_and_inventories_back(released: Office, tmp_path: Path) -> None:
    with released.open() as workspace:
        back_up(workspace.settings, tmp_path / "saved")
    there = Office(tmp_path / "new", tmp_path / "new" / "config", f"sqlite:///{tmp_path}/new/var/baocao.db", None)
    restore(settings_of(there), tmp_path / "saved", there.config_dir)
    assert look(there) == ()
    with there.open() as workspace:
        (sha256,) = workspace.store.typed_entries.list_files()
        assert workspace.store.files.get(sha256) == b"the letter"


GRANTS = '[{"role":"approver","unit":"dac-khu"}]'
ACCOUNTS = {
    "a role": (f"UPDATE person SET grants = '{GRANTS}'", "vai trò khác với lần giao gần nhất"),
    "a lock": ("UPDATE person SET locked_at = NULL", "trạng thái khóa khác"),
    "a sign-in": ("UPDATE person SET subject = 'https://khac.vn'", "tài khoản đăng nhập của tỉnh khác"),
    "removed": ("DELETE FROM person", "không còn trong cơ sở dữ liệu"),
    "unreadable": ("UPDATE person SET grants = '['", "vai trò khác"),
    "added": (
        (
            "INSERT INTO person SELECT 'ma', name, grants, created_at, password_hash, must_change_password, "
            "totp_secret, totp_step, 'x', locked_at, is_demo FROM person"
        ),
        "không ai thêm theo nhật ký",
    ),
}


@pytest.mark.parametrize("how", ACCOUNTS)
def test_an_account_changed_past_the_journal_is_told(made: Office, how: str) -> None:
    with made.open() as workspace:
        workspace.store.people.add(Person("lan", "Lan", (Grant(PersonRole.IT, ALL_UNITS),)), LAN, NOW)
        workspace.store.people.lock("lan", Actor("it", "máy chủ"), NOW, "nghỉ việc")
    assert look(made) == ()
    statement, says = ACCOUNTS[how]
    change(made.database_url, statement)
    (finding,) = look(made)
    assert finding.damage.value == "account"
    assert says in finding.says
    assert finding.where in ("lan", "ma")


def test_each_deed_is_held_by_one_entry_of_the_log(released: Office) -> None:
    """However many steps follow each other: a segment begins where the one before ended."""
    with released.open() as workspace:
        give(workspace, "10")
        rerun(workspace, plan_of(workspace), PAYLOADS, typed_today=True)
        segments = [entry.content["journal"] for entry in workspace.store.releases.list()]
        last = workspace.store.journal.list()[-1].position
    ends = [(one["after"], one["through"]) for one in segments]
    assert [after for after, _ in ends[1:]] == [through for _, through in ends[:-1]]
    assert ends[0][0] == 0
    assert ends[-1][1] == last - 1

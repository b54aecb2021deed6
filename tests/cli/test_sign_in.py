"""Who a command comes from: a sign-in, an account of the machine that is somebody's, and nothing that is typed."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from unittest import mock

import pyotp
import pytest
from click.testing import CliRunner, Result

from baocao.people import Actor, Grant, Person, PersonRole
from cli.main import cli
from desk.people import administering, second_factor, terminal
from reporting.accounts import name_account
from tests.reporting.conftest import NOW, PERIOD, UNIT, Office, made
from tests.signed_in import sign_in

__all__ = ["made"]

IT = Actor("quan-tri", "may@test")
OWN = "con-meo-trèo-cây-cau"


@pytest.fixture(autouse=True)
def _quick_hashes() -> Iterator[None]:
    from argon2 import PasswordHasher

    from desk.people import passwords

    with mock.patch.object(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)):
        yield


@pytest.fixture
def home(made: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    for name, value in {
        "BAOCAO_HOME": str(made.home), "BAOCAO_CONFIG_DIR": str(made.config_dir), "BAOCAO_NOW": NOW.isoformat(),
        "BAOCAO_DATABASE_URL": made.database_url, "BAOCAO_UNIT": UNIT,
        "BAOCAO_SESSION_FILE": str(made.home / "state" / "session"),
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    return made


def call(*words: str, answers: str = "", **environment: str) -> Result:
    return CliRunner().invoke(cli, list(words), input=answers, env=environment)


def said(result: Result) -> str:
    return f"{result.output} {result.exception}"


def add(home: Office, code: str, *roles: PersonRole) -> str:
    with home.open() as workspace:
        grants = tuple(Grant(role, UNIT) for role in roles)
        return administering.add_person(workspace, Person(code, code.title(), grants), IT)


def who_prepared(home: Office) -> list[str]:
    with home.open() as workspace:
        return [entry.content["by"] for entry in workspace.store.releases.list()]


def test_the_first_sign_in_changes_the_password_it_gave(home: Office) -> None:
    given = add(home, "hang.nguyen", PersonRole.OFFICER)
    done = call("sign-in", "hang.nguyen", answers=f"{given}\n{OWN}\n{OWN}\n")
    assert "Đã đăng nhập: Hang.Nguyen (hang.nguyen)" in said(done)
    assert given not in done.output
    assert OWN not in done.output
    file = home.home / "state" / "session"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert call("release", "prepare", PERIOD).exit_code == 0
    assert who_prepared(home) == ["hang.nguyen"]
    assert call("sign-in", "hang.nguyen", answers=f"{given}\n").exit_code == 1
    assert call("sign-in", "hang.nguyen", answers=f"{OWN}\n").exit_code == 0


def test_an_approver_gives_a_code_too(home: Office) -> None:
    given, secret = add(home, "dung.pham", PersonRole.APPROVER), pyotp.random_base32()
    with mock.patch.object(terminal, "make_secret", return_value=secret):
        code = pyotp.TOTP(secret).now()
        done = call("sign-in", "dung.pham", answers=f"{given}\n{code}\n{OWN}\n{OWN}\n")
    assert second_factor.print_secret(secret) in done.output
    assert done.exit_code == 0, said(done)
    again = call("sign-in", "dung.pham", answers=f"{OWN}\n{code}\n")
    assert (again.exit_code, "đã dùng" in said(again)) == (1, True)


def test_nothing_typed_says_who_it_is(home: Office) -> None:
    add(home, "hang.nguyen", PersonRole.OFFICER)
    refused = call("release", "prepare", PERIOD, "--by", "hang.nguyen")
    assert (refused.exit_code, "--by" in refused.output) == (2, True)
    for name in ("LOGNAME", "USER"):
        done = call("release", "prepare", PERIOD, **{name: "hang.nguyen"})
        assert (done.exit_code, "chưa biết ai làm việc này" in said(done)) == (1, True)
    assert who_prepared(home) == []


def test_while_nobody_was_added_the_account_of_the_machine_stands_for_its_only_person(home: Office) -> None:
    assert call("release", "prepare", PERIOD, LOGNAME="ai-do").exit_code == 0
    assert who_prepared(home) == [name_account()]


def test_an_account_of_the_machine_can_be_somebodys(home: Office) -> None:
    add(home, "hang.nguyen", PersonRole.OFFICER)
    rules = home.config_dir / "release.yaml"
    rules.write_text(f"{rules.read_text('utf-8')}\nmachine_accounts: {{{name_account()}: hang.nguyen}}\n", "utf-8")
    assert call("release", "prepare", PERIOD).exit_code == 0
    assert who_prepared(home) == ["hang.nguyen"]
    with home.open() as workspace:
        workspace.store.people.lock("hang.nguyen", IT, datetime.now(UTC), "nghỉ việc")
    assert "đã bị khóa" in said(call("release", "prepare", PERIOD))


def test_two_persons_are_two_whatever_they_type(home: Office) -> None:
    one = sign_in(home, "lan", UNIT)
    other = sign_in(home, "minh", UNIT)
    assert call("release", "prepare", PERIOD, **one).exit_code == 0
    same = call("release", "approve", PERIOD, **one)
    assert "người trình và người duyệt là hai người" in said(same)
    assert call("release", "approve", PERIOD, **other).exit_code == 0
    assert who_prepared(home) == ["lan", "minh"]


@pytest.mark.parametrize(
    ("roles", "unit", "words"),
    [
        ((PersonRole.OFFICER,), UNIT, ("release", "approve", PERIOD)),
        ((PersonRole.APPROVER,), UNIT, ("release", "prepare", PERIOD)),
        ((PersonRole.OFFICER,), "xa", ("release", "prepare", PERIOD)),
        ((PersonRole.AUDITOR,), "tinh", ("release", "prepare", PERIOD)),
        ((PersonRole.OFFICER,), UNIT, ("release", "unlock", PERIOD, "--reason", "a")),
        ((PersonRole.AUDITOR,), "tinh", ("correct", PERIOD, "4.3.1", "--from", "1", "--to", "2", "--reason",
                                         "một hai ba bốn", "--evidence", "sổ theo dõi")),
    ],
)  # fmt: skip
def test_a_role_at_the_terminal_is_the_role_at_the_desk(
    home: Office, roles: tuple[PersonRole, ...], unit: str, words: tuple[str, ...]
) -> None:
    lan = sign_in(home, "lan", unit, *roles)
    done = call(*words, **lan)
    assert "không có quyền" in said(done)
    assert getattr(done.exception, "exit_code", None) == 21


def test_a_sign_in_that_ended_counts_for_nothing(home: Office) -> None:
    lan = sign_in(home, "lan", UNIT)
    with home.open() as workspace:
        workspace.store.people.lock("lan", IT, datetime.now(UTC), "nghỉ việc")
    assert "phiên đăng nhập ở máy này đã hết" in said(call("release", "prepare", PERIOD, **lan))


def test_signing_out_ends_it(home: Office) -> None:
    lan = sign_in(home, "lan", UNIT)
    kept = Path(lan["BAOCAO_SESSION_FILE"]).read_bytes()
    assert "Đã đăng xuất: Lan." in call("sign-out", **lan).output
    assert "Không có phiên" in call("sign-out", **lan).output
    Path(lan["BAOCAO_SESSION_FILE"]).write_bytes(kept)
    assert "đã hết" in said(call("release", "prepare", PERIOD, **lan))


def test_a_file_others_can_read_is_refused(home: Office) -> None:
    lan = sign_in(home, "lan", UNIT)
    Path(lan["BAOCAO_SESSION_FILE"]).chmod(0o644)
    assert "chmod 600" in said(call("release", "prepare", PERIOD, **lan))


def test_guessing_at_the_terminal_is_counted_with_guessing_at_the_desk(home: Office) -> None:
    add(home, "hang.nguyen", PersonRole.OFFICER)
    for _ in range(5):
        assert "không đúng" in said(call("sign-in", "hang.nguyen", answers="sai sai sai sai\n"))
    assert "tạm khóa" in said(call("sign-in", "hang.nguyen", answers="sai sai sai sai\n"))

"""A time stamp by an authority outside: asked at the release, kept with it, checked by `verify`, never in its way."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from cli.main import cli
from tests.installed import find_program
from tests.reporting.conftest import NOW, Office
from tests.reporting.release.timestamping import POLICY, StampAuthority, stamp_authority
from tests.signed_in import sign_in


@pytest.fixture(autouse=True)
def openssl() -> str:
    """It plays the authority."""
    return find_program("openssl", "openssl")


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[StampAuthority]:
    with stamp_authority(tmp_path / "tsa") as made:
        yield made


@pytest.fixture
def stamping(made: Office, authority: StampAuthority, monkeypatch: pytest.MonkeyPatch) -> Office:
    shutil.copy(authority.ca_file, made.config_dir / "tsa.pem")
    set_rules(made, authority)
    for name, value in environment(made).items():
        monkeypatch.setenv(name, value)
    call("release", "prepare", "2025-Q4", by=sign_in(made, "lan"))
    call("release", "approve", "2025-Q4", by=sign_in(made, "minh"))
    return made


def environment(office: Office) -> dict[str, str]:
    return {
        "BAOCAO_HOME": str(office.home), "BAOCAO_CONFIG_DIR": str(office.config_dir), "BAOCAO_NOW": NOW.isoformat(),
        "BAOCAO_DATABASE_URL": office.database_url, "BAOCAO_UNIT": "dac-khu",
    }  # fmt: skip


def set_rules(office: Office, authority: StampAuthority, **changed: Any) -> None:
    path = office.config_dir / "release.yaml"
    rules = yaml.safe_load(path.read_text("utf-8"))
    asked = {"address": authority.url, "ca_file": "tsa.pem", "since": "2025-01-01", "policy": POLICY, "timeout_s": 5}
    rules["time_stamp"] = {**asked, **changed}
    path.write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")


def call(*words: str, code: int = 0, by: Mapping[str, str] | None = None) -> str:
    done: Result = CliRunner().invoke(cli, list(words), env=by)
    assert done.exit_code == code, f"{done.output}{done.exception!r}"
    return " ".join(done.output.split())


def publish(office: Office) -> str:
    return call("release", "publish", "2025-Q4", by=sign_in(office, "minh"))


def stamps(office: Office) -> list[Path]:
    return sorted((office.home / "var" / "stamps").glob("*"))


def test_a_release_is_stamped_and_anybody_can_prove_it_with_openssl(
    stamping: Office, authority: StampAuthority
) -> None:
    assert "Đã lấy 1 dấu thời gian" in publish(stamping)
    (beside,) = stamping.out.glob("release.*.tsr")
    (kept,) = stamps(stamping)
    assert beside.read_bytes() == kept.read_bytes() == authority.given[0]
    assert kept.stat().st_mode & 0o077 == 0
    assert "Nguyên vẹn" in call("verify")
    with stamping.open() as workspace:
        entry = workspace.store.releases.list()[-1]
    line = stamping.home / "line"
    line.write_text(f"baocao1:{entry.position}:{entry.sha256}")
    words = ["openssl", "ts", "-verify", "-in", str(beside), "-data", str(line)]
    words += ["-CAfile", str(authority.folder / "ca.pem"), "-untrusted", str(authority.folder / "tsa.pem")]
    assert subprocess.run(words, check=False, capture_output=True).returncode == 0
    call("release", "stamp", "2025-Q4")
    assert len(authority.given) == 1, "a stamp is asked for once"


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-40] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


DAMAGES: list[tuple[Callable[[Path], object], str]] = [
    (flip, "bị sửa"),
    (cut, "bị sửa hoặc không đọc được"),
    (Path.unlink, "chưa có hoặc đã mất dấu thời gian; lấy bằng: baocao release stamp 2025-Q4 --unit dac-khu"),
]


@pytest.mark.parametrize(("damage", "says"), DAMAGES)
def test_a_stamp_that_was_changed_or_is_gone_is_found(
    stamping: Office, damage: Callable[[Path], object], says: str
) -> None:
    publish(stamping)
    damage(stamps(stamping)[0])
    assert says in call("verify", code=14)


def test_a_stamp_changed_beside_the_released_files_is_found_too(stamping: Office) -> None:
    publish(stamping)
    flip(next(iter(stamping.out.glob("release.*.tsr"))))
    assert "bị sửa" in call("verify", code=14)


def test_a_stamp_of_another_entry_is_found(stamping: Office, authority: StampAuthority) -> None:
    publish(stamping)
    (kept,) = stamps(stamping)
    line = authority.folder / "line"
    line.write_text("baocao1:3:" + "0" * 64)
    words = ["openssl", "ts", "-query", "-data", str(line), "-sha256", "-out", str(authority.folder / "q.tsq")]
    subprocess.run(words, check=True, capture_output=True)
    kept.write_bytes(authority.answer((authority.folder / "q.tsq").read_bytes()))
    assert "dấu thời gian là của dòng khác" in call("verify", code=14)


def test_a_stamp_of_an_authority_that_is_not_ours_is_found(stamping: Office, tmp_path: Path) -> None:
    publish(stamping)
    with stamp_authority(tmp_path / "other") as other:
        shutil.copy(other.ca_file, stamping.config_dir / "tsa.pem")
    assert "không phải của cơ quan cấp dấu thời gian khai ở time_stamp.ca_file" in call("verify", code=14)


def test_a_stamp_when_nothing_says_any_more_by_whom_is_told(stamping: Office) -> None:
    publish(stamping)
    path = stamping.config_dir / "release.yaml"
    rules = yaml.safe_load(path.read_text("utf-8"))
    del rules["time_stamp"]
    path.write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")
    assert "không còn khai time_stamp" in call("verify", code=14)


def test_an_authority_whose_certificate_has_expired_gives_no_stamp(stamping: Office, tmp_path: Path) -> None:
    with stamp_authority(tmp_path / "old", expired=True) as old:
        shutil.copy(old.ca_file, stamping.config_dir / "tsa.pem")
        set_rules(stamping, old)
        assert "chứng thư của cơ quan cấp dấu thời gian đã hết hạn" in publish(stamping)
        assert stamps(stamping) == []
        with stamping.open() as workspace:
            entry = workspace.store.releases.list()[-1]
        (stamping.home / "var" / "stamps").mkdir()
        (stamping.home / "var" / "stamps" / f"{entry.sha256}.tsr").write_bytes(old.given[0])
    assert "đã hết hạn lúc cấp dấu" in call("verify", code=14)


@pytest.mark.parametrize("answer", [503, b"", b"<html>", 404])
def test_an_authority_that_is_away_keeps_no_release_and_the_stamp_comes_later(
    stamping: Office, authority: StampAuthority, answer: int | bytes
) -> None:
    authority.answers.append(answer)
    said = publish(stamping)
    assert "Chưa có dấu thời gian, bản phát hành vẫn có hiệu lực" in said
    assert (stamping.out / "release.json").exists()
    assert "chưa có hoặc đã mất dấu thời gian" in call("verify", code=14)
    command = said.partition("Lấy sau bằng: baocao ")[2].partition(" --form 2025-bieu-mau-7")[0]
    assert "Đã lấy 1 dấu thời gian" in call(*command.split())
    assert "Nguyên vẹn" in call("verify")


def test_a_policy_that_is_not_the_agreed_one_is_no_stamp(stamping: Office, authority: StampAuthority) -> None:
    set_rules(stamping, authority, policy="1.2.3.4")
    assert f"cấp theo chính sách {POLICY}, không phải 1.2.3.4" in publish(stamping)


def test_the_daily_watch_brings_a_stamp_that_is_missing(stamping: Office, authority: StampAuthority) -> None:
    authority.answers.append(503)
    publish(stamping)
    call("watch")
    assert len(stamps(stamping)) == 1


def test_a_back_up_brings_the_stamps_and_the_authority_back(stamping: Office, tmp_path: Path) -> None:
    publish(stamping)
    call("backup", str(tmp_path / "sao-luu"))
    there = tmp_path / "moi"
    done = CliRunner(env={
        **os.environ, "BAOCAO_HOME": str(there), "BAOCAO_CONFIG_DIR": str(there / "config"),
        "BAOCAO_DATABASE_URL": f"sqlite:///{there}/var/baocao.db",
    }).invoke(cli, ["restore", str(tmp_path / "sao-luu")])  # fmt: skip
    assert done.exit_code == 0, done.output
    assert len(list((there / "var" / "stamps").glob("*.tsr"))) == 1


def test_without_an_authority_nothing_is_asked_and_nothing_is_missing(
    stamping: Office, authority: StampAuthority
) -> None:
    set_rules(stamping, authority, since="2099-01-01")
    publish(stamping)
    assert (authority.given, stamps(stamping)) == ([], [])
    assert "Nguyên vẹn" in call("verify")

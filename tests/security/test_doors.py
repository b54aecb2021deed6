"""Files and doors: whatever the umask, what a command writes is its owner's alone; a link in the way is never followed."""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from baocao.errors import ConfigError
from cli.main import cli
from tests.reporting.conftest import NOW, Office, made
from tests.signed_in import sign_in

__all__ = ["made"]

FORM = "out/dac-khu/2025-Q4/2025-bieu-mau-7"
COMMANDS = [
    ["rerun", "2025-Q4", "--from", "payloads"],
    ["release", "prepare", "2025-Q4"],
    ["release", "approve", "2025-Q4"],
    ["release", "publish", "2025-Q4"],
    ["explain", "2025-Q4", "4.2.1", "--records", "--xlsx", "xuat/4.2.1.xlsx"],
    ["status", "2025-Q4", "--html", "xuat/tinh-hinh.html"],
    ["checks", "2025-Q4", "--data-docs", "xuat/data-docs"],
    ["lint", f"{FORM}/form.docx", "--annotate", "xuat/ghi-chu"],
    [
        "correct",
        "2025-Q4",
        "4.3.1",
        "--from",
        "41",
        "--to",
        "42",
        "--reason",
        "đếm lại theo sổ",
        "--evidence",
        "Sổ theo dõi số 5/2025",
    ],
    ["metrics", "--file", "xuat/baocao.prom"],
    ["backup", "sao-luu"],
    ["verify"],
]


@pytest.fixture
def careless_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def home(made: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    for name, value in {
        "BAOCAO_HOME": str(made.home), "BAOCAO_CONFIG_DIR": str(made.config_dir), "BAOCAO_NOW": NOW.isoformat(),
        "BAOCAO_DATABASE_URL": made.database_url, "BAOCAO_UNIT": "dac-khu",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(made.home)
    return made


def call(*words: str, by: Mapping[str, str] | None = None) -> Result:
    os.umask(0)
    return CliRunner().invoke(cli, list(words), env=by)


@pytest.mark.usefixtures("careless_umask")
def test_everything_any_command_writes_is_its_owners_alone_whatever_the_umask(home: Office) -> None:
    before = set(home.home.rglob("*"))
    shutil.rmtree(home.home / "out")
    for words in COMMANDS:
        done = call(*words, by=sign_in(home, "minh" if "approve" in words else "lan"))
        assert done.exit_code in (0, 20), f"{words}: {done.output}{done.exception}"
        new = [path for path in home.home.rglob("*") if path not in before or path.is_relative_to(home.home / "out")]
        open_to_others = [str(path.relative_to(home.home)) for path in new if path.stat().st_mode & 0o077]
        assert open_to_others == [], words
    written = {path.name for path in (home.home / "xuat").rglob("*")} | {path.name for path in home.home.iterdir()}
    assert {"4.2.1.xlsx", "tinh-hinh.html", "form-ghi-chu.docx", "baocao.prom", "sao-luu", "out"} <= written


@pytest.mark.usefixtures("careless_umask")
def test_a_back_up_into_a_folder_of_before_closes_it_and_brings_back_private_files(home: Office) -> None:
    assert call("backup", "sao-luu").exit_code == 0
    for path in (home.home / "sao-luu").rglob("*"):
        path.chmod(0o777 if path.is_dir() else 0o666)
    assert call("backup", "sao-luu").exit_code == 0
    assert [str(path) for path in (home.home / "sao-luu").rglob("*") if path.stat().st_mode & 0o077] == []
    there = home.home / "moi"
    words = ["restore", str(home.home / "sao-luu")]
    done = CliRunner(env={
        "BAOCAO_HOME": str(there), "BAOCAO_CONFIG_DIR": str(there / "config"),
        "BAOCAO_DATABASE_URL": f"sqlite:///{there}/var/baocao.db",
    }).invoke(cli, words)  # fmt: skip
    assert done.exit_code == 0, done.output
    assert [str(path) for path in (there, *there.rglob("*")) if path.stat().st_mode & 0o077] == []


def test_who_may_read_out_may_read_what_is_put_there(home: Office) -> None:
    (home.home / "out").chmod(0o750)
    assert call("rerun", "2025-Q4", "--from", "payloads").exit_code in (0, 20)
    assert {path.stat().st_mode & 0o777 for path in (home.home / FORM).rglob("*")} == {0o640}
    assert (home.home / FORM).stat().st_mode & 0o777 == 0o750


def link_to_form(home: Path, away: Path) -> None:
    shutil.rmtree(home / FORM)
    (home / FORM).symlink_to(away)


def link_to_period(home: Path, away: Path) -> None:
    shutil.rmtree(home / "out" / "dac-khu" / "2025-Q4")
    (home / "out" / "dac-khu" / "2025-Q4").symlink_to(away)


def link_to_unit(home: Path, away: Path) -> None:
    shutil.rmtree(home / "out" / "dac-khu")
    (home / "out" / "dac-khu").symlink_to(away)


def link_to_out(home: Path, away: Path) -> None:
    shutil.rmtree(home / "out")
    (home / "out").symlink_to(away)


def link_to_payloads(home: Path, away: Path) -> None:
    (home / "var" / "payloads").rename(home / "payloads")
    (home / "var" / "payloads").symlink_to(away)


def link_to_logs(home: Path, away: Path) -> None:
    shutil.rmtree(home / "var" / "log", ignore_errors=True)
    (home / "var" / "log").symlink_to(away)


@pytest.mark.parametrize(
    "link", [link_to_form, link_to_period, link_to_unit, link_to_out, link_to_payloads, link_to_logs]
)
def test_a_folder_that_is_a_link_is_refused_and_nothing_goes_through_it(
    home: Office, tmp_path: Path, link: Callable[[Path, Path], None]
) -> None:
    away = tmp_path / "etc"
    away.mkdir()
    (away / "shadow").write_text("secret")
    link(home.home, away)
    done = call("rerun", "2025-Q4", "--from", "payloads")
    assert isinstance(done.exception, ConfigError)
    assert "là liên kết" in str(done.exception)
    assert [path.name for path in away.rglob("*")] == ["shadow"]
    copied = [path for path in home.home.rglob("shadow") if not path.is_relative_to(away)]
    assert [path for path in copied if not any(parent.is_symlink() for parent in path.parents)] == []


def test_a_link_inside_a_forms_folder_stays_a_link_and_what_it_leads_to_is_not_copied(
    home: Office, tmp_path: Path
) -> None:
    away = tmp_path / "etc"
    away.mkdir()
    (away / "shadow").write_text("secret")
    (home.home / FORM / "thu-muc").symlink_to(away)
    (home.home / FORM / "tep").symlink_to(away / "shadow")
    (home.home / FORM / "form.csv").unlink()
    (home.home / FORM / "form.csv").symlink_to(away / "shadow")
    assert call("rerun", "2025-Q4", "--from", "payloads").exit_code in (0, 20)
    assert (home.home / FORM / "thu-muc").is_symlink()
    assert (home.home / FORM / "tep").is_symlink()
    assert not (home.home / FORM / "form.csv").is_symlink()
    assert (away / "shadow").read_text() == "secret"


@pytest.mark.parametrize("place", ["", "payloads", "config", "config/forms", "keys"])
def test_a_back_up_goes_through_no_link(home: Office, tmp_path: Path, place: str) -> None:
    away, folder = tmp_path / "etc", home.home / "sao-luu"
    assert call("backup", str(folder)).exit_code == 0
    away.mkdir()
    if (folder / place).exists():
        shutil.rmtree(folder / place)
    (folder / place).symlink_to(away)
    done = call("backup", str(folder))
    assert isinstance(done.exception, ConfigError)
    assert "là liên kết" in str(done.exception)
    assert list(away.iterdir()) == []


@pytest.mark.parametrize("name", ["../../trom.yaml", "/tmp/trom.yaml", "forms/../../../trom.yaml"])
def test_a_back_up_whose_list_names_a_file_elsewhere_is_refused(home: Office, tmp_path: Path, name: str) -> None:
    folder = home.home / "sao-luu"
    assert call("backup", str(folder)).exit_code == 0
    content = json.loads((folder / "backup.json").read_text())
    content["config"][name] = content["config"]["units.yaml"]
    (folder / "backup.json").write_text(json.dumps(content))
    there = tmp_path / "moi"
    done = CliRunner(env={
        "BAOCAO_HOME": str(there), "BAOCAO_CONFIG_DIR": str(there / "config"),
        "BAOCAO_DATABASE_URL": f"sqlite:///{there}/var/baocao.db",
    }).invoke(cli, ["restore", str(folder)])  # fmt: skip
    assert isinstance(done.exception, ConfigError)
    assert "dẫn ra ngoài thư mục" in str(done.exception)
    assert [path for path in there.rglob("*") if path.is_file() and path.suffix != ".log"] == []
    assert not Path("/tmp/trom.yaml").exists()

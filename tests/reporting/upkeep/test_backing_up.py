"""A back-up rehearsed as after a fire: another machine, an empty database, and the same bytes again."""

import fcntl
import json
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest

from baocao.errors import ConfigError
from baocao.settings import Settings
from baocao.store import StoreUnavailableError, VintageStatus
from cli.main import main
from reporting.history.rerunning import PAYLOADS, rerun
from reporting.progress import PROGRESS
from reporting.upkeep import backing_up
from reporting.upkeep.backing_up import back_up, restore, settings_for_restore
from sandbox.server import RunningSandbox
from tests.postgres import PostgresServer, own_cluster
from tests.reporting.conftest import NOW, Office, plan_of
from tests.reporting.release.test_releasing import release


@contextmanager
def new_machine(office: Office, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Office]:
    """Another home with a database of the same kind, with nothing in it."""
    home = tmp_path / "new machine"
    there = Office(home, home / "config", f"sqlite:///{home}/var/baocao.db", None)
    if office.database_url.startswith("sqlite"):
        yield there
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.new_database() as url:
        yield replace(there, database_url=url)


def settings_of(office: Office) -> Settings:
    return settings_for_restore({
        "BAOCAO_HOME": str(office.home),
        "BAOCAO_CONFIG_DIR": str(office.config_dir),
        "BAOCAO_DATABASE_URL": office.database_url,
        "BAOCAO_NOW": NOW.isoformat(),
    })  # fmt: skip


def test_a_back_up_brought_back_elsewhere_is_whole_and_gives_the_same_bytes(
    office: Office, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """On SQLite and on PostgreSQL."""
    office.run()
    release(office)
    folder = tmp_path / "back-up"
    first = back_up(settings_of(office), folder)
    again = back_up(settings_of(office), folder)
    assert first.new_payloads == first.content["payloads"] > 0
    assert (again.new_payloads, again.content["release_log"]) == (0, first.content["release_log"])
    with new_machine(office, tmp_path, request) as there:
        shutil.rmtree(office.home / "out")
        done = restore(settings_of(there), folder, there.config_dir)
        assert (done.found.findings, done.found.exit_code) == ((), 0)
        assert done.found.head == first.content["release_log"]["last"]
        with there.open() as workspace:
            replayed = rerun(workspace, plan_of(workspace), PAYLOADS)
            assert (replayed.changed, replayed.other_files) == ((), ())
            assert "form.docx" in replayed.same_files
        with pytest.raises(ConfigError, match="đang có dữ liệu"):
            restore(settings_of(there), folder, there.config_dir)


@pytest.fixture
def backed_up(made: Office, tmp_path: Path) -> tuple[Office, Path]:
    folder = tmp_path / "back-up"
    back_up(settings_of(made), folder)
    return made, folder


def test_a_back_up_that_was_touched_or_not_finished_is_refused_before_anything_is_changed(
    backed_up: tuple[Office, Path], tmp_path: Path
) -> None:
    _, folder = backed_up
    there = settings_of(Office(tmp_path / "b", tmp_path / "b" / "config", f"sqlite:///{tmp_path}/b/x.db", None))
    with (folder / "database.sqlite").open("ab") as file:
        file.write(b"x")
    with pytest.raises(ConfigError, match=r"đã bị sửa hoặc mất từ khi sao lưu: database\.sqlite"):
        restore(there, folder, there.config_dir)
    (folder / "backup.json").unlink()
    with pytest.raises(ConfigError, match="không phải bản sao lưu, hoặc sao lưu chưa xong"):
        restore(there, folder, there.config_dir)
    assert not there.config_dir.exists()


def test_a_lost_answer_is_told_at_back_up_and_at_restoring(backed_up: tuple[Office, Path], tmp_path: Path) -> None:
    office, folder = backed_up
    lost = next(office.payloads.rglob("*.zst"))
    sha256 = lost.parent.name + lost.stem
    lost.unlink()
    other = tmp_path / "other back-up"
    done = back_up(settings_of(office), other)
    assert (done.exit_code, done.damaged) == (14, (sha256,))
    assert back_up(settings_of(office), folder).exit_code == 0, "an earlier back-up into the same folder still has it"


def test_a_restoration_that_dies_before_its_end_is_given_again(
    backed_up: tuple[Office, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything but the database is there by then: it comes last and all at once."""
    home = tmp_path / "again"
    there = Office(home, home / "config", f"sqlite:///{home}/var/baocao.db", None)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(backing_up, "bring_back", die)
        with pytest.raises(KeyboardInterrupt):
            restore(settings_of(there), backed_up[1], there.config_dir)
    assert restore(settings_of(there), backed_up[1], there.config_dir).found.exit_code == 0


def test_a_back_up_that_dies_leaves_no_manifest_of_the_one_before_it(
    backed_up: tuple[Office, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    office, folder = backed_up
    monkeypatch.setattr(backing_up, "take_snapshot", die)
    with pytest.raises(KeyboardInterrupt):
        back_up(settings_of(office), folder)
    assert not (folder / "backup.json").exists()


def test_two_back_ups_at_once_into_one_folder_are_one_and_a_refusal(backed_up: tuple[Office, Path]) -> None:
    office, folder = backed_up
    held = os.open(folder, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    for use in (
        lambda: back_up(settings_of(office), folder),
        lambda: restore(settings_of(office), folder, folder / "config"),
    ):
        with pytest.raises(ConfigError, match="đang dùng thư mục này"):
            use()
    os.close(held)


def test_both_commands_by_the_command_line(backed_up: tuple[Office, Path], tmp_path: Path, capsys: object) -> None:
    office, _ = backed_up
    home = tmp_path / "c"
    assert isinstance(capsys, pytest.CaptureFixture)
    assert run(office.home, office.config_dir, "backup", str(tmp_path / "d"), "--json") == 0
    assert json.loads(capsys.readouterr().out)["database"]["kind"] == "sqlite"
    assert run(home, home / "config", "restore", str(tmp_path / "d")) == 0
    assert "còn nguyên vẹn" in capsys.readouterr().out
    assert run(home, home / "config", "database", "status", "--json") == 0
    assert json.loads(capsys.readouterr().out)["is_current"] is True
    assert run(home, home / "config", "database", "downgrade", "0002", "--yes", "--json") == 0
    assert json.loads(capsys.readouterr().out)["after"] == "0002"
    assert run(home, home / "config", "database", "migrate") == 0
    assert run(home, home / "config", "database", "roles") == 2
    assert run(home, home / "config", "status", "2025-Q4", "--html", str(home / "status.html")) == 0
    page = capsys.readouterr().out
    assert "trình duyệt: baocao release prepare 2025-Q4 --unit dac-khu" in page
    assert (home / "status.html").stat().st_size > 5000


def run(home: Path, config_dir: Path, *arguments: str) -> int:
    environment = {"BAOCAO_HOME": str(home), "BAOCAO_CONFIG_DIR": str(config_dir), "BAOCAO_NOW": NOW.isoformat()}
    with mock.patch.dict("os.environ", environment), mock.patch("sys.argv", ["baocao", *arguments]):
        try:
            main()
        except SystemExit as ended:
            return int(ended.code or 0)
    return 0


def test_a_restart_of_the_database_in_mid_run_is_survived_or_ends_the_run_with_nothing_half_written(
    made: Office, tiny_sandbox: RunningSandbox, credentials: None
) -> None:
    """The server goes and comes back while answers are being kept; a transaction under way then is lost with it."""
    with own_cluster() as cluster:
        office = replace(made, database_url=cluster.url, sandbox_url=tiny_sandbox.url)

        class Restart(logging.Handler):
            def emit(self, record: logging.LogRecord) -> None:
                PROGRESS.removeHandler(self)
                cluster.restart()

        PROGRESS.setLevel(logging.INFO)
        handler = Restart()
        PROGRESS.addHandler(handler)
        with suppress(StoreUnavailableError):
            assert office.run().exit_code == 0
        assert handler not in PROGRESS.handlers
        again = office.run()
        assert (again.exit_code, again.vintage.vintage) == (0, 2)
        with office.open() as workspace:
            first, second = workspace.store.vintages.list(again.vintage.form_key)
            assert first.status in (VintageStatus.WHOLE, VintageStatus.FAILED)
            assert second.is_whole

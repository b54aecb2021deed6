"""`baocao form`: a person's way from a blank file to a form that can be looked at."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from baocao.errors import ConfigError, UnreadableFormError
from cli.main import cli
from tests.baocao.forms.drafting.test_new_forms import new_form
from tests.configuration import ONE_FORM_CONFIG_DIR


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BAOCAO_CONFIG_DIR", str(shutil.copytree(ONE_FORM_CONFIG_DIR, tmp_path / "config")))
    monkeypatch.setenv("BAOCAO_HOME", str(tmp_path))
    monkeypatch.setenv("BAOCAO_NOW", "2026-02-03T08:00:00+07:00")
    (tmp_path / "mau.docx").write_bytes(new_form())
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, words)


def test_a_blank_becomes_a_draft_in_a_folder_of_its_own(at_home: Path) -> None:
    done = run("form", "draft", "mau.docx")
    assert done.exit_code == 0, done.output
    assert "12 dòng, 9 số liệu: 0 có sẵn, 9 mới." in done.output
    assert "Mẫu có hiệu lực từ ngày nào?" in done.output
    assert "baocao form check drafts/2026-bieu-mau-2" in done.output
    names = sorted(path.name for path in (at_home / "drafts" / "2026-bieu-mau-2").rglob("*.yaml"))
    assert names == ["2026-bieu-mau-2.yaml", "2026-bieu-mau-2.yaml", "manual.yaml", "questions.yaml"]
    assert isinstance(run("form", "draft", "mau.docx").exception, ConfigError)


def test_a_program_gets_the_questions_as_json(at_home: Path) -> None:
    content = json.loads(run("form", "draft", "mau.docx", "--json").output)
    assert content["form"] == "2026-bieu-mau-2"
    assert {"cell", "topic", "asks", "taken", "why", "sure", "others"} == set(content["questions"][0])


def test_check_says_what_is_open_and_ends_with_2_until_nothing_is(at_home: Path) -> None:
    run("form", "draft", "mau.docx")
    open_ = run("form", "check", "drafts/2026-bieu-mau-2")
    assert open_.exit_code == 2
    assert "Tệp có chỗ sai" in open_.output
    assert "câu hỏi chưa trả lời" in open_.output
    assert run("form", "check", "2025-bieu-mau-7").exit_code == 0


def test_a_draft_is_seen_empty_on_the_screen_and_as_files(at_home: Path) -> None:
    from tests.reporting.drafting.test_checking import settle

    run("form", "draft", "mau.docx")
    undeclared = run("form", "preview", "drafts/2026-bieu-mau-2").exception
    assert isinstance(undeclared, ConfigError)
    assert "don_vi_tinh" in str(undeclared)
    settle(at_home / "drafts" / "2026-bieu-mau-2")
    done = run("form", "preview", "drafts/2026-bieu-mau-2", "--out", "seen")
    assert done.exit_code == 0, done.output
    assert "II.2" in done.output
    assert "Số phiếu góp ý" in done.output
    assert {"form.docx", "form.pdf", "form.xlsx"} <= {path.name for path in (at_home / "seen").iterdir()}


def test_of_a_file_without_a_form_the_command_ends_with_22(at_home: Path) -> None:
    (at_home / "thu.txt").write_text("Thư mời họp\n", encoding="utf-8")
    done = run("form", "draft", "thu.txt")
    assert isinstance(done.exception, UnreadableFormError)
    assert done.exception.exit_code == 22
    assert not (at_home / "drafts").exists()


def test_a_form_to_succeed_that_nobody_knows_is_answered_with_the_nearest(at_home: Path) -> None:
    done = run("form", "draft", "mau.docx", "--succeeds", "2025-bieu-mau")
    assert "ý bạn là “2025-bieu-mau-7”" in str(done.exception)

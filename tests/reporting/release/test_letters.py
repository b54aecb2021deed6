"""The letter about a release: to each recipient once, with the signed head of the log, which `verify` takes as it is."""

import shutil
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from cli.main import cli
from reporting.release import folders
from reporting.release.anchors import KEY_NAME, read_anchors
from reporting.release.releasing import approve, prepare, publish
from tests.reporting.alerting.conftest import authority, mail_sink
from tests.reporting.alerting.sinks import PASSWORD, USERNAME, Authority, MailSink
from tests.reporting.conftest import NOW, Office, form_key
from tests.reporting.release.test_anchors import look, release_by_others
from tests.reporting.release.test_releasing import LAN, MINH
from tests.signed_in import sign_in

__all__ = ["authority", "mail_sink"]
CHAIRMAN, ARCHIVE = "chutich@bienmau.vi-du.vn", "luutru@bienmau.vi-du.vn"


@pytest.fixture
def mailing(made: Office, mail_sink: MailSink, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Office:
    rules = {
        "channels": {"thu": {
            "kind": "email", "host": "127.0.0.1", "port": mail_sink.port, "ca_file": str(authority.ca_file),
            "username": USERNAME, "secret": "env:BAOCAO_SMTP_PASSWORD", "sender": USERNAME, "to": [CHAIRMAN, ARCHIVE],
        }},
        "releases": ["thu"],
        "retries": {"attempts": 1, "backoff_s": 0},
    }  # fmt: skip
    (made.config_dir / "alerts.yaml").write_text(yaml.safe_dump(rules), encoding="utf-8")
    for name, value in {
        "BAOCAO_HOME": str(made.home), "BAOCAO_CONFIG_DIR": str(made.config_dir), "BAOCAO_NOW": NOW.isoformat(),
        "BAOCAO_DATABASE_URL": made.database_url, "BAOCAO_UNIT": "dac-khu", "BAOCAO_SMTP_PASSWORD": PASSWORD,
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    return made


def call(*words: str, code: int = 0, by: Mapping[str, str] | None = None) -> str:
    done = CliRunner().invoke(cli, list(words), env=by)
    assert done.exit_code == code, f"{done.output}{done.exception}"
    return done.output


def release_by_command(office: Office) -> None:
    call("release", "prepare", "2025-Q4", by=sign_in(office, "lan"))
    call("release", "approve", "2025-Q4", by=sign_in(office, "minh"))
    call("release", "publish", "2025-Q4", by=sign_in(office, "minh"))


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_release_is_told_once_to_each_recipient_with_the_signed_head_of_the_log(
    mailing: Office, mail_sink: MailSink
) -> None:
    release_by_command(mailing)
    call("alerts", "send")
    assert sorted(one for to in mail_sink.recipients for one in to) == [CHAIRMAN, ARCHIVE]
    mail = mail_sink.mails[0]
    assert mail["Subject"] == "[Phát hành] Biểu mẫu 7 – UBND đặc khu Sao Mẫu, Quý IV năm 2025"
    assert "Người trình: Lan; người duyệt: Minh; người phát hành: Minh." in text_of(mail)
    (anchor,) = read_anchors(text_of(mail))
    with mailing.open() as workspace:
        head = workspace.store.releases.list()[-1]
    assert (anchor.position, anchor.sha256) == (head.position, head.sha256)


def test_the_letter_as_it_was_received_copied_or_quoted_proves_the_log(
    mailing: Office, mail_sink: MailSink, tmp_path: Path
) -> None:
    shutil.copytree(mailing.home / "var", tmp_path / "before")
    release_by_command(mailing)
    mail = mail_sink.mails[0]
    text, file = text_of(mail), tmp_path / "thu.eml"
    file.write_bytes(mail.as_bytes())
    cut = "\n".join(f"> {text[at : at + 72]}" for at in range(0, len(text), 72))
    letters = (text, cut, mail.as_string(), str(file))
    for letter in letters:
        assert "Nguyên vẹn" in call("verify", "--anchor", letter)
    key = (mailing.home / "var" / KEY_NAME).read_bytes()
    shutil.rmtree(mailing.home / "out")
    shutil.rmtree(mailing.home / "var")
    shutil.copytree(tmp_path / "before", mailing.home / "var")
    (mailing.home / "var" / KEY_NAME).parent.mkdir()
    (mailing.home / "var" / KEY_NAME).write_bytes(key)
    release_by_others(mailing)
    assert look(mailing).findings == (), "the log rewritten as a whole agrees with itself"
    for letter in letters:
        assert "viết lại" in call("verify", "--anchor", letter, code=14)


def test_a_refused_recipient_keeps_the_letter_from_nobody_else(mailing: Office, mail_sink: MailSink) -> None:
    mail_sink.refused.add(CHAIRMAN)
    release_by_command(mailing)
    call("alerts", "send")
    assert mail_sink.recipients == [[ARCHIVE]]


def test_a_mail_server_that_is_away_keeps_no_release_and_the_letter_follows(
    mailing: Office, mail_sink: MailSink
) -> None:
    mail_sink.failures_left = 9
    release_by_command(mailing)
    assert mail_sink.mails == []
    assert (mailing.out / "release.json").exists()
    mail_sink.failures_left = 0
    CliRunner(env={"BAOCAO_NOW": NOW.replace(year=NOW.year + 1).isoformat()}).invoke(cli, ["alerts", "send"])
    assert sorted(one for to in mail_sink.recipients for one in to) == [CHAIRMAN, ARCHIVE]


class KilledError(Exception):
    """Stands for the end of the process."""


def test_whoever_brings_up_a_release_that_died_before_its_files_writes_the_letter_once(
    mailing: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KilledError

    with mailing.open() as workspace:
        key = form_key(workspace)
        prepare(workspace, key, LAN)
        approve(workspace, key, MINH)
        with monkeypatch.context() as patch:
            patch.setattr("reporting.release.releasing.queue_letter", die)
            with pytest.raises(KilledError):
                publish(workspace, key, MINH)
        assert workspace.store.outbox.waiting() == ()
        folders.bring_up(workspace, key)
        folders.bring_up(workspace, key)
        (one,) = workspace.store.outbox.waiting()
    assert one.message.key.startswith("release/")

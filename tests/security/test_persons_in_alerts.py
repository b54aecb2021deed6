"""What leaves the machine by itself: letters, posts, chats and the text file, made of sources full of persons."""

import tempfile
from pathlib import Path

import pytest

from reporting.delivery import chats
from sandbox.server import RunningSandbox
from sandbox.world.data_sets import data_set
from tests.flows.test_privacy import texts_of
from tests.reporting.alerting.conftest import authority, home, mail_sink, post_sink, small_office
from tests.reporting.alerting.offices import AlertOffice
from tests.reporting.alerting.sinks import PASSWORD, USERNAME, Authority, MailSink, PostSink
from tests.security.test_persons import RUNS, shown

__all__ = ["authority", "home", "mail_sink", "post_sink", "small_office"]

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # apprise imports it
NOW = data_set("tiny").now
BESIDE = {"codes": "new_field", "dates": "truncated", "everything": "impossible_date"}
"""What else goes wrong at the one-stop shop in the second report, so that incidents change too."""


@pytest.fixture
def chatted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would be said in chats, whose addresses are the world's."""
    said: list[str] = []
    monkeypatch.setattr(chats, "notify", lambda *given, **named: said.append(f"{given} {named}"))
    return said


@pytest.fixture
def temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this process puts its temporary files meanwhile; none is taken away before it was looked at."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.parametrize("fields", ["codes", pytest.param("dates", marks=pytest.mark.slow), "everything"])
def test_no_alert_of_any_channel_and_no_incident_holds_a_person(
    small_office: AlertOffice,
    tiny_sandbox: RunningSandbox,
    mail_sink: MailSink,
    post_sink: PostSink,
    authority: Authority,
    chatted: list[str],
    temporary: Path,
    monkeypatch: pytest.MonkeyPatch,
    fields: str,
) -> None:
    monkeypatch.setenv("BAOCAO_SMTP_PASSWORD", PASSWORD)
    monkeypatch.setenv("BAOCAO_CHAT", "bcsbx-ma-khoa-99")
    channels = {
        "mail": {
            "kind": "email", "host": "127.0.0.1", "port": mail_sink.port, "ca_file": str(authority.ca_file),
            "username": USERNAME, "secret": "env:BAOCAO_SMTP_PASSWORD", "sender": USERNAME, "to": [USERNAME],
        },
        "hook": {"kind": "webhook", "address": post_sink.url},
        "chat": {"kind": "telegram", "secret": "env:BAOCAO_CHAT", "chat": "-100200300"},
        "log": {"kind": "file", "path": "alerts.txt"},
    }  # fmt: skip
    small_office.set_rules(channels=channels, routes={name: {"channels": [name]} for name in channels})
    for system, field in RUNS[fields]:
        tiny_sandbox.set_fault(system, "person_in_fields", field=field)
    small_office.run(NOW)
    tiny_sandbox.clear_faults()
    tiny_sandbox.set_fault("one_stop", BESIDE[fields])
    tiny_sandbox.set_fault("one_stop", "person_in_fields")
    small_office.run(NOW)
    incidents = small_office.incidents(NOW)
    mails = [text for mail in mail_sink.mails for text in (str(mail["Subject"]), *map(str, mail.walk()))]
    mails += [part.get_content() for mail in mail_sink.mails for part in mail.walk() if not part.is_multipart()]
    for told in (mails, post_sink.posts, chatted, incidents, small_office.told):
        assert told, "each channel must have been used"
        assert {found for text in told for found in shown(str(text))} == set()
    files = [path for place in (small_office.home, temporary) for path in place.rglob("*") if path.is_file()]
    assert {where for path in files for where, text in texts_of(path) if shown(text)} == set()

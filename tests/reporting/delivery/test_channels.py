"""Each kind of channel against a real server: what arrives, and what is said where it does not."""

import json
from pathlib import Path
from typing import Any

import pytest

from reporting.delivery.channels import Channels
from reporting.delivery.errors import ChannelFailedError
from reporting.delivery.rendering import RenderedMessage, render
from tests.reporting.alerting.samples import PATIENCE_S, rules, sample_message
from tests.reporting.alerting.sinks import PASSWORD, USERNAME, Authority, MailSink, PostSink, free_port, hanging_server

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # apprise imports it
TOO_SHORT_S = 0.5
SECRETS = {"env:SMTP": PASSWORD, "env:TOKEN": "bcsbx-ma-khoa-99", "env:NHAM": "sai"}
MESSAGE = render("incident/1", [sample_message()])


def open_channel(home: Path, timeout_s: float = PATIENCE_S, **channel: Any) -> Any:
    given = rules(channels={"one": channel}, routes={}, retries={"attempts": 1, "backoff_s": 0, "timeout_s": timeout_s})
    return Channels(given, home, SECRETS.get).sender("one")


def mailbox(sink: MailSink, authority: Authority | None, **changes: Any) -> dict[str, Any]:
    given = {
        "kind": "email",
        "host": "127.0.0.1",
        "port": sink.port,
        "username": USERNAME,
        "secret": "env:SMTP",
        "sender": "baocao@bienmau.vi-du.vn",
        "to": ["vanphong@bienmau.vi-du.vn", "cntt@bienmau.vi-du.vn"],
    }
    return {**given, **({"ca_file": str(authority.ca_file)} if authority else {}), **changes}


def refusal(sender: Any, message: RenderedMessage = MESSAGE) -> str:
    with pytest.raises(ChannelFailedError) as caught:
        sender.send(message)
    assert "bcsbx" not in str(caught.value)
    return caught.value.reason


def test_mail_arrives_over_starttls_with_vietnamese_text_and_html(home, mail_sink, authority) -> None:
    open_channel(home, **mailbox(mail_sink, authority)).send(MESSAGE)
    (mail,) = mail_sink.mails
    assert mail["Subject"] == sample_message().subject
    assert mail_sink.recipients == [["vanphong@bienmau.vi-du.vn", "cntt@bienmau.vi-du.vn"]]
    assert mail.get_body(("plain",)).get_content().strip() == "\n\n".join(sample_message().paragraphs)
    assert "<b>Cần làm ngay:</b> báo đơn vị quản trị." in mail.get_body(("html",)).get_content()
    assert mail["Auto-Submitted"] == "auto-generated"


def test_the_same_message_sent_again_has_the_same_message_id(home, mail_sink, authority) -> None:
    sender = open_channel(home, **mailbox(mail_sink, authority))
    for message in (MESSAGE, render("incident/1", [sample_message()]), render("incident/2", [sample_message()])):
        sender.send(message)
    first, again, other = [mail["Message-ID"] for mail in mail_sink.mails]
    assert first == again != other


@pytest.mark.parametrize(
    ("what", "changes", "says"),
    [
        ("a certificate of an unknown authority", {"ca_file": None}, "không xác minh được chứng thư TLS"),
        ("a certificate of another host", {"host": "localhost"}, "không xác minh được chứng thư TLS"),
        ("a wrong password", {"secret": "env:NHAM"}, "từ chối tài khoản"),
        ("no password at hand", {"secret": "env:NO_SUCH"}, "chưa đặt hoặc không đọc được env:NO_SUCH"),
    ],
)
def test_no_mail_leaves_over(home, mail_sink, authority, what, changes, says) -> None:
    assert says in refusal(open_channel_or_fail(home, mailbox(mail_sink, authority, **changes)))
    assert mail_sink.mails == []


def open_channel_or_fail(home: Path, channel: dict[str, Any]) -> Any:
    class Late:
        def send(self, message: RenderedMessage) -> None:
            open_channel(home, **channel).send(message)

    return Late()


def test_a_mailbox_that_is_refused_is_named(home, mail_sink, authority) -> None:
    mail_sink.refused.add("cntt@bienmau.vi-du.vn")
    assert refusal(open_channel(home, **mailbox(mail_sink, authority))).endswith("địa chỉ cntt@bienmau.vi-du.vn")


def test_a_dead_and_a_hanging_server_are_given_up_in_time(home, authority, mail_sink) -> None:
    dead = mailbox(mail_sink, authority, port=free_port())
    assert "máy chủ không nhận kết nối" in refusal(open_channel(home, **dead))
    with hanging_server() as port:
        assert "quá thời gian chờ" in refusal(
            open_channel(home, TOO_SHORT_S, **mailbox(mail_sink, authority, port=port))
        )
        web = {"kind": "webhook", "address": f"http://127.0.0.1:{port}/"}
        assert "quá thời gian chờ" in refusal(open_channel(home, TOO_SHORT_S, **web))


def test_a_webhook_is_posted_json_with_its_key_and_token(home, post_sink: PostSink) -> None:
    channel = open_channel(home, kind="webhook", address=f"{post_sink.url}/baocao", secret="env:TOKEN")
    channel.send(MESSAGE)
    (post,) = post_sink.posts
    assert post["subject"] == sample_message().subject
    assert post["severity"] == "critical"
    assert post["facts"] == {"kind": "opened", "incident": "1"}
    assert post_sink.headers[0]["Idempotency-Key"] == post["key"] == MESSAGE.token
    assert post_sink.headers[0]["Authorization"] == "Bearer bcsbx-ma-khoa-99"


@pytest.mark.parametrize("status", [302, 401, 500])
def test_an_answer_that_is_no_acceptance_is_a_failure(home, post_sink: PostSink, status: int) -> None:
    post_sink.answers = [status]
    said = refusal(open_channel(home, kind="webhook", address=f"{post_sink.url}/"))
    assert said == f"máy chủ trả lời HTTP {status}"
    assert post_sink.posts == []


def test_a_webhook_over_tls_is_verified(home, authority: Authority) -> None:
    with PostSink.running(authority.context) as sink:
        assert "không xác minh được chứng thư TLS" in refusal(open_channel(home, kind="webhook", address=sink.url))
        open_channel(home, kind="webhook", address=sink.url, ca_file=str(authority.ca_file)).send(MESSAGE)
        assert len(sink.posts) == 1


def test_zalo_is_told_in_its_own_words_and_its_quiet_refusal_is_heard(home, post_sink: PostSink, monkeypatch) -> None:
    monkeypatch.setattr("reporting.delivery.posting.ZaloSender.__init__.__defaults__", (post_sink.url,))
    sender = open_channel(home, kind="zalo", chat="6ede9afa", secret="env:TOKEN")
    sender.send(MESSAGE)
    assert post_sink.paths == ["/botbcsbx-ma-khoa-99/sendMessage"]
    assert post_sink.posts[0]["chat_id"] == "6ede9afa"
    assert post_sink.posts[0]["text"].startswith(sample_message().subject)
    post_sink.body = '{"ok": false, "error_code": 401}'
    assert "Zalo không nhận tin" in refusal(sender)


def test_telegram_and_slack_are_told_through_apprise(home, post_sink: PostSink, monkeypatch) -> None:
    from apprise.plugins.slack import NotifySlack
    from apprise.plugins.telegram import NotifyTelegram

    monkeypatch.setitem(SECRETS, "env:TOKEN", "123456789:abcdefg_hijklmnop")
    monkeypatch.setattr(NotifyTelegram, "notify_url", f"{post_sink.url}/bot")
    open_channel(home, kind="telegram", chat="-100123", secret="env:TOKEN").send(MESSAGE)
    assert post_sink.posts[0]["chat_id"] in ("-100123", -100123)
    assert "Hệ thống một cửa điện tử báo lỗi hoặc chưa có số liệu" in post_sink.posts[0]["text"]
    hook = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
    monkeypatch.setitem(SECRETS, "env:TOKEN", hook)
    monkeypatch.setattr(NotifySlack, "webhook_url", f"{post_sink.url}/services")
    post_sink.body = "ok"
    open_channel(home, kind="slack", secret="env:TOKEN").send(MESSAGE)
    assert "Cần làm ngay" in json.dumps(post_sink.posts[1], ensure_ascii=False)


def test_teams_is_told_through_its_workflow(home, authority: Authority, monkeypatch) -> None:
    with PostSink.running(authority.context) as sink:
        host = sink.url.removeprefix("https://")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.ca_file))
        monkeypatch.setitem(SECRETS, "env:TOKEN", f"workflows://{host}/643e69f83c8944/chu-ky-bcsbx")
        open_channel(home, kind="teams", secret="env:TOKEN").send(MESSAGE)
        assert "báo lỗi hoặc chưa có số liệu" in json.dumps(sink.posts[0], ensure_ascii=False)


def test_a_chat_that_refuses_says_why_without_the_token(home, post_sink: PostSink, monkeypatch) -> None:
    from apprise.plugins.telegram import NotifyTelegram

    monkeypatch.setitem(SECRETS, "env:TOKEN", "123456789:abcdefg_bcsbxijklmnop")
    monkeypatch.setattr(NotifyTelegram, "notify_url", f"{post_sink.url}/bot")
    post_sink.answers = [401]
    assert "401" in refusal(open_channel(home, kind="telegram", chat="-100123", secret="env:TOKEN"))


def test_a_file_grows_and_one_that_cannot_be_written_is_named(home: Path) -> None:
    sender = open_channel(home, kind="file", path="var/alerts.txt")
    sender.send(MESSAGE)
    sender.send(MESSAGE)
    assert (home / "var/alerts.txt").read_text(encoding="utf-8").count(sample_message().subject) == 2
    (home / "folder.txt").mkdir()
    assert "không ghi được tệp" in refusal(open_channel(home, kind="file", path="folder.txt"))

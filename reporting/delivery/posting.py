"""JSON posted to an address: a webhook of the province's own, and Zalo's bots.

By the standard library and not by apprise: what came back must be read (Zalo says `"ok": false` within HTTP 200), a
redirect must not turn the post into a question, and the reason of a failure belongs into the next channel's message.
"""

import json
import ssl
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

from baocao.catalogue.alerts import WebhookChannel
from reporting.delivery.errors import ChannelFailedError, name_trouble
from reporting.delivery.rendering import RenderedMessage

LONGEST_ANSWER = 65536
LONGEST_ZALO_TEXT = 2000
ZALO_URL = "https://bot-api.zaloplatforms.com"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is an error: the message would not arrive."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def post_json(
    channel: str, url: str, content: Any, headers: dict[str, str], timeout_s: float, ca_file: str | None = None
) -> bytes:
    """Post and return the answer; ChannelFailedError where it was not accepted. The address may be a secret."""
    body = json.dumps(content, ensure_ascii=False).encode()
    return post(channel, url, body, {"Content-Type": "application/json; charset=utf-8", **headers}, timeout_s, ca_file)


def post(
    channel: str, url: str, body: bytes, headers: dict[str, str], timeout_s: float, ca_file: str | None = None
) -> bytes:
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked when the configuration was read
        url, body, headers, method="POST"
    )
    secure = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=ca_file))
    try:
        with urllib.request.build_opener(_NoRedirects, secure).open(request, timeout=timeout_s) as answer:
            found: bytes = answer.read(LONGEST_ANSWER)
            return found
    except urllib.error.HTTPError as error:
        error.close()
        raise ChannelFailedError(channel, f"máy chủ trả lời HTTP {error.code}") from None
    except (OSError, HTTPException) as error:
        raise ChannelFailedError(channel, name_trouble(error)) from None


@dataclass(frozen=True)
class WebhookSender:
    """The message as JSON, with an `Idempotency-Key` that is the same when it is sent again."""

    name: str
    channel: WebhookChannel
    secret: str = field(repr=False)
    timeout_s: float

    def send(self, message: RenderedMessage) -> None:
        headers = {"Idempotency-Key": message.token}
        if self.secret:
            headers["Authorization"] = f"Bearer {self.secret}"
        content = {
            "key": message.token,
            "severity": message.severity.value,
            "subject": message.subject,
            "text": message.text,
            "facts": dict(message.facts),
        }
        post_json(self.name, self.channel.address, content, headers, self.timeout_s, self.channel.ca_file)


@dataclass(frozen=True)
class ZaloSender:
    """A bot's message to one chat, by `sendMessage` of Zalo's bot interface."""

    name: str
    chat: str
    secret: str = field(repr=False)
    timeout_s: float
    base_url: str = ZALO_URL

    def send(self, message: RenderedMessage) -> None:
        text = f"{message.subject}\n\n{message.text}"[:LONGEST_ZALO_TEXT]
        url = f"{self.base_url}/bot{self.secret}/sendMessage"
        answer = post_json(self.name, url, {"chat_id": self.chat, "text": text}, {}, self.timeout_s)
        try:
            accepted = json.loads(answer).get("ok") is True
        except (ValueError, AttributeError):
            accepted = False
        if not accepted:
            raise ChannelFailedError(self.name, "Zalo không nhận tin: kiểm tra mã bot và mã cuộc trò chuyện")

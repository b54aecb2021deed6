"""The messages of one delivery as one: plain text for every channel, and simple HTML for mail."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape

from baocao.domain import Severity
from baocao.incidents import GRAVITY, EventKind, Message

RULE = "-" * 40
_LINK = re.compile(r"(: |</b> )(https://[^\s<]+)$", re.MULTILINE)
"""An address at the end of a line, as those of the desk stand."""
_COUNTED: Mapping[str, str] = {
    EventKind.OPENED: "cảnh báo mới",
    EventKind.WORSENED: "nặng thêm",
    EventKind.ESCALATED: "nhắc lại",
    EventKind.LAPSED: "nhắc lại",
    EventKind.RECOVERED: "đã khắc phục",
}


@dataclass(frozen=True)
class RenderedMessage:
    """One message as a channel takes it. `key` is the same when it is sent again; only mail takes what is attached."""

    key: str
    severity: Severity
    subject: str
    text: str
    html: str
    facts: Mapping[str, str] = field(default_factory=dict)
    attached: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @property
    def token(self) -> str:
        """The key in a form every protocol takes."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:40]


def render(bundle: str, messages: Sequence[Message], note: str = "") -> RenderedMessage:
    """One message as it is; several as one message with a heading each. `note` is said at the end."""
    told = _latest(messages)
    severity = max((message.severity for message in told), key=GRAVITY.__getitem__)
    last = (note,) if note else ()
    if len(told) == 1:
        (message,) = told
        text, html = _text(message.paragraphs + last), _html(message.paragraphs + last)
        return RenderedMessage(bundle, severity, _one_line(message.subject), text, html, message.facts)
    text = f"\n\n{RULE}\n\n".join(f"{message.subject}\n\n{_text(message.paragraphs)}" for message in told)
    html = "<hr>".join(f"<h3>{escape(message.subject)}</h3>{_html(message.paragraphs)}" for message in told)
    subject = f"[Tổng hợp] {_count(told)}"
    return RenderedMessage(
        bundle, severity, subject, "\n\n".join((text, *last)), html + _html(last), {"kind": "digest"}
    )


def _latest(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Of each incident what happened last; one that came and went while waiting says so. What is over comes last."""
    kept: dict[str, Message] = {}
    opened = {message.facts.get("incident") for message in messages if message.facts.get("kind") == EventKind.OPENED}
    for message in messages:
        kept[message.facts.get("incident", message.key)] = message
    told = [_came_and_went(message) if name in opened else message for name, message in kept.items()]
    return tuple(sorted(told, key=lambda message: (_is_over(message), -GRAVITY[message.severity])))


def _came_and_went(message: Message) -> Message:
    if not _is_over(message):
        return message
    return replace(message, subject=message.subject.replace("[Đã khắc phục]", "[Đã xảy ra và đã khắc phục]", 1))


def _is_over(message: Message) -> bool:
    return message.facts.get("kind") == EventKind.RECOVERED


def _count(messages: Sequence[Message]) -> str:
    """`3 cảnh báo mới, 1 đã khắc phục`."""
    counts: dict[str, int] = {}
    for message in messages:
        word = _COUNTED.get(message.facts.get("kind", ""), "việc cần làm")
        counts[word] = counts.get(word, 0) + 1
    return ", ".join(f"{count} {word}" for word, count in counts.items())


def _one_line(subject: str) -> str:
    """No protocol takes a subject of two lines, and a header that could hold one could hold another header."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in subject).split())


def _text(paragraphs: Sequence[str]) -> str:
    return "\n\n".join(paragraphs)


def _html(paragraphs: Sequence[str]) -> str:
    return "".join(f"<p>{_emphasise(paragraph)}</p>" for paragraph in paragraphs)


def _emphasise(paragraph: str) -> str:
    """The words before the first colon in bold; lines of a list stay lines."""
    head, colon, rest = paragraph.partition(":")
    said = f"<b>{escape(head)}:</b>{escape(rest)}" if colon else escape(paragraph)
    return _LINK.sub(r'\1<a href="\2">\2</a>', said).replace("\n", "<br>")

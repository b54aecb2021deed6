"""Letters as one message: plain text for every channel, and simple HTML for mail."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape

from baocao.domain import Severity
from baocao.incidents import GRAVITY, EventKind, Letter

RULE = "-" * 40
_COUNTED: Mapping[str, str] = {
    EventKind.OPENED: "cảnh báo mới",
    EventKind.WORSENED: "nặng thêm",
    EventKind.ESCALATED: "nhắc lại",
    EventKind.LAPSED: "nhắc lại",
    EventKind.RECOVERED: "đã khắc phục",
}


@dataclass(frozen=True)
class Outgoing:
    """One message as a channel takes it. `key` is the same when it is sent again."""

    key: str
    severity: Severity
    subject: str
    text: str
    html: str
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def token(self) -> str:
        """The key in a form every protocol takes."""
        return hashlib.sha256(self.key.encode()).hexdigest()[:40]


def render(bundle: str, letters: Sequence[Letter], note: str = "") -> Outgoing:
    """One letter as it is; several as one message with a heading each. `note` is said at the end."""
    told = _latest(letters)
    severity = max((letter.severity for letter in told), key=GRAVITY.__getitem__)
    last = (note,) if note else ()
    if len(told) == 1:
        (letter,) = told
        text, html = _text(letter.paragraphs + last), _html(letter.paragraphs + last)
        return Outgoing(bundle, severity, letter.subject, text, html, letter.facts)
    text = f"\n\n{RULE}\n\n".join(f"{letter.subject}\n\n{_text(letter.paragraphs)}" for letter in told)
    html = "<hr>".join(f"<h3>{escape(letter.subject)}</h3>{_html(letter.paragraphs)}" for letter in told)
    subject = f"[Tổng hợp] {_count(told)}"
    return Outgoing(bundle, severity, subject, "\n\n".join((text, *last)), html + _html(last), {"kind": "digest"})


def _latest(letters: Sequence[Letter]) -> tuple[Letter, ...]:
    """Of each incident what happened last; one that came and went while waiting says so. What is over comes last."""
    kept: dict[str, Letter] = {}
    opened = {letter.facts.get("incident") for letter in letters if letter.facts.get("kind") == EventKind.OPENED}
    for letter in letters:
        kept[letter.facts.get("incident", letter.key)] = letter
    told = [_came_and_went(letter) if name in opened else letter for name, letter in kept.items()]
    return tuple(sorted(told, key=lambda letter: (_is_over(letter), -GRAVITY[letter.severity])))


def _came_and_went(letter: Letter) -> Letter:
    if not _is_over(letter):
        return letter
    return replace(letter, subject=letter.subject.replace("[Đã khắc phục]", "[Đã xảy ra và đã khắc phục]", 1))


def _is_over(letter: Letter) -> bool:
    return letter.facts.get("kind") == EventKind.RECOVERED


def _count(letters: Sequence[Letter]) -> str:
    """`3 cảnh báo mới, 1 đã khắc phục`."""
    counts: dict[str, int] = {}
    for letter in letters:
        word = _COUNTED.get(letter.facts.get("kind", ""), "việc cần làm")
        counts[word] = counts.get(word, 0) + 1
    return ", ".join(f"{count} {word}" for word, count in counts.items())


def _text(paragraphs: Sequence[str]) -> str:
    return "\n\n".join(paragraphs)


def _html(paragraphs: Sequence[str]) -> str:
    return "".join(f"<p>{_emphasise(paragraph)}</p>" for paragraph in paragraphs)


def _emphasise(paragraph: str) -> str:
    """The words before the first colon in bold; lines of a list stay lines."""
    head, colon, rest = paragraph.partition(":")
    said = f"<b>{escape(head)}:</b>{escape(rest)}" if colon else escape(paragraph)
    return said.replace("\n", "<br>")

"""The mailbox: letters of known senders are taken and answered, all others moved aside unread and unanswered.

Nothing of a letter but its attachments counts; no sender, subject or file's name is kept or logged.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from functools import partial
from html import escape
from pathlib import PurePath
from typing import Any

from baocao.catalogue.hand_in import HandInRules, Mailbox
from baocao.domain import Severity
from baocao.errors import DeliveryError
from reporting.delivery.errors import ChannelFailedError
from reporting.delivery.mailbox_access import reply_sender, signed_in
from reporting.delivery.rendering import RenderedMessage
from reporting.intake.answers import WrittenAnswer
from reporting.intake.given_file import GivenFile, HandInWay
from reporting.intake.taking_in import Intake, TakenFile, make_key, take_apart, take_file
from reporting.workspace import Workspace

_ENCODED = 1.4
"""A file in a letter is longer than by itself."""
_LETTER_BYTES = 200_000
_NOTHING = "Thư không có tệp biểu mẫu nào đính kèm; gửi lại kèm tệp Word hoặc Excel."


@dataclass(frozen=True)
class Letter:
    """One letter as far as it concerns us. `files` are endings and contents; None of one that is too large."""

    sender: str
    key: str
    is_automatic: bool
    files: tuple[tuple[str, bytes], ...] | None


def take_from_mailbox(workspace: Workspace, rules: HandInRules) -> Intake:
    """Every letter there is, the oldest first. Raise DeliveryError where the mailbox cannot be reached."""
    if rules.mailbox is None:
        return Intake()
    found = Intake()
    with _opened(rules.mailbox) as client:
        for uid in client.search("ALL"):
            letter = _fetch(client, uid, rules)
            unit_code = rules.find_unit(letter.sender)
            if unit_code is None or letter.is_automatic:
                _move(client, uid, rules.mailbox.refused)
                found = found.plus(Intake(refused=1))
                continue
            one = _take_all(workspace, rules, rules.mailbox, unit_code, letter)
            if not one.failed:
                _move(client, uid, rules.mailbox.taken)
            found = found.plus(one)
    return found


def _take_all(workspace: Workspace, rules: HandInRules, mailbox: Mailbox, unit_code: str, letter: Letter) -> Intake:
    """Each file of a letter by itself; a letter without any is answered too."""
    answer = partial(_reply, mailbox, letter)
    if not letter.files:
        says = _NOTHING if letter.files is not None else f"Không nhận: thư lớn hơn {rules.largest_mb} MB."
        taken = take_apart(partial(_refuse, answer, unit_code, says), unit_code)
        return Intake(failed=(taken,)) if isinstance(taken, str) else Intake((taken,))
    found = Intake()
    for number, (suffix, content) in enumerate(letter.files):
        key = make_key(letter.key, number)
        file = GivenFile(content, suffix, unit_code, "", way=HandInWay.MAIL, message_key=key)
        taken = take_apart(partial(take_file, workspace, unit_code, file, partial(answer, number)), unit_code)
        found = found.plus(Intake(failed=(taken,)) if isinstance(taken, str) else Intake((taken,)))
    return found


def _refuse(answer: Any, unit_code: str, says: str) -> TakenFile:
    answer(0, WrittenAnswer("Không nhận được biểu mẫu", says))
    return TakenFile(unit_code, HandInWay.MAIL, says)


def _reply(mailbox: Mailbox, letter: Letter, number: int, answer: WrittenAnswer) -> None:
    """To the sender alone; sent again it has the same Message-ID. Raise DeliveryError where it is not taken."""
    sender = reply_sender(mailbox, letter.sender)
    message = RenderedMessage(
        key=make_key(letter.key, number, "reply"),
        severity=Severity.INFO,
        subject=answer.subject,
        text=answer.text,
        html="".join(f"<p>{escape(part)}</p>" for part in answer.text.split("\n\n")),
        attached={answer.copy_name: answer.copy} if answer.copy is not None else {},
    )
    try:
        sender.send(message)
    except ChannelFailedError as error:
        raise DeliveryError(str(error)) from error


@contextmanager
def _opened(mailbox: Mailbox) -> Iterator[Any]:
    """Signed in, at the inbox, the folders for what is done there."""
    with signed_in(mailbox) as client:
        for name in (mailbox.taken, mailbox.refused):
            if not client.folder_exists(name):
                client.create_folder(name)
        client.select_folder(mailbox.inbox)
        yield client


def _fetch(client: Any, uid: int, rules: HandInRules) -> Letter:
    """The head first: what is too large, or of a stranger, is never brought here."""
    about: Mapping[bytes, Any] = client.fetch([uid], ["RFC822.SIZE", "BODY.PEEK[HEADER]"])[uid]
    head = _parse(about[b"BODY[HEADER]"])
    sender = parseaddr(str(head.get("From", "")))[1]
    key = make_key("mail", head.get("Message-ID", ""), about[b"RFC822.SIZE"], about[b"BODY[HEADER]"].hex())
    automatic = str(head.get("Auto-Submitted", "no")).strip().lower() != "no"
    known = rules.find_unit(sender) is not None and not automatic
    if not known or about[b"RFC822.SIZE"] > rules.largest_bytes * _ENCODED + _LETTER_BYTES:
        return Letter(sender, key, automatic, None)
    whole = _parse(client.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"])
    return Letter(sender, key, automatic, tuple(_list_attached(whole)))


def _parse(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def _list_attached(letter: EmailMessage) -> Iterator[tuple[str, bytes]]:
    """The endings and contents of what is attached; pictures in the text are none."""
    for part in letter.iter_attachments():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content:
            yield PurePath(part.get_filename() or "").suffix, content


def _move(client: Any, uid: int, folder: str) -> None:
    if client.has_capability("MOVE"):
        client.move([uid], folder)
        return
    client.copy([uid], folder)
    client.delete_messages([uid])
    client.expunge()

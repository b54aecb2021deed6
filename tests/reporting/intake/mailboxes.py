"""A real IMAP server, and letters as unit clerks send them."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from imapclient import IMAPClient

from tests.reporting.alerting.sinks import free_port

USERNAME, PASSWORD = "demouser", "demopass"
CLERK, STRANGER = "vanthu@xagiay.vi-du.vn", "ai-do@noi-khac.vi-du.vn"
FOLDERS = ("INBOX", "Da-xu-ly", "Khong-nhan")
PERSON = "Trần Thị Bưởi"


@dataclass(frozen=True)
class MailboxServer:
    port: int

    @contextmanager
    def open(self) -> Iterator[Any]:
        with IMAPClient("127.0.0.1", self.port, ssl=False) as client:
            client.login(USERNAME, PASSWORD)
            yield client

    def empty(self) -> None:
        with self.open() as client:
            for name in FOLDERS:
                if not client.folder_exists(name):
                    continue
                client.select_folder(name)
                client.delete_messages(client.search("ALL"))
                client.expunge()

    def put(self, letter: EmailMessage) -> None:
        with self.open() as client:
            client.append("INBOX", letter.as_bytes())

    def count(self, folder: str) -> int:
        with self.open() as client:
            return len(client.select_folder(folder, readonly=True)) and len(client.search("ALL"))


@contextmanager
def mailbox_server() -> Iterator[MailboxServer]:
    port = free_port()
    program = Path(sys.executable).with_name("pymap")
    arguments = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict", "--demo-data"]
    with subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            server = MailboxServer(port)
            _wait_for(server, process)
            yield server
        finally:
            process.terminate()


def _wait_for(server: MailboxServer, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            with server.open():
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("pymap did not start")


def make_letter(
    *files: tuple[str, bytes], sender: str = CLERK, message_id: str = "<1@xagiay.vi-du.vn>", **head: str
) -> EmailMessage:
    """With a person's name wherever one may stand: subject, display name, names of files."""
    letter = EmailMessage()
    letter["From"] = f"{PERSON} <{sender}>"
    letter["To"] = "nop-bieu@bienmau.vi-du.vn"
    letter["Subject"] = f"Bieu mau cua {PERSON}"
    letter["Message-ID"] = message_id
    for name, value in head.items():
        letter[name.replace("_", "-")] = value
    letter.set_content("Kính gửi.")
    for name, content in files:
        letter.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return letter

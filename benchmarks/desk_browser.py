"""A browser without a screen: keeps its cookie and connections, sends forms as they stand on a page, times answers."""

import html
import http.client
import re
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlencode

CSRF: Final = re.compile(r'data-csrf="([0-9a-f]+)"')
HIDDEN: Final = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
SEE_OTHER: Final = 303
TIMEOUT_S: Final = 60
IDLE_S: Final = 4.0
"""A connection unused for longer is left: the server is about to close it."""


@dataclass(frozen=True)
class Answered:
    """One request: what it was, when it began, how long the answer took, its status (0: none came)."""

    kind: str
    begun_s: float
    took_s: float
    status: int


@dataclass(frozen=True)
class Written:
    """A change the desk said it had kept. `text` is in no other change, `value` what was typed in."""

    kind: str
    unit_code: str
    text: str
    value: int = 0


@dataclass
class Tally:
    """What all browsers together saw. `unread` are changes the next page did not show."""

    answers: list[Answered] = field(default_factory=list)
    written: list[Written] = field(default_factory=list)
    unread: list[Written] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, answer: Answered, text: str) -> None:
        with self.lock:
            self.answers.append(answer)
            if answer.status not in (200, SEE_OTHER):
                said = re.search(r'class="notice bad"[^>]*>(.*?)</div>', text, re.DOTALL)
                self.refused.append(f"{answer.kind} {answer.status}: {_plain(said[1] if said else text)[:200]}")

    def keep(self, written: Written, *, is_read_back: bool) -> None:
        with self.lock:
            self.written.append(written)
            if not is_read_back:
                self.unread.append(written)


class Browser:
    """Of one person, at an address of their own on loopback. Takes the servers in turn, as a proxy hands them out."""

    def __init__(self, ports: Sequence[int], address: str, tally: Tally) -> None:
        self._connections = [
            http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S, source_address=(address, 0))
            for port in ports
        ]
        self._used_s = [0.0] * len(ports)
        self._turn = secrets.randbelow(len(ports))
        self._cookie = ""
        self.tally = tally
        self.text = ""
        self.path = "/"

    def get(self, kind: str, path: str) -> int:
        """The page is then `text`; a page it leads on to is asked for under the same kind."""
        status, leads_to = self._ask(kind, "GET", path)
        return self.get(kind, leads_to) if leads_to else status

    def peek(self, kind: str, path: str) -> int:
        """Ask for a piece beside the page one is on."""
        kept = self.text, self.path
        status, _ = self._ask(kind, "GET", path, more={"X-CSRF-Token": self.csrf})
        self.text, self.path = kept
        return status

    def send(self, kind: str, path: str, fields: Mapping[str, str], then: str = "") -> int:
        """A form of the page one is on, with its hidden fields; the page it leads to is of the kind `then`."""
        body = urlencode({**self.hidden(path), "csrf": self.csrf, **fields}).encode()
        status, leads_to = self._ask(kind, "POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"})
        if leads_to and then:
            self.get(then, leads_to.partition("#")[0])
        return status

    def save(self, kind: str, path: str, fields: Mapping[str, str]) -> int:
        """As the desk's own script sends a figure: the answer is the page anew."""
        mark = secrets.token_hex(8)
        parts = "".join(
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in fields.items()
        )
        more = {"Content-Type": f"multipart/form-data; boundary={mark}", "X-CSRF-Token": self.csrf}
        return self._ask(kind, "POST", path, f"{parts}--{mark}--\r\n".encode(), more)[0]

    @property
    def csrf(self) -> str:
        found = CSRF.search(self.text)
        return found[1] if found else ""

    def hidden(self, action: str) -> dict[str, str]:
        form = re.search(rf'<form[^>]* action="{re.escape(action)}"[^>]*>(.*?)</form>', self.text, re.DOTALL)
        return {name: html.unescape(value) for name, value in HIDDEN.findall(form[1])} if form else {}

    def _ask(
        self, kind: str, method: str, path: str, body: bytes | None = None, more: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        self._turn = (self._turn + 1) % len(self._connections)
        connection = self._connections[self._turn]
        headers = {"Cookie": self._cookie, "Sec-Fetch-Site": "same-origin", **(more or {})}
        begun = time.monotonic()
        if begun - self._used_s[self._turn] > IDLE_S:
            connection.close()
        try:
            connection.request(method, quote(path, safe="/?&=#%:"), body, headers)
            answer = connection.getresponse()
            text, status = answer.read().decode(), answer.status
            leads_to = answer.headers.get("Location", "") if status == SEE_OTHER else ""
            given = answer.headers.get("Set-Cookie", "")
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            text, status, leads_to, given = repr(error), 0, "", ""
        self.tally.note(Answered(kind, begun, time.monotonic() - begun, status), text)
        self._used_s[self._turn] = time.monotonic()
        self._cookie = given.partition(";")[0] or self._cookie
        if not leads_to:
            self.text, self.path = text, path
        return status, leads_to


def _plain(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())

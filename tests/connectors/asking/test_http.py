"""What comes over the line and is no fault of the data: marks, packings, redirects, moments to come again."""

import gzip
import threading
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

import pytest
from pydantic import ValidationError

from baocao.catalogue import Catalogue, Source
from baocao.errors import SourceContractError, SourceError, SourceUnavailableError
from connectors.asking.http import SourceClient
from connectors.asking.request import Request
from sandbox.world.planted import invent_person
from tests.connectors.suite import ENTRIES, assignment
from tests.serving import POLL_S

PERSON = invent_person(4)
WHOLE = b'{"total": 909}'


@dataclass
class Answer:
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = WHOLE


@dataclass
class Scripted:
    """A server that gives the answers by path, one after the other, the last one for ever; `asked` are its requests."""

    address: str = ""
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[Scripted]:
    found = Scripted()

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found.asked.append(f"{self.command} {self.path}")
            answers = found.answers[self.path.partition("?")[0]]
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as running:
        running.daemon_threads = True
        found.address = f"http://127.0.0.1:{running.server_address[1]}"
        threading.Thread(target=running.serve_forever, args=(POLL_S,), daemon=True).start()
        yield found
        running.shutdown()


@pytest.fixture
def ask(catalogue: Catalogue, server: Scripted):
    def make(path: str = "/a", method: str = "GET", *answers: Answer, unit: str = "", **more: list[Answer]):
        server.answers |= {path: list(answers) or [Answer()], **more}
        with SourceClient(assignment(catalogue, ENTRIES[0], server.address)) as client:
            return client.ask(
                Request(method, path, params={"q": "1"}, headers={"Authorization": "bearer x"}, unit=unit)
            )[0]

    return make


def packed(how: str) -> bytes:
    raw = zlib.compressobj(wbits=-15)
    ways = {"gzip": gzip.compress, "deflate": zlib.compress, "raw": lambda body: raw.compress(body) + raw.flush()}
    return ways[how](WHOLE)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(body=b"\xef\xbb\xbf" + WHOLE),
        Answer(headers={"Content-Encoding": "gzip"}, body=packed("gzip")),
        Answer(headers={"Content-Encoding": "gzip"}, body=packed("gzip") + gzip.compress(b"  ")),
        Answer(headers={"Content-Encoding": "deflate"}, body=packed("deflate")),
        Answer(headers={"Content-Encoding": "deflate"}, body=packed("raw")),
        Answer(headers={"Content-Encoding": "identity"}),
    ],
    ids=["mark", "gzip", "two parts", "deflate", "deflate without header", "identity"],
)
def test_marks_and_packings_are_not_the_datas_fault(ask, answer: Answer) -> None:
    assert ask("/a", "GET", answer) == {"total": 909}


def test_an_answer_cut_inside_its_packing_is_a_cut_connection_and_tried_again(ask, server: Scripted) -> None:
    cut = Answer(headers={"Content-Encoding": "gzip"}, body=packed("gzip")[:-9])
    assert ask("/a", "GET", cut, Answer()) == {"total": 909}
    with pytest.raises(SourceUnavailableError, match="bị ngắt giữa câu trả lời nén") as caught:
        ask("/a", "GET", cut)
    assert caught.value.exit_code == 11


def test_a_packing_nobody_asked_for_is_named(ask) -> None:
    with pytest.raises(SourceContractError, match="nén kiểu 'br' mà không được yêu cầu"):
        ask("/a", "GET", Answer(headers={"Content-Encoding": "br"}, body=b"\x1b\x0d\x00"))


@pytest.mark.parametrize(("method", "status"), [("GET", 301), ("GET", 302), ("POST", 307), ("POST", 308)])
def test_a_server_may_send_us_on_to_itself(ask, server: Scripted, method: str, status: int) -> None:
    onward = Answer(status, {"Location": "/b/?q=1"}, b"")
    assert ask("/a", method, onward, **{"/b/": [Answer()]}) == {"total": 909}
    assert server.asked == [f"{method} /a?q=1", f"{method} /b/?q=1"]


@pytest.mark.parametrize("location", ["http://127.0.0.2:9/b", "//noi-khac.vi-du.vn/b", "https://127.0.0.1/b"])
def test_nobody_is_told_our_token_because_a_server_says_so(ask, server: Scripted, location: str) -> None:
    with pytest.raises(SourceContractError, match="HTTP 302 tại /a: chuyển hướng đến"):
        ask("/a", "GET", Answer(302, {"Location": location}, b""))
    assert server.asked == ["GET /a?q=1"]


def test_a_form_is_not_sent_again_where_a_redirect_would_empty_it(ask) -> None:
    with pytest.raises(SourceContractError, match="HTTP 302 tại /a: chuyển hướng đến"):
        ask("/a", "POST", Answer(302, {"Location": "/b"}, b""))


PERSONS_SENT = {
    "Location": [f"http://{PERSON.phone}.vn/{PERSON.email}", f"/{PERSON.phone}/{quote(PERSON.full_name)}", "http://[x"],
    "Content-Encoding": [PERSON.phone, PERSON.email],
    "Content-Type": [PERSON.email],
    "Retry-After": [PERSON.phone, PERSON.email],
    "Date": [PERSON.email],
    "WWW-Authenticate": [f'Basic realm="{PERSON.email}"'],
}


@pytest.mark.parametrize("status", [200, 302, 403, 404, 503])
@pytest.mark.parametrize(("name", "value"), [(name, value) for name, all_ in PERSONS_SENT.items() for value in all_])
def test_a_person_in_a_header_is_in_no_message(ask, server: Scripted, status: int, name: str, value: str) -> None:
    answers = {value: [Answer(404)]} if value.startswith("/") else {}
    with pytest.raises(SourceError) as caught:
        ask("/a", "GET", Answer(status, {name: value}, b"x"), **answers)
    told = f"{caught.value} {caught.value!r}"
    for text in (*PERSON[:5], quote(PERSON.full_name)):
        assert text not in told


def test_a_path_a_server_sends_us_on_to_does_not_say_the_units_key(ask, server: Scripted) -> None:
    server.answers["/b/mat-khau-1a2b/dang-nhap"] = [Answer(404)]
    onward = Answer(302, {"Location": "/b/mat-khau-1a2b/dang-nhap"}, b"")
    with pytest.raises(SourceContractError, match=r"HTTP 404 tại /b/{unit}/dang-nhap: /a/{unit} chuyển hướng đến đó"):
        ask("/a/{unit}", "GET", onward, **{"/a/mat-khau-1a2b": [onward]}, unit="mat-khau-1a2b")


def test_a_server_that_sends_us_round_is_left(ask, server: Scripted) -> None:
    with pytest.raises(SourceContractError, match="chuyển hướng quá 3 lần"):
        ask("/a", "GET", Answer(302, {"Location": "/a"}, b""))


@pytest.mark.parametrize(
    ("until", "times"), [("Mon, 15 Dec 2025 00:00:01 GMT", 2), ("Mon, 15 Dec 2025 09:00:00 GMT", 1)]
)
def test_a_moment_to_come_again_is_read_by_the_servers_own_clock(ask, server: Scripted, until: str, times: int) -> None:
    """A second from now is waited for, nine hours are not: the source is then asked once only."""
    busy = Answer(429, {"Retry-After": until, "Date": "Mon, 15 Dec 2025 00:00:00 GMT"})
    with suppress(SourceUnavailableError):
        ask("/a", "GET", busy, Answer())
    assert len(server.asked) == times


def test_a_path_that_is_not_there_is_named(ask) -> None:
    with pytest.raises(SourceContractError, match="HTTP 404: địa chỉ này không có /a"):
        ask("/a", "GET", Answer(404, {}, b"<html>Not Found</html>"))


def test_a_page_that_a_path_sends_us_on_to_is_named_where_it_is_not_there(ask) -> None:
    onward = Answer(302, {"Location": "/dang-nhap?tu=a"}, b"")
    with pytest.raises(SourceContractError, match="HTTP 404 tại /dang-nhap: /a chuyển hướng đến đó"):
        ask("/a", "GET", onward, **{"/dang-nhap": [Answer(404, {}, b"")]})


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1.evil.example", "http://127.0.0.1:80@evil.example", "http://127.0.0.1x/", "http://evil"],
)
def test_only_this_machine_is_asked_without_encryption(catalogue: Catalogue, address: str) -> None:
    given = catalogue.source("one_stop_igate").model_dump()
    assert Source.model_validate({**given, "base_url": "http://127.0.0.1:8080/igate"})
    with pytest.raises(ValidationError):
        Source.model_validate({**given, "base_url": address})

"""What goes over the line to a source: its cookies, and the proxies of the machine, as `requests` would have them."""

import base64
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from urllib3.exceptions import HTTPError

from baocao.catalogue import Catalogue, Source
from connectors.asking.connection import Connection
from tests.connectors.suite import ENTRIES, assignment
from tests.reporting.alerting.sinks import make_authority
from tests.serving import POLL_S

PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@dataclass
class Noted:
    """One request as it came: its line, its headers."""

    line: str
    headers: dict[str, str]


@dataclass
class Listener:
    """A server that notes what it is asked; `cookies` are set by its next answer."""

    address: str = ""
    noted: list[Noted] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


@contextmanager
def listening(context: ssl.SSLContext | None = None) -> Iterator[Listener]:
    """Over TLS where there is a context."""
    found = Listener()

    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found.noted.append(Noted(self.requestline, dict(self.headers)))
            self.send_response(200)
            while found.cookies:
                self.send_header("Set-Cookie", found.cookies.pop(0))
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def do_CONNECT(self) -> None:
            found.noted.append(Noted(self.requestline, dict(self.headers)))
            self.send_error(407)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        server.daemon_threads = True
        if context is not None:
            server.handle_error = lambda *_: None  # type: ignore[method-assign]  a handshake that is refused is no error
            server.socket = context.wrap_socket(server.socket, server_side=True)
        found.address = f"http{'s' if context else ''}://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, args=(POLL_S,), daemon=True).start()
        yield found
        server.shutdown()


@pytest.fixture(autouse=True)
def no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def source(catalogue: Catalogue, listener: Listener) -> Source:
    return assignment(catalogue, ENTRIES[1], listener.address).source


def get(connection: Connection, path: str) -> None:
    with connection.open("GET", path, params={}, headers={}) as response:
        assert response.read(decode_content=True) == b"{}"


def cookies_sent(listener: Listener) -> list[str | None]:
    return [one.headers.get("Cookie") for one in listener.noted]


def test_a_cookie_the_source_sets_is_sent_from_then_on(listener: Listener, source: Source) -> None:
    connection = Connection(listener.address, source)
    listener.cookies[:] = ["JSESSIONID=abc; Path=/; HttpOnly", "route=7; Path=/"]
    for _ in range(3):
        get(connection, "/igate/search")
    connection.close()
    assert cookies_sent(listener)[0] is None
    assert [set(str(sent).split("; ")) for sent in cookies_sent(listener)[1:]] == [{"JSESSIONID=abc", "route=7"}] * 2


def test_a_cookie_of_one_path_is_not_sent_to_another(listener: Listener, source: Source) -> None:
    connection = Connection(listener.address, source)
    listener.cookies[:] = ["sso=1; Path=/sso"]
    for path in ("/sso/token", "/igate/search", "/sso/token"):
        get(connection, path)
    connection.close()
    assert cookies_sent(listener) == [None, None, "sso=1"]


@pytest.mark.parametrize(
    "cookie",
    ["a=1; Domain=another.example", "a=1; Path=/; Secure", "a=1; Path=/; Max-Age=0"],
    ids=["of another host", "for TLS alone", "that is over"],
)
def test_a_cookie_that_is_not_meant_for_this_question_is_not_sent(
    listener: Listener, source: Source, cookie: str
) -> None:
    connection = Connection(listener.address, source)
    listener.cookies[:] = [cookie]
    get(connection, "/igate/search")
    get(connection, "/igate/search")
    connection.close()
    assert cookies_sent(listener) == [None, None]


def test_two_connections_share_no_cookie(listener: Listener, source: Source) -> None:
    listener.cookies[:] = ["JSESSIONID=abc; Path=/"]
    for _ in range(2):
        connection = Connection(listener.address, source)
        get(connection, "/igate/search")
        connection.close()
    assert cookies_sent(listener) == [None, None]


def test_the_machines_proxy_is_asked_for_the_whole_address_with_its_own_credentials(
    listener: Listener, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", listener.address.replace("://", "://proxy-user:proxy-word@"))
    connection = Connection("http://one-stop.example/api/", source)
    get(connection, "/dossiers")
    connection.close()
    assert [one.line for one in listener.noted] == ["GET http://one-stop.example/api/dossiers HTTP/1.1"]
    assert listener.noted[0].headers["Host"] == "one-stop.example"
    word = base64.b64encode(b"proxy-user:proxy-word").decode()
    assert listener.noted[0].headers["Proxy-Authorization"] == f"Basic {word}"


def test_a_source_over_tls_is_reached_through_the_proxy_without_telling_it_what_is_asked(
    listener: Listener, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", listener.address)
    connection = Connection("https://one-stop.example/api", source)
    with pytest.raises(HTTPError):
        get(connection, "/dossiers")
    connection.close()
    assert [one.line.rpartition(" ")[0] for one in listener.noted] == ["CONNECT one-stop.example:443"]


def test_a_source_named_in_no_proxy_is_asked_directly(
    listener: Listener, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    connection = Connection(listener.address, source)
    get(connection, "/igate/search")
    connection.close()
    assert [one.line for one in listener.noted] == ["GET /igate/search HTTP/1.1"]


def test_a_source_whose_certificate_nobody_vouches_for_is_told_nothing(source: Source, tmp_path: Path) -> None:
    """Neither its own word nor another authority's counts: not even a request, which may hold a secret, is sent."""
    folders = [tmp_path / name for name in ("own", "other")]
    for folder in folders:
        folder.mkdir()
    own, other = map(make_authority, folders)
    with listening(own.context) as found:
        for believed in (True, str(other.ca_file)):
            connection = Connection(found.address, source.model_copy(update={"verify_tls": believed}))
            with pytest.raises(HTTPError):
                get(connection, "/igate/search")
            connection.close()
        assert found.noted == []
        connection = Connection(found.address, source.model_copy(update={"verify_tls": str(own.ca_file)}))
        get(connection, "/igate/search")
        connection.close()
    assert len(found.noted) == 1

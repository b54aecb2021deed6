"""A request by our connection beside one by a session of requests, as it is and with its environment decided once."""

import multiprocessing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

from baocao.catalogue.sources import Source
from benchmarks.machinery_reading import tell_turns
from connectors.asking.connection import Connection

PATH = "/igate/pa/dossier/search"
PARAMS = {"page": "1", "size": "100", "spec": "page", "sort": "createdDate,asc", "ancestor-agency-id": "5f2a0c0de1"}
HEADERS = {"Authorization": "bearer " + "x" * 800}
BODY = b'{"content":[' + b",".join([b'{"a":1,"b":"xxxxxxxxxxxxxxxx"}'] * 40) + b'],"last":false}'
CHUNK = 65_536


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_: Any) -> None: ...


def compare_asking() -> None:
    """Processor time of one request on an open connection; the server is another process."""
    context = multiprocessing.get_context("fork")
    ports = context.Queue()
    process = context.Process(target=_serve, args=(ports,), daemon=True)
    process.start()
    url = f"http://127.0.0.1:{ports.get()}"
    source = Source.model_validate({
        "label": "x", "system": "one_stop", "connector": "one_stop_igate", "base_url": url,

    })  # fmt: skip
    connection, plain, decided = Connection(url, source), requests.Session(), requests.Session()
    decided.trust_env = False

    def ask_ours() -> None:
        with connection.open("GET", PATH, params=PARAMS, headers=HEADERS) as answer:
            while answer.read1(CHUNK, decode_content=True):
                pass

    def ask_by(session: requests.Session) -> None:
        asked = {"params": PARAMS, "headers": HEADERS, "stream": True, "allow_redirects": False, "timeout": (1, 1)}
        with session.request("GET", url + PATH, **asked) as answer:  # type: ignore[arg-type]
            while answer.raw.read1(CHUNK, decode_content=True):
                pass

    tell_turns({
        "ours": ask_ours,
        "a session": lambda: ask_by(plain),
        "a session, decided": lambda: ask_by(decided),
    })  # fmt: skip
    process.terminate()


def _serve(ports: Any) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    ports.put(server.server_port)
    server.serve_forever()

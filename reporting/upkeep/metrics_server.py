"""`/metrics` and `/health` over HTTP, on this machine only unless told otherwise."""

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from baocao.settings import Settings
from reporting.upkeep.health import look_at_health
from reporting.upkeep.metrics import make_registry

JSON = "application/json"


class MetricsServer(ThreadingHTTPServer):
    """Answers until it is shut down; port 0 takes a free one."""

    daemon_threads = True

    def __init__(self, settings: Settings, host: str, port: int, *, by_unit: bool = True) -> None:
        super().__init__((host, port), _Answer)
        self.settings = settings
        self.registry: CollectorRegistry = make_registry(settings, by_unit=by_unit)

    @property
    def url(self) -> str:
        return f"http://{self.server_address[0]!s}:{self.server_port}"


class _Answer(BaseHTTPRequestHandler):
    server: MetricsServer

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/metrics":
            self._send(HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest(self.server.registry))
        elif path == "/health":
            found = look_at_health(self.server.settings)
            status = HTTPStatus.OK if found.is_well else HTTPStatus.SERVICE_UNAVAILABLE
            self._send(status, JSON, orjson.dumps(found.as_json()))
        else:
            self._send(HTTPStatus.NOT_FOUND, JSON, b'{"paths": ["/metrics", "/health"]}')

    def do_HEAD(self) -> None:
        self.do_GET()

    def _send(self, status: HTTPStatus, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def version_string(self) -> str:
        return "baocao"

    def log_message(self, *_: object) -> None:
        """A scrape every few seconds is no news."""

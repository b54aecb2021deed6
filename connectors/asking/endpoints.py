"""A look at a source's address without signing in: until when its certificate holds, and what time it has there."""

import os
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import cast
from urllib.parse import SplitResult, urlsplit

from requests.utils import DEFAULT_CA_BUNDLE_PATH, get_environ_proxies

from baocao.catalogue import Source
from connectors.asking.connection import USER_AGENT

TIMEOUT_S = 8


@dataclass(frozen=True)
class Endpoint:
    """What was seen. `fault` says why there is no more; `is_trusted` is False where the certificate was refused."""

    ends_at: datetime | None = None
    ahead_s: float | None = None
    is_trusted: bool = True
    fault: str = ""


def look_at_endpoint(source: Source, address: str) -> Endpoint:
    """Connect through the proxy of the environment if there is one, verify as collecting does, ask for nothing."""
    return look_at_address(address, source.verify_tls if isinstance(source.verify_tls, str) else None)


def look_at_address(address: str, authority_file: str | None = None) -> Endpoint:
    """The same of any address; `authority_file` has the certificates trusted in the place of the usual ones."""
    parts = urlsplit(address)
    connection = _open(authority_file, parts, get_environ_proxies(address).get(parts.scheme))
    try:
        connection.connect()
        ends_at = _certificate_end(connection)
        connection.request("HEAD", parts.path or "/", headers={"User-Agent": USER_AGENT})
        said = connection.getresponse().headers.get("Date")
        ahead_s = (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds() if said else None
        return Endpoint(ends_at, ahead_s)
    except ssl.SSLCertVerificationError as error:
        return Endpoint(is_trusted=False, fault=error.verify_message)
    except (OSError, HTTPException, ValueError) as error:
        return Endpoint(fault=_say_fault(error))
    finally:
        connection.close()


def _say_fault(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"không trả lời trong {TIMEOUT_S} giây"
    if isinstance(error, OSError):
        return "không kết nối được, hoặc kết nối bị ngắt"
    return "trả lời không theo giao thức HTTP"


def _open(authority_file: str | None, parts: SplitResult, proxy: str | None) -> HTTPConnection:
    host, port = parts.hostname or "", parts.port
    reached = urlsplit(proxy) if proxy else parts
    if parts.scheme != "https":
        connection = HTTPConnection(reached.hostname or "", reached.port, timeout=TIMEOUT_S)
    else:
        context = ssl.create_default_context(cafile=authority_file or _bundle())
        connection = HTTPSConnection(reached.hostname or "", reached.port, timeout=TIMEOUT_S, context=context)
    if proxy:
        connection.set_tunnel(host, port)
    return connection


def _bundle() -> str:
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or DEFAULT_CA_BUNDLE_PATH


def _certificate_end(connection: HTTPConnection) -> datetime | None:
    if not isinstance(connection, HTTPSConnection):
        return None
    certificate = cast("ssl.SSLSocket", connection.sock).getpeercert() or {}
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(certificate["notAfter"])), UTC)

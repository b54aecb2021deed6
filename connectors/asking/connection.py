"""The connection to one address: proxies, certificates and cookies as `requests` has them, at half its cost a request.

What `requests` decides anew for every request (the proxy, the certificates, how an address is written) is decided once;
what goes over the line is the same.
"""

import json
import os
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar, get_cookie_header
from requests.utils import get_environ_proxies
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, Timeout

from baocao.catalogue import Source

USER_AGENT = "baocao"


class Connection(HTTPAdapter):
    """Asks one address, following no redirect and trying nothing twice; the body is left to be read.

    Errors are those of urllib3. Credentials of a `.netrc` file are never used.
    """

    def __init__(self, base_url: str, source: Source) -> None:
        super().__init__(pool_maxsize=source.pace.at_once)
        self._base_url = base_url.rstrip("/")
        self._timeout = Timeout(connect=source.limits.connect_s, read=source.limits.read_s)
        self._cookies = RequestsCookieJar()
        first = _prepare(self._base_url)
        proxies, verify = get_environ_proxies(base_url), _find_certificates(source.verify_tls)
        self._pool: HTTPConnectionPool = self.get_connection_with_tls_context(first, verify, proxies=proxies)  # type: ignore[assignment]
        self.cert_verify(self._pool, self._base_url, verify, None)  # type: ignore[no-untyped-call]
        self._target = self.request_url(first, proxies).rstrip("/")

    def open(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str],
        headers: Mapping[str, str],
        json_body: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> BaseHTTPResponse:
        """The answer's head; use as a context manager."""
        query = f"?{write_query(params)}" if params else ""
        body, kind = _write_body(json_body, form)
        sent = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate", "Accept": "*/*", **kind, **headers}
        if self._cookies:
            sent |= self._cookie_of(path)
        response = self._pool.urlopen(
            method,
            self._target + path + query,
            body=body,
            headers=sent,
            retries=False,
            redirect=False,
            assert_same_host=False,
            timeout=self._timeout,
            preload_content=False,
            decode_content=False,
        )
        if "Set-Cookie" in response.headers:
            extract_cookies_to_jar(self._cookies, _prepare(self._base_url + path), response)  # type: ignore[no-untyped-call]
        return response

    def _cookie_of(self, path: str) -> dict[str, str]:
        cookie = get_cookie_header(self._cookies, _prepare(self._base_url + path))  # type: ignore[no-untyped-call]
        return {"Cookie": cookie} if cookie else {}


def write_query(params: Mapping[str, str]) -> str:
    """Parameters as they stand in an address."""
    return _write_query(tuple(params.items()))


@lru_cache(maxsize=64)
def _write_query(params: tuple[tuple[str, str], ...]) -> str:
    return "&".join(_write_parameter(name, value) for name, value in params)


@lru_cache(maxsize=1_024)
def _write_parameter(name: str, value: str) -> str:
    return urlencode(((name, value),))


def _prepare(url: str) -> requests.PreparedRequest:
    return requests.Request("GET", url).prepare()


def _find_certificates(verify_tls: bool | str) -> bool | str:
    if verify_tls is not True:
        return verify_tls
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True


def _write_body(json_body: Any, form: Mapping[str, str] | None) -> tuple[bytes | None, dict[str, str]]:
    if form:
        return urlencode(form).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
    if json_body is not None:
        return json.dumps(json_body, allow_nan=False).encode(), {"Content-Type": "application/json"}
    return None, {}

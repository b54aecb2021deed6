"""Prefect's API answers only to names of its own: no page of another site reaches it by a name made to mean 127.0.0.1."""

import http.client
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from baocao.errors import ConfigError
from cli.serve import serve
from flows.engine.host_names import HostNames

WEB_SOCKET = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol": "prefect",
}


def ask(api_url: str, path: str, *hosts: str, **headers: str) -> int:
    """The status of an answer to a request with these `Host` lines."""
    address = urlsplit(api_url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=600)
    connection.putrequest("GET", path, skip_host=True)
    for name, value in [*(("Host", host) for host in hosts), *headers.items()]:
        connection.putheader(name, value)
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    return status


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:4200", "localhost:4200", "LOCALHOST", "[::1]:4200", "[::1]"])
def test_the_server_answers_to_its_own_names(api_url: str, host: str):
    assert ask(api_url, "/api/health", host) == 200


@pytest.mark.parametrize(
    "hosts",
    [
        ("evil.example",),
        ("evil.example:4200",),
        ("127.0.0.1.evil.example",),
        ("localhost.",),
        ("127.0.0.1@evil.example",),
        ("192.168.1.7",),
        ("",),
        (),
        ("127.0.0.1", "evil.example"),
    ],
)
def test_the_server_answers_to_no_other_name(api_url: str, hosts: tuple[str, ...]):
    assert ask(api_url, "/api/health", *hosts) in {400, 421}
    assert ask(api_url, "/", *hosts) in {400, 421}


def test_no_web_socket_is_opened_by_another_name(api_url: str):
    assert ask(api_url, "/api/events/in", "evil.example", **WEB_SOCKET) == 421
    assert ask(api_url, "/api/events/in", "127.0.0.1", **WEB_SOCKET) == 101


def test_a_shared_server_is_also_called_by_its_public_name():
    names = HostNames.of_shared_server("127.0.0.1", "https://baocao.tinh.gov.vn")
    assert names.include("baocao.tinh.gov.vn")
    assert names.include("BaoCao.tinh.gov.vn:443")
    assert names.include("localhost:4200")
    assert not names.include("evil.example")
    assert not names.include("10.0.0.5:4200")


def test_a_server_open_to_all_addresses_is_called_by_any_of_them_and_by_no_foreign_name():
    names = HostNames.of_shared_server("0.0.0.0", None)
    assert names.include("10.0.0.5:4200")
    assert names.include("[fd00::5]:4200")
    assert not names.include("0.0.0.0.evil.example")
    assert not names.include("evil.example")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.5", "baocao.vi-du.gov.vn"])
def test_another_address_without_a_sign_in_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("BAOCAO_HOME", str(tmp_path))
    monkeypatch.delenv("PREFECT_SERVER_API_AUTH_STRING", raising=False)
    ended = CliRunner().invoke(serve, ["--server-only", "--host", host], standalone_mode=False)
    assert isinstance(ended.exception, ConfigError)
    assert f"--host {host}: ai tới được địa chỉ này" in str(ended.exception)

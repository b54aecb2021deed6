"""A system whose addresses, field names and codes are others is connected by configuration, and a wrong word is named."""

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from baocao.catalogue import Catalogue, Source
from baocao.catalogue.sites import SiteFile
from baocao.catalogue.yaml_files import read_yaml
from baocao.domain import System
from baocao.errors import ConfigError, SourceContractError
from connectors.asking.site import read_site
from connectors.registry import declaration_of
from sandbox.server import RunningSandbox
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.connectors.suite import ENTRIES, Asked, assignment, connector
from tests.serving import POLL_S

pytestmark = pytest.mark.usefixtures("credentials")
TOKEN, SEARCH = "/sso/auth/realms/digo/protocol/openid-connect/token", "/igate/pa/dossier/search"
OTHER_TOKEN, OTHER_SEARCH = "/auth/realms/tinh/token", "/pa/dossier/search"
CODES = {0: "APP", 1: "QUAY", 2: "BCCI"}


def elsewhere(content: Any) -> Any:
    """The answer as another province's system writes it."""
    for row in content.get("content", []) if isinstance(content, dict) else []:
        row["ngayTiepNhan"] = row.pop("acceptedDate")
        if row["applyMethod"]:
            row["applyMethod"]["id"] = CODES[row["applyMethod"]["id"]]
    return content


def start_host(stack: ExitStack, sandbox: RunningSandbox, paths: dict[str, str], asked: list[str]) -> str:
    """A host that knows only these paths, and answers as the sandbox does at others."""

    class Host(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, mark, query = self.path.partition("?")
            asked.append(path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))) or None
            headers = {name: value for name, value in self.headers.items() if name in ("Authorization", "Content-Type")}
            request = urllib.request.Request(sandbox.url + paths.get(path, "/x") + mark + query, body, headers)
            try:
                with urllib.request.urlopen(request) as response:
                    status, content = response.status, json.dumps(elsewhere(json.load(response))).encode()
            except urllib.error.HTTPError as error:
                status, content = error.code, b"{}"
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None: ...

    server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), Host))
    threading.Thread(target=server.serve_forever, args=(POLL_S,), daemon=True).start()
    stack.callback(server.shutdown)
    return f"http://127.0.0.1:{server.server_address[1]}"


@pytest.fixture
def asked() -> list[list[str]]:
    return [[], []]


@pytest.fixture
def hosts(tiny_sandbox: RunningSandbox, asked: list[list[str]]) -> Iterator[tuple[str, str]]:
    with ExitStack() as stack:
        yield (
            start_host(stack, tiny_sandbox, {OTHER_TOKEN: TOKEN}, asked[0]),
            start_host(stack, tiny_sandbox, {OTHER_SEARCH: SEARCH}, asked[1]),
        )


@pytest.fixture
def at(catalogue: Catalogue) -> Callable[..., Asked]:
    def make(address: str, **site: Any) -> Asked:
        entry = next(one for one in ENTRIES if one.source_code == "one_stop_igate")
        given = assignment(catalogue, entry, address)
        options = {**given.source.options, "site": site}
        source = given.source.model_copy(update={"options": options})
        return Asked(entry, connector(catalogue, entry), replace(given, source=source))

    return make


def test_the_same_records_come_from_a_system_where_all_is_called_otherwise(
    at: Callable[..., Asked], hosts: tuple[str, str], tiny_sandbox: RunningSandbox, asked: list[list[str]]
) -> None:
    usual = at(tiny_sandbox.url).collect()
    other = at(
        hosts[1],
        paths={"token": hosts[0] + OTHER_TOKEN, "search": OTHER_SEARCH},
        fields={"acceptedDate": "ngayTiepNhan"},
        codes={"applyMethod.id": {theirs: ours for ours, theirs in CODES.items()}},
    ).collect()
    assert other.frames["dossiers"].equals(usual.frames["dossiers"])
    assert not other.notices.unknown_values
    assert (set(asked[0]), set(asked[1])) == ({OTHER_TOKEN}, {OTHER_SEARCH})


def test_what_was_asked_is_kept_as_it_was_asked(at: Callable[..., Asked], hosts: tuple[str, str]) -> None:
    paths = {"token": hosts[0] + OTHER_TOKEN, "search": OTHER_SEARCH}
    payloads = at(hosts[1], paths=paths, fields={"acceptedDate": "ngayTiepNhan"}).fetch()
    assert {payload.request["path"] for payload in payloads} == {OTHER_SEARCH}


def test_without_it_the_path_that_is_not_there_is_named(at: Callable[..., Asked], hosts: tuple[str, str]) -> None:
    with pytest.raises(SourceContractError, match=f"HTTP 404: địa chỉ này không có {TOKEN}"):
        at(hosts[1]).fetch()


@pytest.mark.parametrize(
    ("site", "says"),
    [
        ({"paths": {"tokn": "/a"}}, r"site\.paths: “tokn” .* được dùng: token, search; ý bạn là “token”"),
        ({"fields": {"acceptDate": "a"}}, "ý bạn là “acceptedDate”"),
        ({"codes": {"applyMethod": {"A": 0}}}, r"ý bạn là “applyMethod\.id”"),
        ({"codes": {"procedureLevel.id": {"TT": "ful"}}}, r"procedureLevel\.id: “ful” .*full, .*ý bạn là “full”"),
        ({"codes": {"applyMethod.id": {"A": 7}}}, r"codes\.applyMethod\.id: “7” .* được dùng: "),
        ({"paths": {"token": "http://sso.vi-du.gov.vn/token"}}, r"paths\.token"),
        ({"pathes": {}}, "pathes"),
    ],
)
def test_a_wrong_word_is_named_with_the_nearest_right_one(
    at: Callable[..., Asked], tiny_sandbox: RunningSandbox, site: dict[str, Any], says: str
) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        at(tiny_sandbox.url, **site).fetch()
    assert caught.value.exit_code == 2


def test_a_code_may_be_said_by_the_word_it_stands_for(at: Callable[..., Asked], tiny_sandbox: RunningSandbox) -> None:
    usual = at(tiny_sandbox.url).collect().frames["dossiers"]
    words = {"0": "online", "1": "in_person", "2": "postal"}
    said = at(tiny_sandbox.url, codes={"applyMethod.id": words}).collect().frames["dossiers"]
    assert said.equals(usual)
    turned = at(tiny_sandbox.url, codes={"applyMethod.id": {**words, "0": "postal"}}).collect().frames["dossiers"]
    assert not (turned["channel"] == "online").any()


@pytest.mark.parametrize("path", sorted((ONE_FORM_CONFIG_DIR / "sites").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_site_fits_what_its_dialects_declare(path: Path) -> None:
    dialects = read_yaml(path, SiteFile).dialects
    assert dialects
    for code, differences in dialects.items():
        source = Source(label=code, system=System.ONE_STOP, connector=code, options={"site": differences})
        declared = declaration_of(source)
        assert declared is not None
        read_site(source, declared)

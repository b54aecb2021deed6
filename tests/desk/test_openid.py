"""Signing in by the province's own accounts: a real OpenID provider answers, over real HTTP."""

import base64
import hashlib
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx
import orjson
import pytest
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

from baocao.errors import ConfigError
from baocao.people import Actor, Grant, Person, PersonRole
from tests.desk.conftest import Browser, MakeDesk, RunningDesk
from tests.flows.engine.processes import HANG_GUARD_S
from tests.reporting.conftest import UNIT

SITE = "https://baocao.vi-du.vn"
IT = Actor("quan-tri", "may@test")
SECRET = "mat-khau-cua-ung-dung"


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A process of its own: what it warns of is no matter of ours."""
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", "0", "--require-nonce", "true"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as provider:
        assert provider.stderr is not None
        told = next(line for line in provider.stderr if "running on" in line)
        threading.Thread(target=provider.stderr.read, daemon=True).start()
        yield re.search(r"http://127[^ ]+", told)[0]  # type: ignore[index]
        provider.terminate()


def desk_yaml(issuer: str, more: str = "") -> str:
    return f"public_url: {SITE}\ntrusted_proxies: [127.0.0.1]\nopenid:\n  issuer: {issuer}\n  client_id: baocao\n  client_secret: env:DESK_SECRET\n{more}"


@pytest.fixture
def running(make_desk: MakeDesk, issuer: str, monkeypatch: pytest.MonkeyPatch) -> RunningDesk:
    monkeypatch.setenv("DESK_SECRET", SECRET)
    return make_desk(desk_yaml(issuer))


def add(running: RunningDesk, issuer: str, name: str = "hang", role: PersonRole = PersonRole.OFFICER) -> None:
    person = Person(name, "Nguyễn Thị Hằng", (Grant(role, UNIT),))
    running.store.people.add(person, IT, datetime.now(UTC), subject=f"{issuer} {name}@tinh")


def to_provider(browser: Browser, leads_to: str = "/tai-khoan") -> str:
    answer = browser.get(f"/dang-nhap/openid?den={leads_to}")
    assert answer.status_code == 303
    return answer.headers["location"]


def at_provider(address: str, who: str = "hang@tinh") -> str:
    """Sign in there; where the browser is sent back to."""
    answer = requests.post(address, data={"sub": who}, allow_redirects=False, timeout=HANG_GUARD_S)
    return str(answer.headers["location"])


def back(browser: Browser, address: str) -> httpx.Response:
    split = urlsplit(address)
    assert f"{split.scheme}://{split.netloc}" == SITE
    return browser.get(f"{split.path}?{split.query}")


def test_an_account_of_the_province_comes_in_under_its_own_name(running: RunningDesk, issuer: str) -> None:
    add(running, issuer)
    browser = running.browser(SITE)
    address = to_provider(browser)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{SITE}/dang-nhap/openid/ve"]
    assert len(asked["state"][0]) > 30
    assert len(asked["nonce"][0]) > 30
    answer = back(browser, at_provider(address))
    assert (answer.status_code, answer.headers["location"]) == (303, "/tai-khoan")
    page = browser.get("/tai-khoan").text
    assert "Nguyễn Thị Hằng" in page
    assert SECRET not in page


def test_the_way_begun_in_one_browser_does_not_end_in_another(running: RunningDesk, issuer: str) -> None:
    """Else somebody could be signed in as another without noticing."""
    add(running, issuer)
    attacker, victim = running.browser(SITE), running.browser(SITE)
    returned = at_provider(to_provider(attacker))
    assert "không bắt đầu từ trình duyệt này" in back(victim, returned).text
    to_provider(victim)
    assert "không bắt đầu từ trình duyệt này" in back(victim, returned).text
    assert victim.get("/").status_code == 303


def test_an_answer_counts_once(running: RunningDesk, issuer: str) -> None:
    add(running, issuer)
    browser = running.browser(SITE)
    returned = at_provider(to_provider(browser))
    assert back(browser, returned).status_code == 303
    again = back(browser, returned)
    assert (again.status_code, "không bắt đầu từ trình duyệt này" in again.text) == (422, True)


def test_whoever_it_has_not_added_is_told_what_to_give_it(running: RunningDesk) -> None:
    browser = running.browser(SITE)
    answer = back(browser, at_provider(to_provider(browser), "la@tinh"))
    assert (answer.status_code, "la@tinh" in answer.text) == (422, True)
    assert browser.get("/").status_code == 303


def test_a_locked_account_stays_out_whatever_the_provider_says(running: RunningDesk, issuer: str) -> None:
    add(running, issuer)
    running.store.people.lock("hang", IT, datetime.now(UTC), "nghỉ việc")
    browser = running.browser(SITE)
    assert "bị khóa" in back(browser, at_provider(to_provider(browser))).text


def test_an_approver_still_needs_the_telephone_unless_the_provider_asked_for_one(
    running: RunningDesk, issuer: str
) -> None:
    add(running, issuer, role=PersonRole.APPROVER)
    browser = running.browser(SITE)
    assert back(browser, at_provider(to_provider(browser))).headers["location"].startswith("/bao-ve-hai-lop")
    assert browser.get("/").headers["location"] == "/bao-ve-hai-lop"


@pytest.mark.parametrize("leads_to", ["//ke-xau.vn", "https%3A%2F%2Fke-xau.vn"])
def test_the_way_back_leads_to_no_other_site(running: RunningDesk, issuer: str, leads_to: str) -> None:
    add(running, issuer)
    browser = running.browser(SITE)
    assert back(browser, at_provider(to_provider(browser, leads_to))).headers["location"] == "/"


def test_a_provider_that_does_not_answer_is_said_in_vietnamese(
    make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_SECRET", SECRET)
    browser = make_desk(desk_yaml("http://localhost:9")).browser(SITE)
    answer = browser.get("/dang-nhap/openid")
    assert "Hệ thống đăng nhập của tỉnh" in answer.text
    assert "không trả lời" in answer.text
    assert SECRET not in answer.text


def test_without_a_provider_there_is_no_such_page(make_desk: MakeDesk) -> None:
    browser = make_desk(f"public_url: {SITE}\ntrusted_proxies: [127.0.0.1]\n").browser(SITE)
    assert browser.get("/dang-nhap/openid").status_code == 404
    assert "/dang-nhap/openid" not in browser.get("/dang-nhap").text


def test_a_secret_that_is_not_there_is_refused_at_the_start(make_desk: MakeDesk, issuer: str) -> None:
    with pytest.raises(ConfigError, match="client_secret: không đọc được env:DESK_SECRET"):
        make_desk(desk_yaml(issuer))


class ForgingProvider:
    """Says of itself what a provider says, and signs whatever a test tells it to."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "1"})
        self.signing = self.key
        self.claims: dict[str, object] = {}
        self.asked: dict[str, list[str]] = {}
        self.algorithm = "RS256"
        self.challenge = ""
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(provider.documents[self.path])

            def do_POST(self) -> None:
                provider.asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self._answer({"access_token": "x", "token_type": "Bearer", "id_token": provider.token()})

            def _answer(self, content: object) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(orjson.dumps(content))

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("localhost", 0), Handler)
        self.url = f"http://localhost:{self.server.server_port}"

    @property
    def documents(self) -> dict[str, object]:
        return {
            "/.well-known/openid-configuration": {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/auth",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
            },
            "/keys": {"keys": [self.key.as_dict(private=False)]},
        }

    def token(self) -> str:
        if self.algorithm == "none":
            parts = [{"alg": "none", "typ": "JWT"}, self.claims]
            return ".".join(base64.urlsafe_b64encode(orjson.dumps(part)).decode().rstrip("=") for part in parts) + "."
        return jwt.encode({"alg": self.algorithm, "kid": "1"}, self.claims, self.signing)


@pytest.fixture(scope="module")
def forging() -> Iterator[ForgingProvider]:
    provider = ForgingProvider()
    thread = threading.Thread(target=provider.server.serve_forever, daemon=True)
    thread.start()
    yield provider
    provider.server.shutdown()
    provider.server.server_close()


def come_with(browser: Browser, forging: ForgingProvider, more: str = "", **changed: object) -> httpx.Response:
    asked = parse_qs(urlsplit(to_provider(browser)).query)
    forging.challenge = asked["code_challenge"][0]
    now = int(time.time())
    right = {"iss": forging.url, "aud": "baocao", "sub": "hang@tinh", "iat": now, "exp": now + 300}
    given = {**right, "nonce": asked["nonce"][0], **changed}
    forging.claims = {name: value for name, value in given.items() if value is not None}
    return browser.get(f"/dang-nhap/openid/ve?code=x&state={asked['state'][0]}{more}")


@pytest.fixture
def forged(make_desk: MakeDesk, forging: ForgingProvider, monkeypatch: pytest.MonkeyPatch) -> RunningDesk:
    monkeypatch.setenv("DESK_SECRET", SECRET)
    forging.signing, forging.algorithm = forging.key, "RS256"
    running = make_desk(desk_yaml(forging.url))
    add(running, forging.url, role=PersonRole.APPROVER)
    return running


def test_a_provider_that_asked_for_a_second_factor_is_believed(forged: RunningDesk, forging: ForgingProvider) -> None:
    browser = forged.browser(SITE)
    assert come_with(browser, forging, amr=["pwd", "otp"]).headers["location"] == "/tai-khoan"
    assert browser.get("/").status_code == 200


def test_a_code_somebody_saw_on_its_way_is_of_no_use_to_them(forged: RunningDesk, forging: ForgingProvider) -> None:
    """PKCE: only who asked for the code can say what its challenge was made of."""
    challenges = []
    for _ in range(2):
        come_with(forged.browser(SITE), forging)
        digest = hashlib.sha256(forging.asked["code_verifier"][0].encode()).digest()
        assert forging.challenge == base64.urlsafe_b64encode(digest).decode().rstrip("=")
        challenges.append(forging.challenge)
    assert challenges[0] != challenges[1]


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "khac"},
        {"nonce": None},
        {"iss": "https://ke-xau.vn"},
        {"aud": "ung-dung-khac"},
        {"aud": ["ung-dung-khac", "ung-dung-la"], "azp": "ung-dung-khac"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"sub": None},
    ],
)
def test_a_certificate_that_is_not_of_this_sign_in_is_refused(
    forged: RunningDesk, forging: ForgingProvider, changed: dict[str, object]
) -> None:
    browser = forged.browser(SITE)
    answer = come_with(browser, forging, **changed)
    assert answer.status_code == 422
    assert re.search("không hợp lệ|không cho biết", answer.text)
    assert browser.get("/").headers["location"].startswith("/dang-nhap")


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_certificate_nobody_or_anybody_could_have_signed_is_refused(
    forged: RunningDesk, forging: ForgingProvider, algorithm: str
) -> None:
    from joserfc.jwk import OctKey

    forging.algorithm = algorithm
    forging.signing = OctKey.import_key(SECRET * 3) if algorithm == "HS256" else forging.key  # type: ignore[assignment]
    assert come_with(forged.browser(SITE), forging).status_code == 422


def test_a_certificate_signed_by_another_key_is_refused(forged: RunningDesk, forging: ForgingProvider) -> None:
    forging.signing = RSAKey.generate_key(2048, {"kid": "1"})
    assert come_with(forged.browser(SITE), forging).status_code == 422

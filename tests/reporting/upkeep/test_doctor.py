"""`baocao doctor`: what is wrong with the machine, the packages, the state, the secrets and the addresses."""

import os
import shutil
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import text

from baocao.catalogue import Catalogue
from baocao.settings import CHECKOUT_DIR, TELEMETRY_OFF, Settings
from baocao.store import open_store
from baocao.store.database.inspection import inspect_database
from baocao.store.database.migration import downgrade
from baocao.store.database.opening import open_database
from cli.main import cli
from reporting.upkeep.doctor.finding import Health
from reporting.upkeep.doctor.installation import find_drift, look_at_packages, look_at_telemetry, read_lock
from reporting.upkeep.doctor.machine import look_at_clock, look_at_time_zone
from reporting.upkeep.doctor.references import find_written_out, look_at_secrets
from reporting.upkeep.doctor.state import judge_database, look_at_permissions
from sandbox.credentials import ENVIRONMENT
from sandbox.server import RunningSandbox
from sandbox.world.data_sets import data_set
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.serving import POLL_S

CONFIG_DIR = ONE_FORM_CONFIG_DIR


def make_certificate(folder: Path, days: int) -> Path:
    """A certificate of this machine, signed by itself, that ends in so many days; with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=100)).not_valid_after(now + timedelta(days=days, hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / f"certificate-{days}.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + secret)
    return path


@contextmanager
def https_server(certificate: Path, ahead: timedelta = timedelta()) -> Iterator[str]:
    """A server whose clock is `ahead` of ours."""

    class Answer(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response_only(404)
            self.send_header("Date", format_datetime(datetime.now(UTC) + ahead, usegmt=True))
            self.end_headers()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    class Server(ThreadingHTTPServer):
        def get_request(self) -> Any:
            connection, address = super().get_request()
            return context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

        def handle_error(self, *_: object) -> None:
            """A client that does not trust us hangs up."""

    with Server(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(POLL_S,))
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def config_dir(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONFIG_DIR, tmp_path / "config"))


@pytest.fixture
def office(home: Path, config_dir: Path, tiny_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation pointed at the sandbox; its folder of configuration may be changed."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("BAOCAO_CONFIG_DIR", str(config_dir))
    monkeypatch.setenv("BAOCAO_SANDBOX_URL", tiny_sandbox.url)
    monkeypatch.setenv("BAOCAO_NOW", data_set("tiny").now.isoformat())
    monkeypatch.setenv("BAOCAO_UNIT", "dac-khu")
    return home


def doctor() -> tuple[int, list[dict[str, Any]]]:
    import json

    ended = CliRunner().invoke(cli, ["doctor", "--json"])
    return ended.exit_code, json.loads(ended.output)["findings"]


def add_source(config_dir: Path, code: str, address: str, certificate: Path | None) -> None:
    with (config_dir / "sources.yaml").open("a") as file:
        file.write(
            f"\n  {code}:\n    label: Nguồn {code}\n    system: portal\n    connector: portal_evaluation\n"
            f"    base_url: {address}\n" + (f"    verify_tls: {certificate}\n" if certificate else "")
        )


def test_certificates_that_end_soon_or_are_not_trusted_are_told_before_they_stop_a_run(
    office: Path, config_dir: Path
) -> None:
    soon, late, over = (make_certificate(office, days) for days in (10, 200, -2))
    with https_server(soon) as a, https_server(late, timedelta(minutes=5)) as b, https_server(over) as c:
        for code, address, trusted in (("soon", a, soon), ("late", b, late), ("over", c, over), ("stranger", b, None)):
            add_source(config_dir, code, address, trusted)
        code, findings = doctor()
    by_source = {f["about"].rpartition(" ")[2]: f for f in findings if f["check"] == "sources.certificate"}
    assert by_source["soon"]["health"] == "doubtful"
    assert "còn 10 ngày" in by_source["soon"]["says"]
    assert by_source["late"]["health"] == "good"
    assert "expired" in by_source["over"]["says"]
    assert "self-signed" in by_source["stranger"]["says"]
    assert by_source["over"]["health"] == by_source["stranger"]["health"] == "bad"
    assert code == 12
    for finding in findings:
        assert finding["health"] == "good" or (finding["why"] and finding["mend"]), finding


def test_a_healthy_office_is_ready_and_nothing_is_made_by_looking(office: Path) -> None:
    code, findings = doctor()
    assert code == 0
    assert len({finding["check"] for finding in findings}) >= 15
    assert not (office / "var").exists()
    page = CliRunner().invoke(cli, ["doctor"]).output
    assert "Sẵn sàng lập báo cáo" in page
    assert not any(secret in page for secret in ENVIRONMENT.values())


def test_a_system_that_does_not_choose_by_unit_is_told(
    office: Path, tiny_sandbox: RunningSandbox, catalogue: Catalogue
) -> None:
    key = catalogue.unit("dac-khu").source_keys["one_stop_igate"]
    tiny_sandbox.set_fault("one_stop", "unit_unheeded", parameter="ancestor-agency-id", to="donVi", unit=key)
    code, findings = doctor()
    (told,) = (finding for finding in findings if finding["check"] == "report.unit")
    assert told["health"] == "bad"
    assert "vẫn nhận" in told["says"]
    assert "hồ sơ của đơn vị khác" in told["why"]
    assert code == 13


def test_a_clock_that_is_off_is_told_with_the_clock_it_differs_from(home: Path) -> None:
    settings = Settings.read({"BAOCAO_HOME": str(home)})
    assert look_at_clock(settings, {"portal": 1.0}).health is Health.GOOD
    assert look_at_clock(settings, {"portal": 1.0, "one_stop": -20.0}).health is Health.DOUBTFUL
    off = look_at_clock(settings, {"portal": 300.0})
    assert (off.health, off.exit_code) == (Health.BAD, 1)
    assert "lệch -300 giây so với portal" in off.says
    assert look_at_time_zone().health is Health.GOOD


def test_the_clock_of_a_source_and_of_the_database_are_read(tmp_path: Path, database_url: str) -> None:
    from baocao.catalogue import Source
    from baocao.domain import System
    from connectors.asking.endpoints import look_at_endpoint

    certificate = make_certificate(tmp_path, 50)
    source = Source(label="x", system=System.PORTAL, connector="x", verify_tls=str(certificate))
    with https_server(certificate, timedelta(hours=1)) as address:
        seen = look_at_endpoint(source, f"{address}/api")
    assert seen.ahead_s == pytest.approx(3600, abs=3)
    assert abs(inspect_database(database_url).clock_ahead_s) < 3


def test_packages_that_differ_from_the_lock_are_named(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(
        "click==1.0 \\\n    --hash=sha256:ab\nno-such-package==2.0 \\\n    --hash=sha256:ab\n"
        "pywin32==300 ; sys_platform == 'win32' \\\n    --hash=sha256:ab\n"
    )
    says = look_at_packages(lock).says
    assert "2 gói khác bản khóa: click" in says
    assert "no-such-package (thiếu, cần 2.0)" in says
    assert find_drift(read_lock(CHECKOUT_DIR / "requirements.lock")) == []
    assert look_at_packages(tmp_path / "none").health is Health.DOUBTFUL


def test_telemetry_switched_on_in_the_environment_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert look_at_telemetry(dict(TELEMETRY_OFF)).health is Health.GOOD
    found = look_at_telemetry({"GX_ANALYTICS_ENABLED": "true", "DO_NOT_TRACK": "0"})
    assert found.health is Health.DOUBTFUL
    assert found.mend.endswith("export DO_NOT_TRACK=1 GX_ANALYTICS_ENABLED=false")


def test_a_schema_behind_ahead_or_missing_is_told_and_left_as_it_is(new_database: str) -> None:
    with open_database(new_database) as database, database.writing() as session:
        downgrade(session.connection(), "-1")
    state = inspect_database(new_database)
    assert judge_database(state).health is Health.DOUBTFUL
    assert len(state.pending) == 1
    assert inspect_database(new_database).pending == state.pending, "looking does not migrate"
    with open_database(new_database) as database, database.writing() as session:
        assert judge_database(inspect_database(new_database)).health is Health.GOOD
        session.execute(text("UPDATE baocao_schema SET version_num = '9999'"))
    ahead = judge_database(inspect_database(new_database))
    assert (ahead.health, ahead.exit_code) == (Health.BAD, 2)


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'baocao.db'}"
    return str(request.getfixturevalue("postgres_url"))


def test_files_that_others_may_read_are_named_with_the_command_that_mends_it(home: Path) -> None:
    settings = Settings.read({"BAOCAO_HOME": str(home)})
    open_store(settings.database_url, settings.payload_url).close()
    secret = home / "password"
    secret.write_text("x")
    secret.chmod(0o600)
    assert look_at_permissions(settings, inspect_database(settings.database_url), [secret]).health is Health.GOOD
    secret.chmod(0o644)
    (home / "var" / "baocao.db").chmod(0o640)
    found = look_at_permissions(settings, inspect_database(settings.database_url), [secret])
    assert found.health is Health.DOUBTFUL
    assert str(secret) in found.says
    assert "baocao.db" in found.says
    assert f"chmod -R go-rwx {secret}" in found.mend


def test_a_secret_that_cannot_be_read_or_is_written_out_is_named_by_its_place_only(
    config_dir: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    with (config_dir / "sources.yaml").open("a") as file:
        file.write("    options: {api_key: bcsbx-written-out, mirror: 'https://lan:bcsbx-written@mirror.example/'}\n")
    settings = Settings.read({"BAOCAO_HOME": str(home), "BAOCAO_CONFIG_DIR": str(config_dir)})
    missing, written = look_at_secrets(settings)
    assert "env:BAOCAO_PORTAL_PASSWORD (sources.yaml: sources.portal_dvcqg.auth.secret)" in missing.says
    assert "sources.yaml: sources.portal_dvcqg.options.api_key" in written.says
    assert "options.mirror" in written.says
    assert "bcsbx" not in missing.says + written.says
    assert find_written_out(CONFIG_DIR) == []


def test_a_readable_secret_file_is_warned_of_when_it_is_used(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    from baocao.references import read_reference

    path = tmp_path / "password"
    path.write_text("bcsbx-from-a-file\n")
    path.chmod(0o604)
    assert read_reference(f"file:{path}", os.environ) == "bcsbx-from-a-file"
    assert "chmod 600" in caplog.text
    assert "bcsbx" not in caplog.text

"""A PostgreSQL of one's own: with a certificate, and restarted in the middle of work."""

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from baocao.errors import ConfigError
from baocao.store import look_at, open_store
from tests.baocao.store import samples
from tests.postgres import Cluster, own_cluster


def make_certificate(folder: Path) -> None:
    """A certificate for 127.0.0.1 that signs itself: `server.crt` is also what a client must know."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    (folder / "server.key").write_bytes(secret)
    (folder / "server.key").chmod(0o600)
    (folder / "server.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def cluster() -> Iterator[tuple[Cluster, str]]:
    """A server on a port of this machine with a certificate, and its address there."""
    port = free_port()
    certificates = "-c ssl_cert_file=../server.crt -c ssl_key_file=../server.key"
    with own_cluster(
        f"-c listen_addresses=127.0.0.1 -c port={port} -c ssl=on {certificates}", make_certificate
    ) as found:
        yield found, f"postgresql://postgres@127.0.0.1:{port}/postgres"


def test_the_server_is_believed_by_its_certificate_alone(cluster: tuple[Cluster, str], tmp_path: Path) -> None:
    own, url = cluster
    known = tmp_path / "ca.crt"
    known.write_bytes((own.folder / "server.crt").read_bytes())
    state = look_at(f"{url}?sslmode=verify-full&sslrootcert={known}")
    assert state.encrypted is True
    make_certificate(tmp_path)
    with pytest.raises(ConfigError, match="không xác minh được chứng thư TLS"):
        look_at(f"{url}?sslmode=verify-full&sslrootcert={tmp_path / 'server.crt'}")
    with pytest.raises(ConfigError, match="thiếu tệp chứng thư gốc"):
        look_at(f"{url}?sslmode=verify-full&sslrootcert={tmp_path / 'none.crt'}")


def test_a_run_goes_on_after_the_server_was_restarted(cluster: tuple[Cluster, str], tmp_path: Path) -> None:
    own, url = cluster
    with open_store(url, str(tmp_path / "payloads")) as store:
        with store.leases.hold(samples.FORM, "a test") as lease:
            key = samples.begin(store, lease)
            restart = threading.Thread(target=own.restart)
            restart.start()
            time.sleep(0.2)
            collection = samples.collect(store, samples.payload())
            store.collections.keep(key, collection)
            restart.join()
            samples.finish(store, key)
        assert store.vintages.find(key).is_whole

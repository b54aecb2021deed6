"""An authority of time stamps on this machine: OpenSSL answers, over real HTTP, with a certificate of its own."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

POLICY = "1.3.6.1.4.1.13762.3"
SETTINGS = """[tsa]
default_tsa = one
[one]
serial = {folder}/serial
crypto_device = builtin
signer_digest = sha256
default_policy = {policy}
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@dataclass
class StampAuthority:
    """`answers` are given first, in their order, whatever is asked: a status, or bytes."""

    folder: Path
    url: str = ""
    answers: list[int | bytes] = field(default_factory=list)
    given: list[bytes] = field(default_factory=list)

    @property
    def ca_file(self) -> Path:
        return self.folder / "all.pem"

    def answer(self, query: bytes) -> bytes:
        (self.folder / "query.tsq").write_bytes(query)
        words = ["-queryfile", "query.tsq", "-out", "answer.tsr", "-config", "tsa.cnf", "-signer", "tsa.pem"]
        words += ["-inkey", "tsa.key"]
        command = ["openssl", "ts", "-reply", *words]
        subprocess.run(command, cwd=self.folder, check=True, capture_output=True)
        self.given.append((self.folder / "answer.tsr").read_bytes())
        return self.given[-1]


@contextmanager
def stamp_authority(folder: Path, *, expired: bool = False) -> Iterator[StampAuthority]:
    folder.mkdir()
    _make_certificates(folder, expired=expired)
    (folder / "tsa.cnf").write_text(SETTINGS.format(folder=folder, policy=POLICY))
    (folder / "serial").write_text("01\n")
    authority = StampAuthority(folder)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            said = authority.answers.pop(0) if authority.answers else authority.answer(query)
            self.send_response(said if isinstance(said, int) else 200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            if isinstance(said, bytes):
                self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        authority.url = f"http://127.0.0.1:{server.server_port}/tsa"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield authority
        finally:
            server.shutdown()
            thread.join()


def _make_certificates(folder: Path, *, expired: bool) -> None:
    now = datetime.now(UTC)
    ca_key, key = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    ca_name, name = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, said)]) for said in ("Gốc", "Dấu thời gian"))
    years = timedelta(days=3650)
    ca = _builder(ca_name, ca_name, ca_key, now - years, now + years)
    ca = ca.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    ca_made = ca.add_extension(usage, critical=True).sign(ca_key, hashes.SHA256())
    tsa = _builder(name, ca_name, key, now - years, now - timedelta(days=1) if expired else now + years)
    stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    tsa_made = tsa.add_extension(stamping, critical=True).sign(ca_key, hashes.SHA256())
    (folder / "ca.pem").write_bytes(ca_made.public_bytes(serialization.Encoding.PEM))
    (folder / "tsa.pem").write_bytes(tsa_made.public_bytes(serialization.Encoding.PEM))
    (folder / "all.pem").write_bytes((folder / "tsa.pem").read_bytes() + (folder / "ca.pem").read_bytes())
    (folder / "tsa.key").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ))  # fmt: skip


def _builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    return made.serial_number(x509.random_serial_number()).not_valid_before(since).not_valid_after(until)

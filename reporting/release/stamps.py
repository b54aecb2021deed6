"""RFC 3161 time stamps of releases: an authority outside says that an entry of the log was there at a time.

The entry's signed line (`baocao1:position:hash`) is stamped. An authority that is away keeps nobody from releasing:
what lacks its stamp gets it later. The stamp is kept under `var/stamps/` and beside the released files.
"""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from baocao.catalogue.release import TimeStamping, read_release_rules
from baocao.documents.files import write_file
from baocao.domain import VIETNAM
from baocao.errors import BaocaoError, ConfigError
from baocao.figures import print_instant
from baocao.hints import hint
from baocao.private_files import refuse_links, share_below
from baocao.store import LogEntry, Store
from reporting.delivery.errors import ChannelFailedError
from reporting.delivery.posting import post
from reporting.progress import tell
from reporting.release.anchors import name_entry
from reporting.standing import RELEASES
from reporting.workspace import Workspace, form_dir

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from rfc3161_client.tsp import TimeStampResponse

STAMPS_DIR = "stamps"
AUTHORITY = "cơ quan cấp dấu thời gian"
CLOCKS_APART = timedelta(hours=1)


def stamp_releases(workspace: Workspace) -> int:
    """Ask for the stamp of every release that lacks one; how many there are now. What does not go is said."""
    stamping = read_release_rules(workspace.catalogue.config_dir).time_stamp
    if stamping is None:
        return 0
    given, missing = 0, list[LogEntry]()
    try:
        missing = list_unstamped(workspace.store, workspace.settings.var_dir, stamping)
        for entry in missing:
            _keep(workspace, entry, ask_stamp(workspace.catalogue.config_dir, stamping, entry))
            given += 1
    except BaocaoError as error:
        tell(f"Chưa có dấu thời gian, bản phát hành vẫn có hiệu lực: {error}. Lấy sau bằng: {_hint(missing[given])}")
    if given:
        tell(f"Đã lấy {given} dấu thời gian")
    return given


def list_unstamped(store: Store, var_dir: Path, stamping: TimeStamping) -> list[LogEntry]:
    """The releases since stamps are asked for that have none."""
    entries = (entry for entry in store.releases.list(intact_only=True) if entry.kind in RELEASES)
    due = (entry for entry in entries if entry.at.astimezone(VIETNAM).date() >= stamping.since)
    return [entry for entry in due if not stamp_path(var_dir, entry.sha256).is_file()]


def ask_stamp(config_dir: Path, stamping: TimeStamping, entry: LogEntry) -> bytes:
    """The authority's answer, proved. Raise ChannelFailedError or ConfigError where there is none to be had."""
    from rfc3161_client import TimestampRequestBuilder
    from rfc3161_client.base import HashAlgorithm

    line = name_entry(entry).encode()
    request = TimestampRequestBuilder(line, HashAlgorithm.SHA256, cert_req=False).build()
    headers = {"Content-Type": "application/timestamp-query"}
    answer = post(AUTHORITY, stamping.address, request.as_bytes(), headers, stamping.timeout_s)
    if fault := find_stamp_fault(answer, entry, config_dir, stamping, request.nonce):
        raise ChannelFailedError(AUTHORITY, fault)
    return answer


def find_stamp_fault(
    answer: bytes, entry: LogEntry, config_dir: Path, stamping: TimeStamping, nonce: int | None = None
) -> str:
    """What is wrong with a stamp of an entry, in Vietnamese; "" where it proves the entry."""
    from rfc3161_client import decode_timestamp_response

    try:
        stamp = decode_timestamp_response(answer)
        if stamp.status != 0:
            return f"{AUTHORITY} từ chối (mã {stamp.status})"
        misfit = _find_misfit(stamp, entry, stamping)
    except ValueError:
        return "dấu thời gian bị sửa hoặc không đọc được"
    return misfit or _find_forgery(stamp, entry, read_certificates(config_dir / stamping.ca_file), nonce)


def read_certificates(path: Path) -> "list[Certificate]":
    """Raise ConfigError where there are none, or not the authority's own among them."""
    from cryptography.x509 import load_pem_x509_certificates

    where = f"release.yaml: time_stamp.ca_file: {path}"
    try:
        certificates = load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError):
        raise ConfigError(f"{where} không có hoặc không phải chứng thư PEM") from None
    if not any(map(_stamps, certificates)):
        raise ConfigError(f"{where} chưa có chứng thư của chính {AUTHORITY}; thêm vào, cùng chứng thư gốc của nó")
    return certificates


def _find_misfit(stamp: "TimeStampResponse", entry: LogEntry, stamping: TimeStamping) -> str:
    if stamp.tst_info.message_imprint.message != hashlib.sha256(name_entry(entry).encode()).digest():
        return f"dấu thời gian là của dòng khác, không phải dòng {entry.position} của nhật ký"
    if stamping.policy and stamp.tst_info.policy.dotted_string != stamping.policy:
        return f"dấu thời gian cấp theo chính sách {stamp.tst_info.policy.dotted_string}, không phải {stamping.policy}"
    if stamp.tst_info.gen_time + CLOCKS_APART < entry.at:
        return "dấu thời gian có trước lúc phát hành: đồng hồ của máy này hoặc của cơ quan cấp dấu bị sai"
    return ""


def _find_forgery(
    stamp: "TimeStampResponse", entry: LogEntry, certificates: "list[Certificate]", nonce: int | None
) -> str:
    """Whether one of the authority's certificates, in force when it stamped, signed this very stamp."""
    from rfc3161_client import VerificationError, VerifierBuilder

    at, message = stamp.tst_info.gen_time, name_entry(entry).encode()
    in_force = [one for one in certificates if one.not_valid_before_utc <= at <= one.not_valid_after_utc]
    own = list(filter(_stamps, in_force))
    if not own:
        return f"chứng thư của {AUTHORITY} đã hết hạn lúc cấp dấu ({print_instant(at)})"
    roots = [one for one in in_force if one.issuer == one.subject]
    between = [one for one in in_force if one not in roots and one not in own]
    for certificate in own:
        verifier = VerifierBuilder(tsa_certificate=certificate, intermediates=between, roots=roots or own, nonce=nonce)
        try:
            verifier.build().verify_message(stamp, message)
        except VerificationError:
            continue
        return ""
    return f"chữ ký của dấu thời gian không đúng: dấu bị sửa, hoặc không phải của {AUTHORITY} khai ở time_stamp.ca_file"


def _stamps(certificate: "Certificate") -> bool:
    """Whether a certificate is for signing time stamps."""
    from cryptography.x509 import ExtendedKeyUsage, ExtensionNotFound
    from cryptography.x509.oid import ExtendedKeyUsageOID

    try:
        usage = certificate.extensions.get_extension_for_class(ExtendedKeyUsage).value
    except ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in usage


def list_stamp_faults(
    store: Store, out_dir: Path, var_dir: Path, config_dir: Path | None, stamping: TimeStamping | None
) -> Iterator[tuple[str, str]]:
    """Every stamp that is missing or does not prove its entry: where, and what is wrong."""
    found = sorted((var_dir / STAMPS_DIR).glob("*.tsr"))
    if stamping is None or config_dir is None:
        if found:
            says = "có dấu thời gian nhưng release.yaml không còn khai time_stamp để đối chiếu; khôi phục cấu hình"
            yield str(var_dir / STAMPS_DIR), says
        return
    for entry in list_unstamped(store, var_dir, stamping):
        says = f"bản phát hành chưa có hoặc đã mất dấu thời gian; lấy bằng: {_hint(entry)}"
        yield f"dòng {entry.position}", f"{entry.form_key}: {says}"
    entries = store.releases.list(intact_only=True)
    by_name = {name: entry for entry in entries for name in (f"{entry.sha256}.tsr", name_stamp(entry))}
    for path in (*found, *sorted(out_dir.glob("*/*/*/release.*.tsr"))):
        stamped = by_name.get(path.name)
        if stamped is None:
            yield str(path), "dấu thời gian của một dòng mà nhật ký phát hành không còn: nhật ký đã bị viết lại"
        elif fault := find_stamp_fault(path.read_bytes(), stamped, config_dir, stamping):
            yield str(path), fault


def stamp_path(var_dir: Path, sha256: str) -> Path:
    return var_dir / STAMPS_DIR / f"{sha256}.tsr"


def name_stamp(entry: LogEntry) -> str:
    """What it is called beside the released files; those of earlier releases of the form stay beside it."""
    return f"release.{entry.position}.tsr"


def _hint(entry: LogEntry) -> str:
    key = entry.form_key
    return hint("release stamp", key.period, unit=key.unit_code, form=key.form_code)


def _keep(workspace: Workspace, entry: LogEntry, answer: bytes) -> None:
    write_file(stamp_path(workspace.settings.var_dir, entry.sha256), answer)
    out_dir = workspace.settings.out_dir
    folder = form_dir(out_dir, entry.form_key)
    if folder.is_dir():
        refuse_links(folder, out_dir)
        write_file(folder / name_stamp(entry), answer)
        share_below(folder, out_dir)

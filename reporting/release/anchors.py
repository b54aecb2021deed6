"""An entry of the release log signed with this installation's own key: a line that can stand anywhere outside.

Who can rewrite the whole database can make a chain that agrees with itself; a line that stands in a released folder, a
letter or on paper still names the entry that was there, and cannot be made without the key.
"""

import base64
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_string
from pathlib import Path
from typing import TYPE_CHECKING

from baocao.disk import DiskError, explain_disk_error
from baocao.private_files import make_private_dir, open_private
from baocao.store import DamagedError, LogEntry

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_NAME = Path("keys") / "release.key"
_BROKEN = re.compile(r"=?\s*\n[>\s]*")
_MAIL = re.compile(r"^content-transfer-encoding:", re.IGNORECASE | re.MULTILINE)
_ANCHOR = re.compile(r"baocao1:(\d+):([0-9a-f]{64}):([0-9a-f]{64}):([A-Za-z0-9_-]{86})")


@dataclass(frozen=True)
class Anchor:
    """What a line says: which entry stood at which position, by which public key, and the signature of that."""

    position: int
    sha256: str
    public_key: str
    signature: str

    def __str__(self) -> str:
        return f"{self._signed}:{self.public_key}:{self.signature}"

    @property
    def _signed(self) -> str:
        return f"baocao1:{self.position}:{self.sha256}"

    def is_genuine(self) -> bool:
        """Whether the signature is of this entry by this key; whose key it is, is another question."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        signature = base64.urlsafe_b64decode(f"{self.signature}==")
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.public_key)).verify(signature, self._signed.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


def sign_entry(var_dir: Path, entry: LogEntry) -> Anchor:
    """The entry's anchor, the same each time; the key is made where there is none yet."""
    key = _read_key(var_dir / KEY_NAME) or _make_key(var_dir / KEY_NAME)
    signature = key.sign(name_entry(entry).encode())
    text = base64.urlsafe_b64encode(signature).decode().rstrip("=")
    return Anchor(entry.position, entry.sha256, key.public_key().public_bytes_raw().hex(), text)


def name_entry(entry: LogEntry) -> str:
    """The line that is signed and stamped."""
    return f"baocao1:{entry.position}:{entry.sha256}"


def read_anchors(text: str) -> Iterator[Anchor]:
    """Every anchor a text holds: a whole letter, as it was copied, quoted or saved with its headers, may be given."""
    found = dict.fromkeys(match for form in _readings(text) for match in _ANCHOR.findall(form))
    for position, sha256, public_key, signature in found:
        yield Anchor(int(position), sha256, public_key, signature)


def _readings(text: str) -> Iterator[str]:
    """As it is, without the line ends and marks of quotation mail programs put in, and as a mail's text parts."""
    yield text
    yield _BROKEN.sub("", text)
    if _MAIL.search(text):
        for part in message_from_string(text).walk():
            if part.get_content_maintype() == "text":
                said = part.get_payload(decode=True)
                yield _BROKEN.sub("", said.decode("utf-8", "replace") if isinstance(said, bytes) else "")


def find_fault(anchor: Anchor, log: Mapping[int, str], var_dir: Path | None) -> str:
    """What is wrong with the log, or with the anchor, in Vietnamese; "" where they agree.

    `log` is the hash of each entry by position; without `var_dir` it is not asked whose key it is.
    """
    if not anchor.is_genuine():
        return f"dấu neo của dòng {anchor.position} bị sửa: chữ ký không đúng"
    if var_dir and (says := _find_fault_of_key(anchor, var_dir / KEY_NAME)):
        return says
    found = log.get(anchor.position)
    if found is None:
        return f"nhật ký phát hành không còn dòng {anchor.position} mà dấu neo ghi nhận"
    if found != anchor.sha256:
        return f"dòng {anchor.position} của nhật ký phát hành không phải dòng đã ký: nhật ký đã bị viết lại"
    return ""


def _find_fault_of_key(anchor: Anchor, path: Path) -> str:
    try:
        own = _read_key(path)
    except DamagedError as error:
        return str(error)
    if own is None:
        return f"không còn khóa ký {path} để đối chiếu dấu neo; khôi phục khóa từ bản sao lưu"
    if own.public_key().public_bytes_raw().hex() != anchor.public_key:
        told = "khóa đã bị thay thì khôi phục khóa cũ từ bản sao lưu; không thì dấu neo là của nơi khác"
        return f"dấu neo của dòng {anchor.position} ký bằng khóa khác khóa của nơi cài đặt này; {told}"
    return ""


def _read_key(path: Path) -> "Ed25519PrivateKey | None":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        text = path.read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DiskError(f"không đọc được khóa ký {explain_disk_error(error, path)}") from error
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(text))
    except ValueError:
        raise DamagedError(
            f"khóa ký {path} đã bị sửa hoặc hỏng: không còn là khóa; khôi phục khóa từ bản sao lưu"
        ) from None


def _make_key(path: Path) -> "Ed25519PrivateKey":
    """Written beside its place and linked into it: of two processes that make one at once the first one's counts."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    make_private_dir(path.parent)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with open(draft, "w", encoding="ascii", opener=open_private) as file:
        file.write(Ed25519PrivateKey.generate().private_bytes_raw().hex())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    key = _read_key(path)
    assert key is not None
    return key

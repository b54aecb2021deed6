"""The key of an installation: signs what browsers keep, makes the tokens of forms, enciphers second factors."""

import base64
import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from itsdangerous import BadSignature, Signer

from baocao.errors import ConfigError
from baocao.hints import hint
from baocao.private_files import make_private_dir, open_private
from baocao.references import read_reference
from baocao.settings import DESK_KEY_LENGTH, DESK_KEY_VARIABLE

PAGE_LASTS_S = 3600


class DeskKey:
    """One secret, from which a key of its own comes for each use."""

    def __init__(self, secret: bytes) -> None:
        self._signer = Signer(_derive(secret, "session"), salt="baocao.desk", digest_method=hashlib.sha256)
        self._csrf = _derive(secret, "csrf")
        self._cipher = Fernet(base64.urlsafe_b64encode(_derive(secret, "second factor")))

    def sign(self, token: str) -> str:
        return self._signer.sign(token).decode()

    def read(self, signed: str) -> str:
        """The token; "" where it was not signed by us."""
        try:
            return self._signer.unsign(signed).decode()
        except BadSignature:
            return ""

    def csrf_token(self, token: str) -> str:
        """Bound to one browser's token: it changes with every sign-in."""
        return hmac.new(self._csrf, token.encode(), hashlib.sha256).hexdigest()

    def encipher(self, text: str) -> str:
        return self._cipher.encrypt(text.encode()).decode()

    def decipher(self, text: str) -> str:
        """Raise ConfigError where another key enciphered it: it was lost or exchanged."""
        try:
            return self._cipher.decrypt(text.encode()).decode()
        except InvalidToken as error:
            again = hint("people reset", "TÊN", second_factor=True)
            raise ConfigError(
                f"mã bảo vệ hai lớp đã lưu bằng khóa khác khóa đang dùng của bàn làm việc: khôi phục khóa cũ từ bản "
                f"sao lưu, hoặc đặt lại cho từng người: {again}"
            ) from error

    def decipher_page_value(self, text: str) -> str:
        """What a page of ours carried there and back within the hour; "" for anything else."""
        try:
            return self._cipher.decrypt(text.encode(), ttl=PAGE_LASTS_S).decode()
        except InvalidToken:
            return ""


def new_token() -> str:
    return secrets.token_urlsafe(DESK_KEY_LENGTH)


def read_key(path: Path) -> DeskKey:
    """The key BAOCAO_DESK_KEY refers to (`file:`, `env:`), which machines that share a store share; else one made here
    once, for this machine. Raise ConfigError where the reference leads nowhere, or the file is no key.
    """
    reference = os.environ.get(DESK_KEY_VARIABLE)
    if not reference:
        return DeskKey(_read_or_make(path))
    secret = read_reference(reference, os.environ)
    if secret is None or len(secret) < DESK_KEY_LENGTH:
        raise ConfigError(
            f"{DESK_KEY_VARIABLE}: không đọc được khóa, hoặc khóa ngắn hơn {DESK_KEY_LENGTH} ký tự; ghi "
            "file:/đường/dẫn hoặc env:TÊN_BIẾN"
        )
    return DeskKey(secret.encode())


def _read_or_make(path: Path) -> bytes:
    """Written beside its place and linked into it: of two processes that make one at once the first one's counts."""
    if not path.exists():
        make_private_dir(path.parent)
        part = path.with_name(f".{path.name}.{secrets.token_hex(6)}.new")
        with os.fdopen(open_private(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "w") as file:
            file.write(secrets.token_hex(DESK_KEY_LENGTH))
        with suppress(FileExistsError):
            os.link(part, path)
        part.unlink()
    text = path.read_text(encoding="ascii", errors="replace").strip()
    if len(text) < DESK_KEY_LENGTH:
        raise ConfigError(f"{path}: khóa của bàn làm việc bị hỏng; khôi phục từ bản sao lưu, hoặc xóa tệp để tạo lại")
    return text.encode()


def _derive(secret: bytes, use: str) -> bytes:
    return hmac.new(secret, use.encode(), hashlib.sha256).digest()

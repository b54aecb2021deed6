"""The key of an installation: signs what browsers keep, makes the tokens of forms, enciphers second factors."""

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from itsdangerous import BadSignature, Signer

from baocao.errors import ConfigError
from baocao.hints import hint
from baocao.private_files import make_private_dir, open_private
from baocao.references import read_reference

KEY_FILE = "desk.key"
KEY_VARIABLE = "BAOCAO_DESK_KEY"
LENGTH = 32
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
        """Raise ConfigError where another key enciphered it: `var/desk.key` was lost or exchanged."""
        try:
            return self._cipher.decrypt(text.encode()).decode()
        except InvalidToken as error:
            again = hint("people reset", "TÊN", second_factor=True)
            raise ConfigError(
                f"mã bảo vệ hai lớp đã lưu bằng khóa khác với {KEY_FILE} đang dùng: khôi phục khóa cũ từ bản sao lưu, "
                f"hoặc đặt lại cho từng người: {again}"
            ) from error

    def decipher_page_value(self, text: str) -> str:
        """What a page of ours carried there and back within the hour; "" for anything else."""
        try:
            return self._cipher.decrypt(text.encode(), ttl=PAGE_LASTS_S).decode()
        except InvalidToken:
            return ""


def new_token() -> str:
    return secrets.token_urlsafe(LENGTH)


def read_key(var_dir: Path) -> DeskKey:
    """The key BAOCAO_DESK_KEY refers to (`file:`, `env:`), which machines that share a store share; else one made here
    once, for this machine. Raise ConfigError where the reference leads nowhere.
    """
    reference = os.environ.get(KEY_VARIABLE)
    if reference:
        secret = read_reference(reference, os.environ)
        if secret is None or len(secret) < LENGTH:
            raise ConfigError(
                f"{KEY_VARIABLE}: không đọc được khóa, hoặc khóa ngắn hơn {LENGTH} ký tự; ghi file:/đường/dẫn hoặc "
                "env:TÊN_BIẾN"
            )
        return DeskKey(secret.encode())
    return DeskKey(_read_or_make(var_dir / KEY_FILE))


def _read_or_make(path: Path) -> bytes:
    """Two processes may start at once: the one that comes second takes what the first made."""
    make_private_dir(path.parent)
    try:
        made = open_private(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    except FileExistsError:
        return _read_whole(path)
    with os.fdopen(made, "w") as file:
        file.write(secrets.token_hex(LENGTH))
    return _read_whole(path)


def _read_whole(path: Path) -> bytes:
    text = path.read_text(encoding="ascii").strip()
    if len(text) < LENGTH:
        raise ConfigError(f"{path}: khóa của bàn làm việc bị hỏng; khôi phục từ bản sao lưu, hoặc xóa tệp để tạo lại")
    return text.encode()


def _derive(secret: bytes, use: str) -> bytes:
    return hmac.new(secret, use.encode(), hashlib.sha256).digest()

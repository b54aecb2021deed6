"""Passwords: argon2id, few at once (each takes 64 MB), and none that is guessed first."""

import secrets
import threading
import unicodedata
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from baocao.errors import ConfigError

SHORTEST, LONGEST, MOST_BYTES = 12, 128, 1024
FEWEST_SIGNS = 6
SHORTEST_PART = 4
GUESSED_FIRST = ("matkhau", "password", "123456", "abcdef", "qwerty", "baocao", "vietnam")
WORDS: Final = "bcdghklmnprstvx"
VOWELS: Final = "aeiou"
_hasher = PasswordHasher()
_at_once = threading.BoundedSemaphore(2)


def hash_password(password: str) -> str:
    with _at_once:
        return _hasher.hash(_plain(password))


def is_right(password: str, kept: str | None) -> bool:
    """Whether it is the one that was kept; as slow where nobody of that name has one."""
    if len(password.encode()) > MOST_BYTES:
        return False
    with _at_once:
        try:
            _hasher.verify(kept or _nobodys(), _plain(password))
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether it was hashed by parameters of before."""
    return _hasher.check_needs_rehash(kept)


def require_new(password: str, again: str, old: str) -> None:
    """Raise ConfigError for one typed in two ways, or that is not new."""
    if password != again:
        raise ConfigError("Hai lần nhập mật khẩu mới khác nhau.")
    if password == old:
        raise ConfigError("Mật khẩu mới phải khác mật khẩu đang dùng.")


def require_good(password: str, person_code: str) -> None:
    """Raise ConfigError for what is too short, too plain, or would be tried first."""
    plain = _fold(password)
    if not SHORTEST <= len(_plain(password)) <= LONGEST:
        raise ConfigError(f"Mật khẩu cần từ {SHORTEST} đến {LONGEST} ký tự; một câu ngắn dễ nhớ là tốt nhất.")
    if len(set(plain)) < FEWEST_SIGNS or any(word in plain for word in GUESSED_FIRST):
        raise ConfigError("Mật khẩu này dễ đoán (lặp ký tự, dãy số, từ quá quen); chọn câu khác.")
    if _tells_name(password, person_code):
        raise ConfigError("Mật khẩu không được chứa tên đăng nhập.")


def _tells_name(password: str, person_code: str) -> bool:
    """A part of the name stands in it, or nothing much but the name does; a short part is in many words."""
    plain, parts = _fold(password).replace(".", ""), _fold(person_code).split(".")
    name = "".join(parts)
    rest = plain.replace(name, "")
    for part in sorted(parts, key=len, reverse=True):
        rest = rest.replace(part, "")
    return len(rest) < SHORTEST // 2 or any(len(one) >= SHORTEST_PART and one in plain for one in (name, *parts))


def make_password() -> str:
    """One to be told once and changed at the first sign-in: syllables, easy to say on the telephone."""
    syllables = ["".join(map(secrets.choice, (WORDS, VOWELS, WORDS))) for _ in range(5)]
    return "-".join(syllables) + f"-{secrets.randbelow(90) + 10}"


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_hex())


def _plain(password: str) -> str:
    """As one keyboard or another writes the same letters."""
    return unicodedata.normalize("NFKC", password)


def _fold(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    return "".join(sign for sign in letters if not unicodedata.combining(sign) and sign not in " -_")

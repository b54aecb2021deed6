"""How somebody proves to be who they say: what counts, how often it may be tried, and which step is still missing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from baocao.catalogue.desk import DeskRules
from baocao.errors import BaocaoError
from baocao.people import Actor, Person
from baocao.store import Store
from baocao.store.people.accounts import SignInMeans
from baocao.store.people.sessions import AttemptCount, Door, PersonSession
from desk.people.keys import DeskKey, new_token
from desk.people.passwords import hash_password, is_outdated, is_right
from desk.people.second_factor import find_step

SECOND_FACTOR_PATH: Final = "/bao-ve-hai-lop"
PASSWORD_PATH: Final = "/doi-mat-khau"  # noqa: S105  (a path)
WITHIN: Final = timedelta(minutes=15)
FROM_ONE_PLACE: Final = 40
"""An office behind one address signs in together; more failures than successes by so many is somebody trying."""

LockOut = Callable[[Person, str], None]
"""Told once for a lock-out: whose, and from where."""


class SignInRefusedError(BaocaoError):
    """Not proved; the text says no more than helps an honest person."""


@dataclass(frozen=True)
class SignIn:
    """The rules and the key everything about signing in goes by."""

    rules: DeskRules
    key: DeskKey

    def check_password(self, store: Store, actor: Actor, password: str, at: datetime, told: LockOut) -> Person:
        """Who it is. Raise SignInRefusedError: the same words whatever was wrong, until it was tried too often."""
        kept = self._compare(store, actor, password, at, told)
        if kept is None:
            raise SignInRefusedError("Tên đăng nhập hoặc mật khẩu không đúng.")
        person = self.admit(store, actor, at)
        if is_outdated(kept):
            store.people.renew_hash(actor.person_code, hash_password(password))
        return person

    def check_old_password(self, store: Store, actor: Actor, password: str, at: datetime, told: LockOut) -> None:
        """Before a new one is taken: whoever sits at somebody's open desk has it not. Raise SignInRefusedError."""
        if self._compare(store, actor, password, at, told) is None:
            raise SignInRefusedError("Mật khẩu đang dùng không đúng.")
        store.attempts.note(actor, at, has_succeeded=True)

    def _compare(self, store: Store, actor: Actor, password: str, at: datetime, told: LockOut) -> str | None:
        """The hash it is right for; None where it is wrong."""
        self.count_attempt(store, actor, at, told)
        means = store.people.means_of(actor.person_code)
        kept = means.password_hash if means else None
        return kept if is_right(password, kept) else None

    def admit(self, store: Store, actor: Actor, at: datetime) -> Person:
        """Somebody who proved a first factor. Raise SignInRefusedError where the account is locked or of training."""
        person = store.people.find(actor.person_code)
        if person.locked_at is not None:
            raise SignInRefusedError("Tài khoản này đã bị khóa. Liên hệ quản trị hệ thống (CNTT) để mở.")
        if person.is_demo:
            raise SignInRefusedError("Tài khoản này chỉ dùng khi tập huấn.")
        store.attempts.note(actor, at, has_succeeded=True)
        return person

    def check_code(self, store: Store, person: Person, code: str, origin: str, at: datetime, told: LockOut) -> None:
        """The second factor. Raise SignInRefusedError where it is wrong, was used before, or was tried too often."""
        actor = Actor(person.person_code, origin)
        self.count_attempt(store, actor, at, told)
        means = store.people.means_of(person.person_code)
        assert means is not None
        assert means.totp_secret is not None
        step = find_step(self.key.decipher(means.totp_secret), code, at)
        if step is None or not store.people.use_step(person.person_code, step):
            raise SignInRefusedError("Mã không đúng hoặc đã dùng rồi. Chờ mã mới trên điện thoại rồi nhập lại.")
        store.attempts.note(actor, at, has_succeeded=True)

    def begin(self, store: Store, actor: Actor, at: datetime, *, has_second_factor: bool, by: str) -> str:
        """The token of a session that begins now: never one a browser had before."""
        token = new_token()
        store.sessions.begin(token, actor, Door.DESK, at, self.rules.lasts, has_second_factor=has_second_factor, by=by)
        return token

    def count_attempt(self, store: Store, actor: Actor, at: datetime, told: LockOut) -> None:
        """Counted before it is looked at: see `StoredAttempts.begin`."""
        most = AttemptCount(self.rules.attempts, FROM_ONE_PLACE)
        before = store.attempts.begin(actor, at, at - WITHIN, most=most)
        if before.from_origin >= most.from_origin:
            raise SignInRefusedError(f"Quá nhiều lần đăng nhập sai từ máy này. Chờ {_minutes(WITHIN)} phút.")
        if before.of_person >= most.of_person:
            raise SignInRefusedError(
                f"Sai quá {self.rules.attempts} lần: tạm khóa {_minutes(WITHIN)} phút. Nếu quên mật khẩu, nhờ quản trị "
                "hệ thống (CNTT) đặt lại."
            )
        means = store.people.means_of(actor.person_code)
        if before.of_person + 1 == self.rules.attempts and means is not None:
            told(store.people.find(actor.person_code), actor.origin)


def find_missing_step(session: PersonSession) -> str:
    """The page to go on with; "" for whoever has proved all their roles need."""
    if session.person.is_demo:
        return ""
    if session.needs_second_factor and not session.has_second_factor:
        return SECOND_FACTOR_PATH
    return PASSWORD_PATH if session.must_change_password else ""


def clean_code(code: str) -> str:
    """As it is kept, however it was typed."""
    return code.strip().casefold()[:100]


def has_second_factor(means: SignInMeans | None) -> bool:
    return means is not None and means.totp_secret is not None


def needs_second_factor(store: Store, person: Person) -> bool:
    """By a role, or because this person has set one up."""
    return person.needs_second_factor or has_second_factor(store.people.means_of(person.person_code))


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds()) // 60

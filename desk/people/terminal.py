"""Signing in at the terminal: the same proofs as at the desk, asked for line by line; the token goes into a file."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from baocao.catalogue.desk import read_desk_rules
from baocao.people import Actor, Person
from baocao.private_files import make_private_dir, open_private
from baocao.store.people.sessions import Door
from desk.people.keys import new_token, read_key
from desk.people.passwords import hash_password, require_good, require_new
from desk.people.second_factor import find_step, make_secret, print_secret
from desk.people.sign_in import SignIn, SignInRefusedError, clean_code, has_second_factor, needs_second_factor
from reporting.accounts import name_account_and_machine
from reporting.alerting.sign_in_alerts import tell_lock_out
from reporting.identities import name_installation, read_token
from reporting.workspace import Workspace

Ask = Callable[[str, bool], str]
"""Ask the person for something; what is hidden is not shown while it is typed."""


@dataclass(frozen=True)
class TerminalDoor:
    """Where a sign-in at a terminal happens: `ask` and `tell` are the screen, `file` keeps the token."""

    workspace: Workspace
    file: Path
    ask: Ask
    tell: Callable[[str], None]

    def sign_in(self, code: str) -> Person:
        """Raise SignInRefusedError, ConfigError where something was not proved or is not good enough."""
        settings, store, now = self.workspace.settings, self.workspace.store, datetime.now(UTC)
        rules = read_desk_rules(settings.config_dir)
        proof = SignIn(rules, read_key(settings.desk_key_file))
        actor, password = Actor(clean_code(code), name_account_and_machine()), self.ask("Mật khẩu", True)
        person = proof.check_password(store, actor, password, now, self._tell_lock_out)
        has_code = needs_second_factor(store, person)
        if has_code:
            self._prove_second_factor(proof, person, actor)
        self._renew_password(actor, password)
        token = new_token()
        store.sessions.begin(token, actor, Door.TERMINAL, now, rules.lasts, has_second_factor=has_code, by="password")
        keep_token(self.file, settings.database_url, token)
        return person

    def sign_out(self) -> Person | None:
        """None where nobody was signed in."""
        settings, store, now = self.workspace.settings, self.workspace.store, datetime.now(UTC)
        token = read_token(self.file, settings.database_url)
        rules = read_desk_rules(settings.config_dir)
        session = store.sessions.find(token, Door.TERMINAL, now, rules.idle) if token else None
        if session is not None:
            store.sessions.end(token, Actor(session.person.person_code, name_account_and_machine()), now)
        if token:
            keep_token(self.file, settings.database_url, "")
        return session.person if session else None

    def _prove_second_factor(self, proof: SignIn, person: Person, actor: Actor) -> None:
        store, now = self.workspace.store, datetime.now(UTC)
        if has_second_factor(store.people.means_of(person.person_code)):
            code = self.ask("Mã sáu chữ số trên điện thoại", False)
            proof.check_code(store, person, code, actor.origin, now, self._tell_lock_out)
            return
        secret = make_secret()
        self.tell(f"Vai trò này cần mã từ điện thoại. Nhập khóa sau vào ứng dụng tạo mã (TOTP): {print_secret(secret)}")
        step = find_step(secret, self.ask("Mã sáu chữ số đang hiện", False), datetime.now(UTC))
        if step is None:
            raise SignInRefusedError("Mã không đúng. Kiểm tra giờ của điện thoại rồi đăng nhập lại.")
        store.people.set_second_factor(person.person_code, proof.key.encipher(secret), actor, now, step=step)

    def _renew_password(self, actor: Actor, old: str) -> None:
        """One that IT gave is changed before anything else."""
        people = self.workspace.store.people
        means = people.means_of(actor.person_code)
        if means is None or not means.must_change_password:
            return
        self.tell("Mật khẩu này do CNTT cấp; đặt mật khẩu của riêng bạn (từ 12 ký tự).")
        new = self.ask("Mật khẩu mới", True)
        require_new(new, self.ask("Nhập lại mật khẩu mới", True), old)
        require_good(new, actor.person_code)
        people.set_password(actor.person_code, hash_password(new), actor, datetime.now(UTC), must_change=False)

    def _tell_lock_out(self, person: Person, origin: str) -> None:
        rules = read_desk_rules(self.workspace.settings.config_dir)
        tell_lock_out(self.workspace, person, origin, rules.attempts)


def keep_token(path: Path, database_url: str, token: str) -> None:
    """For its owner alone, beside those of other installations; "" takes it away."""
    kept = orjson.loads(path.read_bytes()) if path.exists() else {}
    kept.pop(name_installation(database_url), None)
    if token:
        kept[name_installation(database_url)] = token
    make_private_dir(path.parent)
    part = path.with_name(f".{path.name}.new")
    part.unlink(missing_ok=True)
    with os.fdopen(open_private(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL), "wb") as file:
        file.write(orjson.dumps(kept))
    part.replace(path)

"""Who gives a command at the terminal: by their own sign-in, by the account of the machine where release.yaml says
whose it is, and by the account alone only while nobody has been added yet. Never by what they type.
"""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import orjson

from baocao.catalogue.desk import read_desk_rules
from baocao.catalogue.release import read_release_rules
from baocao.errors import ConfigError, ReleaseError
from baocao.hints import hint
from baocao.people import Action, Identity, Person, PersonRole
from baocao.private_files import is_open_to_others
from baocao.store.canonical import hash_text
from baocao.store.people.sessions import Door
from baocao.vocabulary import ACTIONS, PERSON_ROLES
from reporting.accounts import name_account
from reporting.workspace import Workspace

SESSION_VARIABLE: Final = "BAOCAO_SESSION_FILE"


def identify(workspace: Workspace, action: Action, unit_code: str | None = None) -> str:
    """The code of who gives the command, who may do it for the unit (for any, where none is named).

    Raise ConfigError where it is not known who they are, ReleaseError where they may not.
    """
    person = find_person(workspace)
    if person is None:
        return name_account()
    parents = {code: unit.parent for code, unit in workspace.catalogue.units.items()}
    identity = Identity(person, parents)
    if identity.may(action, unit_code) if unit_code else identity.may_somewhere(action):
        return person.person_code
    roles = ", ".join(sorted(PERSON_ROLES[role] for role in person.roles)) or "chưa có"
    where = f" ở {workspace.catalogue.unit(unit_code).name}" if unit_code else ""
    raise ReleaseError(
        f"{person.name} ({person.person_code}) không có quyền {ACTIONS[action]}{where}; vai trò: {roles}. "
        f"Người cấp được: {PERSON_ROLES[PersonRole.IT]}."
    )


def find_person(workspace: Workspace) -> Person | None:
    """None while nobody has been added to this installation: then its account stands for its only person.

    Raise ConfigError where people were added, and this is none of them.
    """
    signed_in = find_signed_in(workspace, os.environ)
    if signed_in is not None:
        return signed_in
    people = {one.person_code: one for one in workspace.store.people.list() if not one.is_demo}
    account = name_account()
    mapped = read_release_rules(workspace.catalogue.config_dir).machine_accounts.get(account)
    if mapped is not None:
        if mapped not in people or people[mapped].locked_at:
            wrong = f"không có người dùng {mapped}, hoặc đã bị khóa"
            raise ConfigError(f"release.yaml: machine_accounts.{account}: {wrong}")
        return people[mapped]
    if not people:
        return None
    raise ConfigError(
        f"chưa biết ai làm việc này: tài khoản {account} của máy không phải của riêng ai. Đăng nhập: "
        f"{hint('sign-in', 'TÊN')}; hoặc CNTT ghi tài khoản này của ai trong release.yaml (machine_accounts)"
    )


def name_actor(workspace: Workspace) -> str:
    """The code of who keeps accounts here, also while nobody has been added: then the account of the machine."""
    signed_in = find_signed_in(workspace, os.environ)
    account = name_account()
    mapped = read_release_rules(workspace.catalogue.config_dir).machine_accounts.get(account)
    return signed_in.person_code if signed_in else mapped or account


def find_session_file(environment: Mapping[str, str]) -> Path:
    """Where the token of a sign-in lies, for its owner alone."""
    given = environment.get(SESSION_VARIABLE)
    state = environment.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(given or f"{state}/baocao/session").expanduser()


def name_installation(database_url: str) -> str:
    """What a token is for: it says nothing to another installation."""
    return hash_text(database_url)


def read_token(path: Path, database_url: str) -> str:
    """Empty where there is none for this installation. Raise ConfigError where others may read it."""
    try:
        kept = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return ""
    except ValueError:
        again = hint("sign-in", "TÊN")
        raise ConfigError(f"{path}: tệp đăng nhập bị hỏng; xóa tệp rồi đăng nhập lại: {again}") from None
    if is_open_to_others(path):
        raise ConfigError(f"{path}: người khác trên máy đọc được tệp đăng nhập này; chạy chmod 600 {path}")
    return str(kept.get(name_installation(database_url), ""))


def find_signed_in(workspace: Workspace, environment: Mapping[str, str]) -> Person | None:
    """None for nobody; a sign-in that ended is told, for whoever gives the command believes it is theirs."""
    path = find_session_file(environment)
    token = read_token(path, workspace.settings.database_url)
    if not token:
        return None
    rules = read_desk_rules(workspace.catalogue.config_dir)
    session = workspace.store.sessions.find(token, Door.TERMINAL, datetime.now(UTC), rules.idle)
    if session is None or (session.needs_second_factor and not session.has_second_factor):
        raise ConfigError(f"phiên đăng nhập ở máy này đã hết; đăng nhập lại: {hint('sign-in', 'TÊN')}")
    return session.person

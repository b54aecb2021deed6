"""Secrets are referred to in configuration, never written there: `env:NAME`, `file:/path`, `prefect:block`, or `none`.

What a reference gave is remembered in this process, so that the log can refuse to print it.
"""

import logging
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

from baocao.private_files import is_open_to_others

logger = logging.getLogger(__name__)

Resolver = Callable[[str], str | None]

NO_SECRET: Final = "none"  # noqa: S105 - says that there is none
SHORTEST_SECRET = 6
HIDDEN: Final = "[đã ẩn]"
_PASSWORD_IN_ADDRESS = re.compile(r"(?<=://)[^/\s@]*@")
_resolvers: dict[str, Resolver] = {}
_remembered: set[str] = set()


def add_scheme(scheme: str, resolver: Resolver) -> None:
    """Let references of a further kind be resolved; `resolver` gives None where there is no such secret."""
    _resolvers[scheme] = resolver


def read_reference(reference: str, environment: Mapping[str, str]) -> str | None:
    """The secret behind a reference; None where it is empty, not set, cannot be read, or of an unknown kind."""
    scheme, _, name = reference.partition(":")
    resolvers: Mapping[str, Resolver] = {**_resolvers, "env": environment.get, "file": _read_file}
    found = resolvers[scheme](name) if scheme in resolvers else None
    if found:
        remember_secret(found)
    return found or None


def remember_secret(secret: str) -> None:
    """Have the log refuse it; one so short that it is also a common word would only spoil the log."""
    if len(secret) >= SHORTEST_SECRET:
        _remembered.add(secret)


def remembered_secrets() -> frozenset[str]:
    return frozenset(_remembered)


def redact_secrets(text: str) -> str:
    """The text without what references gave in this process, and without passwords inside addresses."""
    for secret in sorted(_remembered, key=len, reverse=True):
        text = text.replace(secret, HIDDEN).replace(quote(secret, safe=""), HIDDEN)
    return _PASSWORD_IN_ADDRESS.sub(f"{HIDDEN}@", text)


def _read_file(name: str) -> str | None:
    path = Path(name)
    try:
        if is_open_to_others(path):
            logger.warning("secret file %s is open to other accounts: chmod 600 it", path)
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return None

"""Secrets are referred to in configuration, never written there: `env:NAME`, `file:/path`, or `none`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

NO_SECRET: Final = "none"  # noqa: S105 - says that there is none


def read_reference(reference: str, environment: Mapping[str, str]) -> str | None:
    """The secret behind `env:NAME` or `file:/path`; None where it is empty, not set or cannot be read."""
    scheme, _, name = reference.partition(":")
    return (environment.get(name) if scheme == "env" else _read_file(Path(name))) or None


def _read_file(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError:
        return None

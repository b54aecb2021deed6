"""The manifest: what was made, from which inputs, by which code and configuration, each file with its hash."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from baocao.documents.files import write_file
from baocao.domain import CheckResult, FilledForm, Observation, Outcome

MANIFEST_NAME = "manifest.json"


def build_manifest(
    filled: FilledForm,
    observations: Iterable[Observation],
    checks: Iterable[CheckResult],
    files: Mapping[str, str],
    *,
    code_version: str,
    config_hash: str,
    pdf_font: str,
    history: Mapping[str, int],
    layout: int = 1,
    coverage: Sequence[Mapping[str, Any]],
    typed_in: Mapping[str, Any] | None = None,
    handed_in: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Everything needed to tell whether two reports are the same; `files` maps file name to SHA-256.

    `pdf_font` is the family the PDF was set in: another one on another machine gives other bytes. `history` maps
    the earlier periods whose figures are printed beside this one's to the vintage they were taken from; `layout` is the
    version of the page, where another one than the first was ever made of such a form. `typed_in` is
    where the typed-in figures stand and what each rests on, `handed_in` which form of the unit's. `coverage` says of
    every source which days are there, and by which counts they were proved whole.
    """
    assert filled.period is not None
    results = list(checks)
    return {
        "unit": filled.unit_code,
        "form": filled.form_code,
        "period": filled.period.code,
        "vintage": filled.vintage,
        **({"revision": filled.revision} if filled.revision else {}),
        "status": filled.status.value,
        "known_at": filled.known_at.isoformat() if filled.known_at else None,
        "code_version": code_version,
        "config_hash": config_hash,
        "pdf_font": pdf_font,
        "history": dict(sorted(history.items())),
        **({"layout": layout} if layout > 1 else {}),
        "coverage": list(coverage),
        "payloads": sorted({h for observation in observations for h in observation.payload_hashes}),
        **({"typed_in": dict(typed_in)} if typed_in else {}),
        **({"handed_in": dict(handed_in)} if handed_in else {}),
        "checks": {outcome.value: sum(r.outcome is outcome for r in results) for outcome in Outcome},
        "files": dict(sorted(files.items())),
    }


def render_manifest(manifest: Mapping[str, Any]) -> bytes:
    return orjson.dumps(manifest, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def write_manifest(manifest: Mapping[str, Any], folder: Path) -> str:
    """Write `manifest.json` and return its SHA-256."""
    body = render_manifest(manifest)
    return write_file(folder / MANIFEST_NAME, body)

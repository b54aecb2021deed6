"""A form as it was known at some time: which vintage that is, and the history of all of them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from baocao.catalogue import Catalogue
from baocao.documents.form_json import form_json
from baocao.domain import VIETNAM, FilledForm
from baocao.errors import ConfigError
from baocao.store import FormKey, LogEntry, Store, Vintage, VintageKey
from baocao.vocabulary import FORM_STAGES
from baocao.written.asked import ask_instant
from reporting.collection.stock_ages import read_ages
from reporting.plan import Plan
from reporting.release.files import write_out
from reporting.release.roots import require_intact, require_vouched
from reporting.standing import RELEASES, Step, find_standing, run_hint
from reporting.workspace import Workspace


@dataclass(frozen=True)
class VintageChoice:
    """Which state of knowledge: at an instant, as released (a revision, or the one in force), a vintage, the latest."""

    as_of: datetime | None = None
    as_released: bool = False
    revision: int | None = None
    vintage: int | None = None


@dataclass(frozen=True)
class ShownForm:
    """The form found; `release` where it is shown as it was released."""

    vintage: Vintage
    filled: FilledForm
    release: LogEntry | None = None


@dataclass(frozen=True)
class HistoryLine:
    """One vintage: `changed_count` cells differ from the whole vintage before it; `releases` are of this vintage."""

    vintage: Vintage
    changed_count: int | None
    releases: tuple[LogEntry, ...]


def find_shown(store: Store, form_key: FormKey, wanted: VintageChoice) -> ShownForm:
    """Raise ConfigError, saying what there is, where nothing was known or released then.

    A form the release log vouches for is checked against its root first: raise DamagedError where it was changed.
    """
    if wanted.as_released:
        entry = _find_release(store, form_key, wanted.revision)
        key = _key(form_key, int(entry.content["vintage"]))
        require_intact(store, entry)
        return ShownForm(store.vintages.find(key), store.contents.filled_form(key), entry)
    if wanted.vintage is not None:
        key = _key(form_key, wanted.vintage)
        require_vouched(store, key)
        return ShownForm(store.vintages.find(key), store.contents.filled_form(key))
    found = store.vintages.find_latest(form_key, wanted.as_of)
    if found is None:
        raise ConfigError(_nothing_known(store, form_key, wanted.as_of))
    require_vouched(store, found.key)
    return ShownForm(found, store.contents.filled_form(found.key))


def read_history(store: Store, form_key: FormKey) -> tuple[HistoryLine, ...]:
    """Every vintage, the first first."""
    releases = [entry for entry in store.releases.list(form_key) if entry.kind in RELEASES]
    lines: list[HistoryLine] = []
    before: FilledForm | None = None
    for vintage in store.vintages.list(form_key):
        filled = store.contents.filled_form(vintage.key) if vintage.is_whole else None
        mine = tuple(entry for entry in releases if entry.content["vintage"] == vintage.key.vintage)
        lines.append(HistoryLine(vintage, _count_changed(before, filled), mine))
        before = filled or before
    return tuple(lines)


def write_shown(workspace: Workspace, shown: ShownForm, folder: Path) -> dict[str, str]:
    """The files of the form shown: the very bytes released, or those its vintage gives under its own configuration."""
    if shown.release is not None:
        return write_out(workspace.store, shown.release.content["files"], folder)
    from reporting.upkeep.vintage_files import write_vintage

    return write_vintage(workspace, shown.vintage, folder)


def shown_json(store: Store, catalogue: Catalogue, plan: Plan, shown: ShownForm, stage: str) -> dict[str, Any]:
    """The form with its two times: what it is about, and when we knew it; a released one just as it was released."""
    vintage = shown.vintage
    observations = {observation.indicator_code: observation for observation in store.contents.observations(vintage.key)}
    ages = read_ages(catalogue, shown.filled, observations, store.collections.list(vintage.key))
    form = read_released(store, shown.release) if shown.release else form_json(shown.filled, plan.form)
    return {
        **form,
        "vintage_known_at": vintage.known_at.isoformat() if vintage.known_at else None,
        "replayed_from": vintage.replayed_from,
        "config_hash": vintage.config_hash,
        "code_version": vintage.code_version,
        "stage": stage,
        "stocks": {number: age.as_json() for number, age in ages.items()},
        "series_breaks": [one.as_json() for one in plan.breaks],
        "release": release_json(shown.release) if shown.release else None,
        "unlocked": _unlocking_json(store, shown.release) if shown.release else None,
    }


def read_released(store: Store, entry: LogEntry) -> dict[str, Any]:
    """The released `form.json`."""
    form: dict[str, Any] = json.loads(store.files.get(entry.content["files"]["form.json"]["sha256"]))
    return form


def release_json(entry: LogEntry) -> dict[str, Any]:
    """What a person asks of a release: which revision, when, by whom, under which hash."""
    content: Mapping[str, Any] = entry.content
    return {
        "revision": content["revision"],
        "vintage": content["vintage"],
        "at": entry.at.isoformat(),
        "by": content["by"],
        "prepared_by": content["prepared_by"]["by"],
        "approved_by": content["approved_by"]["by"],
        "reason": content["reason"],
        "entry": entry.sha256,
        "files": {name: kept["sha256"] for name, kept in content["files"].items()},
        "changes": content["changes"],
    }


def _unlocking_json(store: Store, release: LogEntry) -> dict[str, Any] | None:
    """When and why the release was taken out of force; None where it was not."""
    for entry in store.releases.list(release.form_key):
        if entry.kind == Step.UNLOCK and entry.content["unlocks"] == release.sha256:
            return {"at": entry.at.isoformat(), "by": entry.content["by"], "reason": entry.content["reason"]}
    return None


def history_json(lines: tuple[HistoryLine, ...]) -> list[dict[str, Any]]:
    """The history for a program."""
    return [
        {
            "vintage": line.vintage.key.vintage,
            "opened_at": line.vintage.opened_at.isoformat(),
            "known_at": line.vintage.known_at.isoformat() if line.vintage.known_at else None,
            "status": line.vintage.status.value,
            "exit_code": line.vintage.exit_code,
            "replayed_from": line.vintage.replayed_from,
            "changed_cells": line.changed_count,
            "config_hash": line.vintage.config_hash,
            "reason": line.vintage.reason,
            "releases": [release_json(entry) for entry in line.releases],
        }
        for line in lines
    ]


def read_instant(given: str) -> datetime:
    """An instant as a person writes it, in Vietnamese time unless it says otherwise; raise ConfigError."""
    return ask_instant(given, "--as-of")


def _find_release(store: Store, form_key: FormKey, revision: int | None) -> LogEntry:
    releases = [entry for entry in store.releases.list(form_key) if entry.kind in RELEASES]
    found = [entry for entry in releases if revision is None or entry.content["revision"] == revision]
    if found:
        return found[-1]
    there = ", ".join(str(entry.content["revision"]) for entry in releases) or "chưa có bản nào"
    stage = find_standing(store, form_key).stage
    raise ConfigError(
        f"{form_key}: không có bản phát hành này; đã phát hành các bản: {there} (đang ở bước: {FORM_STAGES[stage]})"
    )


def _count_changed(before: FilledForm | None, after: FilledForm | None) -> int | None:
    if before is None or after is None:
        return None
    keys = {*before.cells, *after.cells}
    ends = [tuple(form.cells[key].value if key in form.cells else None for form in (before, after)) for key in keys]
    return sum(was != now for was, now in ends)


def _nothing_known(store: Store, form_key: FormKey, as_of: datetime | None) -> str:
    known = [vintage.known_at for vintage in store.vintages.list(form_key) if vintage.known_at]
    if as_of is None or not known:
        return f"{form_key}: chưa lập báo cáo này. Chạy: {run_hint(form_key)}"
    first = min(known).astimezone(VIETNAM)
    return f"{form_key}: lúc đó chưa biết gì; báo cáo đầu tiên lập lúc {first:%H:%M %d/%m/%Y}"


def _key(form_key: FormKey, number: int) -> VintageKey:
    return VintageKey(form_key.unit_code, form_key.form_code, form_key.period, number)

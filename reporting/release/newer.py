"""What was typed in, signed or handed in since a vintage was made: its figures lack it, so it is not put forward."""

from collections.abc import Iterator, Mapping

from baocao.catalogue import Correction, ManualFigure
from baocao.catalogue.release import ReleaseRules
from baocao.errors import ConfigError, ReleaseError
from baocao.figures import print_instant
from baocao.groups import total_code
from baocao.store import VintageKey
from reporting.collection.handed_forms import find_accepted, find_handed
from reporting.collection.typing_in import find_typed_since
from reporting.configurations import read_kept_corrections
from reporting.plan import find_typed_codes
from reporting.standing import run_hint
from reporting.workspace import Workspace


def find_newer_typed(
    workspace: Workspace, key: VintageKey, today: Mapping[str, ManualFigure] | None = None
) -> tuple[str, ...]:
    """The typed-in figures of the form that are not as its vintage has them, in words; `today` are those of now, where
    they are known.
    """
    catalogue = workspace.catalogue
    codes = find_typed_codes(catalogue, catalogue.form(key.form_code), catalogue.unit(key.unit_code))
    return find_typed_since(workspace, key, codes, today)


def find_newer(workspace: Workspace, key: VintageKey) -> tuple[str, ...]:
    """Those, the corrections signed or taken back since, and the form handed in since."""
    return (
        *find_newer_typed(workspace, key),
        *_find_newer_corrections(workspace, key),
        *_find_newer_handed(workspace, key),
    )


def require_current(workspace: Workspace, key: VintageKey, rules: ReleaseRules) -> None:
    """Refuse a vintage that lacks what its own people have said since; the next run takes it in."""
    newer = find_newer(workspace, key)
    if not newer:
        return
    said = f"{key} chưa có những gì ghi sau đó: {'; '.join(newer)}. Lập lại, đọc lại rồi mới trình."
    way = f"không ai; lập lại: {run_hint(key.form_key)}"
    raise ReleaseError.by_rule("release.current", said, f"{rules.since:%d/%m/%Y}", way)


def _find_newer_handed(workspace: Workspace, key: VintageKey) -> Iterator[str]:
    """The last accepted form, where the vintage was made from an earlier one or from none."""
    store = workspace.store
    accepted = find_accepted(store, key.form_key)
    if accepted is None:
        return
    taken = find_handed(store, store.collections.list(key))
    if taken is None or taken.number < accepted.number:
        yield f"biểu đơn vị nộp lần {accepted.number}, nhận lúc {print_instant(accepted.received_at)}"


def _find_newer_corrections(workspace: Workspace, key: VintageKey) -> tuple[str, ...]:
    """Nothing where the configuration of then was not kept, or is no longer read."""
    today, config_hash = workspace.catalogue, workspace.store.vintages.find(key).config_hash
    if config_hash == today.content_hash:
        return ()
    now = {one.indicator: one for one in today.corrections(key.unit_code, key.period)}
    try:
        was = {one.indicator: one for one in read_kept_corrections(workspace, config_hash, key.unit_code, key.period)}
    except ConfigError:
        return ()
    needed = today.indicators_of(today.form(key.form_code))
    changed = (code for code in {**was, **now} if total_code(code) in needed and was.get(code) != now.get(code))
    return tuple(_describe(needed[total_code(code)].label, now.get(code)) for code in changed)


def _describe(label: str, now: Correction | None) -> str:
    if now is None:
        return f"“{label}”: đã bỏ đính chính"
    return f"“{label}”: đính chính do {now.signed_by} ký {now.signed_on:%d/%m/%Y}"

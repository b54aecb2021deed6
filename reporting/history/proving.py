"""Every released form made again from its kept answers, under the configuration of its time, and compared to the byte.

It needs the database and the payload folder alone: no source, no `out/`, not today's configuration. What is printed in
a file besides its figures (the version that made it, the past vintages in its trend) is taken from its own manifest.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from baocao.documents.fonts import times_family
from baocao.documents.manifest import MANIFEST_NAME
from baocao.errors import BaocaoError
from baocao.forms.compare import CellDifference
from baocao.store import LogEntry, VintageKey
from reporting.configurations import configuration_of
from reporting.differences.differing import explain_differences, only_changed
from reporting.differences.evidence_sides import read_side
from reporting.files.writing import Circumstances
from reporting.gathering import gather_from_payloads, plan_of_kept
from reporting.pipeline import compute
from reporting.plan import make_plan
from reporting.release.files import NOTE_NAME, hash_files, print_note, read_kept_manifest, render_release
from reporting.release.verifying import Damage, DamageFinding, Verification
from reporting.standing import RELEASES
from reporting.workspace import Workspace

PDF_NAME = "form.pdf"


@dataclass(frozen=True)
class ReplayProof:
    """One released form made again: the files that did not come out the same."""

    entry: LogEntry
    other: tuple[str, ...]


def prove_releases(workspace: Workspace, verification: Verification) -> Verification:
    """The verification with what replaying every released form adds to it."""
    entries = workspace.store.releases.list(intact_only=True)
    released = [entry for entry in entries if entry.kind in RELEASES]
    findings = tuple(finding for entry in released for finding in _find_differences(workspace, entry, entries))
    return replace(verification, findings=(*verification.findings, *findings), replayed_count=len(released))


def prove_release(workspace: Workspace, entry: LogEntry, entries: Iterable[LogEntry]) -> ReplayProof:
    """Make one released form again. Raise BaocaoError where what it was made from is gone."""
    files = {name: kept["sha256"] for name, kept in entry.content["files"].items()}
    again = hash_files(_make_again(workspace, entry, entries))
    alike = {name for name, sha256 in files.items() if again.get(name) == sha256}
    return ReplayProof(entry, tuple(sorted({*files, *again} - alike)))


def _make_again(workspace: Workspace, entry: LogEntry, entries: Iterable[LogEntry]) -> dict[str, bytes]:
    key, revision = released_key(entry), int(entry.content["revision"])
    circumstances = Circumstances.of(read_kept_manifest(workspace.store, entry))
    with configuration_of(workspace, entry.content["config_hash"]) as catalogue:
        then = replace(workspace, catalogue=catalogue)
        plan = make_plan(catalogue, key.unit_code, key.period.code, key.form_code, workspace.settings.now())
        plan = plan_of_kept(then, plan, key)
        report = compute(then, plan, gather_from_payloads(then, plan, key), key.vintage)
        changes = _find_changes(then, entry, entries) if revision else ()
        reason = _proposal_reason(entry, entries) if revision else ""
        contents = render_release(then, key, revision, changes, report, reason, circumstances)
    if revision:
        contents[NOTE_NAME] = print_note(report.filled, revision, changes, reason).encode()
    return contents


def _find_changes(then: Workspace, entry: LogEntry, entries: Iterable[LogEntry]) -> tuple[CellDifference, ...]:
    """What a restatement changed against the release it supersedes, and why."""
    before = next(one for one in entries if one.sha256 == entry.content["supersedes"])
    was, now = (read_side(then, released_key(one)) for one in (before, entry))
    return tuple(one.summary for one in only_changed(explain_differences(was, now, then.catalogue)))


def _proposal_reason(entry: LogEntry, entries: Iterable[LogEntry]) -> str:
    """The reason the restatement was put forward with, which its note gives."""
    sha256 = entry.content["prepared_by"]["entry"]
    return str(next(one for one in entries if one.sha256 == sha256).content["reason"])


def released_key(entry: LogEntry) -> VintageKey:
    """The vintage an entry of the log is about."""
    form_key = entry.form_key
    return VintageKey(form_key.unit_code, form_key.form_code, form_key.period, int(entry.content["vintage"]))


def _find_differences(workspace: Workspace, entry: LogEntry, entries: Iterable[LogEntry]) -> Iterator[DamageFinding]:
    where = str(released_key(entry))
    try:
        proof = prove_release(workspace, entry, entries)
    except BaocaoError as error:
        yield DamageFinding(Damage.REPLAY, where, f"không lập lại được bản đã phát hành: {error}")
        return
    if proof.other:
        yield DamageFinding(Damage.REPLAY, where, _tell_difference(workspace, proof))


def _tell_difference(workspace: Workspace, proof: ReplayProof) -> str:
    said = f"lập lại từ dữ liệu gốc không ra đúng từng byte: {', '.join(proof.other)}"
    font = read_kept_manifest(workspace.store, proof.entry)["pdf_font"]
    if set(proof.other) <= {PDF_NAME, MANIFEST_NAME} and font != times_family():
        return f"{said}; bản phát hành dùng phông {font}, máy này có {times_family()}: cài phông đó rồi kiểm tra lại"
    return said

"""The steps towards a release: put forward, approve, publish; and after it: accept a re-run, restate."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from baocao.catalogue import Form
from baocao.catalogue.cell_names import find_row
from baocao.catalogue.release import ReleaseRules, read_release_rules
from baocao.documents.files import write_file
from baocao.errors import ConfigError, ReleaseError
from baocao.forms.compare import CellDifference
from baocao.messages import say_unknown
from baocao.private_files import refuse_links, share_below
from baocao.store import FormKey, LogEntry, LogMovedError, Store, VintageKey
from reporting.laid_out import find_laid_out
from reporting.release.entries import StepRequest, describe, name_who, only_who
from reporting.release.folders import ENTRY_NAME, bring_up, render_entry, write_released
from reporting.release.given import hold_given
from reporting.release.newer import require_current
from reporting.release.roots import require_intact
from reporting.release.rules import (
    require_checked,
    require_closed,
    require_order,
    require_role,
    require_seen,
    require_two_persons,
)
from reporting.release.telling import queue_letter
from reporting.standing import Standing, Step, find_standing
from reporting.workspace import Workspace, form_dir

WHO_AND_WHY = ("revision", "reason", "early", "by")
SAME_VINTAGE = (*WHO_AND_WHY, "vintage", "root")
SAME_FIGURES = (*WHO_AND_WHY, "changes")


def prepare(workspace: Workspace, form_key: FormKey, request: StepRequest, number: int | None = None) -> Standing:
    """Put a vintage forward, by default the latest whole one: its files are made now, and are what is released.

    Where the same person has put the very same forward already (his first try died after its entry), it stays at that.
    What was typed in or corrected since the vintage was made is not in it: then it is refused until it is made again.
    """
    with _moving(workspace, form_key, Step.PREPARE, request) as (standing, rules):
        key = _find_vintage(workspace, form_key, number)
        _require_releasable(workspace, key, rules, request)
        if standing.proposal is None:
            require_current(workspace, key, rules)
        changes = changes_since(workspace, standing.unlocked, key)
        if standing.unlocking and not request.reason:
            request = replace(request, reason=standing.unlocking.content["reason"])
        content = describe(workspace, key, request, revision=standing.next_revision, changes=changes)
        if _says_again(standing, content, SAME_VINTAGE):
            return standing
        require_order(standing, Step.PREPARE, rules, workspace.store.people.name_of)
        return _append(workspace, standing, Step.PREPARE, content)


def accept(
    workspace: Workspace, key: VintageKey, request: StepRequest, changes: tuple[CellDifference, ...], against: int
) -> Standing:
    """Put a re-run forward as a restatement of the released form, whose vintage `against` is.

    Raise ConfigError without a reason, ReleaseError without a change, LogMovedError where another vintage has been
    released since.

    The same re-run given again (the first try died after its entry) leaves the first where it is.
    """
    if not request.reason:
        raise ConfigError('phát hành lại phải có lý do: --accept --reason "…"')
    if not changes:
        raise ReleaseError(
            f"{key}: không ô nào khác bản đã phát hành, không có gì để điều chỉnh. Quy tắc: release.changed; sửa số ở "
            "nguồn hoặc ký đính chính, rồi lập lại."
        )
    with _moving(workspace, key.form_key, Step.ACCEPT, request) as (standing, rules):
        if standing.released_vintage != against:
            raise LogMovedError(f"{key}: đã so với lần lập {against}, nay không còn là bản phát hành; làm lại")
        _require_releasable(workspace, key, rules, request)
        content = describe(workspace, key, request, revision=standing.next_revision, changes=changes)
        if _says_again(standing, content, SAME_FIGURES):
            return standing
        require_order(standing, Step.ACCEPT, rules, workspace.store.people.name_of)
        return _append(workspace, standing, Step.ACCEPT, content)


def approve(workspace: Workspace, form_key: FormKey, request: StepRequest) -> Standing:
    """Agree to what was put forward, by another person than the one who did."""
    with _moving(workspace, form_key, Step.APPROVE, request) as (standing, rules):
        require_two_persons(rules, standing, request.by, workspace.store.people.name_of)
        assert standing.proposal is not None
        require_intact(workspace.store, standing.proposal)
        content = {
            **request.said,
            "approves": standing.proposal.sha256,
            "vintage": standing.proposal.content["vintage"],
        }
        return _append(workspace, standing, Step.APPROVE, content)


def withdraw(workspace: Workspace, form_key: FormKey, request: StepRequest) -> Standing:
    """Take back what was put forward; nothing of it is deleted. Raise ConfigError without a reason."""
    if not request.reason:
        raise ConfigError('rút biểu mẫu về phải có lý do: --reason "…"')
    with _moving(workspace, form_key, Step.WITHDRAW, request) as (standing, _):
        assert standing.proposal is not None
        return _append(workspace, standing, Step.WITHDRAW, {**request.said, "withdraws": standing.proposal.sha256})


def send_back(
    workspace: Workspace, form_key: FormKey, request: StepRequest, cells: Mapping[str, str] | None = None
) -> Standing:
    """Give back what was put forward, with a reason for each cell to be mended, or one for the whole form.

    Raise ConfigError without any reason, or at a cell the form does not have.
    """
    reasons = {cell: why.strip() for cell, why in (cells or {}).items() if why.strip()}
    if not request.reason and not reasons:
        raise ConfigError("trả lại biểu mẫu phải có lý do: ghi lý do chung, hoặc lý do ở từng ô cần sửa")
    form = find_laid_out(workspace, form_key)
    reasons = {_find_cell(form, cell): why for cell, why in reasons.items()}
    with _moving(workspace, form_key, Step.SEND_BACK, request) as (standing, _):
        assert standing.proposal is not None
        said = {"returns": standing.proposal.sha256, "vintage": standing.proposal.content["vintage"], "cells": reasons}
        return _append(workspace, standing, Step.SEND_BACK, {**request.said, **said})


def _find_cell(form: Form, given: str) -> str:
    """The key of a cell, by itself or as people call it."""
    row = find_row(form, given)
    if row is None:
        known = [one.place if form.matrix else one.key for one in form.rows]
        raise ConfigError(f"{form.form_code}: {say_unknown('ô', given, known)}")
    return row.key


def unlock(workspace: Workspace, form_key: FormKey, request: StepRequest) -> Standing:
    """Take a release out of force; its entry, vintage and files are all kept. Raise ConfigError without a reason."""
    if not request.reason:
        raise ConfigError('mở khóa biểu mẫu đã phát hành phải có lý do: --reason "…"')
    with _moving(workspace, form_key, Step.UNLOCK, request) as (standing, _):
        assert standing.release is not None
        kept = {name: standing.release.content[name] for name in ("revision", "vintage")}
        content = {**request.said, "unlocks": standing.release.sha256, **kept}
        unlocked = _append(workspace, standing, Step.UNLOCK, content)
        assert unlocked.unlocking is not None
        folder = form_dir(workspace.settings.out_dir, form_key)
        refuse_links(folder, workspace.settings.out_dir)
        write_file(folder / ENTRY_NAME, render_entry(workspace, unlocked.unlocking))
        share_below(folder, workspace.settings.out_dir)
        return unlocked


def publish(workspace: Workspace, form_key: FormKey, request: StepRequest, step: Step = Step.PUBLISH) -> Standing:
    """Release what was approved, as it was approved, and lock the form; the files go to their folder under out/.

    Where an earlier try died after its entry in the log, its files are written, and that is all there is to do.
    """
    with workspace.store.leases.hold(form_key):
        finished = bring_up(workspace, form_key)
    if finished is not None and finished.proposal is None:
        return finished
    with _moving(workspace, form_key, step, request) as (standing, _):
        assert standing.proposal is not None
        assert standing.approval is not None
        require_intact(workspace.store, standing.proposal)
        before = standing.release or standing.unlocked
        content = {
            **standing.proposal.content,
            **only_who(request),
            "reason": request.reason or standing.proposal.content["reason"],
            "prepared_by": name_who(standing.proposal),
            "approved_by": name_who(standing.approval),
            "supersedes": before.sha256 if before else None,
        }
        released = _append(workspace, standing, step, content)
        assert released.release is not None
        queue_letter(workspace, released.release)
        write_released(workspace, released)
        return released


def restate(workspace: Workspace, form_key: FormKey, request: StepRequest) -> Standing:
    """Release an approved restatement in place of the form released before, which is kept."""
    return publish(workspace, form_key, request, Step.RESTATE)


def changes_since(workspace: Workspace, unlocked: LogEntry | None, key: VintageKey) -> tuple[CellDifference, ...]:
    """What a revision after an unlocking changes, cell by cell with its causes; nothing where none was unlocked."""
    if unlocked is None:
        return ()
    from reporting.differences.differing import explain_differences, only_changed
    from reporting.differences.evidence_sides import read_side

    require_intact(workspace.store, unlocked)
    before = read_side(workspace, replace(key, vintage=int(unlocked.content["vintage"])))
    differences = explain_differences(before, read_side(workspace, key), workspace.catalogue)
    return tuple(one.summary for one in only_changed(differences))


@contextmanager
def _moving(
    workspace: Workspace, form_key: FormKey, step: Step, request: StepRequest
) -> Iterator[tuple[Standing, ReleaseRules]]:
    """The form's standing while nobody else works on it; refuse a step out of order or by the wrong person."""
    rules = read_release_rules(workspace.catalogue.config_dir)
    with workspace.store.leases.hold(form_key):
        bring_up(workspace, form_key)
        standing = find_standing(workspace.store, form_key)
        require_seen(standing, request, number_at_stake(workspace.store, standing))
        if not _may_say_again(standing, step, request):
            require_order(standing, step, rules, workspace.store.people.name_of)
        require_role(rules, step, request.by, workspace.store.people.name_of)
        yield standing, rules


def number_at_stake(store: Store, standing: Standing) -> int:
    """The vintage the next step is about: the one the form stands by, else its latest; 0 where there is none."""
    latest = store.vintages.find_latest(standing.form_key)
    return standing.vintage or (latest.key.vintage if latest else 0)


def _may_say_again(standing: Standing, step: Step, request: StepRequest) -> bool:
    """Whether this may be what the same person has put forward already; whether it is, only its content tells."""
    proposal = standing.proposal
    return proposal is not None and (proposal.kind, proposal.content["by"]) == (step, request.by)


def _says_again(standing: Standing, content: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    """Whether what is put forward says just this already, nobody having answered it.

    Of a vintage its root says that it is the same; of a re-run, that it changes the same cells of the same release.
    """
    if standing.proposal is None or standing.approval is not None:
        return False
    return all(standing.proposal.content.get(name) == content[name] for name in names)


def _append(workspace: Workspace, standing: Standing, step: Step, content: Mapping[str, Any]) -> Standing:
    said = {**content, **hold_given(workspace.store, standing.form_key, is_vouching="root" in content)}
    workspace.store.releases.append(standing.form_key, step, workspace.settings.now(), said, after=standing.last_sha256)
    return find_standing(workspace.store, standing.form_key)


def _find_vintage(workspace: Workspace, form_key: FormKey, number: int | None) -> VintageKey:
    latest = workspace.store.vintages.find_latest(form_key)
    assert latest is not None
    return replace(latest.key, vintage=number) if number else latest.key


def _require_releasable(workspace: Workspace, key: VintageKey, rules: ReleaseRules, request: StepRequest) -> None:
    filled = workspace.store.contents.filled_form(key)
    require_checked(workspace.store, key)
    require_closed(filled, rules, early=request.early, reason=request.reason)

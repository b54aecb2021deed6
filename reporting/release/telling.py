"""The letter about a release: what was released by whom, and the signed head of the log, for whoever keeps letters.

It goes through the outbox like every message: once to each recipient, later where a channel is away. It is queued
between the entry in the log and the files, so that whoever brings up what a dead process left queues it too.
"""

from collections.abc import Iterator
from functools import partial

from baocao.domain import Severity
from baocao.errors import BaocaoError
from baocao.figures import print_instant
from baocao.hints import hint
from baocao.incidents import Message
from baocao.mishaps import Mishap, attempt
from baocao.store import LogEntry
from reporting.progress import tell
from reporting.release.anchors import sign_entry
from reporting.workspace import Workspace

MOST_CHANGES = 12


def queue_letter(workspace: Workspace, entry: LogEntry) -> None:
    """The same letter is queued once, however often it is asked for. What goes wrong is said, and stops no release."""
    try:
        queued = attempt(lambda: workspace.store.outbox.queue(_write(workspace, entry)), BaocaoError)
    except BaocaoError as error:
        tell(f"Chưa soạn được thư báo phát hành: {error}")
    else:
        if isinstance(queued, Mishap):
            tell(f"Chưa soạn được thư báo phát hành (kỹ thuật: {queued})")


def _write(workspace: Workspace, entry: LogEntry) -> Iterator[Message]:
    key, said = entry.form_key, entry.content
    unit, form = workspace.catalogue.unit(key.unit_code), workspace.catalogue.form(key.form_code)
    what = f"Điều chỉnh lần {said['revision']}" if said["revision"] else "Phát hành"
    paragraphs = tuple(_paragraphs(workspace, entry, f"{form.appendix}, {unit.name}, {key.period.label_vi}"))
    for channel in workspace.alerts.releases:
        name = f"release/{entry.sha256}/{channel}"
        yield Message(
            key=name,
            bundle=name,
            route="",
            channels=(channel,),
            severity=Severity.INFO,
            subject=f"[{what}] {form.appendix} – {unit.name}, {key.period.label_vi}",
            paragraphs=paragraphs,
            not_before=workspace.settings.now(),
            facts={"kind": "release", "unit": key.unit_code, "period": key.period.code, "form": key.form_code},
        )


def _paragraphs(workspace: Workspace, entry: LogEntry, what: str) -> Iterator[str]:
    said = entry.content
    yield f"Đã phát hành: {what}, lúc {print_instant(entry.at)}, lần lập {said['vintage']}."
    codes = (said["prepared_by"]["by"], said["approved_by"]["by"], said["by"])
    who = [workspace.store.people.name_of(code) for code in codes]
    yield f"Người trình: {who[0]}; người duyệt: {who[1]}; người phát hành: {who[2]}."
    if said["reason"]:
        yield f"Lý do: {said['reason']}"
    name = partial(workspace.catalogue.name_cells, entry.form_key.form_code)
    changes = [f"{name(one['cell'])}: {one['before']} → {one['after']}" for one in said["changes"]]
    if changes:
        rest = f"\nvà {len(changes) - MOST_CHANGES} ô khác" if len(changes) > MOST_CHANGES else ""
        yield "Các ô thay đổi:\n" + "\n".join(changes[:MOST_CHANGES]) + rest
    yield f"Mã dòng nhật ký: {entry.sha256}"
    anchor = sign_entry(workspace.settings.var_dir, entry)
    yield f"Dấu neo: {anchor}"
    yield f"Giữ thư này: về sau chứng minh được nhật ký chưa bị viết lại, bằng {hint('verify', anchor=anchor)}"

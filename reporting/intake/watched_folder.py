"""The watched folder: one folder a unit; what is laid there is taken, answered beside it and moved to `da-nop/`."""

import os
import stat
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from baocao.catalogue.hand_in import HandInRules
from baocao.documents.files import write_file
from baocao.private_files import make_private_dir, refuse_links
from reporting.intake.answers import WrittenAnswer
from reporting.intake.given_file import GivenFile, HandInWay, clean_suffix
from reporting.intake.taking_in import Intake, TakenFile, make_key, take_apart, take_file
from reporting.workspace import Workspace

ANSWERS, TAKEN = "tra-loi", "da-nop"
_SHORT = 12


def take_from_folder(workspace: Workspace, rules: HandInRules) -> Intake:
    """Every whole file of every unit; a link, a folder and what is still being written are left where they are."""
    if rules.folder is None:
        return Intake()
    root = workspace.settings.home_dir / rules.folder.path
    make_private_dir(root)
    refuse_links(root, root)
    found = Intake()
    for unit_code in workspace.catalogue.units:
        folder = root / unit_code
        for path in _list_files(folder, rules.folder.settled_s):
            taken = take_apart(partial(_take, workspace, rules, unit_code, path), unit_code)
            found = found.plus(Intake(failed=(taken,)) if isinstance(taken, str) else Intake((taken,)))
    strangers = [one for one in root.iterdir() if one.is_dir() and one.name not in workspace.catalogue.units]
    return found.plus(Intake(refused=len(strangers)))


def _list_files(folder: Path, settled_s: int) -> Iterator[Path]:
    if folder.is_symlink() or not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        found = path.lstat()
        is_whole = time.time() - found.st_mtime >= settled_s
        if stat.S_ISREG(found.st_mode) and is_whole and not path.name.startswith((".", "~")):
            yield path


def _take(workspace: Workspace, rules: HandInRules, unit_code: str, path: Path) -> TakenFile:
    content, about = _read(path, rules.largest_bytes)
    key = make_key("folder", unit_code, about.st_ino, about.st_mtime_ns, about.st_size)
    mark = key[:_SHORT]
    answer_by = partial(_lay_answer, path.parent / ANSWERS, mark)
    if content is None:
        says = f"Không nhận: tệp lớn hơn {rules.largest_mb} MB, một biểu mẫu không thể lớn như vậy."
        answer_by(WrittenAnswer("Không nhận", says))
        taken = TakenFile(unit_code, HandInWay.FOLDER, says)
    else:
        file = GivenFile(content, path.suffix, unit_code, "", way=HandInWay.FOLDER, message_key=key)
        taken = take_file(workspace, unit_code, file, answer_by)
    place = path.parent / TAKEN
    make_private_dir(place)
    path.rename(place / f"{mark}{clean_suffix(path.suffix)}")
    return taken


def _read(path: Path, largest_bytes: int) -> tuple[bytes | None, os.stat_result]:
    """The content, never through a link; None where it is larger than a form can be."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        return (None if about.st_size > largest_bytes else file.read(largest_bytes + 1)), about


def _lay_answer(place: Path, mark: str, answer: WrittenAnswer) -> None:
    """Under a name of the file's own key: laid twice it is the same."""
    if answer.copy is not None:
        write_file(place / f"{mark}-{answer.copy_name}", answer.copy)
    write_file(place / f"{mark}-tra-loi.txt", f"{answer.subject}\n\n{answer.text}\n".encode())

"""Corrected copies of forms somebody filled: what is safe is mended, the rest is listed for a person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from baocao.catalogue import Catalogue
from baocao.documents.files import write_file
from baocao.documents.mend import MendedCopy, mend_copy
from baocao.documents.reading import read_content
from baocao.errors import ConfigError, UnreadableFormError
from baocao.forms.handmade.mending import MendPlan, plan_mends, tell_mends
from baocao.forms.recognise import Position, ReadForm, Wishes, recognise_all
from baocao.vocabulary import SEVERITIES
from reporting.intake.linting import LintResult
from reporting.intake.understanding import finding_json


@dataclass(frozen=True)
class MendedFile:
    """What was mended in one file; `copy_path` is None where there is nothing to mend or, as `refusal` says, no way."""

    path: Path
    copy_path: Path | None
    list_path: Path
    plans: tuple[MendPlan, ...]
    refusal: str = ""

    def as_json(self) -> dict[str, Any]:
        cells = [
            {"cell": cell.key, "before": cell.before, "after": cell.after, "why": cell.why}
            for plan in self.plans
            for cell in plan.cells.values()
        ]
        return {
            "copy": str(self.copy_path) if self.copy_path else None,
            "list": str(self.list_path),
            "refusal": self.refusal or None,
            "cells": cells,
            "undecided": [finding_json(finding) for plan in self.plans for finding in plan.undecided],
        }

    def tell(self) -> Iterator[str]:
        """The list a person works from: what was done, then what only a person can decide."""
        mended = [line for plan in self.plans for line in tell_mends(plan)]
        if self.copy_path is not None:
            yield f"Đã sửa {len(mended)} ô trong bản {self.copy_path.name}, mỗi chỗ chờ người lập chấp nhận:"
        elif self.refusal:
            yield f"Không ghi được bản sửa: {self.refusal}"
            yield from (("Người lập tự sửa được ngay:",) if mended else ())
        else:
            yield "Không có ô nào được sửa sẵn."
        yield from (f"  - {line}" for line in mended)
        open_points = [finding for plan in self.plans for finding in plan.undecided]
        yield f"Chỉ người lập quyết định được: {len(open_points)} việc."
        for finding in open_points:
            yield f"  - [{SEVERITIES[finding.severity]}] {finding.message_vi} ({finding.check})"
            if finding.mend_vi:
                yield f"    Cần làm: {finding.mend_vi}"


def mend_files(
    linted: Sequence[LintResult], catalogue: Catalogue, folder: Path | None, wishes: Wishes | None = None
) -> Iterator[MendedFile]:
    """One copy and one list a file, in the folder given or beside the file. No file is overwritten with other bytes."""
    for path in dict.fromkeys(one.path for one in linted if one.read is not None and not one.refusal):
        mine = [one for one in linted if one.path == path and one.read is not None and not one.refusal]
        yield _mend_file(path, mine, catalogue, folder or path.parent, wishes or Wishes())


def _mend_file(
    path: Path, forms: Sequence[LintResult], catalogue: Catalogue, folder: Path, wishes: Wishes
) -> MendedFile:
    content = path.read_bytes()
    copy_path, list_path = folder / f"{path.stem}-da-sua{path.suffix}", folder / f"{path.name}-can-quyet-dinh.txt"
    plans = _plans(forms, catalogue)
    copy, refusal = None, ""
    if any(plan.cells for plan in plans):
        try:
            copy, plans = _write_safely(content, forms, catalogue, wishes)
        except UnreadableFormError as error:
            refusal = str(error)
    made = MendedFile(path, copy_path if copy else None, list_path, tuple(plans), refusal)
    listing = "\n".join((f"Tệp: {path.name}", *made.tell(), "")).encode()
    for target, bytes_there in ((copy_path, copy), (list_path, listing)):
        _refuse_another(target, bytes_there)
    if copy:
        write_file(copy_path, copy)
    write_file(list_path, listing)
    return made


def _plans(
    forms: Sequence[LintResult], catalogue: Catalogue, unwritten: frozenset[Position] = frozenset()
) -> list[MendPlan]:
    made = []
    for one in forms:
        read = _read_of(one)
        closed = frozenset(key for key, row in read.rows.items() if row.text.figure.place in unwritten)
        made.append(plan_mends(read, one.findings, catalogue, except_cells=closed))
    return made


def _write_safely(
    content: bytes, forms: Sequence[LintResult], catalogue: Catalogue, wishes: Wishes
) -> tuple[bytes | None, list[MendPlan]]:
    """The copy, read again: it must say what was meant, and everything else as before."""
    plans = _plans(forms, catalogue)
    copy = _copy(content, forms, plans)
    if copy.unwritten:
        plans = _plans(forms, catalogue, copy.unwritten)
        copy = _copy(content, forms, plans)
    if not any(plan.cells for plan in plans):
        return None, plans
    again = recognise_all(read_content(copy.content), catalogue, wishes)
    if len(again) < len(forms) or not all(map(_is_as_meant, forms, plans, _same_places(again, forms))):
        raise UnreadableFormError("bản sửa đọc lại không khớp với bản gốc, nên không ghi. Hãy sửa tay theo danh sách.")
    return copy.content, plans


def _copy(content: bytes, forms: Sequence[LintResult], plans: Sequence[MendPlan]) -> MendedCopy:
    mends = {
        _read_of(one).rows[key].text.figure.place: cell
        for one, plan in zip(forms, plans, strict=True)
        for key, cell in plan.cells.items()
    }
    return mend_copy(content, mends)


def _same_places(again: Sequence[ReadForm], forms: Sequence[LintResult]) -> list[ReadForm]:
    by_place = {read.understood.place: read for read in again}
    return [by_place.get(_read_of(one).understood.place, again[0]) for one in forms]


def _is_as_meant(one: LintResult, plan: MendPlan, again: ReadForm) -> bool:
    before = _read_of(one)
    if before.readings.keys() != again.readings.keys():
        return False
    mended = all(again.readings[key].value == cell.value for key, cell in plan.cells.items())
    kept = (key for key in before.readings if key not in plan.cells)
    return mended and all(before.readings[key].text == again.readings[key].text for key in kept)


def _read_of(one: LintResult) -> ReadForm:
    if one.read is None:
        raise ValueError("a form that was not read has nothing to mend")
    return one.read


def _refuse_another(path: Path, content: bytes | None) -> None:
    """Somebody may have gone on working in an earlier copy."""
    if content is not None and path.exists() and path.read_bytes() != content:
        raise ConfigError(
            f"Đã có tệp {path} với nội dung khác, không ghi đè. Hãy đổi tên tệp đó hoặc chọn thư mục khác."
        )

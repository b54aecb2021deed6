"""From a blank file to the folder of a draft."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from baocao.catalogue import Catalogue
from baocao.documents.files import write_file
from baocao.documents.folders import replacing
from baocao.documents.reading.files import read_document
from baocao.documents.reading.italics import find_italics, knows_italics
from baocao.documents.reading.old_formats import convert_old, old_format
from baocao.documents.reading.word_numbers import find_numbers
from baocao.errors import ConfigError
from baocao.forms.drafting import CellMarks, Draft, DraftWishes, draft_form
from baocao.forms.drafting.yaml_files import write_files


@dataclass(frozen=True)
class WrittenDraft:
    """A draft and its files; `knows_italics`: whether the blank's format says what is italic."""

    draft: Draft
    folder: Path
    files: tuple[Path, ...]
    knows_italics: bool


def draft_file(path: Path, catalogue: Catalogue, wishes: DraftWishes, today: date) -> tuple[Draft, bool]:
    """The draft of a blank file, and whether its format says what is italic.

    Raise UnreadableFormError where the file holds no form, or several and none was chosen.
    """
    document = read_document(path)
    content = path.read_bytes()
    content = convert_old(content) if old_format(content) else content
    marks = CellMarks(find_italics(content), find_numbers(content))
    return draft_form(document, catalogue, wishes, today, marks), knows_italics(content)


def write_draft(draft: Draft, folder: Path, *, knows_italics: bool, again: bool = False) -> WrittenDraft:
    """Write its files, all or none; raise ConfigError where some are there, which a person may have worked on."""
    files = write_files(draft)
    paths = tuple(folder / name for name in files)
    there = [str(path) for path in paths if path.exists()]
    if there and not again:
        ways = "chọn thư mục khác bằng --into, hoặc thêm --again để thảo lại từ đầu"
        raise ConfigError(f"đã có {', '.join(there)}; không ghi đè: {ways}.")
    with replacing(folder) as staged:
        for name, text in files.items():
            write_file(staged / name, text.encode())
    return WrittenDraft(draft, folder, paths, knows_italics)

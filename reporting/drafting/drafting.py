"""From a blank file to the folder of a draft."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from baocao.catalogue import Catalogue
from baocao.documents.files import write_file
from baocao.documents.reading.files import read_document
from baocao.documents.reading.italics import find_italics, knows_italics
from baocao.errors import ConfigError
from baocao.forms.drafting import Draft, DraftWishes, draft_form
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
    return draft_form(document, catalogue, wishes, today, find_italics(content)), knows_italics(content)


def write_draft(draft: Draft, folder: Path, *, knows_italics: bool, again: bool = False) -> WrittenDraft:
    """Write its files; raise ConfigError where some are there, which a person may have worked on."""
    contents = {folder / name: text for name, text in write_files(draft).items()}
    there = [str(path) for path in contents if path.exists()]
    if there and not again:
        ways = "chọn thư mục khác bằng --into, hoặc thêm --again để thảo lại từ đầu"
        raise ConfigError(f"đã có {', '.join(there)}; không ghi đè: {ways}.")
    for path, text in contents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, text.encode())
    return WrittenDraft(draft, folder, tuple(contents), knows_italics)

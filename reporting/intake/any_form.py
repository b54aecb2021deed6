"""A form as a file of any origin: a form.json of ours exactly, any other file as a form somebody filled."""

from pathlib import Path

from baocao.catalogue import Catalogue
from baocao.documents.files import write_file
from baocao.domain import FilledForm
from baocao.forms.recognise import Wishes
from baocao.unfinished import make_work_dir


def read_any_form(path: Path, catalogue: Catalogue, wishes: Wishes) -> FilledForm:
    """Raise UnreadableFormError where it is none."""
    if path.suffix == ".json":
        from baocao.documents.stored_json import read_form_json

        return read_form_json(path, catalogue)
    from baocao.documents.reading import read_form_file

    return read_form_file(path, catalogue, wishes).filled


def read_any_content(content: bytes, name: str, catalogue: Catalogue, wishes: Wishes) -> FilledForm:
    """The same of bytes that came without a file; `name` is what they are called in what is said of them."""
    with make_work_dir() as folder:
        path = folder / name
        write_file(path, content)
        return read_any_form(path, catalogue, wishes)

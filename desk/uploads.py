"""A form as a file somebody sends from a page: its kind and its bytes, no larger than a form can be."""

from dataclasses import dataclass, field
from pathlib import PurePath

from fastapi import UploadFile

from baocao.errors import ConfigError
from reporting.intake.given_file import clean_suffix
from reporting.intake.handing_in import LARGEST_BYTES


@dataclass(frozen=True)
class UploadedFile:
    """`suffix` is all that is kept of its name."""

    suffix: str
    content: bytes = field(repr=False)


def read_upload(file: UploadFile | None, lacking: str) -> UploadedFile:
    """Raise ConfigError: with `lacking` where no file was chosen, or because it is too large."""
    content = file.file.read(LARGEST_BYTES + 1) if file and file.filename else b""
    if not content or file is None:
        raise ConfigError(lacking)
    if len(content) > LARGEST_BYTES:
        raise ConfigError(f"Tệp lớn hơn {LARGEST_BYTES // 1_000_000} MB, một biểu mẫu không thể lớn như vậy.")
    return UploadedFile(clean_suffix(PurePath(file.filename or "").suffix), content)

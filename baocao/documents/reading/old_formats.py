"""Formats no library here reads (.doc, .xls, .odt, .ods, .rtf), turned into Word or Excel by an installed LibreOffice.

It runs in a process of its own with bounded time, in an empty profile, with no way out to the network; macros of
documents are not run in such a profile. Where it is not installed, or cannot read the file, one sentence says what
to do.
"""

import subprocess
import tempfile
from pathlib import Path
from shutil import which

from baocao.documents.reading.bounded import ProcessBounds
from baocao.documents.reading.package import PASSWORD, OfficePackage
from baocao.documents.reading.processes import run_within
from baocao.errors import UnreadableFormError

_BOUNDS = ProcessBounds(longest_s=60, cpu_s=90, memory_bytes=4 << 30)
_MOST_BYTES = 30_000_000
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TARGETS = {".doc": "docx", ".odt": "docx", ".rtf": "docx", ".xls": "xlsx", ".ods": "xlsx"}
_SAYS = {
    ".doc": "Tệp là Word 97–2003 (.doc); hãy mở bằng Word rồi lưu lại dạng .docx.",
    ".xls": "Tệp là Excel 97–2003 (.xls); hãy mở bằng Excel rồi lưu lại dạng .xlsx.",
    ".odt": "Tệp là định dạng OpenDocument (.odt); hãy lưu lại dạng .docx.",
    ".ods": "Tệp là định dạng OpenDocument (.ods); hãy lưu lại dạng .xlsx.",
    ".rtf": "Tệp là định dạng RTF; hãy mở bằng Word rồi lưu lại dạng .docx.",
}


def old_format(content: bytes) -> str:
    """The ending of a file in one of these formats, by its content; empty for any other."""
    if content.startswith(_OLD_OFFICE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise UnreadableFormError(PASSWORD)
        return ".doc" if "WordDocument".encode("utf-16-le") in content else ".xls"
    if content.startswith(b"{\\rtf"):
        return ".rtf"
    if content.startswith(b"PK") and b"mimetype" in content[:64]:
        names = set(OfficePackage(content).names)
        if "content.xml" in names:
            return ".ods" if b"opendocument.spreadsheet" in content[:256] else ".odt"
    return ""


def explain_old(suffix: str) -> str:
    return _SAYS[suffix]


def convert_old(content: bytes) -> bytes:
    """The file as Word or Excel; raise UnreadableFormError, saying what to do, where that cannot be done here."""
    suffix = old_format(content)
    program = which("soffice")
    if program is None or len(content) > _MOST_BYTES:
        raise UnreadableFormError(_SAYS[suffix])
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / f"form{suffix}", _TARGETS[suffix]
        source.write_bytes(content)
        _run(program, folder, source, target)
        made = source.with_suffix(f".{target}")
        if not made.exists():
            raise UnreadableFormError(_SAYS[suffix])
        return made.read_bytes()


def _run(program: str, folder: str, source: Path, target: str) -> None:
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [program, profile, "--headless", "--norestore", "--convert-to", target, "--outdir", folder, str(source)]
    try:
        run_within(_BOUNDS, command, environment={**nowhere, "HOME": folder})
    except (subprocess.TimeoutExpired, OSError) as error:
        raise UnreadableFormError(_SAYS[source.suffix]) from error

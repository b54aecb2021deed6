"""Files that are whole or not there, and zip packages whose bytes depend on their content alone."""

import hashlib
import io
import os
import zipfile
from collections.abc import Iterable
from pathlib import Path

from baocao.disk import telling_disk_errors
from baocao.private_files import make_private_dir
from baocao.unfinished import open_unfinished

_NO_TIME = (1980, 1, 1, 0, 0, 0)


def write_file(path: Path, content: bytes) -> str:
    """Write atomically, the folder made where missing; give the content's SHA-256. Raise DiskError."""
    with telling_disk_errors(path):
        make_private_dir(path.parent)
        with open_unfinished(path) as (stream, unfinished):
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
            unfinished.replace(path)
    return hashlib.sha256(content).hexdigest()


def zip_parts(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip package of the parts in the order given, dated 1980.

    The parts are stored, not deflated: what deflate gives depends on the machine's zlib.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as package:
        for name, content in parts:
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.create_system = 0
            package.writestr(entry, content)
    return stream.getvalue()


def rezip(package: bytes) -> bytes:
    """The same package with its entries in their order, without times, compression or machine marks."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        return zip_parts([(entry.filename, source.read(entry)) for entry in source.infolist()])

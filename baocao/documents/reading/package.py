"""Opening a Word or Excel file without trusting it: true sizes are counted, no entity is ever resolved."""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from baocao.errors import UnreadableFormError

_MOST_PARTS = 4_000
_MOST_XML_BYTES = 24_000_000
_MOST_BYTES = 200_000_000
_CHUNK_BYTES, _MOST_KEPT_BYTES = 1 << 16, 1 << 18
_XML_ENDINGS = (".xml", ".rels", ".vml")
_DECLARATIONS = tuple(
    word.encode(encoding) for word in ("<!DOCTYPE", "<!ENTITY") for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_MACRO_PARTS = ("vbaproject.bin", "vbadata.xml")


class OfficePackage:
    """The parts of an Office file, unpacked within bounds. Raise UnreadableFormError for a hostile one."""

    def __init__(self, content: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(BytesIO(content))
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise UnreadableFormError(_BROKEN) from error
        self._read: dict[str, bytes] = {}
        self.names = tuple(self._archive.namelist())
        if len(self.names) > _MOST_PARTS:
            raise UnreadableFormError(f"Tệp nén chứa quá nhiều phần ({len(self.names)}); không mở vì có thể gây hại.")

    @property
    def has_macros(self) -> bool:
        return any(name.lower().endswith(_MACRO_PARTS) for name in self.names)

    def check(self) -> None:
        """Unpack every part once within bounds: what passes may go to a library that unpacks it again."""
        left = _MOST_BYTES
        for info in self._archive.infolist():
            is_xml = info.filename.lower().endswith(_XML_ENDINGS)
            if is_xml:
                left -= len(self.read(info.filename))
            else:
                left -= sum(len(chunk) for chunk in self._chunks(info.filename, left))
            if left < 0:
                raise UnreadableFormError(_BOMB)

    def read(self, name: str) -> bytes:
        """One XML part; raise UnreadableFormError where it is too large or declares entities."""
        if name in self._read:
            return self._read[name]
        part = b"".join(self._chunks(name, _MOST_XML_BYTES))
        if any(declaration in part for declaration in _DECLARATIONS):
            raise UnreadableFormError(
                "Tệp có khai báo thực thể XML (DOCTYPE/ENTITY), tệp Word và Excel thông thường không có; "
                "không mở vì có thể gây hại. Hãy mở bằng Word/Excel rồi lưu thành tệp mới."
            )
        if len(part) <= _MOST_KEPT_BYTES:
            self._read[name] = part
        return part

    def tree(self, name: str) -> Any:
        """The root element of an XML part."""
        return parse_part(self.read(name))

    def _chunks(self, name: str, most_bytes: int) -> Iterator[bytes]:
        """The part piece by piece: its true size, whatever the archive says it is."""
        size = 0
        try:
            with self._archive.open(name) as part:
                while chunk := part.read(_CHUNK_BYTES):
                    size += len(chunk)
                    if size > most_bytes:
                        raise UnreadableFormError(_BOMB)
                    yield chunk
        except RuntimeError as error:  # how zipfile says that a part is encrypted
            raise UnreadableFormError(PASSWORD) from error
        except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, KeyError, ValueError) as error:
            raise UnreadableFormError(_BROKEN) from error


def parse_part(part: bytes) -> Any:
    """Raise UnreadableFormError where it is no XML; no entity is resolved."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        return etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFormError(_BROKEN) from error


PASSWORD = "Tệp được bảo vệ bằng mật khẩu. Hãy mở bằng mật khẩu, bỏ mật khẩu rồi lưu lại."  # noqa: S105
_BROKEN = "Tệp Word/Excel bị hỏng hoặc không đầy đủ, không mở được. Hãy lưu lại từ Word/Excel."
_BOMB = "Tệp nén bung ra quá lớn so với một biểu mẫu; không mở vì có thể gây hại (bom nén)."

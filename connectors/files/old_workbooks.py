"""What a workbook of before 2007 (.xls) says beside its cells: which rows nobody sees, from which year days count.

The file is a compound document ([MS-CFB]): sectors, chained by a table; its stream `Workbook` is records ([MS-XLS]).
"""

import struct
from collections.abc import Iterator, Mapping

_HEADER, _ENTRY = 512, 128
_LAST_SECTOR = 0xFFFF_FFF0
_MOST_SECTORS = 1_000_000
_STREAMS = ("Workbook", "Book")
_ROW, _SHEET, _DATE_MODE, _END = 0x0208, 0x0085, 0x0022, 0x000A
_HIDDEN, _WIDE = 0x20, 0x01
Records = Iterator[tuple[int, bytes]]


def look_at_old_workbook(content: bytes) -> tuple[Mapping[str, frozenset[int]], bool]:
    """By the sheet's name the places (from 0) of its hidden or filtered rows, and whether days count from 1904.

    Nothing of a file that is not built so: whether it can be read at all is for the reader of its cells to say.
    """
    try:
        stream = _read_stream(content)
        opening = list(_records(stream, 0))
        sheets = [_read_sheet(data) for kind, data in opening if kind == _SHEET]
        hidden = {name: frozenset(_hidden_rows(_records(stream, start))) for name, start in sheets}
    except (struct.error, IndexError, KeyError, StopIteration, UnicodeDecodeError):
        return {}, False
    return hidden, any(kind == _DATE_MODE and data[:1] == b"\x01" for kind, data in opening)


def _records(stream: bytes, start: int) -> Records:
    """The records of one part of the stream, up to its end."""
    while start + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, start)
        yield kind, stream[start + 4 : start + 4 + size]
        if kind == _END:
            return
        start += 4 + size


def _read_sheet(data: bytes) -> tuple[str, int]:
    """A sheet's name, and where its part begins."""
    start, count, flags = *struct.unpack_from("<I", data), data[6], data[7]
    text = data[8 : 8 + count * (2 if flags & _WIDE else 1)]
    return text.decode("utf-16-le" if flags & _WIDE else "latin-1"), start


def _hidden_rows(records: Records) -> Iterator[int]:
    for kind, data in records:
        if kind == _ROW and data[12] & _HIDDEN:
            yield int(struct.unpack_from("<H", data)[0])


def _read_stream(content: bytes) -> bytes:
    """The workbook's own stream; small ones lie in sectors of their own within another."""
    size, small_size = (1 << power for power in struct.unpack_from("<HH", content, 30))
    first_entry, _, least, first_small = struct.unpack_from("<IIII", content, 48)
    table = _read_table(content, size)
    entries = _join(content, first_entry, table, size, _HEADER)
    found = dict(_read_entries(entries))
    start, length = next(found[name] for name in _STREAMS if name in found)
    if length >= least:
        return _join(content, start, table, size, _HEADER)[:length]
    root, _ = found["Root Entry"]
    small_table = _numbers(_join(content, first_small, table, size, _HEADER))
    return _join(_join(content, root, table, size, _HEADER), start, small_table, small_size, 0)[:length]


def _read_entries(entries: bytes) -> Iterator[tuple[str, tuple[int, int]]]:
    for at in range(0, len(entries) - _ENTRY + 1, _ENTRY):
        length = max(struct.unpack_from("<H", entries, at + 64)[0] - 2, 0)
        name = entries[at : at + length].decode("utf-16-le")
        yield name, struct.unpack_from("<II", entries, at + 116)


def _read_table(content: bytes, size: int) -> list[int]:
    """Which sector follows each; the sectors that hold the table itself are listed in the header and beyond."""
    places = list(struct.unpack_from("<109I", content, 76))
    more, count = struct.unpack_from("<II", content, 68)
    for _ in range(min(count, _MOST_SECTORS)):
        listed = _numbers(content[_HEADER + more * size : _HEADER + (more + 1) * size])
        places += listed[:-1]
        more = listed[-1]
    kept = (place for place in places if place < _LAST_SECTOR)
    return [n for place in kept for n in _numbers(content[_HEADER + place * size : _HEADER + (place + 1) * size])]


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))


def _join(content: bytes, sector: int, table: list[int], size: int, offset: int) -> bytes:
    pieces: list[bytes] = []
    while sector < _LAST_SECTOR and len(pieces) < len(table):
        pieces.append(content[offset + sector * size : offset + (sector + 1) * size])
        sector = table[sector]
    return b"".join(pieces)

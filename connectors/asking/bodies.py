"""The body of an answer as it comes, unpacked piece by piece; one that ends before its packing does is cut short."""

import zlib
from collections.abc import Iterator
from itertools import chain

from urllib3 import BaseHTTPResponse

CHUNK_BYTES = 64 * 1024
PLAIN, PACKED = frozenset({"", "identity"}), frozenset({"gzip", "x-gzip", "deflate"})
ANY_HEADER, NO_HEADER = 47, -15


class UnaskedPackingError(ValueError):
    """The answer is packed in a way we did not offer."""


class CutShortError(ValueError):
    """The answer ended before its packing did."""


def read_pieces(response: BaseHTTPResponse) -> Iterator[bytes]:
    """What has come so far, unpacked; some pieces are empty. Raise zlib.error where it cannot be unpacked.

    `read1` gives what is there; a plain read would wait for a whole chunk, a byte at a time.
    """
    packing = response.headers.get("Content-Encoding", "").strip().lower()
    if packing not in PLAIN | PACKED:
        raise UnaskedPackingError(packing)
    came = iter(lambda: response.read1(CHUNK_BYTES, decode_content=False), b"")
    yield from came if packing in PLAIN else _unpack(came)


def _unpack(came: Iterator[bytes]) -> Iterator[bytes]:
    first = next(came, b"")
    if not first:
        return
    unpacking = _start(first)
    for piece in chain((first,), came):
        yield from _unpacked(unpacking, piece)
    if not unpacking[0].eof:
        raise CutShortError


def _start(first: bytes) -> "list[zlib._Decompress]":
    """One unpacking, in a list since a body may hold several packed parts; some servers leave the header out."""
    try:
        zlib.decompressobj(ANY_HEADER).decompress(first, 1)
    except zlib.error:
        return [zlib.decompressobj(NO_HEADER)]
    return [zlib.decompressobj(ANY_HEADER)]


def _unpacked(unpacking: "list[zlib._Decompress]", piece: bytes) -> Iterator[bytes]:
    while piece:
        if unpacking[0].eof:
            unpacking[0] = zlib.decompressobj(ANY_HEADER)
        yield unpacking[0].decompress(piece, CHUNK_BYTES)
        piece = unpacking[0].unused_data if unpacking[0].eof else unpacking[0].unconsumed_tail
    while not unpacking[0].eof and (rest := unpacking[0].decompress(b"", CHUNK_BYTES)):
        yield rest
    yield b""

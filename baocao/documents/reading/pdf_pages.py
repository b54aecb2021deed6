"""A PDF's pages as JSON: PDF on standard input, tables and lines on standard output.

Runs by itself, in a process of its own with bounded time and memory, because a PDF can be made to take any
amount of either; it imports nothing of this project. Exit codes: 0 read, 3 password, 4 too many pages,
5 broken, 6 too much.
"""

import json
import sys
from io import BytesIO
from typing import Any

PASSWORD, TOO_MANY_PAGES, BROKEN, TOO_MUCH = 3, 4, 5, 6
MOST_PAGES = 60
_MOST_LETTERS_A_PAGE = 60_000
_MEMORY_BYTES = 2 << 30
_CPU_S = 90
_SAME_LINE_POINTS = 3


def main() -> int:
    _limit_resources()
    try:
        pages = _read(sys.stdin.buffer.read())
    except MemoryError:
        return TOO_MUCH
    if isinstance(pages, int):
        return pages
    sys.stdout.buffer.write(json.dumps(pages, ensure_ascii=False).encode("utf-8", "replace"))
    return 0


def _limit_resources() -> None:
    try:
        import resource
    except ImportError:  # Windows: the caller's time-out is the only bound
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_S, _CPU_S))


def _read(content: bytes) -> list[dict[str, Any]] | int:
    import pdfplumber
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(BytesIO(content)) as pdf:
            if len(pdf.pages) > MOST_PAGES:
                return TOO_MANY_PAGES
            return [_read_page(page) for page in pdf.pages]
    except PdfminerException as error:
        cause = error.args[0] if error.args else None
        return PASSWORD if isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError) else BROKEN


def _read_page(page: Any) -> dict[str, Any]:
    """Blocks from top to bottom, `{"table": [[text, …], …]}` or `{"line": [[word, x0, x1], …]}`."""
    if len(page.chars) > _MOST_LETTERS_A_PAGE:
        raise MemoryError
    tables = page.find_tables()
    boxes = [table.bbox for table in tables]
    outside = page.filter(lambda thing: not any(_is_inside(thing, box) for box in boxes)) if boxes else page
    blocks = [(table.bbox[1], {"table": _texts(table)}) for table in tables]
    blocks += [(words[0]["top"], {"line": list(map(_word, words))}) for words in _lines(outside)]
    letters_count = len(page.chars)
    page.close()
    return {
        "blocks": [block for _, block in sorted(blocks, key=lambda pair: pair[0])],
        "letters": letters_count,
    }


def _texts(table: Any) -> list[list[str]]:
    return [[cell or "" for cell in row] for row in table.extract()]


def _lines(page: Any) -> list[list[dict[str, Any]]]:
    """The words of each line, from left to right."""
    from pdfplumber.utils.clustering import cluster_objects

    words = page.extract_words(y_tolerance=_SAME_LINE_POINTS)
    lines = cluster_objects(words, "top", _SAME_LINE_POINTS)
    return [sorted(line, key=lambda word: word["x0"]) for line in lines]


def _word(word: dict[str, Any]) -> list[Any]:
    return [word["text"], float(word["x0"]), float(word["x1"])]


def _is_inside(thing: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    middle_x, middle_y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
    return bool(box[0] <= middle_x <= box[2] and box[1] <= middle_y <= box[3])


if __name__ == "__main__":
    sys.exit(main())

"""A PDF's pages: the tables and lines of each, in plain values.

Runs in a process of its own with bounded time and memory (`bounded`), because a PDF can be made to take any amount of
either; it imports nothing of this project but `pdf_cells` and `pdf_marks` beside it.
"""

import re
import unicodedata
from collections import Counter
from io import BytesIO
from typing import Any

PASSWORD, TOO_MANY_PAGES, BROKEN = "password", "too_many_pages", "broken"
MOST_PAGES = 400
MOST_PAGES_OF_FORMS = 80
_FEW_PAGES = 12
_MOST_LETTERS_A_PAGE = 60_000
_SAME_LINE_POINTS = 3
_MARGIN_SHARE = 0.06
_PICTURE_SHARE = 0.6
_NEAR_WHITE = 0.95
_SMALLEST_POINTS = 2.5
_MOST_HIDDEN = 200
_FURNITURE = re.compile(
    r"(?:file|https?)://\S+.*|\S+\.(?:html?|php|aspx)\b.*|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{2,4},?\s+[0-9]{1,2}:[0-9]{2}.*"
    r"|(?:trang|page)?\s*[0-9]{1,3}\s*(?:/|of|trên)\s*[0-9]{1,3}|.*\s[0-9]{1,3}/[0-9]{1,3}",
    re.IGNORECASE,
)
_ROW_NUMBERS = re.compile(r"^\s*[0-9]{1,2}(?:\.[0-9]{1,2}){1,3}\.?\s", re.MULTILINE)
_WORDS = re.compile(r"biểu mẫu|phụ lục|chỉ tiêu|đơn vị tính|thống kê")
_FEWEST_NUMBERS = 3


def read_pages(content: bytes) -> list[dict[str, Any]] | str:
    """The pages that may be of a form; or the name of why there are none."""
    import pdfplumber
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
    from pdfplumber.utils.exceptions import PdfminerException

    try:
        with pdfplumber.open(BytesIO(content)) as pdf:
            count = len(pdf.pages)
            if count > MOST_PAGES:
                return TOO_MANY_PAGES
            wanted = _pages_of_forms(content, count)
            if len(wanted) > MOST_PAGES_OF_FORMS:
                return TOO_MANY_PAGES
            heads: set[str] = set()
            return [{"number": at + 1, **_read_page(pdf.pages[at], heads)} for at in wanted]
    except PdfminerException as error:
        cause = error.args[0] if error.args else None
        return PASSWORD if isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError) else BROKEN


def _pages_of_forms(content: bytes, count: int) -> list[int]:
    """Of a long file only the pages that may be of a form, with their neighbours: found by their bare text."""
    if count <= _FEW_PAGES:
        return list(range(count))
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(content)
        found = [at for at in range(count) if _may_be_of_a_form(document[at].get_textpage().get_text_bounded())]
    except pypdfium2.PdfiumError:
        return list(range(count))
    return sorted({near for at in found for near in (at - 1, at, at + 1) if 0 <= near < count})


def _may_be_of_a_form(text: str) -> bool:
    plain = unicodedata.normalize("NFC", text).casefold()
    return len(_ROW_NUMBERS.findall(plain)) >= _FEWEST_NUMBERS or len(set(_WORDS.findall(plain))) > 1


def _read_page(page: Any, heads: set[str]) -> dict[str, Any]:
    """Blocks from top to bottom, `{"table": [[[text, is_overlaid], …], …]}` or `{"line": [[word, x0, x1], …]}`.

    `heads` are the pieces of the tables' heads on the pages before: printed again they may lie over other text.
    """
    from pdf_cells import table_texts  # type: ignore[import-not-found]
    from pdf_marks import find_marked, join_marked  # type: ignore[import-not-found]

    if len(page.chars) > _MOST_LETTERS_A_PAGE:
        raise MemoryError
    page = _turned_upright(page)
    _straighten(page)
    page = page.filter(lambda thing: thing.get("object_type") != "char" or thing.get("upright", True))
    page, hidden = _without_faint(page)
    marked = find_marked(page)
    page = _without([char for char, _ in marked], page)
    tables = page.find_tables()
    boxes = [table.bbox for table in tables]
    outside = page.filter(lambda thing: not any(_is_inside(thing, box) for box in boxes)) if boxes else page
    in_lines = [(char, kind) for char, kind in marked if not any(_is_inside(char, box) for box in boxes)]
    lines = _lines(outside)
    _stand_where_struck_letters_stood(lines, [char for char, _ in in_lines])
    margin = [words for words in lines if _is_furniture(words, page.height)]
    blocks = [(table.bbox[1], {"table": table_texts(page, table, heads, marked)}) for table in tables]
    blocks += [(words[0]["top"], {"line": list(map(_word, words))}) for words in lines if words not in margin]
    letters_count = len(page.chars)
    is_picture = any(_covers(image, page) for image in page.images)
    page.close()
    return {
        "blocks": [block for _, block in sorted(blocks, key=lambda pair: pair[0])],
        "margins": [" ".join(word["text"] for word in words) for words in margin],
        "letters": letters_count,
        "is_picture": is_picture,
        "hidden": hidden[:_MOST_HIDDEN],
        "marked": join_marked(in_lines),
    }


def _without_faint(page: Any) -> tuple[Any, str]:
    """The page without the letters nobody sees, and those letters."""
    faint = [char for char in page.chars if _is_faint(char, page)]
    return _without(faint, page), "".join(char["text"] for char in faint)


def _without(chars: list[dict[str, Any]], page: Any) -> Any:
    if not chars:
        return page
    gone = {(char["x0"], char["top"], char["text"]) for char in chars}

    def is_left(thing: dict[str, Any]) -> bool:
        return thing.get("object_type") != "char" or (thing["x0"], thing["top"], thing["text"]) not in gone

    return page.filter(is_left)


def _turned_upright(page: Any) -> Any:
    """The page as a reader turns it: where most letters run up, down or upside down, by as much the other way."""
    turns = Counter(map(_turn_of, page.chars))
    turn = turns.most_common(1)[0][0] if turns else 0
    if not turn:
        return page
    leaf = page.page_obj
    leaf.rotate = leaf.attrs["Rotate"] = (leaf.rotate + turn) % 360
    return type(page)(page.pdf, leaf, page.page_number, page.initial_doctop)


def _turn_of(char: dict[str, Any]) -> int:
    along, across = char["matrix"][0], char["matrix"][1]
    if abs(across) > abs(along):
        return 90 if across > 0 else 270
    return 180 if along < 0 else 0


def _is_faint(char: dict[str, Any], page: Any) -> bool:
    """White with nothing dark under it, or too small to be read."""
    if char["size"] < _SMALLEST_POINTS and abs(char["bottom"] - char["top"]) < _SMALLEST_POINTS:
        return True
    if not _is_white(char.get("non_stroking_color")):
        return False
    grounds = (*page.rects, *page.curves, *page.images)
    return not any(_is_ground(thing, char) for thing in grounds)


def _is_ground(thing: dict[str, Any], char: dict[str, Any]) -> bool:
    middle_x, middle_y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    is_under = thing["x0"] <= middle_x <= thing["x1"] and thing["top"] <= middle_y <= thing["bottom"]
    is_painted = thing["object_type"] == "image" or (
        thing.get("fill") and not _is_white(thing.get("non_stroking_color"))
    )
    return bool(is_under and is_painted)


def _is_white(colour: Any) -> bool:
    """In grey or red, green and blue all is full, in the colours of print nothing is."""
    parts = colour if isinstance(colour, list | tuple) else (colour,)
    numbers = [part for part in parts if isinstance(part, int | float)]
    if not numbers or len(numbers) != len(parts):
        return False
    return max(numbers) < 1 - _NEAR_WHITE if len(numbers) == len("CMYK") else min(numbers) > _NEAR_WHITE


def _covers(image: dict[str, Any], page: Any) -> bool:
    """Whether a picture takes up most of the page: then what stands there as text is some program's reading of it."""
    shown = float(image["width"]) * float(image["height"])
    return shown > _PICTURE_SHARE * float(page.width) * float(page.height)


def _straighten(page: Any) -> None:
    """On a turned page the ends of a line differ by what arithmetic leaves over, and it counts as neither way."""
    for kind in ("line", "rect", "curve"):
        for thing in page.objects.get(kind, ()):
            for name in ("x0", "x1", "top", "bottom", "y0", "y1", "width", "height"):
                if isinstance(thing.get(name), float):
                    thing[name] = round(thing[name], 2)


def _is_furniture(words: list[dict[str, Any]], height: float) -> bool:
    """What a printer or browser puts at the edges: addresses, time of printing, pages."""
    middle = (words[0]["top"] + words[0]["bottom"]) / 2
    at_edge = middle < _MARGIN_SHARE * height or middle > (1 - _MARGIN_SHARE) * height
    return at_edge and bool(_FURNITURE.fullmatch(" ".join(word["text"] for word in words)))


def _lines(page: Any) -> list[list[dict[str, Any]]]:
    """The words of each line, from left to right."""
    from pdfplumber.utils.clustering import cluster_objects

    words = page.extract_words(y_tolerance=_SAME_LINE_POINTS)
    lines = cluster_objects(words, "top", _SAME_LINE_POINTS)
    return [sorted(line, key=lambda word: word["x0"]) for line in lines]


def _stand_where_struck_letters_stood(lines: list[list[dict[str, Any]]], chars: list[dict[str, Any]]) -> None:
    """What is written behind struck letters begins where they begin: that is its column."""
    for char in sorted(chars, key=lambda one: -float(one["x0"])):
        for line in lines:
            if abs(line[0]["top"] - char["top"]) < _SAME_LINE_POINTS:
                for word in line:
                    if word["x0"] - char["x0"] >= 0 and word["x0"] - char["x1"] < char["size"]:
                        word["x0"] = char["x0"]


def _word(word: dict[str, Any]) -> list[Any]:
    return [word["text"], float(word["x0"]), float(word["x1"])]


def _is_inside(thing: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    middle_x, middle_y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
    return bool(box[0] <= middle_x <= box[2] and box[1] <= middle_y <= box[3])

"""Scanned pages: the tables and lines of a PDF or picture, as `pdf_pages` gives them.

Runs in a process of its own with bounded time and memory (`bounded`); imports nothing of this project but `scan_lines`
beside it. Cells are read one by one along the ruled lines, all in one call of Tesseract; a cell that may hold a
figure is read a second time with another model, and where the two differ both are given.
"""

import re
import tempfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

PASSWORD, TOO_MANY_PAGES, BROKEN, TOO_MUCH = "password", "too_many_pages", "broken", "too_much"
MOST_PAGES = 12
_MOST_POINTS = 60_000_000
_WIDTH, _LONG_SIDE = 2_480, 3_508
_ONE_CALL_S = 90
_INSET, _MARGIN = 5, 24
_FEWEST_DARK = 12
_MAY_BE_FIGURE = re.compile(r".{0,14}")
_NUMBER = re.compile(r"\(?[0-9][0-9.,]*%?\)?")
_SURE, _SURE_WORD, _SURE_TURNED, _FAR = 50.0, 35.0, 1.5, 15.0
_POINTS_PER_PIXEL = 72 / 300
_SAME_LINE_SHARE = 0.6

Words = dict[str, list[Any]]
Seen = tuple[str, float]


def read_pages(content: bytes) -> list[dict[str, Any]] | str:
    """Every page; or the name of why there are none."""
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = _MOST_POINTS
    try:
        pages = _pdf_pages(content) if b"%PDF-" in content[:1024] else _picture_pages(content)
        if isinstance(pages, str):
            return pages
        return [{"number": at, **_read_page(page)} for at, page in enumerate(pages, start=1)]
    except (
        Image.DecompressionBombError,
        RuntimeError,
    ):  # so pytesseract says that a call took too long
        return TOO_MUCH
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return BROKEN


def _pdf_pages(content: bytes) -> Iterator[Any] | str:
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        return PASSWORD if "password" in str(error).casefold() else BROKEN
    if len(document) > MOST_PAGES:
        return TOO_MANY_PAGES
    return (_rendered(document[at]) for at in range(len(document)))


def _rendered(page: Any) -> Any:
    """A page of any size as a picture of a sheet scanned at 300 points an inch."""
    width, height = page.get_size()
    scale = min(_WIDTH / min(width, height), _LONG_SIDE * 1.5 / max(width, height))
    return page.render(scale=scale, grayscale=True).to_pil()


def _picture_pages(content: bytes) -> Iterator[Any] | str:
    from PIL import Image, ImageOps, ImageSequence

    picture = Image.open(BytesIO(content))
    if getattr(picture, "n_frames", 1) > MOST_PAGES:
        return TOO_MANY_PAGES
    if picture.width * picture.height > _MOST_POINTS:
        return TOO_MUCH
    return (ImageOps.exif_transpose(frame) for frame in ImageSequence.Iterator(picture))


def _read_page(picture: Any) -> dict[str, Any]:
    from scan_lines import dark_points, find_tables, ink_points, straighten  # type: ignore[import-not-found]

    page = straighten(_upright(_sized(picture.convert("L"))))
    tables = find_tables(dark_points(page))
    texts = _read_cells(page, ink_points(page), tables)
    blocks = [(_top_of(rows), {"table": cells}) for rows, cells in zip(tables, texts, strict=True)]
    lines = list(_lines_outside(page, tables))
    blocks += [(top, {"line": words}) for top, words in lines]
    letters = sum(len(word[0]) for _, words in lines for word in words)
    letters += sum(len(cell[0]) for _, block in blocks for row in block.get("table", ()) for cell in row)
    return {"blocks": [one for _, one in sorted(blocks, key=lambda pair: pair[0])], "margins": [], "letters": letters}


def _sized(page: Any) -> Any:
    """At the size at which letters are read best, whatever camera or scanner made it."""
    from PIL import Image

    scale = min(_WIDTH / min(page.size), _LONG_SIDE * 1.5 / max(page.size))
    if 0.9 < scale < 1.1:  # noqa: PLR2004
        return page
    return page.resize((round(page.width * scale), round(page.height * scale)), Image.Resampling.LANCZOS)


def _upright(page: Any) -> Any:
    """Turned by a quarter or a half where the letters lie that way; as it is where there are too few to tell."""
    import pytesseract  # type: ignore[import-untyped]

    try:
        seen = pytesseract.image_to_osd(page.reduce(2), output_type=pytesseract.Output.DICT, timeout=_ONE_CALL_S)
    except pytesseract.TesseractError:
        return page
    is_turned = seen["rotate"] and seen["orientation_conf"] > _SURE_TURNED
    return page.rotate(-seen["rotate"], expand=True, fillcolor=255) if is_turned else page


def _top_of(rows: list[list[Any]]) -> float:
    return min(float(cell[1]) for row in rows for cell in row if cell)


def _read_cells(page: Any, ink: Any, tables: list[list[list[Any]]]) -> list[list[list[list[str]]]]:
    """Each cell as [text, other reading]; the other reading is empty where both agree or one alone was needed."""
    boxes = [cell for rows in tables for row in rows for cell in row]
    crops = {at: crop for at, box in enumerate(boxes) if box and (crop := _crop(page, ink, box)) is not None}
    texts = _recognise(crops, "vie", "--psm 6")
    short = {at: crop for at, crop in crops.items() if _MAY_BE_FIGURE.fullmatch(" ".join(texts[at][0].split()))}
    large = {at: _enlarged(crop) for at, crop in short.items()}
    again = [
        _recognise(short, "vie", "--psm 7"),
        _recognise(short, "eng", "--psm 7"),
        _recognise(large, "eng", "--psm 7"),
    ]
    told = [agree(texts.get(at), [one[at] for one in again if at in one]) for at in range(len(boxes))]
    each = iter(told)
    return [[[next(each) for _ in row] for row in rows] for rows in tables]


def _crop(page: Any, ink: Any, box: Any) -> Any:
    """The inside of a cell on a white ground; None where nothing is written in it."""
    from PIL import ImageOps

    left, top, right, bottom = (round(side) for side in box)
    inside = (left + _INSET, top + _INSET, right - _INSET, bottom - _INSET)
    if inside[2] <= inside[0] or inside[3] <= inside[1]:
        return None
    if int(ink[inside[1] : inside[3], inside[0] : inside[2]].sum()) < _FEWEST_DARK:
        return None
    return ImageOps.expand(page.crop(inside), _MARGIN, fill=255)


def _enlarged(crop: Any) -> Any:
    from PIL import Image

    return crop.resize((crop.width * 3 // 2, crop.height * 3 // 2), Image.Resampling.BICUBIC)


def _recognise(crops: dict[int, Any], language: str, config: str) -> dict[int, Seen]:
    """The text of each picture with how sure Tesseract is of its least sure word, all in one call."""
    import pytesseract

    if not crops:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for at, crop in crops.items():
            paths.append(Path(folder) / f"{at}.png")
            crop.save(paths[-1], compress_level=1, dpi=(300, 300))
        listing = Path(folder) / "cells.txt"
        listing.write_text("\n".join(map(str, paths)) + "\n", encoding="utf-8")
        words = pytesseract.image_to_data(
            str(listing), lang=language, config=config, output_type=pytesseract.Output.DICT, timeout=_ONE_CALL_S
        )
    return dict(zip(crops, (_text_of(words, number) for number in range(1, len(crops) + 1)), strict=True))


def _text_of(words: Words, page: int) -> Seen:
    lines: dict[tuple[int, int, int], list[str]] = {}
    sure = 100.0
    for at, text in enumerate(words["text"]):
        if words["page_num"][at] == page and str(text).strip():
            line = (words["block_num"][at], words["par_num"][at], words["line_num"][at])
            lines.setdefault(line, []).append(str(text).strip())
            sure = min(sure, float(words["conf"][at]))
    return "\n".join(" ".join(line) for line in lines.values()), sure


def agree(block: Seen | None, again: list[Seen]) -> list[str]:
    """Letters of a label are read once. What may be a figure must be read alike twice, and never as another one.

    A lone reading that is far less sure than both models agreeing does not count.
    """
    if block is None:
        return ["", ""]
    seen = [(_figure(text), sure) for text, sure in again]
    numbers = [(figure, sure) for figure, sure in seen if _NUMBER.fullmatch(figure)]
    if not any(letter.isdecimal() for figure, _ in seen for letter in figure):
        return [block[0], "" if block[0].strip() or not again else "?"]
    agreed = _most_seen(numbers)
    least_sure = min((sure for figure, sure in seen if figure == agreed), default=0.0)
    against = max((sure for figure, sure in numbers if not _is_same(figure, agreed)), default=-_FAR)
    both_models = _is_same(seen[0][0], agreed) and sum(_is_same(figure, agreed) for figure, _ in seen) > 1
    is_alone = against < 0 and sum(_is_same(figure, agreed) for figure, _ in numbers) > 1
    if least_sure >= _SURE and (is_alone or (both_models and least_sure - against > _FAR)):
        return [agreed, ""]
    different = dict.fromkeys(text for text, _ in (block, *again) if text)
    return [block[0], " / ".join(different) or "?"]


def _most_seen(numbers: list[Seen]) -> str:
    figures = [figure for figure, _ in numbers]
    return max(figures, key=figures.count, default="")


def _is_same(one: str, other: str) -> bool:
    """A comma read as a dot is the same number."""
    return one.replace(",", ".") == other.replace(",", ".")


def _figure(text: str) -> str:
    """Without the traces of a line at its edge."""
    return re.sub(r"[\s|]", "", text).strip("_-—–'‘’`\"“”,;:")


def _lines_outside(page: Any, tables: list[list[list[Any]]]) -> Iterator[tuple[float, list[list[Any]]]]:
    """The words of each line outside the tables, in the points a PDF is measured in."""
    import pytesseract
    from PIL import ImageDraw

    rest = page.copy()
    draw = ImageDraw.Draw(rest)
    for rows in tables:
        boxes = [cell for row in rows for cell in row if cell]
        sides: list[Callable[[Any], float]] = [min, min, max, max]
        edge = (-_INSET, -_INSET, _INSET, _INSET)
        draw.rectangle([side(box[at] for box in boxes) + edge[at] for at, side in enumerate(sides)], fill=255)
    words = pytesseract.image_to_data(
        rest,
        lang="vie",
        config="--psm 6" if not tables else "--psm 4",
        output_type=pytesseract.Output.DICT,
        timeout=_ONE_CALL_S,
    )
    found = [at for at, text in enumerate(words["text"]) if str(text).strip() and float(words["conf"][at]) > _SURE_WORD]
    held: list[int] = []
    for at in sorted(found, key=lambda one: words["top"][one] + words["height"][one] / 2):
        if held and not _is_beside(words, held[-1], at):
            yield _line_of(words, held)
            held = []
        held.append(at)
    if held:
        yield _line_of(words, held)


def _is_beside(words: Words, one: int, other: int) -> bool:
    middles = [words["top"][at] + words["height"][at] / 2 for at in (one, other)]
    return bool(abs(middles[0] - middles[1]) < _SAME_LINE_SHARE * max(words["height"][one], words["height"][other]))


def _line_of(words: Words, line: list[int]) -> tuple[float, list[list[Any]]]:
    ordered = sorted(line, key=lambda at: words["left"][at])
    told = [
        [
            str(words["text"][at]),
            words["left"][at] * _POINTS_PER_PIXEL,
            (words["left"][at] + words["width"][at]) * _POINTS_PER_PIXEL,
        ]
        for at in ordered
    ]
    return min(float(words["top"][at]) for at in line), told

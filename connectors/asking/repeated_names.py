"""A name that stands twice in one JSON object: every decoder silently takes the last, and another may be meant.

A system that writes answers so writes all of them so: a few objects of its first answers tell.
"""

import json
from collections import Counter
from typing import Any

from connectors.reading.minimising import Body

LOOKED_AT_BYTES, LOOKED_AT_ANSWERS = 32 * 1024, 3


def find_repeated_name(body: Body) -> str | None:
    """In a short answer whole, in a long one in as many rows as are at its beginning; the answer is JSON."""
    names = list[str]()
    decoder = json.JSONDecoder(object_pairs_hook=lambda pairs: _note_repeated(pairs, names))
    text = bytes(body[:LOOKED_AT_BYTES]).decode("utf-8", errors="ignore")
    place = 0 if len(body) <= LOOKED_AT_BYTES else text.find("[") + 1
    while not names:
        try:
            _, place = decoder.raw_decode(text, place)
        except ValueError:
            break
        while place < len(text) and text[place] in ", \t\r\n":
            place += 1
    return names[0] if names else None


def _note_repeated(pairs: list[tuple[str, Any]], names: list[str]) -> None:
    counts = Counter(name for name, _ in pairs)
    names.extend(name for name, count in counts.items() if count > 1)

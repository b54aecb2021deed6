"""One way of writing for a code that sources write in several."""

import unicodedata
from typing import Any


def plain_code(value: Any) -> str:
    """A code as text: 4, 4.0, "4" and " 04" are one; so are TRUE, "True" and true, and "Mật" composed or not."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = unicodedata.normalize("NFC", str(value).strip().casefold())
    return str(int(text)) if text.isdecimal() else text

"""Letters nobody sees: in the colour of the page, or too small to be read."""

SMALLEST_POINTS = 3.0
_NEAR_WHITE = 0xF4


def is_white(colour: str) -> bool:
    """A colour as six or eight hexadecimal digits, with or without `#`, or by its name; near white counts."""
    digits = colour.strip().lstrip("#").casefold()
    if digits == "white":
        return True
    digits = "".join(letter * 2 for letter in digits) if len(digits) == len("fff") else digits[-6:]
    try:
        return len(digits) == len("ffffff") and min(bytes.fromhex(digits)) >= _NEAR_WHITE
    except ValueError:
        return False

"""How figures are said to an officer: Vietnamese, numbers as they are printed."""

from collections.abc import Iterable
from decimal import Decimal

_SWAP = str.maketrans(",.", ".,")


def figure(value: Decimal | int) -> str:
    """The exact value the Vietnamese way, with the places it has: 16.736; 56,9; 84,12."""
    return f"{Decimal(value):,f}".translate(_SWAP)


def cells_vi(keys: Iterable[str], glue: str = ", ") -> str:
    return glue.join(f"ô {key}" for key in keys)


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]

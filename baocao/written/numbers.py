"""Numbers: 12,5 and 12.5; what could be a thousand or a fraction is refused."""

import re
from decimal import Decimal
from typing import Final

from baocao.messages import quote_given
from baocao.written.errors import WrongValueError

NUMBER_FORMS: Final = "ghi như 12 hoặc 12,5, không có dấu phân cách hàng nghìn"
MOST_DIGITS: Final = 15
_GROUP: Final = 3
_FINE = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(?:([.,\s])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")


def read_number(given: object, places: int = 0) -> Decimal:
    """To the digit as it is written. Raise WrongValueError where it is none, or could be two.

    Of a figure that has three `places` or more, `12,345` is one with a fraction.
    """
    if isinstance(given, Decimal):
        return given
    text = str(given).strip() if isinstance(given, int | float | str) and not isinstance(given, bool) else ""
    may_be_fine = places >= _GROUP
    if isinstance(given, str) and _GROUPED.fullmatch(text) and not (may_be_fine and _FINE.fullmatch(text)):
        whole = re.sub(r"[.,\s]", "", text)
        fine = f"ghi {text.replace('.', ',')}" if may_be_fine and _FINE.fullmatch(text.replace(".", ",")) else ""
        fraction = fine or "thêm hay bớt một chữ số"
        says = f"không rõ là hàng nghìn hay phần lẻ; hàng nghìn thì ghi {whole}, phần lẻ thì {fraction}"
        raise WrongValueError(f"{says}{quote_given(text)}")
    if not _PLAIN.fullmatch(text):
        raise WrongValueError(f"không phải số; {NUMBER_FORMS}{quote_given(text)}")
    if sum(map(str.isdigit, text)) > MOST_DIGITS:
        raise WrongValueError(f"dài hơn {MOST_DIGITS} chữ số: xem có gõ thừa không; {NUMBER_FORMS}")
    return Decimal(text.replace(",", "."))

"""The line under the title: which report the form is attached to, with blanks for what is not known."""

import re

from baocao.catalogue import Form
from baocao.documents.texts import NBSP, clean_text, on_one_line
from baocao.domain import FilledForm
from baocao.errors import ConfigError

_PLACE = re.compile(r"\{(\w*)\}")
_NUMBER_BLANK = NBSP * 8
_DAY_BLANK = NBSP * 5
_YEAR_BLANK = NBSP * 6
_FEBRUARY = 2


def print_attached_to(form: Form, filled: FilledForm) -> str:
    """The line with its places filled; number and day stay blank until known, the month is the period's last.

    Raise ConfigError where the form's `attached_to` has a place of another name.
    """
    text = form.attached_to if form.head_left or form.head_right else on_one_line(form.attached_to)
    return fill_places(text, "attached_to", form, filled)


def fill_places(text: str, key: str, form: Form, filled: FilledForm) -> str:
    """A text of the form with its places filled; raise ConfigError, naming the form's key, for one of another name."""
    places = head_places(filled)

    def fill(match: re.Match[str]) -> str:
        if match[1] not in places:
            allowed = ", ".join(places)
            raise ConfigError(
                f"forms/{form.form_code}.yaml: {key}: không có chỗ điền “{match[1]}”; được dùng: {allowed}"
            )
        return places[match[1]]

    return _PLACE.sub(fill, clean_text(text))


def head_places(filled: FilledForm) -> dict[str, str]:
    """What stands at {number}, {day}, {month}, {year}, {issuer}, {period}, {from}, {to}."""
    dated_on, window = filled.head.dated_on, filled.window
    month_of = dated_on or (filled.window.end_on if filled.window else None)
    return {
        "number": on_one_line(filled.head.report_number).partition("/")[0] or _NUMBER_BLANK,
        "day": f"{dated_on.day:02d}" if dated_on else _DAY_BLANK,
        "month": _print_month(month_of.month) if month_of else _DAY_BLANK,
        "year": str(month_of.year) if month_of else _YEAR_BLANK,
        "issuer": on_one_line(filled.head.issuer or filled.unit_name),
        "period": filled.period.label_vi if filled.period else _YEAR_BLANK,
        "from": f"{window.start_on:%d/%m/%Y}" if window else _YEAR_BLANK,
        "to": f"{window.end_on:%d/%m/%Y}" if window else _YEAR_BLANK,
    }


def _print_month(month: int) -> str:
    """January and February with a leading 0, so that no digit can be written before them."""
    return f"{month:02d}" if month <= _FEBRUARY else str(month)

"""How a finding about a hand-made document is put into words."""

from collections.abc import Sequence
from dataclasses import dataclass

from baocao.domain import CheckResult, Outcome, Severity
from baocao.forms.numbers import clean, shorten
from baocao.forms.recognise import ReadForm

_TITLE_WIDTH = 70


@dataclass(frozen=True, slots=True)
class FindingText:
    """What is wrong, in Vietnamese for the officer and in English for logs, and how to mend it."""

    vi: str
    en: str
    mend: str


def found(
    read: ReadForm,
    rule: str,
    severity: Severity,
    cells: Sequence[str],
    words: FindingText,
    *,
    observed: str = "",
    expected: str = "",
) -> CheckResult:
    """A failed check of the suite `document`, with the places of its cells in the file as evidence."""
    places = {key: place.name for key in cells if (place := read.place_of(key)) is not None}
    return CheckResult(
        check=f"document.{rule}",
        severity=severity,
        outcome=Outcome.FAIL,
        unit_code=read.filled.unit_code,
        cells=tuple(cells),
        message_vi=words.vi,
        message_en=words.en,
        mend_vi=words.mend,
        observed=observed,
        expected=expected,
        evidence={"places": places} if places else {},
    )


def title(read: ReadForm, key: str) -> str:
    """A row as an officer calls it: `Dòng 4.5 (Tỷ lệ TTHC …)`."""
    return f"Dòng {key} ({shorten(clean(read.form.row(key).meant_label), _TITLE_WIDTH)})"


def quoted(text: str, width: int = 80) -> str:
    return f"“{shorten(clean(text), width)}”"


def listed(texts: Sequence[str]) -> str:
    """`a, b và c`."""
    return " và ".join(filter(None, (", ".join(texts[:-1]), *texts[-1:])))

"""How a site writes its dates, as `dd/MM/yyyy HH:mm:ss`, and how the dialect's documents do."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from baocao.catalogue.file_place import FilePlace
from baocao.domain import VIETNAM
from baocao.errors import ConfigError
from baocao.messages import quote_name
from connectors.reading.moments import read_declared

EPOCH = {"epoch_s": 1, "epoch_ms": 1000}
PARTS = {
    "yyyy": "%Y", "yy": "%y", "MM": "%m", "dd": "%d", "HH": "%H", "hh": "%I", "mm": "%M", "ss": "%S", "SSS": "%f",
    "XXX": "%z", "a": "%p",
}  # fmt: skip
_PART = re.compile("|".join(PARTS))
_LETTER = re.compile(r"[A-SU-Ya-su-z]")


@dataclass(frozen=True)
class DateForm:
    """One field's two ways of being written: theirs here, ours in the dialect. An empty one is ISO 8601."""

    theirs: str
    ours: str
    zone: tzinfo = VIETNAM

    def to_ours(self, value: Any) -> Any:
        """The dialect's own writing; what is not in this form stays as it came, and its reader objects.

        Local time without an offset stays without one, so that its hours can tell if it is UTC after all.
        """
        at = self._read(value)
        if at is None:
            return value
        if "%H" not in self.ours or (at.tzinfo is None and self.zone is VIETNAM):
            return at.strftime(self.ours)
        known = at if at.tzinfo else at.replace(tzinfo=self.zone)
        return (known if "%z" in self.ours else known.astimezone(VIETNAM).replace(tzinfo=None)).strftime(self.ours)

    def to_theirs(self, value: Any) -> Any:
        """A parameter as this installation wants it; the dialect's own writing is always readable."""
        if not self.theirs:
            return value
        at = datetime.strptime(str(value), self.ours)  # noqa: DTZ007  the bounds asked for are days as the source cuts them
        if self.theirs in EPOCH:
            return str(int(at.replace(tzinfo=self.zone).timestamp() * EPOCH[self.theirs]))
        written = at.replace(tzinfo=self.zone) if "%z" in self.theirs else at
        return written.strftime(self.theirs)

    def _read(self, value: Any) -> datetime | None:
        try:
            if self.theirs in EPOCH:
                return datetime.fromtimestamp(int(value) / EPOCH[self.theirs], UTC)
            return self._read_text(str(value).strip())
        except (ValueError, TypeError, OverflowError, OSError):
            return None

    def _read_text(self, text: str) -> datetime:
        """In the form, or in its order of day, month and year with the time of day written in another way."""
        try:
            return datetime.strptime(text, self.theirs) if self.theirs else datetime.fromisoformat(text)  # noqa: DTZ007
        except ValueError:
            return read_declared(text, self.theirs)


def read_form(where: FilePlace, given: str, ours: str, zone: str) -> DateForm:
    """Raise ConfigError, saying what may stand there, where the form is none."""
    found = _PART.sub(lambda part: PARTS[part[0]], given)
    in_words = _LETTER.search(re.sub("%[A-Za-z]", "", found))
    if given in EPOCH or (not given and zone == "utc"):
        found = given
    elif in_words or not _is_whole(set(re.findall("%[A-Za-z]", found))):
        raise ConfigError(
            f"{where}:{quote_name(given)} không phải dạng ngày; được dùng: {', '.join((*PARTS, *EPOCH))}, "
            "ví dụ dd/MM/yyyy HH:mm:ss, dd/MM/yy hh:mm a (a là SA, CH, AM hoặc PM)."
        )
    return DateForm(found, ours, UTC if zone == "utc" else VIETNAM)


def _is_whole(parts: set[str]) -> bool:
    """Whether a form has a day, a month, a year, and an hour that says which half of the day it is in."""
    return {"%d", "%m"} <= parts and bool({"%Y", "%y"} & parts) and ("%I" in parts) == ("%p" in parts)

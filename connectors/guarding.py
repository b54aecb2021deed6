"""What leaves a connector that failed: our own errors, with nothing behind them that could quote a row.

An error's cause and context hold what a library said of the value it could not read, and a traceback prints them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from traceback import extract_tb

from baocao.domain import RawPayload
from baocao.errors import BaocaoError, SourceContractError
from connectors.assumptions import Assumption
from connectors.contract import Assignment, Connector, ParseResult

UNFORESEEN = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True)
class GuardedConnector:
    """A connector whose errors are safe to print; see `Connector`."""

    connector: Connector

    @property
    def code(self) -> str:
        return self.connector.code

    @property
    def kinds(self) -> tuple[str, ...]:
        return self.connector.kinds

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        return self.connector.assumptions

    def fetch(self, assignment: Assignment) -> Iterator[RawPayload]:
        try:
            yield from self.connector.fetch(assignment)
        except (BaocaoError, *UNFORESEEN) as error:
            failed = self._make_safe(error, assignment.source.source_code, assignment.unit_code)
        else:
            return
        raise failed

    def parse(self, payloads: Iterable[RawPayload], *, source_code: str, unit_code: str) -> ParseResult:
        try:
            return self.connector.parse(payloads, source_code=source_code, unit_code=unit_code)
        except (BaocaoError, *UNFORESEEN) as error:
            failed = self._make_safe(error, source_code, unit_code)
        raise failed

    def _make_safe(self, error: Exception, source_code: str, unit_code: str) -> BaocaoError:
        """Our error without cause and context; for one nobody foresaw, what was expected, and where."""
        if isinstance(error, BaocaoError):
            error.__cause__ = error.__context__ = None
            return error
        place = extract_tb(error.__traceback__)[-1]
        declared = getattr(import_module(type(self.connector).__module__), "SITE", None)
        expects = declared.expects if declared else {}
        expected = f", cần: {' | '.join(expects.values())}" if expects else ""
        return SourceContractError(
            source_code,
            unit_code,
            f"câu trả lời có dạng khác với dạng đã khai báo{expected} (đọc dừng ở {Path(place.filename).stem}, dòng "
            f"{place.lineno})",
        )

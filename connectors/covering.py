"""Reading a source's kept payloads, with which days they cover: alike for every dialect."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from baocao.catalogue import Source
from baocao.coverage import Coverage
from baocao.domain import RawPayload, Window
from baocao.notices import Notices
from connectors.contract import ParseResult
from connectors.registry import connector_of


def parse_covered(source: Source, payloads: Iterable[RawPayload], unit_code: str) -> ParseResult:
    """The connector's records and notices, and the coverage of what it read. Raise SourceContractError."""
    span = _AnswerSpan()
    parsed = connector_of(source).parse(span.watch(payloads), source_code=source.source_code, unit_code=unit_code)
    return replace(parsed, coverage=span.cover(source, unit_code, parsed.notices))


@dataclass
class _AnswerSpan:
    """Days all answers were asked for, and when the first came: what changed later may be in some of them only."""

    window: Window | None = None
    first_at: datetime | None = None

    def watch(self, payloads: Iterable[RawPayload]) -> Iterator[RawPayload]:
        for payload in payloads:
            self.window = self.window or payload.window
            self.first_at = min(self.first_at or payload.fetched_at, payload.fetched_at)
            yield payload

    def cover(self, source: Source, unit_code: str, notices: Notices) -> Coverage | None:
        """None where there was no answer at all."""
        if self.first_at is None:
            return None
        held_at, proofs = notices.held_at or self.first_at, tuple(notices.proofs)
        return Coverage(source.source_code, source.system, unit_code, self.window, held_at, proofs)

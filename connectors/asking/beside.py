"""A source's own statistic beside its records: where it fails, its figures are lost and not the records."""

from collections.abc import Iterable, Iterator

from baocao.domain import RawPayload
from baocao.errors import SourceError
from connectors.asking.http import SourceClient
from connectors.asking.request import Answer, Request
from connectors.reading.strict import FAILED_PART


def ask_beside(client: SourceClient, path: str, answers: Iterable[RawPayload]) -> Iterator[RawPayload]:
    """The answers; where one fails, what is said of it in their place."""
    try:
        yield from answers
    except SourceError as error:
        request = Request("GET", path, noted={"part": FAILED_PART, "what": error.reason})
        of = [client.assignment.source.source_code, client.assignment.unit_code]
        yield client.payload({"unknown_fields": [], "rows": [], "of": of}, Answer(0, b""), request)

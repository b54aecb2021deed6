"""The document axis's own statistic (`/public/-/stat/detail`): organisations nested in one another.

Interface: open-source code. A parent's numbers hold its children's, so numbers are never summed over organisations;
`total` is sent and received together and is never used.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from baocao.domain import Window
from connectors.reading.minimising import Fields, Shape
from connectors.reading.strict import Reader
from connectors.reading.tallying import Tally, whole_number

DEPTH = 4
BASIS = "số văn bản đơn vị đã gửi trên trục liên thông, theo ngày gửi; không cộng thêm đơn vị trực thuộc"


def _organ(depth: int) -> Shape:
    inner = {"childOrgan": _organ(depth - 1)} if depth else {}
    return {"organDomain": {}, "sent": {}, **inner}


STATISTIC_FIELDS = Fields(kept=_organ(DEPTH), known=frozenset({"organName", "lastUpdate", "received", "total"}))


def read_statistic(reader: Reader, asked: Mapping[str, Any], rows: list[dict[str, Any]]) -> Iterator[Tally]:
    """The unit's own number, wherever it is nested; never `total`, and never a sum over organisations."""
    organ = asked["organ"]
    window = Window(*(date.fromisoformat(day) for day in asked["days"]))
    domains = [one for one in _walk(reader, rows) if reader.column([one], "organDomain") == [organ]]
    numbers = {whole_number(reader, "sent", reader.column([one], "sent")[0]) for one in domains}
    if len(numbers) > 1:
        raise reader.broken(
            f"trường sent: đơn vị (source_keys trong units.yaml) có {len(domains)} lần với số khác nhau"
        )
    for number in numbers:
        yield Tally("documents_electronic_count", number, window, BASIS)


def _walk(reader: Reader, organs: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    inner = (_walk(reader, reader.objects("childOrgan", organ.get("childOrgan"))) for organ in organs)
    return [found for organ, below in zip(organs, inner, strict=True) for found in (organ, *below)]

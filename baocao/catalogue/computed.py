"""Figures made of figures, held against them: units of measure that do not fit, and circles."""

from collections.abc import Iterator, Mapping

from baocao.catalogue.indicators import Indicator


def find_wrong_computed(indicators: Mapping[str, Indicator]) -> Iterator[tuple[str, str]]:
    """The code of each figure that cannot be computed, and why. Figures nobody declared are told elsewhere."""
    for code, indicator in indicators.items():
        if circle := _find_circle(code, indicators):
            yield code, f"được tính từ chính nó: {' → '.join(circle)}"
        elif indicator.sum or indicator.difference:
            yield from ((code, says) for says in _find_other_measures(indicator, indicators))


def _find_circle(code: str, indicators: Mapping[str, Indicator]) -> tuple[str, ...]:
    """The way from a figure back to itself."""
    ways: list[tuple[str, ...]] = [(code,)]
    seen = set[str]()
    while ways:
        way = ways.pop()
        for part in indicators[way[-1]].inputs:
            if part == code:
                return (*way, code)
            if part in indicators and part not in seen:
                seen.add(part)
                ways.append((*way, part))
    return ()


def _find_other_measures(indicator: Indicator, indicators: Mapping[str, Indicator]) -> Iterator[str]:
    """Only figures of one unit are added up; a difference may have a unit of its own kind that can be negative."""
    for code, part in ((code, indicators[code]) for code in indicator.inputs if code in indicators):
        is_change = indicator.difference is not None and indicator.measure.kind is part.measure.kind
        if part.measure.code != indicator.measure.code and not is_change:
            yield (
                f"có measure: {indicator.measure} nhưng {code} có measure: {part.measure}; chỉ cộng, "
                "trừ các số cùng đơn vị tính"
            )
        if part.count is not None and part.count.days is not None:
            yield f"{code} là số bình quân hoặc trung vị, không cộng, trừ được"

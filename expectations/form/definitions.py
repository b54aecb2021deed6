"""What follows from the counting definitions alone: which counts lie inside others, and which add up to one.

Two counts are compared as sets of records. Nothing is guessed: where a filter cannot be compared, nothing follows.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

from baocao.catalogue import Count
from baocao.catalogue.counts import Exclusion
from baocao.records import KEYS

Values = frozenset[str | bool]


def counts_records(count: Count) -> bool:
    """Whether the count is of the records themselves, not of a key that several records share."""
    return count.key_field == KEYS[count.records]


def is_subset(inner: Count, outer: Count) -> bool:
    """Whether every record `inner` looks at is one that `outer` looks at."""
    return _same_scope(inner, outer) and all(_narrows(inner, outer, field) for field in outer.where)


def are_disjoint(one: Count, other: Count) -> bool:
    """Whether no record can be looked at by both."""
    return _same_scope(one, other) and any(
        _values(one, field) is not None
        and _values(other, field) is not None
        and one.missing.get(field) == other.missing.get(field)
        and not (_values(one, field) or frozenset()) & (_values(other, field) or frozenset())
        for field in {*one.where} & {*other.where}
    )


def partition(whole: Count, parts: Mapping[str, Count]) -> tuple[str, ...]:
    """The codes of the counts that split `whole` along one field without rest or overlap; empty where none do."""
    for field in whole.where:
        needed = _values(whole, field)
        found = {
            code: _values(part, field) or frozenset()
            for code, part in parts.items()
            if _equal_but(part, whole, field) and _values(part, field) and _values(part, field) != needed
        }
        chosen = _exact_cover(needed or frozenset(), found)
        if len(chosen) > 1:
            return chosen
    return ()


def tightest(inner: Count, outers: Mapping[str, Count]) -> tuple[str, ...]:
    """The codes of the counts with the fewest records that hold all of `inner`'s: one, or several along one field."""
    around = {code: outer for code, outer in outers.items() if is_subset(inner, outer)}
    minimal = _minimal(around)
    if minimal:
        return (minimal[0],)
    for field in inner.where:
        needed = _values(inner, field) or frozenset()
        beside = _minimal({c: o for c, o in outers.items() if _around_but(inner, o, field)})
        found = {code: _values(outers[code], field) or frozenset() for code in beside}
        chosen = _exact_cover(needed, found)
        if chosen:
            return chosen
    return ()


def is_exact_cover(inner: Count, outers: Sequence[Count]) -> bool:
    """Whether the records of `outers` together are exactly those of `inner`."""
    if len(outers) == 1:
        return is_subset(outers[0], inner) and is_subset(inner, outers[0])
    return all(is_subset(outer, inner) for outer in outers)


def _same_scope(one: Count, other: Count) -> bool:
    keys = ("records", "date_field", "date_fallback", "when", "open_at", "level_as_of", "appointment")
    return all(getattr(one, key) == getattr(other, key) for key in keys)


def _values(count: Count, field: str) -> Values | None:
    """The values a field may have; None where it may have any but some, or any at all."""
    chosen = count.where.get(field)
    return None if chosen is None or isinstance(chosen, Exclusion) else frozenset(chosen)


def _narrows(inner: Count, outer: Count, field: str) -> bool:
    chosen, allowed = inner.where.get(field), outer.where[field]
    if chosen is None or inner.missing.get(field) != outer.missing.get(field):
        return False
    if isinstance(allowed, Exclusion):
        if isinstance(chosen, Exclusion):
            return frozenset(allowed.not_) <= frozenset(chosen.not_)
        return not frozenset(chosen) & frozenset(allowed.not_)
    return not isinstance(chosen, Exclusion) and frozenset(chosen) <= frozenset(allowed)


def _without(count: Count, field: str) -> Count:
    return count.model_copy(update={"where": {key: value for key, value in count.where.items() if key != field}})


def _around_but(inner: Count, outer: Count, field: str) -> bool:
    fits = inner.missing.get(field) == outer.missing.get(field) and bool(_values(outer, field))
    return fits and is_subset(_without(inner, field), _without(outer, field))


def _equal_but(part: Count, whole: Count, field: str) -> bool:
    return (
        part.key_field == whole.key_field
        and _around_but(part, whole, field)
        and is_subset(_without(whole, field), _without(part, field))
    )


def _minimal(counts: Mapping[str, Count]) -> list[str]:
    """Those that hold no other of them."""
    return [
        code
        for code, count in counts.items()
        if not any(is_subset(other, count) and not is_subset(count, other) for other in counts.values())
    ]


def _exact_cover(needed: Values, found: Mapping[str, Values]) -> tuple[str, ...]:
    """The smallest choice of disjoint sets that together are `needed`."""
    for size in range(1, len(found) + 1):
        for chosen in combinations(found, size):
            sets = [found[code] for code in chosen]
            if sum(map(len, sets)) == len(needed) and frozenset[str | bool]().union(*sets) == needed:
                return chosen
    return ()

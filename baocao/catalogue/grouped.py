"""Indicators by code, those of groups too: `dossiers_received_count@field:ho_tich` is defined as its total is."""

from collections.abc import Mapping
from typing import Any

from baocao.catalogue.groupings import GroupChoice, Groupings
from baocao.catalogue.indicators import Indicator
from baocao.groups import GROUP_MARK, Dimension, GroupCode, write_group_code

GroupLabels = Mapping[str, Mapping[str, str]]
"""By dimension the words of each group, in their order."""
_SAID = {Dimension.FIELD: "lĩnh vực", Dimension.UNIT: "đơn vị", Dimension.PROCEDURE: "thủ tục"}


class IndicatorTable(dict[str, Indicator]):
    """The indicators of the configuration. Looked up by the code of a group, it gives the figure of that group alone.

    Walked through, it has those of the configuration only.
    """

    def __init__(self, indicators: Mapping[str, Indicator], groupings: Groupings) -> None:
        super().__init__(indicators)
        self._groupings = groupings
        self._grouped: dict[str, Indicator] = {}

    def __missing__(self, code: str) -> Indicator:
        if code not in self._grouped:
            self._grouped[code] = self._derive(code)
        return self._grouped[code]

    def __contains__(self, code: object) -> bool:
        return super().__contains__(code) or self._is_grouped(code)

    def get(self, code: str, default: Any = None) -> Any:
        """As of any mapping."""
        return self[code] if code in self else default  # noqa: SIM401 - this is what get is

    def _is_grouped(self, code: object) -> bool:
        if not isinstance(code, str) or GROUP_MARK not in code:
            return False
        base, _, group = code.partition(GROUP_MARK)
        dimension, _, key = group.partition(":")
        return bool(key) and dimension in set(Dimension) and super().__contains__(base)

    def _derive(self, code: str) -> Indicator:
        """The total's definition; the figures it is made of and part of are those of the same group."""
        if not self._is_grouped(code):
            raise KeyError(code)
        parsed = GroupCode.parse(code)
        dimension, key, whole = parsed.dimension, parsed.group_key, self[parsed.indicator_code]
        assert dimension is not None

        def of_group(part: str) -> str:
            return write_group_code(part, dimension, key)

        is_grouped = whole.count is not None and whole.count.records == "dossiers"
        count = (
            whole.count.in_group(GroupChoice(dimension, key, self._groupings))
            if is_grouped and whole.count
            else whole.count
        )
        ratio, difference = whole.ratio, whole.difference
        if ratio is not None:
            under = ratio.denominator if ratio.over == "all" else of_group(ratio.denominator)
            ratio = ratio.model_copy(update={"numerator": of_group(ratio.numerator), "denominator": under})
        if difference is not None:
            less = tuple(map(of_group, difference.less))
            difference = difference.model_copy(update={"from_": of_group(difference.from_), "less": less})
        said = f"{_SAID[dimension]} {self._groupings.labels.get(dimension, {}).get(key, key)}"
        return whole.model_copy(
            update={
                "indicator_code": code,
                "label": f"{whole.label}, {said}",
                "count": count,
                "ratio": ratio,
                "sum": tuple(map(of_group, whole.sum)) if whole.sum else None,
                "difference": difference,
                "part_of": of_group(whole.part_of) if whole.part_of else None,
            }
        )

"""Indicators by code, those of groups too: `dossiers_received_count@field:ho_tich` is defined as its total is."""

from collections.abc import Mapping
from typing import Any

from baocao.catalogue.indicators import Indicator
from baocao.groups import GROUP_MARK, Dimension, GroupCode, write_group_code

GroupLabels = Mapping[str, Mapping[str, str]]
"""By dimension the words of each group, in their order."""
_SAID = {Dimension.FIELD: "lĩnh vực", Dimension.UNIT: "đơn vị", Dimension.PROCEDURE: "thủ tục"}


class IndicatorTable(dict[str, Indicator]):
    """The indicators of the configuration. Looked up by the code of a group, it gives the figure of that group alone.

    Walked through, it has those of the configuration only.
    """

    def __init__(self, indicators: Mapping[str, Indicator], labels: GroupLabels) -> None:
        super().__init__(indicators)
        self._labels = labels
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
        ratio = whole.ratio and whole.ratio.model_copy(
            update={
                "numerator": write_group_code(whole.ratio.numerator, dimension, key),
                "denominator": write_group_code(whole.ratio.denominator, dimension, key),
            }
        )
        said = f"{_SAID[dimension]} {self._labels.get(dimension, {}).get(key, key)}"
        return whole.model_copy(
            update={
                "indicator_code": code,
                "label": f"{whole.label}, {said}",
                "ratio": ratio,
                "part_of": write_group_code(whole.part_of, dimension, key) if whole.part_of else None,
            }
        )

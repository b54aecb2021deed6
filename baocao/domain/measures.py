"""What a figure counts, and what a figure of it can be."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Final


class MeasureKind(StrEnum):
    """How the figures of a measure are read, printed and held together."""

    WHOLE = "whole"
    DECIMAL = "decimal"
    PERCENT = "percent"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Measure:
    """What a figure counts, or in what it is expressed, as measures.yaml declares it; kept by its code.

    `places` are those of a decimal number; a figure below `least` or above `most` is impossible.
    """

    PERCENT: ClassVar["Measure"]
    CODE: ClassVar["Measure"]
    PROCEDURE: ClassVar["Measure"]
    DOSSIER: ClassVar["Measure"]
    DOCUMENT: ClassVar["Measure"]
    REPORT: ClassVar["Measure"]
    AGENCY: ClassVar["Measure"]

    code: str
    label: str
    kind: MeasureKind = MeasureKind.WHOLE
    places: int = 0
    least: Decimal | None = Decimal(0)
    most: Decimal | None = None

    @property
    def is_percent(self) -> bool:
        return self.kind is MeasureKind.PERCENT

    @property
    def is_code(self) -> bool:
        return self.kind is MeasureKind.CODE

    @property
    def is_whole(self) -> bool:
        """Whether its figures count things; a code counts nothing."""
        return self.kind is MeasureKind.WHOLE

    def holds(self, value: Decimal) -> bool:
        """Whether a figure of this measure can be that much."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def __str__(self) -> str:
        return self.code


Measure.PERCENT = Measure("percent", "%", MeasureKind.PERCENT, places=2, most=Decimal(100))
Measure.CODE = Measure("code", "mã", MeasureKind.CODE, least=None)
Measure.PROCEDURE = Measure("procedure", "thủ tục")
Measure.DOSSIER = Measure("dossier", "hồ sơ")
Measure.DOCUMENT = Measure("document", "văn bản")
Measure.REPORT = Measure("report", "báo cáo")
Measure.AGENCY = Measure("agency", "đơn vị")

FIRST_MEASURES: Final[Mapping[str, Measure]] = {
    one.code: one
    for one in (
        Measure.PERCENT, Measure.CODE, Measure.PROCEDURE, Measure.DOSSIER, Measure.DOCUMENT, Measure.REPORT,
        Measure.AGENCY,
    )
}  # fmt: skip
"""Those there were before measures.yaml: what was kept then, and a folder without the file, mean them."""

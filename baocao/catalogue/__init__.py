"""What the province's YAML files say, validated: units, indicators, forms, sources, typed-in figures, corrections."""

from baocao.catalogue.counts import Count
from baocao.catalogue.families import children_in, continuations
from baocao.catalogue.forms import Form, FormRow, Misprint
from baocao.catalogue.indicators import Balance, Indicator, Indicators, Ratio, TypedFigure
from baocao.catalogue.loading import Catalogue
from baocao.catalogue.manual import Correction, ManualFigure
from baocao.catalogue.owed import Obligation, OwedReport
from baocao.catalogue.sources import Source
from baocao.catalogue.units import MissingMode, Unit

__all__ = [
    "Balance", "Catalogue", "Correction", "Count", "Form", "FormRow", "Indicator", "Indicators",
    "ManualFigure", "Misprint", "MissingMode", "Obligation", "OwedReport", "Ratio",
    "Source", "TypedFigure", "Unit", "children_in", "continuations",
]  # fmt: skip

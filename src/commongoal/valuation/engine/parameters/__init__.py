"""Parameters of an appraisal: price indices, unit values, corrections for optimism, wellbeing, distributional weights.

Everything returned says where it comes from (`source`) and what nobody has checked (`mark`). The figures are data:
`commongoal.valuation.files.parameters` opens them.
"""

from commongoal.valuation.engine.parameters.marked import (
    OWN_LICENCE,
    Marked,
    NotAPriceYear,
    Priced,
    Year,
    mark_of,
    marks,
    price_year,
)
from commongoal.valuation.engine.parameters.optimism import BiasTable, Correction, NoGrade, Rule, Side, bias
from commongoal.valuation.engine.parameters.prices import Deflator, Index, NoIndex, Uprated, uprate
from commongoal.valuation.engine.parameters.unit_values import (
    KINDS,
    AgencyShare,
    Kind,
    NotAUnitValue,
    SharesDoNotSum,
    UnitValue,
    annual_part,
    fiscal_value,
    public_value,
    shares_from,
)
from commongoal.valuation.engine.parameters.wellbeing import (
    Check,
    NoRealIncome,
    NoWeight,
    RealIncome,
    Wellby,
    distributional_weight,
    wellbeing_gain,
    wellby,
)

__all__ = [
    "KINDS",
    "OWN_LICENCE",
    "AgencyShare",
    "BiasTable",
    "Check",
    "Correction",
    "Deflator",
    "Index",
    "Kind",
    "Marked",
    "NoGrade",
    "NoIndex",
    "NoRealIncome",
    "NoWeight",
    "NotAPriceYear",
    "NotAUnitValue",
    "Priced",
    "RealIncome",
    "Rule",
    "SharesDoNotSum",
    "Side",
    "UnitValue",
    "Uprated",
    "Wellby",
    "Year",
    "annual_part",
    "bias",
    "distributional_weight",
    "fiscal_value",
    "mark_of",
    "marks",
    "price_year",
    "public_value",
    "shares_from",
    "uprate",
    "wellbeing_gain",
    "wellby",
]

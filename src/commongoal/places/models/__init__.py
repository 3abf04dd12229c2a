"""The tables of places."""

from commongoal.places.models.areas import Area, Hub, HubArea, Lookup, LookupRow, Postcode
from commongoal.places.models.evidence import Citation, Finding, Priority, Research, Return
from commongoal.places.models.observations import BoundaryFile, Edition, IndicatorFile, Neighbourhood, NeighbourhoodPart
from commongoal.places.models.targets import AreaTarget, TargetShare

__all__ = [
    "Area", "AreaTarget", "BoundaryFile", "Citation", "Edition", "Finding", "Hub", "HubArea", "IndicatorFile", "Lookup",
    "LookupRow", "Neighbourhood", "NeighbourhoodPart", "Postcode", "Priority", "Research", "Return", "TargetShare",
]  # fmt: skip

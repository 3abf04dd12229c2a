"""From the store to what is said of an area: profile, comparison, trends, hot spots, and claims set beside figures."""

from commongoal.places.run.claims import official_figures
from commongoal.places.run.comparing import comparison
from commongoal.places.run.evidence import Evidence, NoSuchArea, NoSuchIndicator
from commongoal.places.run.mapping import hot_spots
from commongoal.places.run.profile import area_profile
from commongoal.places.run.trending import trends

__all__ = [
    "Evidence", "NoSuchArea", "NoSuchIndicator", "area_profile", "comparison", "hot_spots", "official_figures",
    "trends",
]  # fmt: skip

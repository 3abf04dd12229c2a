"""What is said of a place, as reports for whatever they are written on."""

from commongoal.places.engine.report.claims import claims_report
from commongoal.places.engine.report.compare import compare_report
from commongoal.places.engine.report.hot_spots import hot_spots_report
from commongoal.places.engine.report.profile import profile_report
from commongoal.places.engine.report.tables import tables_of
from commongoal.places.engine.report.trends import trends_report

__all__ = ["claims_report", "compare_report", "hot_spots_report", "profile_report", "tables_of", "trends_report"]
